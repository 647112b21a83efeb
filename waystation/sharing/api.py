"""The endpoint of readers: published figures, in any format."""

from __future__ import annotations

from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_safe

from waystation.access.queries import caller

from .queries import latest, table_of
from .registry import writer_called


@require_safe
def figure(request: HttpRequest, name: str, suffix: str) -> StreamingHttpResponse:
    """The latest publication of a figure that the caller may see: ?round=11&area=SS01 choose."""
    writer = writer_called(suffix)
    words = {key: str(value) for key, value in request.GET.items() if key != "area"}
    publication = latest(caller(request), name, words)
    answer = StreamingHttpResponse(
        writer.write(table_of(publication, request.GET.get("area", ""))), content_type=writer.media
    )
    answer["Content-Disposition"] = f'inline; filename="{name}.{suffix}"'
    answer["ETag"] = f'"{publication.checksum}"'
    answer["Vary"] = "Cookie, Authorization"
    return answer

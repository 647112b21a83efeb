"""The endpoint of maps and programs to the outlines of areas."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_safe

from waystation.access.queries import latest_entry, scopes_of, signed_in
from waystation.access.rules import checked_scope, digest
from waystation.collect.rules import read_count

from . import queries
from .queries import Outline

GEOJSON = "application/geo+json"
FIRST_LEVEL = "1"


def geojson(features: list[dict[str, Any]], **more: Any) -> HttpResponse:
    """A collection of features, for one reader only and to be asked for again each time."""
    collection = {"type": "FeatureCollection", "features": features, **more}
    answer = HttpResponse(json.dumps(collection, ensure_ascii=False, separators=(",", ":")), content_type=GEOJSON)
    answer["Cache-Control"] = "private, no-cache"
    patch_vary_headers(answer, ["Cookie", "Authorization", "Accept-Language"])
    return answer


def version(request: HttpRequest, *apps: str) -> str:
    """What an answer depends on: what was done in these apps, the rights of its reader, the question, the language.

    Raises NotSignedIn.
    """
    by = signed_in(request)
    rights = [sorted(scopes_of(by, f"{app}.see")) for app in apps]
    words = [latest_entry(*apps), rights, request.get_full_path(), get_language()]
    return f'"{digest(json.dumps(words))[:32]}"'


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    """One thing on a map."""
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def outlined(outline: Outline, **properties: Any) -> dict[str, Any]:
    """An area on a map, with the point inside it where its circle and its name belong."""
    area = outline.area
    return feature(
        outline.geometry,
        pcode=area.pcode,
        name=area.name_in(get_language() or ""),
        level=area.level,
        lon=outline.longitude,
        lat=outline.latitude,
        **properties,
    )


@require_safe
@condition(etag_func=lambda request: version(request, "places"))
def areas_geojson(request: HttpRequest) -> HttpResponse:
    """The outlines of the areas of one level that the caller may see: ?level=1&scope=/SSD."""
    by = signed_in(request)
    level = read_count(request.GET.get("level", FIRST_LEVEL), "level") or 0
    scope = checked_scope(request.GET.get("scope", "/"))
    return geojson([outlined(outline) for outline in queries.outlines(by, levels=[level], scope=scope)])

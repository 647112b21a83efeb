"""Answers that a browser saves as files."""

import csv
from collections.abc import Iterable
from io import StringIO

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def saved(content: bytes, name: str, media: str) -> HttpResponse:
    """An answer that the browser saves under a name."""
    header = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(content, content_type=media, headers={"Content-Disposition": header})


def csv_of(rows: Iterable[list[str]]) -> bytes:
    """Rows as comma-separated values."""
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()

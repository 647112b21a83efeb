"""The first page, and the one that machines look at."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse


def home(request: HttpRequest) -> HttpResponse:
    """What waits for me."""
    return HttpResponse("home")


def health(request: HttpRequest) -> HttpResponse:
    """Whether the server answers and reaches its database: for whoever watches over it."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return HttpResponse("ok", content_type="text/plain")

"""The first page, and the one that machines look at."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from waystation.access.queries import scopes_of, signed_in
from waystation.collect import queries as collect
from waystation.sharing import queries as sharing
from waystation.sharing.forms import line_of
from waystation.tracking import queries as tracking

MOST_ROUNDS = 4
MOST_FIGURES = 5


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for me, and what is new."""
    by = signed_in(request)
    figures = sharing.publications(by).filter(state="published")[:MOST_FIGURES]
    context = {
        **_tasks(request),
        "may_load": bool(scopes_of(by, "collect.receive_sheet")),
        "may_prepare": bool(scopes_of(by, "sharing.prepare")),
        "may_begin": bool(scopes_of(by, "tracking.plan_round")),
        "rounds": tracking.summaries(by, list(tracking.latest_rounds(by)[:MOST_ROUNDS])),
        "figures": [line_of(one) for one in figures],
    }
    return render(request, "front/home.html", context)


def _tasks(request: HttpRequest) -> dict[str, Any]:
    """What the reader may do something about, counted."""
    by = signed_in(request)
    tallies = collect.tallies(by) if scopes_of(by, "collect.see") else {}
    decides = bool(scopes_of(by, "collect.refile") or scopes_of(by, "collect.set_aside"))
    tasks = {
        "held": tallies.get("held", 0) + tallies.get("rival", 0) if decides else 0,
        "waiting": tallies.get("waiting", 0),
        "to_approve": sharing.to_decide(by).count(),
    }
    return {"tasks": tasks, "is_free": not any(tasks.values())}


def health(request: HttpRequest) -> HttpResponse:
    """Whether the server answers and reaches its database: for whoever watches over it."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return HttpResponse("ok", content_type="text/plain")

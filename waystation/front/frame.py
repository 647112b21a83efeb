"""What the frame of every page shows: where one can go, and where one is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from waystation.access.queries import scopes_of
from waystation.kernel.problems import _

PAGES = (
    ("home", _("Home"), ""),
    ("tracking:map", _("Map"), "tracking.see"),
    ("tracking:rounds", _("Rounds"), "tracking.see"),
    ("places:sites", _("Sites"), "places.see"),
    ("collect:tray", _("Tray"), "collect.see"),
    ("collect:forms", _("Forms"), "collect.see"),
    ("collect:fill", _("Fill in"), "collect.receive"),
)
"""Routes, their names, and the right that their readers hold somewhere."""

PUBLIC_PAGE = ("sharing:publications", _("Figures"))


def frame(request: HttpRequest) -> dict[str, Any]:
    """The navigation: what the reader may open. A passer-by sees the published figures only."""
    reader = request.user if hasattr(request, "user") and request.user.is_authenticated else None
    pages = [(name, label) for name, label, verb in PAGES if reader and (not verb or scopes_of(reader, verb))]
    ways = [(reverse(name), gettext(label)) for name, label in (*pages, PUBLIC_PAGE)]
    return {"nav": [{"url": url, "label": label, "current": _is_inside(request.path, url)} for url, label in ways]}


def _is_inside(path: str, url: str) -> bool:
    """Whether an address is a page of the navigation, or lies beneath it; everything lies beneath the first page."""
    return path == url or (url != "/" and path.startswith(url))

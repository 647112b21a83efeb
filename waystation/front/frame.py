"""What the frame of every page shows: where one can go, and where one is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from waystation.kernel.problems import _

PAGES = (
    ("home", _("Home")),
    ("tracking:map", _("Map")),
    ("tracking:rounds", _("Rounds")),
    ("places:sites", _("Sites")),
    ("collect:tray", _("Tray")),
    ("collect:forms", _("Forms")),
    ("sharing:publications", _("Figures")),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """The navigation, for who is signed in; a passer-by sees the published figures only."""
    signed_in = request.user.is_authenticated if hasattr(request, "user") else False
    pages = PAGES if signed_in else PAGES[-1:]
    ways = [(reverse(name), gettext(label)) for name, label in pages]
    return {"nav": [{"url": url, "label": label, "current": _is_inside(request.path, url)} for url, label in ways]}


def _is_inside(path: str, url: str) -> bool:
    """Whether an address is a page of the navigation, or lies beneath it; everything lies beneath the first page."""
    return path == url or (url != "/" and path.startswith(url))

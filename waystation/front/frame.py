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
    here = request.resolver_match.view_name if request.resolver_match else ""
    section = here.partition(":")[0]
    return {
        "nav": [
            {
                "url": reverse(name),
                "label": gettext(label),
                "current": name == here
                or (":" in name and section == name.partition(":")[0] and here not in dict(PAGES)),
            }
            for name, label in pages
        ]
    }

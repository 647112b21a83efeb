"""Codes of places in the reader's words, and names of areas in the reader's language."""

from typing import Final

from django import template
from django.utils.translation import get_language, gettext

from waystation.kernel.problems import _

from ..models import Area

register = template.Library()

WORDS: Final = {
    # kinds
    "site": _("Displacement site"),
    "host_community_location": _("Host community"),
    "area_of_return": _("Area of return"),
    "transit_point": _("Transit point"),
    # types
    "planned_camp": _("Planned camp"),
    "self_settled_informal_settlement": _("Self-settled settlement"),
    "transit_site": _("Transit site"),
    "collective_centre": _("Collective centre"),
    "evacuation_centre": _("Evacuation centre"),
    "reception_centre": _("Reception centre"),
    "host_family": _("Host family"),
    "rented_subsidized_housing": _("Rented or subsidised housing"),
    # statuses
    "rumoured": _("Rumoured"),
    "reported": _("Reported"),
    "verified_open": _("Verified, open"),
    "temporarily_inaccessible": _("Not accessible for now"),
    "closing": _("Closing"),
    "closed": _("Closed"),
    "reopened": _("Opened again"),
    "duplicate": _("Duplicate of another"),
    "invalid": _("Never was a site"),
    # sensitivities
    "public": _("Anyone may know this point."),
    "rounded": _("Published only to about a kilometre. Do not pass the exact point on."),
    "internal": _("Not published. Do not pass this point on."),
    "restricted": _("Not published, and dangerous in the wrong hands. Do not pass this point on."),
}
TONES: Final = {
    "verified_open": "ok",
    "reopened": "ok",
    "temporarily_inaccessible": "alert",
    "closing": "alert",
}


@register.filter
def place_word(code: str) -> str:
    """A code of the register of places as the reader says it; a code without a word stands for itself."""
    return gettext(WORDS[code]) if code in WORDS else code


@register.filter
def place_tone(status: str) -> str:
    """The colour of a status, on top of its word."""
    return TONES.get(status, "")


@register.filter
def in_language(area: Area) -> str:
    """The name of an area in the reader's language, where a release gives one."""
    return area.name_in(get_language() or "")

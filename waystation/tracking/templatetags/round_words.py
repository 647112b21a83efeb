"""Outcomes, methods and confidences in the reader's words."""

from typing import Final

from django import template
from django.utils.translation import gettext

from waystation.kernel.problems import _

register = template.Library()

WORDS: Final = {
    # outcomes
    "assessed": _("Assessed"),
    "carried_forward": _("Carried forward"),
    "not_accessible": _("Not accessible"),
    "no_informant": _("Nobody could tell"),
    "not_assessed": _("Not assessed"),
    # methods
    "registration": _("Registration"),
    "headcount": _("Counted one by one"),
    "shelter_count": _("Shelters times household size"),
    "ki_estimate": _("Estimate of key informants"),
    "desk_review": _("From documents"),
    "remote_sensing": _("From images"),
    "flow_balance": _("Arrivals and departures"),
    # confidences
    "a": _("Counted"),
    "b": _("Several sources agree"),
    "c": _("One source"),
    "d": _("Hearsay"),
    # audiences
    "public": _("Public"),
    "partners": _("Partners"),
    "internal": _("Internal"),
}
TONES: Final = {"assessed": "ok", "carried_forward": "accent"}


@register.filter
def round_word(code: str) -> str:
    """A code of tracking as the reader says it; a code without a word stands for itself."""
    return gettext(WORDS[code]) if code in WORDS else code


@register.filter
def outcome_tone(outcome: str) -> str:
    """The colour of an outcome, on top of its word."""
    return TONES.get(outcome, "alert")


@register.filter
def spaced(code: str) -> str:
    """A code that somebody wrote as a reason, as words."""
    return code.replace("_", " ")

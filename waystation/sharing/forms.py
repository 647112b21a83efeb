"""HTML forms of sharing, and the words in which publications are told."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy

from waystation.access.rules import checked_scope
from waystation.kernel.problems import Problem, _

from .actions import FEWEST
from .models import Publication
from .registry import Figure, figures

STATES: Final = {
    "waiting": _("waits for approval"),
    "published": _("published"),
    "refused": _("refused"),
    "withdrawn": _("withdrawn"),
}
TONES: Final = {"waiting": "accent", "published": "ok", "refused": "alert", "withdrawn": "alert"}
AUDIENCES: Final = {
    "public": _("Public: anybody, small counts hidden"),
    "partners": _("Partners: who may see the whole place, small counts hidden"),
    "internal": _("Internal: the office, nothing hidden"),
}
FOR_WHOM: Final = {"public": _("public"), "partners": _("partners"), "internal": _("internal")}
BASIS: Final = {
    "operation_name": _("Operation"),
    "round": _("Round"),
    "since": _("Compared with round"),
    "level": _("Level of areas"),
    "starts": _("From"),
    "ends": _("To"),
    "planned": _("Locations planned"),
    "assessed": _("Assessed in this round"),
    "carried_forward": _("Figure carried forward from an earlier round"),
    "not_accessible": _("Not accessible"),
    "no_informant": _("Nobody could tell"),
    "not_assessed": _("Not assessed for another reason"),
    "methods": _("How people were counted"),
    "methodology": _("Method and limits"),
}
"""What publications carry with them, in words; a part that has none is shown by its name."""

NUMBERS: Final = {"round": _("round"), "since": _("since round"), "level": _("level")}
"""Words of figures that are numbers, as a list tells them."""

LONGEST_NOTE: Final = 500


def line_of(publication: Publication) -> dict[str, Any]:
    """A publication in a list: its title, what it was asked with, its state and audience in words."""
    figure = figures().get(publication.figure)
    asked = {**publication.basis, **publication.words}
    return {
        "publication": publication,
        "title": gettext(figure.title) if figure else publication.figure,
        "operation": publication.basis.get("operation_name", ""),
        "asked": [(gettext(word), asked[name]) for name, word in NUMBERS.items() if name in asked],
        "said": gettext(STATES[publication.state]),
        "tone": TONES[publication.state],
        "audience": gettext(FOR_WHOM[publication.audience]),
    }


def said_above(form: forms.Form, problem: Problem) -> None:
    """Show a problem above a form: what is wrong, and what to do."""
    told = problem.as_dict(gettext)
    form.add_error(None, [told["message"], told["remedy"]])


class Prepare(forms.Form):
    """A figure, asked with its own words, over a place, for an audience."""

    scope = forms.CharField(
        label=gettext_lazy("Place"),
        max_length=400,
        help_text=gettext_lazy(
            "Its path: /SSD is a whole country, /SSD/SS03 a state in it. You must be able to see all of it."
        ),
        widget=forms.TextInput(attrs={"list": "places", "dir": "ltr"}),
    )
    audience = forms.ChoiceField(label=gettext_lazy("For whom"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, figure: Figure, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["audience"].choices = [(name, gettext(AUDIENCES[name])) for name in FEWEST]  # type: ignore[attr-defined]
        self.parameters = list(figure.parameters)
        for name, meaning in figure.parameters.items():
            self.fields[name] = _parameter(name, meaning, figure.defaults.get(name, ""))
        self.order_fields([*self.parameters, "scope", "audience"])

    def clean_scope(self) -> str:
        """A path as it is stored."""
        try:
            return checked_scope(self.cleaned_data["scope"])
        except Problem as problem:
            told = problem.as_dict(gettext)
            raise forms.ValidationError([told["message"], told["remedy"]], code=told["code"]) from problem

    @property
    def words(self) -> dict[str, str]:
        """What the figure is asked with; what was left empty is left to the figure."""
        given = {name: self.cleaned_data[name] for name in self.parameters}
        return {name: str(word) for name, word in given.items() if word not in (None, "")}


def _parameter(name: str, meaning: str, default: str) -> forms.Field:
    label, said = capfirst(gettext(meaning)), gettext("Empty means the latest, or the only one.")
    if name in NUMBERS:
        return forms.IntegerField(
            label=label, required=False, min_value=0, initial=default, help_text="" if default else said
        )
    return forms.CharField(label=label, required=False, max_length=100, initial=default, help_text=said)


class Note(forms.Form):
    """Why a publication is refused or withdrawn."""

    note = forms.CharField(label=gettext_lazy("Why"), max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 2}))

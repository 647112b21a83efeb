"""HTML forms of collect: what to load, which answer is mended, which submissions to list."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext, gettext_lazy

from waystation.kernel.problems import Problem, _

from .problems import MappingForOther, NothingChosen, TooMuchAtOnce
from .registry import intake_called, intakes, reader_of, readers
from .rules import Question, read_mapping

Result = TypeVar("Result")

LARGEST_SHEET: Final = 100_000_000  # bytes; what phones may send at once as well
LARGEST_DEFINITION: Final = 5_000_000
LARGEST_MAPPING: Final = 100_000

STATES: Final = {
    "waiting": _("waiting to be filed"),
    "filed": _("filed"),
    "held": _("held"),
    "rival": _("disputed"),
    "set_aside": _("set aside"),
}
"""What became of a submission, in words."""

TONES: Final = {"waiting": "accent", "filed": "ok", "held": "alert", "rival": "alert", "set_aside": ""}


REVIEWS: Final = {
    "received": _("received"),
    "edited": _("edited"),
    "hasIssues": _("has issues"),
    "approved": _("approved"),
    "rejected": _("rejected"),
}
"""What was decided about a submission, in words."""


DOUBTS: Final = {
    "collect.answer_left_out": _("required, and left out"),
    "collect.answer_not_allowed": _("breaks a condition"),
    "collect.answer_not_asked": _("answered, and not asked"),
    "collect.answer_of_another_kind": _("of another kind"),
    "collect.not_among_choices": _("none of the choices"),
    "collect.other_number_of_repeats": _("repeated too often or too rarely"),
    "collect.same_answers": _("all answers as in another one"),
    "collect.nearly_same_answers": _("nearly all answers as in another one"),
    "collect.entity_conflict": _("an entity changed by two at once"),
}
"""What is worth a look, in words; of other kinds their code is shown."""


def said_at(form: forms.Form, field: str | None, problem: Problem) -> None:
    """Show a problem at a field, or above the form: what is wrong, and what to do."""
    told = problem.as_dict(gettext)
    form.add_error(field, [told["message"], told["remedy"]])


def _checked_size(file: UploadedFile[Any], limit: int) -> UploadedFile[Any]:
    if (file.size or 0) > limit:
        raise TooMuchAtOnce(size=file.size, limit=limit)
    return file


class Chosen(forms.Form):
    """Which submissions a list shows."""

    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    form = forms.ChoiceField(label=gettext_lazy("Form"), required=False)

    def __init__(
        self, *args: Any, titles: Iterable[tuple[str, str]], states: Iterable[str] = (), **options: Any
    ) -> None:
        super().__init__(*args, **options)
        if states:
            offered = [(state, gettext(STATES[state])) for state in states]
            self.fields["state"].choices = [("", gettext("all")), *offered]  # type: ignore[attr-defined]
        else:
            del self.fields["state"]
        named = [(form_id, gettext(title)) for form_id, title in titles]
        self.fields["form"].choices = [("", gettext("all")), *named]  # type: ignore[attr-defined]

    @property
    def asked(self) -> dict[str, str]:
        """What was chosen, as far as it makes sense; what does not is as if nothing was."""
        self.is_valid()
        return {name: word for name, word in self.cleaned_data.items() if word}


class Upload(forms.Form):
    """An XLSForm to publish, and over which place."""

    file = forms.FileField(
        label=gettext_lazy("XLSForm"),
        help_text=gettext_lazy("A workbook with the sheets survey, choices and settings, or a Markdown table of them."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.md"}),
    )
    scope = forms.ChoiceField(
        label=gettext_lazy("For phones in"),
        help_text=gettext_lazy("Phones that may send from this place, or from inside it, are offered the form."),
    )

    def __init__(self, *args: Any, scopes: Iterable[str], **options: Any) -> None:
        super().__init__(*args, **options)
        offered = [(scope, gettext("everywhere") if scope == "/" else scope) for scope in sorted(scopes)]
        self.fields["scope"].choices = offered  # type: ignore[attr-defined]
        if len(offered) == 1:
            self.fields["scope"].widget = forms.HiddenInput()
            self.fields["scope"].initial = offered[0][0]

    def clean_file(self) -> UploadedFile[Any]:
        """Not larger than a form can be."""
        return _told_by_django(_checked_size, self.cleaned_data["file"], LARGEST_DEFINITION)


class Load(forms.Form):
    """A sheet, what it is, and how its columns answer."""

    file = forms.FileField(label=gettext_lazy("Sheet"))
    intake = forms.ChoiceField(label=gettext_lazy("What it is"), required=False)
    mapping = forms.FileField(
        label=gettext_lazy("Mapping"),
        required=False,
        help_text=gettext_lazy(
            "A YAML file that says which column answers which question. Without one, the headings of the sheet must be "
            "the names of the questions."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = ", ".join(sorted(readers()))
        self.fields["file"].help_text = gettext("One of %(known)s, up to 100 MB.") % {"known": known}
        self.fields["file"].widget.attrs["accept"] = ",".join(sorted(readers()))
        self.fields["intake"].choices = [("", gettext("as the mapping says")), *intake_titles()]  # type: ignore[attr-defined]

    def clean_file(self) -> UploadedFile[Any]:
        """Of a format that is read, and not too large."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        _told_by_django(reader_of, file.name or "")
        return _told_by_django(_checked_size, file, LARGEST_SHEET)

    def clean_mapping(self) -> dict[str, Any]:
        """The mapping, read; empty where none was given."""
        file: UploadedFile[Any] | None = self.cleaned_data["mapping"]
        if file is None:
            return {}
        return _told_by_django(read_mapping, _told_by_django(_checked_size, file, LARGEST_MAPPING).read())

    def clean(self) -> dict[str, Any]:
        """What the sheet is, said once: by the choice, by the mapping, or by both alike."""
        if self.errors:
            return self.cleaned_data
        chosen, mapping = self.cleaned_data["intake"], self.cleaned_data["mapping"]
        said = mapping.get("intake", "")
        if not chosen and not said:
            said_at(self, "intake", NothingChosen())
        elif chosen and said and chosen != said:
            said_at(self, "intake", MappingForOther(intake=said, chosen=chosen))
        else:
            _told_by_django(intake_called, chosen or said)
            self.cleaned_data["mapping"] = {**mapping, "intake": chosen or said}
        return self.cleaned_data


def _told_by_django(check: Callable[..., Result], *given: Any) -> Result:
    """Do something whose problem Django shall show at the field being cleaned."""
    try:
        return check(*given)
    except Problem as problem:
        told = problem.as_dict(gettext)
        raise forms.ValidationError([told["message"], told["remedy"]], code=told["code"]) from problem


def intake_titles() -> list[tuple[str, str]]:
    """What sheets can be, by name and in words."""
    titles = [(name, gettext(intake.title) if intake.title else name) for name, intake in intakes().items()]
    return sorted(titles, key=lambda title: title[1])


class Correct(forms.Form):
    """One answer of a held submission, to be mended: its choices, or a line to write on, holding what counts now."""

    question = forms.CharField(widget=forms.HiddenInput())
    answer = forms.CharField()

    def __init__(self, question: Question, answer: str) -> None:
        super().__init__(initial={"question": question.name, "answer": answer}, auto_id=f"{question.name}-%s")
        self.use_required_attribute = False
        self.fields["answer"].widget.attrs["dir"] = "auto"
        if question.takes_one:
            known = answer in dict(question.choices)
            choices = [("", "–"), *([] if known or not answer else [(answer, answer)]), *question.choices]
            self.fields["answer"].widget = forms.Select(choices=choices)


MOST_PHONES: Final = 500


class NewPhones(forms.Form):
    """Phones to be set up: a name a line, a PIN or a key, and until when."""

    names = forms.CharField(
        label=gettext_lazy("Names of the new phones"),
        help_text=gettext_lazy("One a line: of the person or the team that will use it."),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    pin = forms.BooleanField(
        label=gettext_lazy("Ask for a PIN"),
        required=False,
        help_text=gettext_lazy("The code then opens nothing by itself: whoever uses the phone types the PIN in."),
    )
    until = forms.DateField(
        label=gettext_lazy("Until"),
        required=False,
        help_text=gettext_lazy("After this day a key opens nothing any more. PINs stand until they are taken back."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def clean_names(self) -> list[str]:
        """A name a line, not too many and none too long."""
        names = [name.strip() for name in self.cleaned_data["names"].splitlines() if name.strip()]
        if len(names) > MOST_PHONES or any(len(name) > 200 for name in names):  # noqa: PLR2004  (what the column holds)
            raise forms.ValidationError(gettext("Give at most 500 names, each of at most 200 letters."))
        return names


class ChosenEntities(forms.Form):
    """Which entities a list shows."""

    search = forms.CharField(label=gettext_lazy("Label or id"), required=False, max_length=200)
    state = forms.ChoiceField(
        label=gettext_lazy("Which"),
        required=False,
        choices=[
            ("", gettext_lazy("all")),
            ("conflict", gettext_lazy("in conflict")),
            ("open", gettext_lazy("open")),
            ("closed", gettext_lazy("closed")),
        ],
    )

    @property
    def asked(self) -> dict[str, str]:
        """What was chosen, as far as it makes sense."""
        self.is_valid()
        return {name: word for name, word in self.cleaned_data.items() if word}


class NewLink(forms.Form):
    """A public link: what it is called, and whether it takes one submission only."""

    name = forms.CharField(label=gettext_lazy("Name of the link"), max_length=200)
    once = forms.BooleanField(
        label=gettext_lazy("For one submission only"),
        required=False,
        help_text=gettext_lazy("The server takes the first one that comes and no other."),
    )


class ChosenRows(forms.Form):
    """Which submissions of a form a table shows."""

    sender = forms.TypedChoiceField(label=gettext_lazy("Sender"), required=False, coerce=int, empty_value=None)
    review = forms.ChoiceField(label=gettext_lazy("Review"), required=False)
    since = forms.DateField(label=gettext_lazy("Since"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=gettext_lazy("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, senders: Iterable[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        offered = [(str(one.pk), one.name) for one in senders]
        self.fields["sender"].choices = [("", gettext("all")), *offered]  # type: ignore[attr-defined]
        reviews = [(name, gettext(words)) for name, words in REVIEWS.items()]
        self.fields["review"].choices = [("", gettext("all")), *reviews]  # type: ignore[attr-defined]

    @property
    def asked(self) -> dict[str, Any]:
        """What was chosen, as far as it makes sense."""
        self.is_valid()
        return {name: word for name, word in self.cleaned_data.items() if word}

"""The columns that exports lay a form's answers out in, named and ordered as ODK Central does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from .answers import Tree
from .shape import PLACES, ROOT, WITH_CHOICES, Choice, Field, Fields, Kind, said
from .values import position_of, written

Cells = list[Any]
ReadRow = Callable[[Mapping[str, Any]], Cells]
"""Lays the answers of one row out in its columns."""


class Meta(NamedTuple):
    """What is known of a submission beside its answers."""

    instance_id: str
    submitted_at: datetime
    updated_at: datetime | None = None
    submitter_id: str | int | None = None
    submitter_name: str | None = None
    attachments_present: int = 0
    attachments_expected: int = 0
    status: str | None = None
    review_state: str | None = None
    device_id: str | None = None
    edits: int = 0
    form_version: str = ""
    deleted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """How answers are laid out."""

    group_paths: bool = True
    """Whether headings begin with the names of the groups: household-head-age instead of age."""
    split_select_multiples: bool = False
    """Whether each choice has a column besides, with 1 where it was chosen and 0 where it was not."""
    gone_fields: bool = False
    """Whether fields that only older versions of the form asked have a column."""
    language: str = ""
    """The language, by name or code, in which choices are written out; empty for their codes."""
    labelled_headings: bool = False
    """Whether headings are the questions' words instead of their names."""
    harmless: bool = True
    """Whether texts that a spreadsheet takes for formulas are disarmed; machines want them word for word."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of answers: of which field, and if it is only a part of the answer, which part."""

    name: str
    field: Field
    kind: Kind
    part: str = ""
    """Latitude and the like of a place, or the code of the one choice that it tells of."""


POINT_PARTS: Final = ("Latitude", "Longitude", "Altitude", "Accuracy")
META_FIRST: Final = ("SubmissionDate",)
META_LAST: Final = (
    "KEY",
    "SubmitterID",
    "SubmitterName",
    "AttachmentsPresent",
    "AttachmentsExpected",
    "Status",
    "ReviewState",
    "DeviceID",
    "Edits",
    "FormVersion",
)
KEYS_LAST: Final = ("PARENT_KEY", "KEY")
"""What ends the rows of a repeat."""


def table_names(form: str, fields: Fields) -> dict[str, str]:
    """What the tables are called, by path: that of a repeat by its own name where no other has it."""
    names = [path.rpartition("/")[2] for path in fields.repeats]
    told = {
        path: name if names.count(name) == 1 else path.strip("/").replace("/", "-")
        for path, name in zip(fields.repeats, names, strict=True)
    }
    return {ROOT: form} | {path: f"{form}-{name}" for path, name in told.items()}


meta_last = itemgetter(0, *range(3, 12))
"""The cells under META_LAST, of a Meta."""


def moment(at: datetime) -> str:
    """A moment in UTC, to the thousandth of a second: 2026-03-01T10:20:30.400Z."""
    told = at.isoformat()
    if len(told) == len("2026-03-01T10:20:30.400000+00:00") and told.endswith("+00:00"):  # nearly always
        return f"{told[:23]}Z"
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def columns_of(fields: Fields, repeat: str = ROOT, options: Options | None = None) -> tuple[Column, ...]:
    """The columns of one table's answers, between those that tell of the submission."""
    options = options or Options()
    asked = fields.answered_in(repeat, gone=options.gone_fields)
    return tuple(column for one in asked for column in _columns(one, repeat, options, fields))


def _columns(one: Field, repeat: str, options: Options, fields: Fields) -> Iterable[Column]:
    name = _heading(one, repeat, options, fields)
    if one.kind == "geopoint":
        return [Column(f"{name}-{part}", one, "decimal", part) for part in POINT_PARTS]
    if one.kind == "select_multiple" and options.split_select_multiples:
        chosen = [Column(f"{name}/{_word(choice, options, fields)}", one, "int", choice.code) for choice in one.choices]
        return [Column(name, one, one.kind), *chosen]
    return [Column(name, one, one.kind)]


def _heading(one: Field, repeat: str, options: Options, fields: Fields) -> str:
    if options.labelled_headings:
        return one.label(fields.language(options.language))
    within = one.path.removeprefix(repeat).strip("/")
    return within.replace("/", "-") if options.group_paths else one.name


def _word(choice: Choice, options: Options, fields: Fields) -> str:
    if not options.language:
        return choice.code
    return said(choice.labels, fields.language(options.language)) or choice.code


def row_reader(
    fields: Fields,
    repeat: str = ROOT,
    options: Options | None = None,
    *,
    say: Mapping[Kind, Callable[[Any], Any]] = MappingProxyType({}),
) -> ReadRow:
    """Lays the answers of one row out under `columns_of`. `say` writes the kinds that a format has its own way with."""
    options = options or Options()
    asked = fields.answered_in(repeat, gone=options.gone_fields)
    read = _answers_reader(asked, repeat)
    changes = [(nth, change) for nth, one in enumerate(asked) if (change := _change(one, options, fields, say))]
    changes.reverse()  # from the end, since a change may make several cells of one
    if not changes:
        return read

    def read_changed(frame: Mapping[str, Any]) -> Cells:
        cells = read(frame)
        for nth, change in changes:
            cells[nth : nth + 1] = change(cells[nth])
        return cells

    return read_changed


def _answers_reader(asked: Sequence[Field], repeat: str) -> ReadRow:
    """Fetches the answers group by group; trees of other versions may lack some, and are read one by one."""
    steps: list[tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]] = []
    for above, inside in groupby(asked, key=lambda one: one.above):
        groups = tuple(above.removeprefix(repeat).split("/")[1:])
        names = [one.name for one in inside]
        steps.append((groups, itemgetter(*names) if len(names) > 1 else _only(names[0])))
    ways = [tuple(one.path.removeprefix(repeat).split("/")[1:]) for one in asked]

    def read(frame: Mapping[str, Any]) -> Cells:
        cells: Cells = []
        try:
            for groups, fetch in steps:
                inner: Any = frame
                for group in groups:
                    inner = inner[group]
                cells += fetch(inner)
        except (KeyError, TypeError):
            return [_answer(frame, way) for way in ways]
        return cells

    return read


def _only(name: str) -> Callable[[Any], tuple[Any]]:
    return lambda frame: (frame[name],)


def _answer(frame: Any, way: Iterable[str]) -> Any:
    for name in way:
        frame = frame.get(name) if isinstance(frame, Mapping) else None
    return None if isinstance(frame, list) else frame


Change = Callable[[Any], Sequence[Any]]


def _change(one: Field, options: Options, fields: Fields, say: Mapping[Kind, Callable[[Any], Any]]) -> Change | None:
    """What is done to the answers of one field, if anything."""
    if one.kind == "geopoint":
        return _point
    if one.kind in PLACES:
        return _written
    if one.kind in WITH_CHOICES and (options.language or options.split_select_multiples):
        return _chosen(one, options, fields)
    if one.was_other:
        return _plain
    if one.kind in say:
        spoken = say[one.kind]
        return lambda value: (None if value is None else spoken(value),)
    return None


def _plain(value: Any) -> Sequence[Any]:
    """A text; what another version of the form read as a place or a yes is written as the phone wrote it."""
    if value is None or type(value) is str:
        return (value,)
    if isinstance(value, dict):
        return (written(value) if "coordinates" in value else None,)
    return (str(value).lower() if isinstance(value, bool) else str(value),)


def _point(value: Any) -> Sequence[Any]:
    if isinstance(value, dict) and "coordinates" in value:
        return position_of(value)
    return (value, None, None, None)  # a text that is no place stays where it can be seen


def _written(value: Any) -> Sequence[Any]:
    return (written(value) if isinstance(value, dict) else value,)


def _chosen(one: Field, options: Options, fields: Fields) -> Change:
    """Codes in words, and a cell for each choice where they are split."""
    codes = [choice.code for choice in one.choices]
    words = {choice.code: _word(choice, options, fields) for choice in one.choices}
    splits = one.kind == "select_multiple" and options.split_select_multiples
    takes_one = one.kind == "select_one"

    def told(value: Any) -> Sequence[Any]:
        if not isinstance(value, str):
            return (value, *([None] * len(codes) if splits else ()))
        chosen = [value] if takes_one else value.split()
        spoken = ", ".join(words.get(code, code) for code in chosen) if options.language else value
        return (spoken, *([int(code in chosen) for code in codes] if splits else ()))

    return told


def geometry_field(fields: Fields) -> Field | None:
    """The first field outside all repeats that tells a place."""
    return next((one for one in fields.answered_in() if one.kind in PLACES), None)


def answer_at(tree: Tree, path: str) -> Any:
    """One answer of a tree, by the path of its field outside all repeats; None where the tree has none."""
    return _answer(tree, path.split("/")[1:])

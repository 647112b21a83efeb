"""The fields of a form: every question, group and repeat in its order, with its words and choices."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, Final, Literal

Kind = Literal[
    "string",
    "int",
    "decimal",
    "boolean",
    "date",
    "time",
    "dateTime",
    "geopoint",
    "geotrace",
    "geoshape",
    "binary",
    "barcode",
    "select_one",
    "select_multiple",
    "rank",
    "trigger",
    "note",
    "structure",
    "repeat",
]

GROUPS: Final = frozenset({"structure", "repeat"})
PLACES: Final = frozenset({"geopoint", "geotrace", "geoshape"})
WITH_CHOICES: Final = frozenset({"select_one", "select_multiple", "rank"})
ROOT: Final = ""
"""The path of the table that has one row for each submission."""

UNFIT: Final = "@waystation.unfit"
"""Where a tree of answers names, if there are any, the paths whose answers do not fit the type the form asks for.

Such an answer stays in the tree as the text that was sent. No field can be called so, and to OData it is a note.
"""

NO_ODATA_SIGN = re.compile(r"[^A-Za-z0-9_]")


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice: its code, and its words by language."""

    code: str
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Field:
    """One question, group or repeat of a form."""

    path: str
    """With every group it lies in, such as /household/child/age."""
    type: str
    """As the form itself says, such as string; `structure` for a group and `repeat` for a repeat."""
    kind: Kind
    """What is really asked: a select_one is a `string` by its type."""
    repeat: str = ROOT
    """The path of the innermost repeat that it lies in; a repeat lies in the one around it."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Its words by language."""
    choices: tuple[Choice, ...] = ()
    is_external: bool = False
    """Whether its choices come from a file or list beside the form."""
    is_gone: bool = False
    """Whether the newest version of the form asks it no more."""
    was_other: bool = False
    """Whether versions of the form read its answers as different types, so that it can only be a text."""

    @property
    def name(self) -> str:
        """Its own name, without its groups."""
        return self.path.rpartition("/")[2]

    @property
    def above(self) -> str:
        """The path of the group that it lies in; empty outside all groups."""
        return self.path.rpartition("/")[0]

    @property
    def is_group(self) -> bool:
        """Whether it holds other fields instead of an answer."""
        return self.kind in GROUPS

    def label(self, language: str) -> str:
        """Its words in a language, else in any other, else its name."""
        return said(self.labels, language) or self.name

    def as_dict(self, *, odata: bool = False) -> dict[str, Any]:
        """As the lists of fields of the REST API show it; with OData's own names where asked for."""
        path = "/".join(map(odata_name, self.path.split("/"))) if odata else self.path
        return {
            "path": path,
            "name": path.rpartition("/")[2],
            "type": self.type,
            "binary": True if self.kind == "binary" else None,
            "selectMultiple": True if self.kind == "select_multiple" else None,
        }


@dataclass(frozen=True, eq=False)
class Fields:
    """All fields of a form in their order; groups stand before what they hold."""

    all: tuple[Field, ...]
    title: str = ""
    languages: tuple[str, ...] = ()
    """What the form speaks, its own language first; empty where it names none."""

    @cached_property
    def by_path(self) -> Mapping[str, Field]:
        """The fields by their paths."""
        return {one.path: one for one in self.all}

    @cached_property
    def repeats(self) -> tuple[str, ...]:
        """The paths of its repeats, outer ones first."""
        return tuple(one.path for one in self.all if one.kind == "repeat")

    def answered_in(self, repeat: str = ROOT, *, gone: bool = True) -> tuple[Field, ...]:
        """The fields that hold an answer in one table: a repeat's own, or those outside all repeats."""
        asked = (one for one in self.all if one.repeat == repeat and not one.is_group)
        return tuple(one for one in asked if gone or not one.is_gone)

    @cached_property
    def beneath(self) -> Mapping[str, tuple[Field, ...]]:
        """What lies directly in each group and repeat, and under the empty path what lies in none."""
        found: dict[str, list[Field]] = {ROOT: []}
        for one in self.all:
            found.setdefault(one.above, []).append(one)
            if one.is_group:
                found.setdefault(one.path, [])
        return {path: tuple(fields) for path, fields in found.items()}

    def language(self, asked: str) -> str:
        """The form's own name of a language asked for by name or code (`fr` finds `Français (fr)`), else its first."""
        spoken = [one for one in self.languages if asked and (one == asked or one.endswith(f"({asked})"))]
        return next(iter([*spoken, *self.languages]), "")


def said(labels: Mapping[str, str], language: str) -> str:
    """Words in a language, else in any that has them."""
    return labels.get(language) or next((words for words in labels.values() if words), "")


def odata_name(name: str) -> str:
    """A name as OData takes it: letters, digits and underscores of ASCII, and no digit first."""
    plain = NO_ODATA_SIGN.sub("_", name)
    return f"_{plain}" if plain[:1].isdigit() else plain


def merged(newest: Fields, *older: Fields) -> Fields:
    """One form out of several versions, newest first: what older ones asked besides stays, marked as gone.

    A field whose type changed is read as a text. Where a group became a question or the other way round, the newer
    version stands.
    """
    found = dict(newest.by_path)
    order = {path: [one.path for one in fields] for path, fields in newest.beneath.items()}
    for version in older:
        _take_in(version, found, order)
    languages = dict.fromkeys(language for one in (newest, *older) for language in one.languages)
    return Fields(tuple(_in_order(found, order)), newest.title, tuple(languages))


def _take_in(version: Fields, found: dict[str, Field], order: dict[str, list[str]]) -> None:
    for group, fields in version.beneath.items():
        if group not in order:
            continue  # a question by now
        for before, one in pairwise((None, *fields)):
            assert one is not None  # noqa: S101  (only the first of all has nothing before it)
            if one.path in found:
                found[one.path] = _combined(found[one.path], one)
                continue
            found[one.path] = replace(one, is_gone=True)
            _place(one, after=before, among=order[group])
            if one.is_group:
                order[one.path] = []


def _place(one: Field, *, after: Field | None, among: list[str]) -> None:
    known = after is not None and after.path in among
    among.insert(among.index(after.path) + 1 if known and after else 0, one.path)


def _combined(newer: Field, older: Field) -> Field:
    if newer.is_group or older.is_group:
        both = newer.is_group and older.is_group
        repeated = both and "repeat" in (newer.kind, older.kind)
        return replace(newer, type="repeat", kind="repeat") if repeated else newer
    return replace(
        newer,
        type=newer.type if newer.type == older.type else "string",
        kind=_common_kind(newer, older),
        labels={**older.labels, **newer.labels},
        choices=_all_choices(newer.choices, older.choices),
        is_external=newer.is_external or older.is_external,
        was_other=newer.was_other or newer.type != older.type,
    )


def _common_kind(newer: Field, older: Field) -> Kind:
    if newer.type != older.type:
        return "string"
    if newer.kind == older.kind:
        return newer.kind
    one_or_many = {newer.kind, older.kind} == {"select_one", "select_multiple"}
    return "select_multiple" if one_or_many else "string"


def _all_choices(newer: Iterable[Choice], older: Iterable[Choice]) -> tuple[Choice, ...]:
    found = {choice.code: choice for choice in newer}
    for choice in older:
        known = found.get(choice.code, choice)
        found[choice.code] = Choice(choice.code, {**choice.labels, **known.labels})
    return tuple(found.values())


def _in_order(found: Mapping[str, Field], order: Mapping[str, list[str]]) -> list[Field]:
    """From the outside in. A field in a group that became a repeat lies in that repeat."""
    fields: list[Field] = []
    waiting = [(path, ROOT) for path in reversed(order[ROOT])]
    while waiting:
        path, repeat = waiting.pop()
        one = found[path]
        fields.append(one if one.repeat == repeat else replace(one, repeat=repeat))
        inside = path if one.kind == "repeat" else repeat
        waiting += [(child, inside) for child in reversed(order.get(path, []))]
    return fields

"""The answers of one submission as a reader reads them: the form's own words, group by group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from .answers import Tree
from .shape import ROOT, Field, Fields, said
from .values import position_of, written

META: Final = "/meta"


class Told(NamedTuple):
    """One line: a question and its answer, or the heading of a group, which has no answer."""

    words: str
    answer: str | None = None


@dataclass(frozen=True)
class Teller:
    """Tells submissions of one form in one of its languages."""

    fields: Fields
    language: str
    """The form's own name of it."""
    yes: str = "Yes"
    no: str = "No"

    def tell(self, tree: Tree) -> Iterator[Told]:
        """The answers line by line; what was not answered is left out, and so are groups without an answer."""
        return self._group(ROOT, tree)

    def _group(self, path: str, frame: Mapping[str, Any]) -> Iterator[Told]:
        inside = [one for one in self.fields.beneath[path] if frame.get(one.name) is not None and one.path != META]
        for one in inside:
            if not one.is_group:
                yield Told(one.label(self.language), self._answer(one, frame[one.name]))
        for one in inside:
            if one.is_group:
                yield from self._inner(one, frame[one.name])

    def _inner(self, one: Field, value: Any) -> Iterator[Told]:
        heading = one.label(self.language)
        for number, frame in enumerate(value if isinstance(value, list) else [value], start=1):
            lines = list(self._group(one.path, frame)) if isinstance(frame, Mapping) else []
            if lines:
                yield Told(f"{heading} {number}" if one.kind == "repeat" else heading)
                yield from lines

    def _answer(self, one: Field, value: Any) -> str:
        if one.choices and isinstance(value, str):
            labels = {choice.code: said(choice.labels, self.language) or choice.code for choice in one.choices}
            codes = [value] if one.kind == "select_one" else value.split()
            return ", ".join(labels.get(code, code) for code in codes)
        return self.say(value)

    def say(self, value: Any) -> str:
        """One value in words: a moment to the minute, a point as latitude and longitude."""
        if isinstance(value, bool):
            return self.yes if value else self.no
        if isinstance(value, datetime):
            return value.isoformat(sep=" ", timespec="minutes")
        if isinstance(value, Mapping):
            return _place(value)
        return str(value)


def _place(value: Mapping[str, Any]) -> str:
    if value.get("type") != "Point":
        return written(value) if "coordinates" in value else ""
    return ", ".join(str(number) for number in position_of(value)[:2])

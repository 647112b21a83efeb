"""Questions to tables, as OData 4.0 asks them: `$filter` and `$orderby` over what is known of a submission."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from ..problems import NotAskedThatWay

COLUMNS: Final = {
    "__id": "instance",
    "__system/submissionDate": "received_at",
    "__system/updatedAt": "updated_at",
    "__system/submitterId": "actor",
    "__system/reviewState": "review",
    "__system/deletedAt": "deleted_at",
}
"""What may be asked about, and the column that answers."""

TEXTS: Final = ("review", "conflict")
"""Columns in which an empty text stands for none."""

COMPARED: Final = {"eq": "exact", "lt": "lt", "le": "lte", "gt": "gt", "ge": "gte"}
PARTS: Final = ("year", "month", "day", "hour", "minute", "second")
TOKENS: Final = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')"
    r"|(?P<moment>\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?)"
    r"|(?P<number>-?\d+)|(?P<name>\$?[A-Za-z_][\w/$.]*)|(?P<sign>[(),]))"
)


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison: a column, perhaps a part of its date, how, and with what."""

    column: str
    how: str
    value: Any
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """Several conditions of which all, or any, must be true; or none of it."""

    conditions: tuple[Condition, ...]
    any: bool = False
    negated: bool = False


Condition = Compared | Joined


def read_filter(words: str, *, now: datetime, columns: Mapping[str, str] = COLUMNS) -> Condition:
    """A `$filter` as a condition over some columns. Raises NotAskedThatWay."""
    reading = _Reading(_tokens(words), words, now, columns)
    found = reading.either()
    if reading.left:
        raise NotAskedThatWay(option="$filter", word=words)
    return found


def read_order(words: str, known: Mapping[str, str] = COLUMNS) -> list[str]:
    """An `$orderby` as columns, with a minus before those that run down. Raises NotAskedThatWay."""
    columns = []
    for part in words.split(","):
        name, _blank, way = part.strip().partition(" ")
        if way not in ("", "asc", "desc"):
            raise NotAskedThatWay(option="$orderby", word=words)
        columns.append(("-" if way == "desc" else "") + _column(name, "$orderby", known))
    return columns


def _column(name: str, option: str, known: Mapping[str, str]) -> str:
    short = name.removeprefix("$root/Submissions/")
    if short not in known:
        raise NotAskedThatWay(option=option, word=name)
    return known[short]


def _tokens(words: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while words[at:].strip():
        token = TOKENS.match(words, at)
        if token is None:
            raise NotAskedThatWay(option="$filter", word=words)
        found.append((token.lastgroup or "", token.group(token.lastgroup or 0)))
        at = token.end()
    return found


class _Reading:
    """Reads by descent: or, and, not, then one comparison."""

    def __init__(self, left: list[tuple[str, str]], words: str, now: datetime, columns: Mapping[str, str]) -> None:
        self.left = left
        self.words = words
        self.now = now
        self.columns = columns

    def refuse(self) -> NotAskedThatWay:
        return NotAskedThatWay(option="$filter", word=self.words)

    def next(self, *wanted: str) -> str:
        """The next word, where it is one of these; empty where it is not."""
        if self.left and self.left[0][1] in wanted:
            return self.left.pop(0)[1]
        return ""

    def either(self) -> Condition:
        return self.joined("or", self.both, any_=True)

    def both(self) -> Condition:
        return self.joined("and", self.one, any_=False)

    def joined(self, word: str, inner: Callable[[], Condition], *, any_: bool) -> Condition:
        conditions = [inner()]
        while self.next(word):
            conditions.append(inner())
        return conditions[0] if len(conditions) == 1 else Joined(tuple(conditions), any=any_)

    def one(self) -> Condition:
        if self.next("not"):
            return Joined((self.one(),), negated=True)
        if self.next("("):
            found = self.either()
            if not self.next(")"):
                raise self.refuse()
            return found
        return self.compared()

    def compared(self) -> Compared:
        left, how, right = self.side(), self.next("eq", "ne", "lt", "le", "gt", "ge"), None
        if not how or not isinstance(left, str):
            raise self.refuse()
        right = self.value()
        lookup = COMPARED.get(how, "exact")
        if right is None and lookup != "exact":
            raise self.refuse()
        if right is None and left in TEXTS:
            right = ""
        return Compared(left, "isnull" if right is None else lookup, right is None or right, negated=how == "ne")

    def side(self) -> str:
        part = self.next(*PARTS)
        if part:
            if not self.next("("):
                raise self.refuse()
            inner = self.side()
            if not self.next(")"):
                raise self.refuse()
            return f"{inner}__{part}"
        if not self.left or self.left[0][0] != "name":
            raise self.refuse()
        return _column(self.left.pop(0)[1], "$filter", self.columns)

    def value(self) -> Any:
        if not self.left:
            raise self.refuse()
        kind, word = self.left.pop(0)
        if kind == "text":
            return word[1:-1].replace("''", "'")
        if kind == "number":
            return int(word)
        if kind == "moment":
            return _moment(word)
        if word == "now" and self.next("(") and self.next(")"):
            return self.now
        if word in ("null", "true", "false"):
            return {"null": None, "true": True, "false": False}[word]
        raise self.refuse()


def _moment(word: str) -> datetime:
    try:
        found = datetime.fromisoformat(word)
    except ValueError as error:
        raise NotAskedThatWay(option="$filter", word=word) from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def names_deleted(condition: Condition) -> bool:
    """Whether a condition asks about deleted rows, which are hidden otherwise."""
    if isinstance(condition, Compared):
        return condition.column.startswith("deleted_at")
    return any(map(names_deleted, condition.conditions))


def chosen(row: dict[str, Any], paths: Sequence[str]) -> dict[str, Any]:
    """Of a row those parts that `$select` names."""
    found: dict[str, Any] = {}
    for path in paths:
        here, there, names = row, found, path.strip().split("/")
        for name in names[:-1]:
            if not isinstance(here.get(name), dict):
                break
            here, there = here[name], there.setdefault(name, {})
        if names[-1] in here:
            there[names[-1]] = here[names[-1]]
    return found

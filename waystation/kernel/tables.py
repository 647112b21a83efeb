"""A table: named, tagged columns over plain rows. The only shape that leaves an app."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal

Kind = Literal["text", "count", "number", "date", "latitude", "longitude"]

Shield = Literal["open", "small", "follows", "identity"]
"""How far a column may travel.

open      any value may be shown
small     a count of people: small ones are hidden
follows   worked out from the small columns of its row (a change, a ratio): hidden where one of them is hidden
identity  names or numbers a person: it may enter no figure
"""

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """What one column means, how it is tagged (HXL), and how far it may travel."""

    name: str
    kind: Kind = "text"
    hxl: str = ""
    label: str = ""
    shield: Shield = "open"


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and their rows. Rows may be a stream: read them once."""

    columns: tuple[Column, ...]
    rows: Iterable[Row] = field(default=(), repr=False)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    @property
    def names(self) -> list[str]:
        """The columns' names, in order."""
        return [column.name for column in self.columns]


FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe goes before one that looks like it.

    The list of signs is OWASP's for CSV injection. Numbers are not texts: they pass as they are.
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text

"""What may be shown of small numbers.

Disclosure control as statistical offices practise it: counts of fewer than five people are hidden (primary), then the
smallest further counts that keep a reader from working the hidden ones out of published totals (secondary).

Promised, for a table and for the totals of the columns named by `totals_by`, each protected by this same rule: no
hidden small count can be worked out by adding and subtracting, nor narrowed down to numbers that are all small.

Not promised: safety from somebody else's totals of the same people published in full, from comparing two dates, or
where nothing is left to hide (five places of one person each whose total, five, is shown).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from waystation.kernel.tables import Column, Row, Table

FEWEST_SHOWN: Final = 5
"""Counts of people under this are hidden in public: common practice. Sensitive figures take 10."""

HIDDEN: Final = "[c]"
"""Stands where a count is withheld: "confidential" among the shorthands of the UK's Government Statistical Service.

Primary and secondary cells carry the same mark, for telling them apart would tell which are small. None stays None:
it says that nothing was assessed.
"""

Counts = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Protected:
    """A table that may be shown, and how many of its cells are withheld."""

    table: Table
    withheld: int


def protect(table: Table, *, fewest: int = FEWEST_SHOWN, totals_by: Sequence[str] = ()) -> Protected:
    """Hide small counts, and as few others as keep them from being worked out of totals.

    A row is hidden whole: its households tell its people, and its women and men make up their sum. Totals are taken
    to be known over all rows and for every prefix of `totals_by`, outermost first. The rows' order changes nothing.
    """
    rows = list(table)
    keys = [table.names.index(name) for name in totals_by]
    small = [at for at, column in enumerate(table.columns) if column.shield == "small"]
    overall = _group(list(enumerate(rows)), keys, small)
    hidden = set(_rows_to_hide(overall, fewest, hidden=_is_small(overall, fewest)))
    shown = [_marked(row, table.columns) if at in hidden else row for at, row in enumerate(rows)]
    return Protected(Table(table.columns, shown), sum(_withheld(row, table.columns) for row in shown))


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """Rows that share a total, as the groups inside it; innermost is the single row."""

    name: tuple[Any, ...]
    """The cells of the row, or the word that its rows share."""
    counts: Counts
    """The total of every small column; None where nothing was assessed."""
    parts: tuple[_Group, ...] = ()
    row: int | None = None
    """The place of a single row in its table."""


def _group(rows: Iterable[tuple[int, Row]], keys: Sequence[int], small: Sequence[int], word: Any = None) -> _Group:
    if keys:
        alike = defaultdict(list)
        for at, row in rows:
            alike[row[keys[0]]].append((at, row))
        parts = [_group(inner, keys[1:], small, shared) for shared, inner in alike.items()]
    else:
        parts = [_Group(row, tuple(row[column] for column in small), row=at) for at, row in rows]
    totals = tuple(_total(part.counts[column] for part in parts) for column in range(len(small)))
    return _Group((word,), totals, tuple(parts))


def _total(counts: Iterable[Any]) -> Any:
    assessed = [count for count in counts if count is not None]
    return sum(assessed) if assessed else None


def _is_small(group: _Group, fewest: int) -> bool:
    return any(count is not None and 0 < count < fewest for count in group.counts)


def _rows_to_hide(group: _Group, fewest: int, *, hidden: bool) -> list[int]:
    """From the outermost total inwards, so that a table of totals and the table beneath it hide the same totals."""
    if group.row is not None:
        return [group.row] if hidden else []
    chosen, rest = _parts_to_hide(group, fewest, total_is_hidden=hidden)
    return [
        *(row for part in chosen for row in _rows_to_hide(part, fewest, hidden=True)),
        *(row for part in rest for row in _rows_to_hide(part, fewest, hidden=False)),
    ]


def _parts_to_hide(group: _Group, fewest: int, *, total_is_hidden: bool) -> tuple[list[_Group], list[_Group]]:
    """The parts to hide and those to show: the small ones, then the next smallest until every column is safe."""
    hidden = [part for part in group.parts if _is_small(part, fewest)]
    shown = [part for part in group.parts if not _is_small(part, fewest)]
    column = 0
    while column < len(group.counts):
        one_more = _one_more(hidden, shown, column, fewest=fewest, total_is_hidden=total_is_hidden)
        if one_more is None:
            column += 1
        else:
            hidden.append(one_more)
            shown.remove(one_more)
            column = 0  # what was hidden for this column's sake may have laid bare another
    return hidden, shown


def _one_more(
    hidden: Sequence[_Group], shown: Sequence[_Group], column: int, *, fewest: int, total_is_hidden: bool
) -> _Group | None:
    """The next part to hide for one column's sake; None where the column is safe, or has nothing left to hide.

    Safe are two cells or more that together reach the fewest shown, unless each holds one: who knows that zeros are
    shown would see as many people as cells.
    """
    held = [part.counts[column] for part in hidden if part.counts[column] is not None]
    people, one_each = sum(held), set(held) == {1}
    if people == 0 and not total_is_hidden:
        return None
    if people >= fewest and len(held) > 1 and not one_each:
        return None
    inhabited = [part for part in shown if part.counts[column]]
    if inhabited:
        least = min(part.counts[column] for part in inhabited)
        return min((part for part in inhabited if part.counts[column] == least), key=_order)
    if people and (len(held) == 1 or one_each):
        return min((part for part in shown if part.counts[column] == 0), key=_order, default=None)
    return None


def _order(part: _Group) -> tuple[Any, ...]:
    """Decides between equals by what they are, never by where they stand."""
    return tuple(-1 if count is None else count for count in part.counts), tuple(map(repr, part.name))


def _marked(row: Row, columns: Sequence[Column]) -> Row:
    return tuple(
        HIDDEN if cell is not None and column.shield in ("small", "follows") else cell
        for cell, column in zip(row, columns, strict=True)
    )


def _withheld(row: Row, columns: Sequence[Column]) -> int:
    return sum(is_withheld(cell, column) for cell, column in zip(row, columns, strict=True))


def is_withheld(cell: Any, column: Column) -> bool:
    """Whether a cell carries the mark of the withheld, in a column that can be withheld."""
    return column.shield in ("small", "follows") and isinstance(cell, str) and cell == HIDDEN


def bar_name(row: Row, columns: Sequence[Column], at: int) -> tuple[str, str]:
    """What the bar of a row is called, and the wider place it lies in: the last two names up to the label's column.

    A table of states leaves the names of counties empty; then the state's name is the last.
    """
    named = zip(columns[: at + 1], row, strict=False)
    names = [str(cell) for column, cell in named if column.name.endswith("_name") and cell]
    return (names[-1] if names else "", names[-2] if len(names) > 1 else "")

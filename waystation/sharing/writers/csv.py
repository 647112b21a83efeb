"""Comma-separated values in UTF-8: the columns' names, their HXL tags where there are any, then the rows."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from waystation.kernel.tables import Table, harmless

from ..registry import Writer


def write(table: Table) -> Iterator[bytes]:
    """One line after another. An absent value is an empty cell; a withheld one keeps its mark."""
    yield _line(table.names)
    if any(column.hxl for column in table.columns):
        yield _line(column.hxl for column in table.columns)
    for row in table:
        yield _line(_as_text(cell) for cell in row)


def _line(cells: Iterable[Any]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode()


def _as_text(cell: Any) -> Any:
    if isinstance(cell, str):
        return harmless(cell)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and not math.isfinite(cell):
        return None
    return cell.isoformat() if isinstance(cell, date) else cell


writer = Writer(media="text/csv; charset=utf-8", write=write)

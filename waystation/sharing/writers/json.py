"""A list of objects, one for each row."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from waystation.kernel.tables import Column, Row, Table

from ..registry import Writer
from ..rules import is_withheld


def write(table: Table) -> Iterator[bytes]:
    """One object after another, each on its own line."""
    yield b"["
    for number, row in enumerate(table):
        yield (b",\n" if number else b"\n") + as_json(as_object(row, table.columns))
    yield b"\n]\n"


def as_object(row: Row, columns: tuple[Column, ...]) -> dict[str, Any]:
    """A row by its columns' names. What is withheld is null and named in `_withheld`; what was not assessed is null."""
    cells = {column.name: _plain(cell) for column, cell in zip(columns, row, strict=True)}
    withheld = [column.name for column, cell in zip(columns, row, strict=True) if is_withheld(cell, column)]
    return {**cells, **dict.fromkeys(withheld), "_withheld": withheld} if withheld else cells


def as_json(thing: Any) -> bytes:
    """Words in their own script, without blanks."""
    return json.dumps(thing, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _plain(cell: Any) -> Any:
    """What JSON can say: days as text, exact decimals as numbers, and no number where there is none."""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        cell = int(cell) if cell == cell.to_integral_value() else float(cell)
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell


writer = Writer(media="application/json", write=write)

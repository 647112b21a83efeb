"""An Excel workbook of one sheet: headings and HXL tags stay in sight, numbers and days are such."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import islice
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from waystation.kernel.tables import Column, Table

from ..problems import TooLongForASheet
from ..registry import Writer

MOST_ROWS = 1_048_576  # of a sheet, says the file format
CHUNK = 64 * 1024
HEADING = Column("heading")


def write(table: Table) -> Iterator[bytes]:
    """The whole workbook is built on the disk, then handed out in pieces. Raises TooLongForASheet before the first."""
    with tempfile.TemporaryFile() as file:
        _save(table, file)
        file.seek(0)
        while piece := file.read(CHUNK):
            yield piece


def _save(table: Table, file: IO[bytes]) -> None:
    headings = _headings(table)
    most = MOST_ROWS - len(headings)
    rows = list(islice(table, most + 1))
    if len(rows) > most:
        raise TooLongForASheet(most=most)
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Table")
    sheet.freeze_panes = f"A{len(headings) + 1}"
    bold = Font(bold=True)
    for heading in headings:
        sheet.append([_cell(sheet, word, font=bold) for word in heading])
    for row in rows:
        sheet.append([_cell(sheet, cell, column) for cell, column in zip(row, table.columns, strict=True)])
    workbook.save(file)


def _headings(table: Table) -> list[Iterable[str]]:
    tags = [column.hxl for column in table.columns]
    return [table.names, tags] if any(tags) else [table.names]


def _cell(sheet: Any, value: Any, column: Column = HEADING, *, font: Font | None = None) -> Any:
    """A cell with its type said outright: a text is a text, whatever sign it starts with, and never a formula."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, str) and column.kind == "date":
        value = _day(value)
    if isinstance(value, datetime) and value.tzinfo:
        value = value.astimezone(UTC).replace(tzinfo=None)  # a sheet knows no time zones
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value))
    cell.data_type = "s"
    if font:
        cell.font = font
    return cell


def _day(text: str) -> date | str:
    """What a publication froze as a text becomes a day again; another text stays one."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


writer = Writer(media="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write=write)

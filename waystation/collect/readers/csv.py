"""Text tables in UTF-8 (or UTF-16 with its mark): comma, semicolon, tab or bar between the cells."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from waystation.kernel.problems import Gathering, Place, Several

from ..problems import BrokenRow, NoHeadingRow, NotUtf8, RaggedRow, SheetTooLarge
from ..registry import Reader, Sheet, SheetOptions
from ..rules import column_names

MOST_BYTES = 300_000_000
MOST_TOLD = 100  # ragged rows; more of them mean one mistake, not many
SAMPLE = 64 * 1024
DELIMITERS = ",;\t|"

Record = tuple[int, list[str]]
"""A row and its number, counted as a spreadsheet program does: a cell may hold line breaks."""


def read(path: Path, options: SheetOptions) -> Sheet:
    """Check the whole file first, then hand out its rows as they are asked for. Empty cells are None.

    Raises SheetTooLarge, NotUtf8 or NoHeadingRow; Several, with a BrokenRow or every RaggedRow.
    """
    if path.stat().st_size > MOST_BYTES:
        raise SheetTooLarge(found=f"{path.stat().st_size} B", most=f"{MOST_BYTES} B")
    encoding = _encoding(path)
    _check_signs(path, encoding)
    delimiter = _delimiter(path, encoding)
    names = _names(_records(path, encoding, delimiter), options)
    heading_end = options.header_row + options.header_rows - 1
    _check_widths(islice(_records(path, encoding, delimiter), heading_end, None), len(names))
    rows = (
        (number, tuple(cell or None for cell in cells[: len(names)]))
        for number, cells in islice(_records(path, encoding, delimiter), heading_end, None)
        if any(cells)
    )
    return Sheet(names, rows)


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(2)
    return "utf-16" if start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"


def _check_signs(path: Path, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    number = 1
    with path.open("rb") as file:
        try:
            for number, line in enumerate(file, start=1):
                if "\0" in decoder.decode(line):
                    raise NotUtf8(row=number)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            raise NotUtf8(row=number) from error


def _delimiter(path: Path, encoding: str) -> str:
    """The sign that cuts most of the first rows into the same number of cells."""
    with path.open(encoding=encoding, newline="") as file:
        sample = file.read(SAMPLE)
    whole_lines = sample if len(sample) < SAMPLE else sample.rpartition("\n")[0]

    def agreement(delimiter: str) -> tuple[int, int]:
        widths = Counter(len(cells) for cells in csv.reader(io.StringIO(whole_lines, newline=""), delimiter=delimiter))
        return max(((rows, width) for width, rows in widths.items() if width > 1), default=(0, 0))

    return max(DELIMITERS, key=agreement)


def _records(path: Path, encoding: str, delimiter: str) -> Iterator[Record]:
    number = 0
    with path.open(encoding=encoding, newline="") as file:
        try:
            for number, cells in enumerate(csv.reader(file, delimiter=delimiter, strict=True), start=1):
                yield number, cells
        except csv.Error as error:
            raise Several([(Place(row=number + 1), BrokenRow())]) from error


def _names(records: Iterable[Record], options: SheetOptions) -> list[str]:
    start = options.header_row - 1
    headings = [cells for _number, cells in islice(records, start, start + options.header_rows)] if start >= 0 else []
    if len(headings) < options.header_rows or not any(any(cells) for cells in headings):
        raise NoHeadingRow(row=options.header_row)
    return column_names(headings)


def _check_widths(records: Iterable[Record], width: int) -> None:
    gathering = Gathering()
    for number, cells in records:
        if any(cells) and (len(cells) < width or any(cells[width:])):
            with gathering.at(row=number):
                raise RaggedRow(found=len(cells), expected=width)
        if len(gathering.caught) == MOST_TOLD:
            break
    gathering.close()


reader = Reader(suffixes=(".csv", ".tsv", ".txt"), read=read)

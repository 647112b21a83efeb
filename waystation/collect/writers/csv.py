"""Comma-separated values in UTF-8: the root table, with a row for each submission, as ODK Central writes it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any, Final

import orjson

from waystation.kernel.tables import FORMULA_STARTS, harmless

from ..rules.fields.columns import META_FIRST, META_LAST, columns_of, meta_last, moment, row_reader
from . import Export, Writer

BATCH: Final = 500  # rows that are written at once
DANGERS = re.compile(b"|".join(re.escape(f'"{sign}'.encode()) for sign in FORMULA_STARTS if sign.isprintable()))
"""How texts begin that a spreadsheet takes for formulas, as JSON writes them; signs of control it escapes."""

KEPT: Final = b"\x1e"  # JSON never holds it
MENDED: Final = bytes.maketrans(b"\n" + KEPT, b',"')


def write(export: Export) -> Iterator[bytes]:
    """One batch of lines after another."""
    return as_lines(root_rows(export), harmlessly=export.options.harmless)


def root_rows(export: Export) -> Iterator[list[Any]]:
    """The headings of the root table, then the cells of one submission after another."""
    columns = columns_of(export.fields, options=export.options)
    yield [*META_FIRST, *(column.name for column in columns), *META_LAST]
    read = row_reader(export.fields, options=export.options)
    for meta, tree in export.rows:
        yield [moment(meta.submitted_at), *read(tree), *meta_last(meta)]


def as_lines(rows: Iterable[list[Any]], *, harmlessly: bool) -> Iterator[bytes]:
    """Rows as batches of lines."""
    lines: list[bytes] = []
    for row in rows:
        lines.append(as_text([row], harmlessly=harmlessly))
        if len(lines) >= BATCH:
            yield b"".join(lines)
            lines.clear()
    if lines:
        yield b"".join(lines)


def as_text(rows: list[list[Any]], *, harmlessly: bool) -> bytes:
    """Some rows; an absent value is an empty cell, yes is true, and only a text that must be is in quotation marks.

    They are written as JSON, three times as fast as the standard library writes CSV, and mended: without a backslash
    in it, quotation marks can only stand around texts, and as many commas as cells that none of them is in a text.
    """
    text = orjson.dumps(rows)
    if b"\\" in text or (harmlessly and DANGERS.search(text)):
        return b"".join([_carefully(row, harmlessly=harmlessly) for row in rows])
    if text.count(b",") >= sum(map(len, rows)):
        return b"".join(map(_with_commas, rows))
    text = (b"," + text[2:-2]).replace(b"],[", b",\n,").replace(b",null", b",")
    return text[1:].replace(b",\n,", b"\n").translate(None, b'"') + b"\n"


def _carefully(row: list[Any], *, harmlessly: bool) -> bytes:
    """A row that may need disarming, or marks that JSON writes otherwise than CSV."""
    if harmlessly:
        row = [harmless(cell) if isinstance(cell, str) else cell for cell in row]
    if b"\\" not in orjson.dumps(row):
        return _with_commas(row)
    line = StringIO()
    csv.writer(line, lineterminator="\n").writerow(str(c).lower() if isinstance(c, bool) else c for c in row)
    return line.getvalue().encode()


def _with_commas(row: list[Any]) -> bytes:
    """A row some of whose texts hold commas: written with a line for each cell, so that only line ends part cells."""
    line = orjson.dumps(row, option=orjson.OPT_INDENT_2)
    line = line.replace(b",\n  ", b"\n")[4:-1].replace(b"\nnull", b"\n").removeprefix(b"null")
    return _with_marks_kept(line)[:-1].translate(MENDED, b'"') + b"\n"


def _with_marks_kept(line: bytes) -> bytes:
    """Mark the quotation marks around texts that hold a comma, so that they outlive the others."""
    pieces: list[bytes] = []
    done, comma = 0, line.find(b",")
    while comma >= 0:
        begin, end = line.rfind(b"\n", 0, comma) + 1, line.find(b"\n", comma)
        pieces += (line[done:begin], KEPT, line[begin + 1 : end - 1], KEPT)
        done, comma = end, line.find(b",", end)
    return b"".join((*pieces, line[done:]))


writer = Writer(media="text/csv; charset=utf-8", write=write)

"""What phones noted of how forms were filled in, of all submissions in one table: who spent how long at which question.

Source: ODK XForms specification, client audit logs; the first column is what ODK Central puts before them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Final

from waystation.kernel.tables import harmless

from . import Export, Writer

AUDIT: Final = "audit.csv"
COLUMNS: Final = (
    "event",
    "node",
    "start",
    "end",
    "latitude",
    "longitude",
    "accuracy",
    "old-value",
    "new-value",
    "user",
    "change-reason",
)
AT_ONCE: Final = 500  # lines that are written in one piece
LONGEST: Final = 1_000_000  # signs of one cell, as what phones note may hold a long answer


def write(export: Export) -> Iterator[bytes]:
    """The headings, then every line of every audit, as a stream."""
    yield _written([["instance ID", *COLUMNS]])
    lines = _lines(export)
    while portion := list(islice(lines, AT_ONCE)):
        yield _written(portion)


def _lines(export: Export) -> Iterator[list[str]]:
    make = harmless if export.options.harmless else str
    for instance, path in export.audits:
        for row in _rows(path):
            yield [instance, *(make(row.get(name) or "") for name in COLUMNS)]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    csv.field_size_limit(LONGEST)
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        try:
            yield from csv.DictReader(file)
        except csv.Error:
            return  # a phone that broke off in the middle; what came before it stands


def _written(rows: list[list[str]]) -> bytes:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


writer = Writer(media="text/csv; charset=utf-8", write=write, ending="audit.csv")

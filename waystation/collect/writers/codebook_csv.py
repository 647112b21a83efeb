"""The code book of a form as comma-separated values."""

from __future__ import annotations

from collections.abc import Iterator

from . import Export, Writer
from .codebook import book_rows
from .csv import as_lines


def write(export: Export) -> Iterator[bytes]:
    """One line after another; it tells of the form alone, and reads no submission."""
    return as_lines(book_rows(export.fields), harmlessly=export.options.harmless)


writer = Writer(media="text/csv; charset=utf-8", write=write, ending="codebook.csv")

"""The code book of a form as a workbook: every question with its type, its words and its choices in every language."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Final

from ..rules.fields import Field, Fields
from . import Export, Writer
from .xlsx import SHEETS, Sheet, workbook

HEADINGS: Final = ("path", "name", "type", "repeat", "choice", "choices_from_file", "no_longer_asked")


def book_rows(fields: Fields) -> Iterator[list[Any]]:
    """The headings, then a row for each question and group, and beneath it one for each of its choices."""
    languages = fields.languages or ("",)
    yield [*HEADINGS, *(f"label::{language}" if language else "label" for language in languages)]
    for one in fields.all:
        yield [*_about(one, ""), *(one.labels.get(language) for language in languages)]
        for choice in one.choices:
            yield [*_about(one, choice.code), *(choice.labels.get(language) for language in languages)]


def _about(one: Field, choice: str) -> list[Any]:
    return [one.path, one.name, one.kind, one.repeat or None, choice or None, one.is_external, one.is_gone]


def write(export: Export) -> Iterator[bytes]:
    """The workbook piece by piece; it tells of the form alone, and reads no submission."""
    with ExitStack() as stack:
        headings, *rows = book_rows(export.fields)
        sheet = Sheet(export.form, headings, stack)
        for row in rows:
            sheet.add(row)
        sheet.end()
        yield from workbook([sheet])


writer = Writer(media=f"{SHEETS}.sheet", write=write, ending="codebook.xlsx")

"""What submissions say, read for the apps that take them in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from waystation.access.models import Actor
from waystation.kernel.problems import Gathering, Place, Problem

from ..files import path_of
from ..models import FormVersion, Submission
from ..problems import (
    AnswerLeftOut,
    AnswerNotAllowed,
    AnswerNotAsked,
    AnswerOfAnotherKind,
    BadMapping,
    NoSuchColumn,
    NotAmongChoices,
    NothingAnswered,
    OtherNumberOfRepeats,
    RowAnswersNothing,
    SheetEmpty,
    TotalRowLeftOut,
)
from ..registry import Answers, Reading, Sheet, SheetOptions, intake_called, questions_of, reader_of
from ..rules import is_hxl_row, is_total_row
from ..rules.judging import Judge
from .submissions import answers_of
from .versions import read_once, versions_filled_in

Counting = Callable[[int], None]
"""Told how many rows were read so far, for a progress bar."""


def waiting_among(numbers: Iterable[int]) -> list[Submission]:
    """Those of some submissions that wait to be filed, in the order they came."""
    waiting = Submission.objects.filter(pk__in=list(numbers), state=Submission.State.WAITING)
    return list(waiting.select_related("form", "actor").prefetch_related("corrections").order_by("pk"))


def read_submissions(submissions: Sequence[Submission]) -> Reading:
    """Turn submissions into records of the app that takes them, writing nothing. Raises Problem, or Several.

    They are filled forms of one sender and one intake, or a single sheet.
    """
    first = submissions[0]
    if first.mapping is not None:
        sheet = first.attachments.get()
        rows, warnings = sheet_answers(path_of(sheet.sha256), sheet.name, first.mapping)
        return read_answers(first.form.intake, first.actor, rows, warnings).sent_as(first)
    several = len(submissions) > 1
    reading = Reading([])
    if first.form.intake:
        forms = [
            Answers(answers_of(one), source=one, nth=nth if several else None) for nth, one in enumerate(submissions, 1)
        ]
        reading = read_answers(first.form.intake, first.actor, forms)
    versions = versions_filled_in(submissions)
    doubts = list(reading.warnings)
    for nth, one in enumerate(submissions, 1):
        if (version := versions.get(one.pk)) is not None:
            doubts += _judged(one, version, nth if several else None)
    return Reading(reading.records, doubts, submissions if several else ())


_judge = read_once(Judge)


def _judged(one: Submission, version: FormVersion, nth: int | None) -> Iterator[tuple[Place, Problem]]:
    """What breaks the form's own rules: told as doubts, for the phone that sent it cannot mend it any more."""
    try:
        found = _judge(version).findings(bytes(one.body), arrived=one.received_at.date())
    except Problem:
        return  # too large to be judged; what reads it for a register says so
    for finding in found:
        place = Place(nth, finding.place)
        says = next(iter(finding.message.values()), "")
        yield place, DOUBTS[finding.rule](says=says) if finding.rule == "constraint" else DOUBTS[finding.rule]()


DOUBTS: dict[str, type[Problem]] = {
    "required": AnswerLeftOut,
    "constraint": AnswerNotAllowed,
    "relevant": AnswerNotAsked,
    "type": AnswerOfAnotherKind,
    "choice": NotAmongChoices,
    "count": OtherNumberOfRepeats,
}


def read_answers(
    intake: str, by: Actor, rows: Sequence[Answers], warnings: Iterable[tuple[Place, Problem]] = ()
) -> Reading:
    """Let an intake read rows of answers. Raises Several with every problem of every row."""
    gathering = Gathering()
    records = intake_called(intake).read(by, rows, gathering)
    gathering.close()
    return Reading(records, [*warnings, *gathering.warnings])


def sheet_answers(
    path: Path,
    name: str,
    mapping: Mapping[str, Any],
    counting: Counting = lambda rows: None,
) -> tuple[list[Answers], list[tuple[Place, Problem]]]:
    """The rows of a sheet as answers, by a mapping; and its rows of totals, left out and told.

    Raises BadMapping, NoSuchColumn, NothingAnswered, SheetEmpty, or what the file's reader finds wrong.
    """
    options = SheetOptions(
        sheet=mapping.get("sheet"),
        header_row=int(mapping.get("header_row", 1)),
        header_rows=int(mapping.get("header_rows", 1)),
    )
    sheet = _storable(reader_of(name).read(path, options))
    columns = _columns(sheet.names, mapping)
    places = {question: sheet.names.index(heading) for question, heading in columns.items()}
    rows: list[Answers] = []
    warnings: list[tuple[Place, Problem]] = []
    for number, cells in _filled_rows(sheet):
        if is_total_row(cells):
            warnings.append((Place(row=number), TotalRowLeftOut(words=_first_word(cells))))
            continue
        if all(_is_blank(cells[at]) for at in places.values()):
            warnings.append((Place(row=number), RowAnswersNothing(words=_first_word(cells)[:80])))
            continue
        rows.append(Answers(_words(cells, places, mapping), row=number, columns=columns))
        if len(rows) % 500 == 0:
            counting(len(rows))
    counting(len(rows))
    if not rows:
        raise SheetEmpty
    return rows, warnings


def _storable(sheet: Sheet) -> Sheet:
    """A sheet without what no database holds in a text: zero bytes, and halves of pairs of surrogates."""

    def mended(cell: Any) -> Any:
        if not isinstance(cell, str) or (cell.isascii() and "\0" not in cell):
            return cell
        return cell.replace("\0", "").encode(errors="replace").decode()

    rows = ((number, tuple(mended(cell) for cell in cells)) for number, cells in sheet.rows)
    return Sheet([mended(name) for name in sheet.names], rows)


def _filled_rows(sheet: Sheet) -> Iterator[tuple[int, tuple[Any, ...]]]:
    for at, (number, cells) in enumerate(sheet.rows):
        if at == 0 and is_hxl_row(cells):
            continue
        if not all(_is_blank(cell) for cell in cells):
            yield number, cells


def _is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _first_word(cells: Sequence[Any]) -> str:
    return next(str(cell).strip() for cell in cells if not _is_blank(cell))


def _columns(names: list[str], mapping: Mapping[str, Any]) -> dict[str, str]:
    """Question → heading: as the mapping says, else where a heading is the name of a question."""
    questions = questions_of(mapping["intake"])
    said = mapping.get("columns")
    for question in [*(said or {}), *mapping.get("constants", {}), *mapping.get("values", {})]:
        if question not in questions:
            raise BadMapping(reason=f"{mapping['intake']} has no question {question}")
    if said is None:
        found = {question: name for name in names for question in questions if name.strip().lower() == question.lower()}
        if not found:
            raise NothingAnswered(intake=mapping["intake"], questions=", ".join(questions))
        return found
    for heading in said.values():
        if heading not in names:
            raise NoSuchColumn(column=heading, known="; ".join(name for name in names if name))
    return dict(said)


def _words(cells: Sequence[Any], places: Mapping[str, int], mapping: Mapping[str, Any]) -> dict[str, Any]:
    """What a row says to each question: its cells, with the mapping's constants and the meanings of its values."""
    words = {**mapping.get("constants", {}), **{question: cells[at] for question, at in places.items()}}
    for question, meanings in mapping.get("values", {}).items():
        given = words.get(question)
        key = str(int(given)) if isinstance(given, float) and given.is_integer() else str(given or "").strip()
        words[question] = meanings.get(key, given)
    return words

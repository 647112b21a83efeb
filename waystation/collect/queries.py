"""Reads of forms and submissions, and of what submissions say."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery

from waystation.access.models import Actor
from waystation.access.queries import may, scopes_of, within
from waystation.access.rules import ancestors
from waystation.kernel.problems import Gathering, Place, Problem

from .files import path_of
from .models import Attachment, Correction, Form, FormVersion, Submission
from .problems import (
    BadMapping,
    NoSuchColumn,
    NoSuchFile,
    NoSuchForm,
    NoSuchSubmission,
    NoSuchVersion,
    NothingAnswered,
    RowAnswersNothing,
    SheetEmpty,
    TotalRowLeftOut,
)
from .registry import Answers, Reading, Sheet, SheetOptions, intake_called, questions_of, reader_of
from .rules import Question, flat, is_hxl_row, is_total_row, read_filled, read_questions

Counting = Callable[[int], None]
"""Told how many rows were read so far, for a progress bar."""


def forms(by: Actor) -> QuerySet[Form]:
    """The forms of the places where an actor may see what comes in, and of places around them, with their versions.

    Forms that no phone ever fetched, for only sheets bring their answers, are left out.
    """
    around = [path for scope in scopes_of(by, "collect.see") for path in ancestors(scope)]
    versions = FormVersion.objects.select_related("published_by").defer("definition", "xform").order_by("-pk")
    return (
        Form.objects.filter(within(by, "collect.see") | Q(scope__in=around))
        .filter(Exists(FormVersion.objects.filter(form=OuterRef("pk"))))
        .prefetch_related(Prefetch("versions", versions))
        .order_by("title", "pk")
    )


def form_version(by: Actor, number: int) -> FormVersion:
    """One version of a form that an actor may see, whole. Raises NoSuchVersion."""
    version = FormVersion.objects.filter(pk=number, form__in=forms(by)).select_related("form").first()
    if version is None:
        raise NoSuchVersion(version=number)
    return version


def open_versions(by: Actor) -> QuerySet[FormVersion]:
    """The latest version of every open form of the places where an actor may send, or of places around them."""
    latest = FormVersion.objects.filter(form=OuterRef("form")).order_by("-pk").values("pk")[:1]
    around = [path for scope in scopes_of(by, "collect.receive") for path in ancestors(scope)]
    return (
        FormVersion.objects.filter(within(by, "collect.receive", "form__scope") | Q(form__scope__in=around))
        .filter(form__is_open=True, pk=Subquery(latest))
        .select_related("form")
        .order_by("form__form_id")
    )


def open_version(by: Actor, form_id: str) -> FormVersion:
    """The latest version of one open form. Raises NoSuchForm."""
    version = open_versions(by).filter(form__form_id=form_id).first()
    if version is None:
        raise NoSuchForm(form=form_id)
    return version


def open_form(form_id: str) -> Form:
    """An open form by its name. Raises NoSuchForm."""
    form = Form.objects.filter(form_id=form_id, is_open=True).first()
    if form is None:
        raise NoSuchForm(form=form_id)
    return form


def open_forms(form_ids: Collection[str]) -> dict[str, Form]:
    """The open ones of some forms, by name."""
    return {form.form_id: form for form in Form.objects.filter(form_id__in=form_ids, is_open=True)}


def submissions(by: Actor) -> QuerySet[Submission]:
    """The submissions an actor may see, newest first, without their bodies."""
    return (
        Submission.objects.filter(within(by, "collect.see"))
        .select_related("form", "actor")
        .defer("body")
        .order_by("-id")
    )


def tray(by: Actor) -> QuerySet[Submission]:
    """What waits for a decision: held submissions, and other content under a known id."""
    return submissions(by).filter(state__in=[Submission.State.HELD, Submission.State.RIVAL])


def tallies(by: Actor) -> dict[str, int]:
    """How many submissions wait for the worker, or for a decision, by state; a state without any is absent."""
    waiting = [Submission.State.WAITING, Submission.State.HELD, Submission.State.RIVAL]
    found = submissions(by).filter(state__in=waiting).order_by()
    return dict(found.values_list("state").annotate(Count("pk")))


def chosen(found: QuerySet[Submission], *, form: str = "", state: str = "") -> QuerySet[Submission]:
    """Of some submissions those that fill in one form, or are in one state."""
    if form:
        found = found.filter(form__form_id=form)
    return found.filter(state=state) if state else found


def forms_of(found: QuerySet[Submission]) -> QuerySet[Form]:
    """The forms that some submissions fill in."""
    return Form.objects.filter(Exists(found.order_by().filter(form=OuterRef("pk")))).order_by("title", "pk")


def lines(found: QuerySet[Submission]) -> QuerySet[Submission, Any]:
    """Submissions as the lines of a list: sender, form, file, and of the problems the first one with its place.

    A held sheet may carry hundreds of problems, so only the first is fetched; `details` holds their count.
    """
    file = Attachment.objects.filter(submission=OuterRef("pk"), submission__mapping__isnull=False).values("name")[:1]
    return found.values(
        "pk",
        "state",
        "received_at",
        "records",
        title=F("form__title"),
        sender=F("actor__name"),
        file=Subquery(file),
        code=F("problem__code"),
        says=F("problem__says"),
        advises=F("problem__advises"),
        details=F("problem__details"),
        first=F("problem__each__0"),
    )


def submission(by: Actor, number: int) -> Submission:
    """One submission that an actor may see. Raises NoSuchSubmission."""
    found = Submission.objects.filter(within(by, "collect.see"), pk=number).select_related("form", "actor").first()
    if found is None:
        raise NoSuchSubmission(submission=number)
    return found


def answers_of(submission: Submission) -> dict[str, Any]:
    """What a phone's form says, with the corrections of the tray laid over it."""
    answers = dict(read_filled(bytes(submission.body)).answers)
    for correction in sorted(submission.corrections.all(), key=lambda one: one.pk):
        answers[correction.question] = correction.answer
    return answers


def waiting_before(submission: Submission) -> int:
    """How many submissions the worker takes before this one."""
    return Submission.objects.filter(state=Submission.State.WAITING, pk__lt=submission.pk).count()


def contents_of(by: Actor, submission: Submission) -> list[Submission]:
    """Every content that came under the id of a submission, itself included, in the order they came."""
    same = Submission.objects.filter(within(by, "collect.see"), instance=submission.instance)
    return list(same.select_related("actor", "form").order_by("pk"))


def may_decide(by: Actor, submission: Submission) -> dict[str, bool]:
    """What an actor may do with a submission: correct, refile, set_aside."""
    return {verb: may(by, f"collect.{verb}", submission.scope) for verb in ("correct", "refile", "set_aside")}


def attachment(by: Actor, number: int, name: str) -> Attachment:
    """One file of a submission that an actor may see. Raises NoSuchSubmission, NoSuchFile."""
    found = submission(by, number).attachments.filter(name=name).first()
    if found is None or not path_of(found.sha256).exists():
        raise NoSuchFile(file=name)
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """One question of a submission: what was sent, and what the tray made of it."""

    question: Question
    sent: str
    correction: Correction | None = None

    @property
    def answer(self) -> str:
        """What counts."""
        return self.correction.answer if self.correction else self.sent

    @property
    def words(self) -> tuple[str, str]:
        """What was sent and what counts, choices by their words."""
        return self.question.say(self.sent), self.question.say(self.answer)


def questions_asked(submission: Submission, language: str) -> Mapping[str, Question]:
    """The questions of the form as it was when it was filled in, else of its latest version."""
    versions = submission.form.versions.order_by("-pk").defer("definition")
    version = versions.filter(version=submission.version).first() or versions.first()
    return read_questions(version.xform, language) if version else {}


def told(submission: Submission, language: str) -> list[Told]:
    """A phone's answers one by one: the questions of the form in its order, then whatever else was sent."""
    sent = flat(read_filled(bytes(submission.body)).answers)
    asked = questions_asked(submission, language)
    corrections = {one.question: one for one in submission.corrections.select_related("corrected_by").order_by("pk")}
    names = [*asked, *(name for name in [*sent, *corrections] if name not in asked)]
    return [
        Told(asked.get(name) or Question(name, name), sent.get(name, ""), corrections.get(name))
        for name in dict.fromkeys(names)
    ]


def changed_answers(submission: Submission, answers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Of some answers those that say something else than what counts now, by question."""
    now = flat(answers_of(submission)) if submission.mapping is None else {}
    given = ((question, answer.strip()) for question, answer in answers)
    return {question: answer for question, answer in given if answer != now.get(question, "")}


@dataclass(frozen=True, slots=True)
class Compared:
    """One question and its answer in each of several contents, in their order."""

    question: Question
    answers: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether the contents do not agree on it."""
        return len(set(self.answers)) > 1


def compared(contents: Sequence[Submission], language: str) -> list[Compared]:
    """Contents that came under one id, question by question."""
    sides = [{one.question.name: one for one in told(content, language)} for content in contents]
    asked = {name: one.question for side in sides for name, one in side.items()}
    return [
        Compared(question, tuple(side[name].words[1] if name in side else "" for side in sides))
        for name, question in asked.items()
    ]


def waiting_among(numbers: Iterable[int]) -> list[Submission]:
    """Those of some submissions that wait to be filed, in the order they came."""
    waiting = Submission.objects.filter(pk__in=list(numbers), state=Submission.State.WAITING)
    return list(waiting.select_related("form", "actor").prefetch_related("corrections").order_by("pk"))


def read_submissions(submissions: Sequence[Submission]) -> Reading:
    """Turn submissions into records of the app that takes them, writing nothing. Raises Problem, or Several.

    They are filled forms of one sender and one intake, or a single sheet.
    """
    first = submissions[0]
    if not first.form.intake:
        return Reading([])
    if first.mapping is not None:
        sheet = first.attachments.get()
        rows, warnings = sheet_answers(path_of(sheet.sha256), sheet.name, first.mapping)
        return read_answers(first.form.intake, first.actor, rows, warnings).sent_as(first)
    if len(submissions) == 1:
        return read_answers(first.form.intake, first.actor, [Answers(answers_of(first), source=first)])
    forms = [Answers(answers_of(one), source=one, nth=nth) for nth, one in enumerate(submissions, 1)]
    reading = read_answers(first.form.intake, first.actor, forms)
    return Reading(reading.records, reading.warnings, submissions)


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

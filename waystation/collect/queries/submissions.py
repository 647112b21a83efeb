"""Submissions as people see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery

from waystation.access.models import Actor
from waystation.access.queries import may, within

from ..files import path_of
from ..models import Attachment, Correction, Form, Submission
from ..problems import (
    NoSuchFile,
    NoSuchSubmission,
)
from ..rules import Question, flat, read_filled, read_questions


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
    same = Submission.objects.filter(within(by, "collect.see"), instance=submission.instance, form=submission.form)
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


def returned_to(by: Actor, *, project: int | None = None) -> list[tuple[Submission, str]]:
    """What an actor sent and somebody rejected, the latest first, with what was said to it last."""
    found = Submission.objects.filter(actor=by, review=Submission.Review.REJECTED, is_listed=True)
    if project is not None:
        found = found.filter(form__project=project)
    rows = found.select_related("form").defer("body", "answers").prefetch_related("comments").order_by("-updated_at")
    return [(one, _last_said(one)) for one in rows[:MOST_RETURNED]]


def _last_said(submission: Submission) -> str:
    said = sorted(submission.comments.all(), key=lambda one: one.pk)
    return said[-1].body if said else ""


MOST_RETURNED = 100

"""What becomes of what was received: filed, held, mended, set aside."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import orjson
from django.db import connection

from waystation.access.action import action
from waystation.access.models import Actor
from waystation.kernel.problems import Problem

from ..models import Correction, Doubt, Submission
from ..problems import AlreadyFiled, AnotherStands, EditedAfterFiling, NoSuchQuestion
from ..queries import answers_of
from ..registry import Reading, intake_called, questions_of
from ..rules.entities import Said
from ..rules.fields import Tree
from .entities_said import say, told
from .likeness import likenesses
from .phones import note_devices
from .receiving import ALIVE
from .webhooks import tell_of_submissions

MANY = 1_000  # records of one submission


def _locked_state(submission: Submission) -> str:
    """Its state by now, which nobody else can change until we are done."""
    submission.state = Submission.objects.select_for_update().values_list("state", flat=True).get(pk=submission.pk)
    return submission.state


@action(on="submissions")
def file(
    *,
    by: Actor,
    submissions: list[Submission],
    reading: Reading,
    trees: Mapping[int, Tree] = MappingProxyType({}),
    said: Mapping[int, Sequence[Said]] = MappingProxyType({}),
) -> list[Submission]:
    """Hand what was read to the app that takes it in, with the rights of its sender: all of its records, or none.

    They are of one sender and one intake. Their rows are locked first, so that two workers cannot file them twice:
    where somebody else was faster with any of them, nothing is done and none is answered. `trees` is what each says,
    laid out for tables and exports, which need not read the XML again; `said` is what each says of entities.
    """
    numbers = [submission.pk for submission in submissions]
    locked = Submission.objects.select_for_update().filter(pk__in=numbers).order_by("pk")
    if set(locked.values_list("state", flat=True)) != {Submission.State.WAITING}:
        return []
    first = submissions[0]
    if first.form.intake and not intake_called(first.form.intake).replaces and any(one.records for one in submissions):
        raise EditedAfterFiling
    if first.form.intake:
        intake_called(first.form.intake).record(first.actor, reading.records)
        _tell_the_planner(len(reading.records))
    alike_to = likenesses(submissions, trees)
    _lay_out(trees, {one.pk: one.fingerprint for one in submissions})
    note_devices(submissions)
    tell_of_submissions("submission.create", [one for one in submissions if not one.edits])
    tell_of_submissions("submission.edit", [one for one in submissions if one.edits])
    doubts = say((one, each) for one in submissions for each in said.get(one.pk, ()))
    alike: dict[tuple[int, str], list[Submission]] = defaultdict(list)
    for submission in submissions:
        submission.state, submission.problem = Submission.State.FILED, None
        submission.records, submission.warnings = reading.of(submission)
        submission.warnings += told(doubts.get(submission.pk, ()))
        if (problem := alike_to.get(submission.pk)) is not None:
            submission.warnings += told([("", problem)])
        alike[submission.records, json.dumps(submission.warnings, default=str)].append(submission)
    _count_doubts(submissions)
    for those in alike.values():
        Submission.objects.filter(pk__in=[one.pk for one in those]).update(
            state=Submission.State.FILED, problem=None, records=those[0].records, warnings=those[0].warnings
        )
    return submissions


def _lay_out(trees: Mapping[int, Tree], prints: Mapping[int, str]) -> None:
    with connection.cursor() as cursor:
        kept = [(orjson.dumps(tree).decode(), prints.get(number, ""), number) for number, tree in trees.items()]
        cursor.executemany("update collect_submission set answers = %s, fingerprint = %s where id = %s", kept)


def _count_doubts(submissions: Sequence[Submission]) -> None:
    """Keep what is worth a look as rows, instead of those of the content before an edit."""
    if filed_before := [one.pk for one in submissions if one.edits]:
        Doubt.objects.filter(submission__in=filed_before).delete()
    told_places = [(one, said["code"], said["place"]["column"] or "") for one in submissions for said in one.warnings]
    Doubt.objects.bulk_create(
        Doubt(submission=one, form=one.form, code=code, place=place[:200]) for one, code, place in told_places
    )


def _tell_the_planner(records: int) -> None:
    """Let PostgreSQL count what is there after many rows came at once.

    It does by itself, but up to a minute later, and plans as for empty tables until then: the page of a round took
    490 ms instead of 62.
    """
    if records >= MANY and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("analyze")


@action(on="submission")
def hold(*, by: Actor, submission: Submission, problem: Problem) -> Submission:
    """Put what does not fit into the tray, with where, what and remedy."""
    if _locked_state(submission) != Submission.State.WAITING:
        return submission
    submission.state, submission.problem = Submission.State.HELD, problem.as_record()
    submission.save(update_fields=["state", "problem"])
    return submission


@action(on="submission")
def correct(*, by: Actor, submission: Submission, question: str, answer: str) -> Correction:
    """Mend one answer of a held submission. What was sent stays as sent; the correction is laid over it."""
    if _locked_state(submission) == Submission.State.FILED:
        raise AlreadyFiled
    known = answers_of(submission).keys() | set(questions_of(submission.form.intake))
    if question not in known:
        raise NoSuchQuestion(question=question, known=", ".join(sorted(known)))
    return Correction.objects.create(submission=submission, question=question, answer=answer, corrected_by=by)


@action(on="submission")
def refile(*, by: Actor, submission: Submission) -> Submission:
    """File a held submission again, after what kept it from its register was mended."""
    if _locked_state(submission) == Submission.State.FILED:
        raise AlreadyFiled
    same = Submission.objects.filter(instance=submission.instance, form=submission.form, state__in=ALIVE)
    if same.exclude(pk=submission.pk).exists():
        raise AnotherStands(instance=submission.instance)
    submission.state, submission.is_listed = Submission.State.WAITING, submission.mapping is None
    submission.save(update_fields=["state", "is_listed"])
    return submission


@action(on="submission")
def set_aside(*, by: Actor, submission: Submission) -> Submission:
    """Decide that a held submission is never filed. It stays kept, and can be filed again."""
    if _locked_state(submission) == Submission.State.FILED:
        raise AlreadyFiled
    submission.state = Submission.State.SET_ASIDE
    submission.save(update_fields=["state"])
    return submission

"""Writes of collect."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from waystation.access.action import Where, action, joined_action
from waystation.access.models import Actor
from waystation.access.problems import MayNot
from waystation.access.queries import home_scope, may
from waystation.kernel.problems import Problem

from .files import keep
from .models import LONGEST_INSTANCE, LONGEST_VERSION, Attachment, Correction, Form, FormVersion, Submission
from .problems import (
    AlreadyFiled,
    AnotherStands,
    NameTooLong,
    NoSuchForm,
    NoSuchQuestion,
    QuestionsMissing,
    VersionTaken,
)
from .queries import answers_of, open_form, open_forms
from .registry import Reading, form_questions, intake_called, questions_of, read_xlsform
from .rules import Filled, name_beside, read_filled

File = tuple[str, Iterable[bytes]]
"""A name and the bytes under it."""

KeptFile = tuple[str, str, int]
"""A name, and the hash and number of the bytes under it, which are on the disk already."""

MANY = 1_000  # records of one submission

ALIVE = [Submission.State.WAITING, Submission.State.FILED, Submission.State.HELD]
"""Of several contents under one id, one at most is in one of these states."""


@action(on="scope")
def publish_form(*, by: Actor, definition: bytes, scope: str = "/") -> FormVersion:
    """Publish an XLSForm as the version of a form that phones fetch from now on."""
    read = read_xlsform(definition)
    if read.intake:
        intake_called(read.intake)
        missing = set(form_questions(read.intake)) - set(read.questions)
        if missing:
            raise QuestionsMissing(intake=read.intake, questions=", ".join(sorted(missing)))
    known = Form.objects.filter(form_id=read.form_id).first()
    if known and not may(by, "collect.publish_form", known.scope):
        raise MayNot(actor=by.name, verb="collect.publish_form", scope=known.scope)
    form, _made = Form.objects.update_or_create(
        form_id=read.form_id, defaults={"title": read.title, "intake": read.intake, "scope": scope, "is_open": True}
    )
    md5 = hashlib.md5(read.xform.encode(), usedforsecurity=False).hexdigest()
    version, made = FormVersion.objects.get_or_create(
        form=form,
        version=read.version,
        defaults={"definition": definition, "xform": read.xform, "md5": md5, "published_by": by},
    )
    if not made and version.md5 != md5:
        raise VersionTaken(form=read.form_id, version=read.version)
    return version


@action(on="form")
def close_form(*, by: Actor, form: Form) -> Form:
    """Take a form off the phones' list; what was sent stays."""
    form.is_open = False
    form.save(update_fields=["is_open"])
    return form


@dataclass(frozen=True, slots=True)
class Sent:
    """A filled form as a phone sent it, with its files, which are on the disk already. Raises what reading it does."""

    by: Actor
    xml: bytes
    files: Sequence[KeptFile] = ()
    filled: Filled = field(init=False)
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "filled", _read(self.xml))
        object.__setattr__(self, "sha256", hashlib.sha256(self.xml).hexdigest())

    @property
    def instance(self) -> str:
        """The id under which it is kept; of one without any, its content is the id."""
        return self.filled.instance or f"sha256:{self.sha256}"


def _read(xml: bytes) -> Filled:
    filled = read_filled(xml)
    named = (("instanceID", filled.instance, LONGEST_INSTANCE), ("version", filled.version, LONGEST_VERSION))
    for part, words, most in named:
        if len(words) > most:
            raise NameTooLong(part=part, most=most)
    return filled


def keep_files(*, by: Actor, xml: bytes, files: Sequence[File]) -> list[KeptFile]:
    """Keep the files of a submission, before its transaction begins: a hundred photographs must not hold up all others.

    Raises what receiving it would, so that nothing is kept for who may not send it.
    """
    if files:
        home_scope(by, "collect.receive")
        open_form(_read(xml).form)
    return [(name, *keep(chunks)) for name, chunks in files]


@joined_action
def receive(sent: Sequence[Sent]) -> list[Submission | Problem]:
    """Keep submissions word for word. The same one twice is no harm; other content under its id is kept beside it."""
    forms = open_forms({one.filled.form for one in sent})
    known = [one for one in sent if one.filled.form in forms]
    kept = _kept_once([_submission(one, forms[one.filled.form]) for one in known])
    _keep_files([(submission, one.files) for submission, one in zip(kept, known, strict=True) if one.files])
    each = iter(kept)
    return [next(each) if one.filled.form in forms else NoSuchForm(form=one.filled.form) for one in sent]


def _submission(sent: Sent, form: Form) -> Submission:
    return Submission(
        instance=sent.instance,
        form=form,
        version=sent.filled.version,
        body=sent.xml,
        sha256=sent.sha256,
        actor=sent.by,
        scope=home_scope(sent.by, "collect.receive"),
    )


def _kept_once(sent: Sequence[Submission]) -> list[Submission]:
    """Save what is not here already, and answer what is here now; other content under a known id becomes a rival."""
    here: dict[tuple[str, str], Submission] = {}
    for state in (Submission.State.WAITING, Submission.State.RIVAL):
        new = {(one.instance, one.sha256): one for one in reversed(sent) if (one.instance, one.sha256) not in here}
        for one in new.values():
            one.state = state
        Submission.objects.bulk_create(reversed(new.values()), ignore_conflicts=True)
        rows = Submission.objects.filter(instance__in={one.instance for one in new.values()})
        for number, instance, sha256, found in rows.values_list("pk", "instance", "sha256", "state"):
            if (instance, sha256) in new:
                here[instance, sha256] = kept = new[instance, sha256]
                kept.pk, kept.state = number, found
        if len(here) == len(new):
            break
    return [here[one.instance, one.sha256] for one in sent]


def _locked_state(submission: Submission) -> str:
    """Its state by now, which nobody else can change until we are done."""
    submission.state = Submission.objects.select_for_update().values_list("state", flat=True).get(pk=submission.pk)
    return submission.state


def _keep_files(brought: Sequence[tuple[Submission, Sequence[KeptFile]]]) -> None:
    """Keep what came beside submissions; what is there already is not kept twice."""
    if not brought:
        return
    numbers = [submission.pk for submission, _files in brought]
    list(Submission.objects.select_for_update().filter(pk__in=numbers).order_by("pk").values_list("pk"))
    there: dict[int, dict[str, str]] = {number: {} for number in numbers}
    for number, name, sha256 in Attachment.objects.filter(submission__in=numbers).values_list(
        "submission", "name", "sha256"
    ):
        there[number][name] = sha256
    new = []
    for submission, files in brought:
        for name, sha256, size in files:
            free = name_beside(name, sha256, there[submission.pk])
            if free is not None:
                there[submission.pk][free] = sha256
                new.append(Attachment(submission=submission, name=free, sha256=sha256, size=size))
    Attachment.objects.bulk_create(new)


@action(on=Where.SOMEWHERE)
def receive_sheet(*, by: Actor, file: File, mapping: Mapping[str, Any]) -> Submission:
    """Keep a sheet word for word, with the mapping that says how its columns answer a form's questions."""
    name, chunks = file
    intake = mapping["intake"]
    title = intake_called(intake).title or intake
    sha256, size = keep(chunks)
    form, _made = Form.objects.get_or_create(
        form_id=intake, defaults={"title": title, "intake": intake, "is_open": False}
    )
    said = json.dumps(dict(mapping), sort_keys=True, default=str)  # days of a YAML file as text
    how = hashlib.sha256(said.encode()).hexdigest()
    sheet = Submission(
        instance=f"sheet:{sha256[:32]}:{how[:32]}",
        form=form,
        version="",
        body=b"",
        sha256=sha256,
        mapping=json.loads(said),
        actor=by,
        scope=home_scope(by, "collect.receive_sheet"),
    )
    _kept_once([sheet])
    kept = Submission.objects.select_related("form", "actor").get(pk=sheet.pk)
    Attachment.objects.get_or_create(submission=kept, name=name, defaults={"sha256": sha256, "size": size})
    return kept


@action(on="submissions")
def file(*, by: Actor, submissions: list[Submission], reading: Reading) -> list[Submission]:
    """Hand what was read to the app that takes it in, with the rights of its sender: all of its records, or none.

    They are of one sender and one intake. Their rows are locked first, so that two workers cannot file them twice:
    where somebody else was faster with any of them, nothing is done and none is answered.
    """
    numbers = [submission.pk for submission in submissions]
    locked = Submission.objects.select_for_update().filter(pk__in=numbers).order_by("pk")
    if set(locked.values_list("state", flat=True)) != {Submission.State.WAITING}:
        return []
    first = submissions[0]
    if first.form.intake:
        intake_called(first.form.intake).record(first.actor, reading.records)
        _tell_the_planner(len(reading.records))
    alike: dict[tuple[int, str], list[Submission]] = defaultdict(list)
    for submission in submissions:
        submission.state, submission.problem = Submission.State.FILED, None
        submission.records, submission.warnings = reading.of(submission)
        alike[submission.records, json.dumps(submission.warnings, default=str)].append(submission)
    for those in alike.values():
        Submission.objects.filter(pk__in=[one.pk for one in those]).update(
            state=Submission.State.FILED, problem=None, records=those[0].records, warnings=those[0].warnings
        )
    return submissions


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
    if Submission.objects.filter(instance=submission.instance, state__in=ALIVE).exclude(pk=submission.pk).exists():
        raise AnotherStands(instance=submission.instance)
    submission.state = Submission.State.WAITING
    submission.save(update_fields=["state"])
    return submission


@action(on="submission")
def set_aside(*, by: Actor, submission: Submission) -> Submission:
    """Decide that a held submission is never filed. It stays kept, and can be filed again."""
    if _locked_state(submission) == Submission.State.FILED:
        raise AlreadyFiled
    submission.state = Submission.State.SET_ASIDE
    submission.save(update_fields=["state"])
    return submission

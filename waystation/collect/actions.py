"""Writes of collect."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from waystation.access.action import Where, action
from waystation.access.models import Actor
from waystation.access.problems import MayNot
from waystation.access.queries import home_scope, may
from waystation.kernel.problems import Problem

from .files import keep
from .models import LONGEST_INSTANCE, LONGEST_VERSION, Attachment, Correction, Form, FormVersion, Submission
from .problems import AlreadyFiled, AnotherStands, NameTooLong, NoSuchQuestion, QuestionsMissing, VersionTaken
from .queries import answers_of, open_form
from .registry import Reading, form_questions, intake_called, questions_of, read_xlsform
from .rules import Filled, name_beside, read_filled

File = tuple[str, Iterable[bytes]]
"""A name and the bytes under it."""

KeptFile = tuple[str, str, int]
"""A name, and the hash and number of the bytes under it, which are on the disk already."""


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


def keep_files(*, by: Actor, xml: bytes, files: Sequence[File]) -> list[KeptFile]:
    """Keep the files of a submission, before its transaction begins: a hundred photographs must not hold up all others.

    Raises what receiving it would, so that nothing is kept for who may not send it.
    """
    if files:
        home_scope(by, "collect.receive")
        filled = read_filled(xml)
        _check_names(filled)
        open_form(filled.form)
    return [(name, *keep(chunks)) for name, chunks in files]


@action(on=Where.SOMEWHERE)
def receive(*, by: Actor, xml: bytes, files: Sequence[KeptFile] = ()) -> Submission:
    """Keep a submission word for word. The same one twice is no harm; other content under its id is kept beside it."""
    kept = _keep_submission(by, read_filled(xml), xml)
    if files:
        _locked_state(kept)
    for name, sha256, size in files:
        _keep_file(kept, name, sha256, size)
    return kept


def _keep_submission(by: Actor, filled: Filled, xml: bytes) -> Submission:
    _check_names(filled)
    sha256 = hashlib.sha256(xml).hexdigest()
    new = Submission(
        instance=filled.instance or f"sha256:{sha256}",
        form=open_form(filled.form),
        version=filled.version,
        body=xml,
        sha256=sha256,
        actor=by,
        scope=home_scope(by, "collect.receive"),
    )
    return _saved_once(new)


def _check_names(filled: Filled) -> None:
    named = (("instanceID", filled.instance, LONGEST_INSTANCE), ("version", filled.version, LONGEST_VERSION))
    for part, words, most in named:
        if len(words) > most:
            raise NameTooLong(part=part, most=most)


def _saved_once(new: Submission) -> Submission:
    """Save a submission unless it is here already; under a known id with other content, save it as a rival."""
    same = Q(instance=new.instance, sha256=new.sha256)
    for state in (Submission.State.WAITING, Submission.State.RIVAL):
        new.state = state
        with suppress(IntegrityError), transaction.atomic():
            new.save()
            return new
        if known := Submission.objects.filter(same).first():
            return known
    return Submission.objects.get(same)  # sent twice at the same moment


def _locked_state(submission: Submission) -> str:
    """Its state by now, which nobody else can change until we are done."""
    submission.state = Submission.objects.select_for_update().values_list("state", flat=True).get(pk=submission.pk)
    return submission.state


def _keep_file(submission: Submission, name: str, sha256: str, size: int) -> None:
    free = name_beside(name, sha256, dict(submission.attachments.values_list("name", "sha256")))
    if free is not None:
        Attachment.objects.create(submission=submission, name=free, sha256=sha256, size=size)


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
    kept = _saved_once(
        Submission(
            instance=f"sheet:{sha256[:32]}:{how[:32]}",
            form=form,
            version="",
            body=b"",
            sha256=sha256,
            mapping=json.loads(said),
            actor=by,
            scope=home_scope(by, "collect.receive_sheet"),
        )
    )
    Attachment.objects.get_or_create(submission=kept, name=name, defaults={"sha256": sha256, "size": size})
    return kept


@action(on="submission")
def file(*, by: Actor, submission: Submission, reading: Reading) -> Submission:
    """Hand what was read to the app that takes it in, with the rights of its sender: all of its records, or none.

    The row is locked first, so that two workers cannot file it twice.
    """
    if _locked_state(submission) != Submission.State.WAITING:
        return submission
    if submission.form.intake:
        intake_called(submission.form.intake).record(submission.actor, reading.records, submission)
    submission.state, submission.problem, submission.records = Submission.State.FILED, None, len(reading.records)
    submission.warnings = [{"place": place.as_dict(), **doubt.as_record()} for place, doubt in reading.warnings]
    submission.save(update_fields=["state", "problem", "records", "warnings"])
    return submission


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
    alive = [Submission.State.WAITING, Submission.State.FILED, Submission.State.HELD]
    if Submission.objects.filter(instance=submission.instance, state__in=alive).exclude(pk=submission.pk).exists():
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

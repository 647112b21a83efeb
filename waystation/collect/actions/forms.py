"""Forms, from the first draft to the day they are closed."""

from __future__ import annotations

import hashlib
from typing import Any

from django.utils.timezone import now

from waystation.access.action import action
from waystation.access.models import Actor
from waystation.access.problems import MayNot
from waystation.access.queries import may
from waystation.access.rules import new_key

from ..files import path_of
from ..models import LONGEST_VERSION, Form, FormFile, FormVersion, Project, Submission
from ..problems import (
    FormTaken,
    NameTooLong,
    NoDraft,
    NoSuchFormFile,
    NoSuchFormState,
    OtherForm,
    QuestionsMissing,
    VersionTaken,
)
from ..queries import draft_of, first_project, latest_version
from ..registry import ReadForm, form_questions, intake_called, read_definition, with_version
from ..rules import files_of
from .entities import name_lists
from .receiving import KeptFile


@action(on="scope")
def publish_form(*, by: Actor, definition: bytes, scope: str = "/", project: Project | None = None) -> FormVersion:
    """Publish a form as the version of it that phones fetch from now on."""
    read = _read(definition)
    project = project or first_project()
    known = Form.objects.filter(project=project, form_id=read.form_id, deleted_at=None).first()
    if known and not may(by, "collect.publish_form", known.scope):
        raise MayNot(actor=by.name, verb="collect.publish_form", scope=known.scope)
    form, _made = Form.objects.update_or_create(
        project=project,
        form_id=read.form_id,
        deleted_at=None,
        defaults={"title": read.title, "intake": read.intake, "scope": scope, "state": Form.State.OPEN},
    )
    version = _new_version(by, form, definition, read)
    published = form.versions.filter(version=read.version).exclude(published_at=None).first()
    if published is None:
        version.published_by, version.published_at, version.draft_key = by, now(), ""
        version.save()
        _name_files(version)
        name_lists(version)
    elif published.md5 != version.md5:
        raise VersionTaken(form=read.form_id, version=read.version)
    return published or version


@action(on="project")
def create_form(*, by: Actor, project: Project, definition: bytes, fallback: str = "") -> FormVersion:
    """Begin a form with a draft, which only those see who have its key."""
    read = _read(definition, fallback)
    if Form.objects.filter(project=project, form_id=read.form_id, deleted_at=None).exists():
        raise FormTaken(form=read.form_id)
    form = Form.objects.create(
        project=project, form_id=read.form_id, title=read.title, intake=read.intake, scope=project.scope
    )
    if project.scope != "/":  # so that a right can be given over one form alone
        form.scope = f"{project.scope}/form-{form.pk}"
        form.save(update_fields=["scope"])
    return _draft(by, form, definition, read, None)


@action(on="form")
def draft_form(*, by: Actor, form: Form, definition: bytes | None = None) -> FormVersion:
    """Begin a new draft of a form, of its latest version where no definition is given. The draft before it is gone."""
    before = draft_of(form) or latest_version(form)
    if definition is None:
        if before is None:
            raise NoDraft(form=form.form_id)
        definition = bytes(before.definition)
    read = _read(definition, form.form_id)
    if read.form_id != form.form_id:
        raise OtherForm(form=form.form_id, other=read.form_id)
    return _draft(by, form, definition, read, before)


@action(on="form")
def publish_draft(*, by: Actor, form: Form, version: str | None = None) -> FormVersion:
    """Let phones fetch a draft from now on, perhaps under another version. What was sent to try it out is gone."""
    draft = draft_of(form)
    if draft is None:
        raise NoDraft(form=form.form_id)
    if version is not None and version != draft.version:
        _check_version(version)
        draft.version, draft.xform = version, with_version(draft.xform, version)
        draft.md5, draft.sha256 = _hashes(draft.xform)
    if form.versions.filter(version=draft.version).exclude(published_at=None).exists():
        raise VersionTaken(form=form.form_id, version=draft.version)
    Submission.objects.filter(draft=draft).delete()
    draft.published_by, draft.published_at, draft.draft_key = by, now(), ""
    draft.save()
    name_lists(draft)
    form.title, form.intake, form.updated_at = draft.title, draft.intake, now()
    form.save(update_fields=["title", "intake", "updated_at"])
    return draft


@action(on="form")
def abandon_draft(*, by: Actor, form: Form) -> Form:
    """Throw a draft away, with what was sent to try it out. A form that was never published goes with it."""
    draft = draft_of(form)
    if draft is None:
        raise NoDraft(form=form.form_id)
    Submission.objects.filter(draft=draft).delete()
    draft.delete()
    if not form.versions.exists():
        form.deleted_at = now()
        form.save(update_fields=["deleted_at"])
    return form


@action(on="form")
def keep_form_file(*, by: Actor, form: Form, file: KeptFile) -> FormFile:
    """Give a draft one of the files that it asks for."""
    name, sha256, size = file
    found = _file(form, name)
    found.sha256, found.size = sha256, size
    with path_of(sha256).open("rb") as content:
        found.md5 = hashlib.file_digest(content, _md5).hexdigest()
    found.updated_at = now()
    found.save()
    return found


@action(on="form")
def clear_form_file(*, by: Actor, form: Form, name: str) -> FormFile:
    """Take a file away from a draft."""
    found = _file(form, name)
    found.sha256, found.md5, found.size, found.updated_at = "", "", 0, now()
    found.save()
    return found


@action(on="form")
def set_form_state(*, by: Actor, form: Form, state: str) -> Form:
    """Open or close a form: one that is closing is off the phones' list, and what was filled in is still taken."""
    if state not in Form.State.values:
        raise NoSuchFormState(state=state, known=", ".join(Form.State.values))
    form.state, form.updated_at = state, now()
    form.save(update_fields=["state", "updated_at"])
    return form


@action(on="form")
def delete_form(*, by: Actor, form: Form) -> Form:
    """Take a form away from all lists. It and what came in are kept, and can be brought back."""
    form.deleted_at = now()
    form.save(update_fields=["deleted_at"])
    return form


@action(on="form")
def restore_form(*, by: Actor, form: Form) -> Form:
    """Bring a deleted form back."""
    if Form.objects.filter(project=form.project, form_id=form.form_id, deleted_at=None).exists():
        raise FormTaken(form=form.form_id)
    form.deleted_at = None
    form.save(update_fields=["deleted_at"])
    return form


def _read(definition: bytes, fallback: str = "") -> ReadForm:
    read = read_definition(definition, fallback)
    _check_version(read.version)
    if read.intake:
        intake_called(read.intake)
        missing = set(form_questions(read.intake)) - set(read.questions)
        if missing:
            raise QuestionsMissing(intake=read.intake, questions=", ".join(sorted(missing)))
    return read


def _check_version(version: str) -> None:
    if len(version) > LONGEST_VERSION:
        raise NameTooLong(part="version", most=LONGEST_VERSION)


def _hashes(xform: str) -> tuple[str, str]:
    raw = xform.encode()
    return hashlib.md5(raw, usedforsecurity=False).hexdigest(), hashlib.sha256(raw).hexdigest()


def _new_version(by: Actor, form: Form, definition: bytes, read: ReadForm) -> FormVersion:
    md5, sha256 = _hashes(read.xform)
    return FormVersion(
        form=form,
        version=read.version,
        title=read.title,
        intake=read.intake,
        definition=definition,
        xform=read.xform,
        md5=md5,
        sha256=sha256,
        draft_key=new_key(),
        made_by=by,
    )


def _draft(by: Actor, form: Form, definition: bytes, read: ReadForm, before: FormVersion | None) -> FormVersion:
    if (old := draft_of(form)) is not None:
        Submission.objects.filter(draft=old).delete()
    carried = {file.name: file for file in before.files.exclude(sha256="")} if before else {}
    if old is not None:
        old.delete()
    draft = _new_version(by, form, definition, read)
    if old is not None:
        draft.draft_key = old.draft_key  # the phone that tries it out need not be set up again
    draft.save()
    _name_files(draft, carried)
    return draft


def _name_files(version: FormVersion, carried: dict[str, FormFile] | None = None) -> None:
    """Note which files a version asks for; those of the version before it are taken over by name."""
    rows = []
    for name, kind in files_of(version.xform).items():
        old = (carried or {}).get(name)
        kept = {"sha256": old.sha256, "md5": old.md5, "size": old.size, "updated_at": old.updated_at} if old else {}
        rows.append(FormFile(version=version, name=name, kind=kind, **kept))
    FormFile.objects.bulk_create(rows)


def _md5() -> Any:
    return hashlib.md5(usedforsecurity=False)


def _file(form: Form, name: str) -> FormFile:
    draft = draft_of(form)
    if draft is None:
        raise NoDraft(form=form.form_id)
    found = draft.files.filter(name=name).first()
    if found is None:
        raise NoSuchFormFile(file=name, form=form.form_id)
    return found

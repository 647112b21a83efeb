"""What phones send, kept word for word; and sheets."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.timezone import now

from waystation.access.action import Where, action, joined_action
from waystation.access.models import Actor
from waystation.access.queries import home_scope, may
from waystation.access.rules import covers
from waystation.kernel.problems import Problem

from ..files import keep
from ..models import (
    LONGEST_FILE_NAME,
    LONGEST_INSTANCE,
    LONGEST_VERSION,
    Attachment,
    Edition,
    Form,
    FormVersion,
    Submission,
)
from ..problems import EditOfOldEdition, FormClosed, NameTooLong, NoSuchForm, NothingToEdit
from ..queries import first_project, open_form, taking_forms
from ..registry import intake_called
from ..rules import Head, name_beside, read_head
from .phones import Links

File = tuple[str, Iterable[bytes]]
"""A name and the bytes under it."""


class KeptFile(NamedTuple):
    """A file that is on the disk already. No words of a request can say one, for a hash opens what lies under it."""

    name: str
    sha256: str
    size: int


ALIVE = [Submission.State.WAITING, Submission.State.FILED, Submission.State.HELD]
"""Of several contents under one id, one at most is in one of these states."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A filled form as a phone sent it, with its files, which are on the disk already. Raises what reading it does."""

    by: Actor
    xml: bytes
    files: Sequence[KeptFile] = ()
    project: int | None = None
    """The number of the project it was sent to; the first one's where none is named."""
    draft: FormVersion | None = None
    """The draft that it tries out."""
    device: str = ""
    agent: str = ""
    head: Head = field(init=False)
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "head", _read(self.xml))
        object.__setattr__(self, "sha256", hashlib.sha256(self.xml).hexdigest())

    @property
    def instance(self) -> str:
        """The id under which it is kept; of one without any, its content is the id."""
        return self.head.instance or f"sha256:{self.sha256}"

    @property
    def form(self) -> tuple[int | None, str]:
        """The project and the name of its form."""
        return self.project, self.head.form


def _read(xml: bytes) -> Head:
    head = read_head(xml)
    named = (("instanceID", head.instance, LONGEST_INSTANCE), ("version", head.version, LONGEST_VERSION))
    for part, words, most in named:
        if len(words) > most:
            raise NameTooLong(part=part, most=most)
    return head


def keep_files(
    *, by: Actor, xml: bytes, files: Sequence[File], project: int | None = None, draft: FormVersion | None = None
) -> list[KeptFile]:
    """Keep the files of a submission, before its transaction begins: a hundred photographs must not hold up all others.

    Raises what receiving it would, so that nothing is kept for who may not send it.
    """
    if files:
        home_scope(by, "collect.receive")
        head = _read(xml)
        if draft is None:
            open_form(head.form, project)
    return [KeptFile(name, *keep(chunks)) for name, chunks in files]


@joined_action
def receive(sent: Sequence[Sent]) -> list[Submission | Problem]:
    """Keep submissions word for word. The same one twice is no harm; other content under its id is kept beside it."""
    forms = taking_forms({one.form for one in sent if one.draft is None})
    links = Links(one.by for one in sent)
    outcomes: dict[int, Submission | Problem] = {}
    plain: list[tuple[int, Submission]] = []
    for at, one in enumerate(sent):
        form = one.draft.form if one.draft else forms.get(one.form)
        if form is None or (one.draft and form.form_id != one.head.form):
            outcomes[at] = NoSuchForm(form=one.head.form)
        elif form.state == Form.State.CLOSED and one.draft is None:
            outcomes[at] = FormClosed(form=form.form_id)
        elif (refused := links.refusal(one.by, form, one.instance, one.sha256)) is not None:
            outcomes[at] = refused
        elif one.draft is None and one.head.deprecated and one.by.kind != Actor.Kind.LINK:
            outcomes[at] = edited(one, form)
        else:
            plain.append((at, _submission(one, form)))
    outcomes |= dict(zip([at for at, _new in plain], _kept_once([new for _at, new in plain]), strict=True))
    kept = [(found, one.files) for at, one in enumerate(sent) if isinstance(found := outcomes[at], Submission)]
    _keep_files([(submission, files) for submission, files in kept if files])
    return [outcomes[at] for at in range(len(sent))]


def _submission(sent: Sent, form: Form) -> Submission:
    home = home_scope(sent.by, "collect.receive")
    return Submission(
        instance=sent.instance,
        form=form,
        draft=sent.draft,
        version=sent.head.version,
        body=sent.xml,
        sha256=sent.sha256,
        actor=sent.by,
        scope=form.scope if covers(home, form.scope) else home,
        instance_name=sent.head.name[:LONGEST_FILE_NAME],
        device=sent.device[:LONGEST_FILE_NAME],
        agent=sent.agent[:LONGEST_FILE_NAME],
    )


Content = tuple[int, int | None, str, str]
"""Of a form, of a draft, under an id, with a hash."""


def _content(one: Submission) -> Content:
    return (one.form_id, one.draft_id, one.instance, one.sha256)


def _kept_once(sent: Sequence[Submission]) -> list[Submission]:
    """Save what is not here already, and answer what is here now; other content under a known id becomes a rival."""
    here: dict[Content, Submission] = {}
    for is_rival in (False, True):
        new = {_content(one): one for one in reversed(sent) if _content(one) not in here}
        for one in new.values():
            tried = Submission.State.FILED if one.draft_id else Submission.State.WAITING
            one.state = Submission.State.RIVAL if is_rival else tried
            one.is_listed = not (is_rival or one.draft_id or one.mapping)
        Submission.objects.bulk_create(reversed(new.values()), ignore_conflicts=True)
        rows = Submission.objects.filter(instance__in={one.instance for one in new.values()})
        for number, state, *content in rows.values_list("pk", "state", "form", "draft", "instance", "sha256"):
            if (key := tuple(content)) in new:
                here[key] = kept = new[key]
                kept.pk, kept.state = number, state
        if len(here) == len(new):
            break
    return [here[_content(one)] for one in sent]


def edited(sent: Sent, form: Form) -> Submission | Problem:
    """Let what was sent take the place of what it says it corrects; that stays as an edition.

    Sent twice it is no harm. What corrects an edition that no longer counts is refused, for it would undo another's.
    """
    same_form = Submission.objects.select_for_update().filter(form=form, draft=None)
    again = same_form.filter(current=sent.instance).first()
    if again is not None and again.sha256 == sent.sha256:
        return again
    if again is not None:
        return _kept_beside(sent, form)
    counts = (
        same_form.filter(current=sent.head.deprecated).first()
        or same_form.filter(instance=sent.head.deprecated, current="", state__in=ALIVE).first()
    )
    if counts is not None and not may(sent.by, "collect.receive", counts.scope):
        counts = None  # of somebody else's place
    if counts is None:
        old = Edition.objects.filter(submission__form=form, instance=sent.head.deprecated).exists()
        unknown = {"instance": sent.head.deprecated}
        return EditOfOldEdition(**unknown) if old else NothingToEdit(**unknown)
    replace(counts, sent)
    return counts


def _kept_beside(sent: Sent, form: Form) -> Submission:
    rival = _submission(sent, form)
    rival.state, rival.is_listed = Submission.State.RIVAL, False
    same = {"form": form, "instance": rival.instance, "sha256": rival.sha256}
    known = Submission.objects.filter(**same).first()
    if known is None:
        rival.save()
    return known or rival


def replace(submission: Submission, sent: Sent) -> None:
    """Let what was sent be the content of a submission that counts, and what it said before an edition."""
    Edition.objects.create(
        submission=submission,
        instance=submission.current or submission.instance,
        version=submission.version,
        body=submission.body,
        sha256=submission.sha256,
        actor=submission.edited_by or submission.actor,
        received_at=submission.updated_at or submission.received_at,
        instance_name=submission.instance_name,
        device=submission.device,
        agent=submission.agent,
    )
    submission.current, submission.body, submission.sha256 = sent.instance, sent.xml, sent.sha256
    submission.version, submission.instance_name = sent.head.version, sent.head.name[:LONGEST_FILE_NAME]
    submission.device, submission.agent = sent.device[:LONGEST_FILE_NAME], sent.agent[:LONGEST_FILE_NAME]
    submission.edited_by, submission.updated_at, submission.edits = sent.by, now(), submission.edits + 1
    submission.review, submission.answers = Submission.Review.EDITED, None
    submission.state, submission.problem = Submission.State.WAITING, None
    submission.save()
    submission.corrections.all().delete()


def _keep_files(brought: Sequence[tuple[Submission, Sequence[KeptFile]]]) -> None:
    """Keep what came beside submissions; what is there already is not kept twice."""
    if not brought:
        return
    numbers = [submission.pk for submission, _files in brought]
    list(Submission.objects.select_for_update().filter(pk__in=numbers).order_by("pk").values_list("pk"))
    there: dict[int, dict[str, str]] = {number: {} for number in numbers}
    known = Attachment.objects.filter(submission__in=numbers)
    for number, name, sha256 in known.values_list("submission", "name", "sha256"):
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
        project=first_project(),
        form_id=intake,
        deleted_at=None,
        defaults={"title": title, "intake": intake, "state": Form.State.CLOSED},
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


@action(on="submission")
def add_file(*, by: Actor, submission: Submission, file: KeptFile) -> Submission:
    """Keep one more file of a submission; another one of the same name takes its place."""
    name, sha256, size = file
    Attachment.objects.update_or_create(submission=submission, name=name, defaults={"sha256": sha256, "size": size})
    return submission

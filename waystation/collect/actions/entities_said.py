"""What filled forms say of entities, done: created, changed, deleted, or held back until its predecessor arrives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Q
from django.utils.timezone import now

from waystation.access.action import action
from waystation.access.models import Actor
from waystation.kernel.problems import Problem

from ..models import EarlyChange, Entity, EntityList, EntityVersion, Submission
from ..problems import (
    EntityConflict,
    EntityNeedsLabel,
    EntityTaken,
    NoSuchBase,
    NoSuchEntity,
    NoSuchList,
    NotOfItsKind,
)
from ..queries import lists_called, overdue_changes
from ..rules.entities import Base, Change, HeldBack, Known, Made, NeverWas, Said, applied, checked_uuid, fits
from .entities import CHANGED, LABEL, note_changes, settled
from .webhooks import tell_of_entities

Doubts = dict[int, list[tuple[str, Problem]]]
"""What could not be done, or met another change, by the number of the submission: where, and why."""


def say(changes: Iterable[tuple[Submission, Said]]) -> Doubts:
    """Do what submissions say of entities, in their order. What cannot be done is told; the submission stays as it is.

    A submission that made its entities already does not make them again when it is edited.
    """
    wanted = _not_done_yet(list(changes))
    if not wanted:
        return {}
    lists = lists_called({(submission.form.project_id, said.list) for submission, said in wanted})
    book = _Book()
    known: list[tuple[EntityList, Submission, Said]] = []
    for submission, said in wanted:
        entity_list = lists.get((submission.form.project_id, said.list))
        if entity_list is None:
            book.doubt(submission, said.list, NoSuchList(list=said.list))
        elif not (entity_list.needs_approval and said.creates and submission.review != Submission.Review.APPROVED):
            known.append((entity_list, submission, said))
    book.open(known)
    for entity_list, submission, said in known:
        book.write(entity_list, submission, said)
    book.close()
    return book.doubts


def _not_done_yet(changes: list[tuple[Submission, Said]]) -> list[tuple[Submission, Said]]:
    edited = {submission.pk for submission, _said in changes if submission.edits or submission.review}
    if not edited:
        return changes
    done = set(EntityVersion.objects.filter(submission__in=edited).values_list("submission", flat=True))
    done |= set(EarlyChange.objects.filter(submission__in=edited).values_list("submission", flat=True))
    return [(submission, said) for submission, said in changes if submission.pk not in done]


@action(on="submissions")
def say_approved(*, by: Actor, submissions: list[Submission], said: Mapping[int, Sequence[Said]]) -> list[Submission]:
    """Do what submissions say of entities that had to be approved first."""
    doubts = say((one, each) for one in submissions for each in said.get(one.pk, ()))
    for one in submissions:
        if one.pk in doubts:
            one.warnings = [*one.warnings, *told(doubts[one.pk])]
            one.save(update_fields=["warnings"])
    return submissions


@action()
def say_overdue(*, by: Actor) -> list[EarlyChange]:
    """Lay changes over the latest version that waited five days for what they build on."""
    early = list(overdue_changes())
    lists = {one.pk: one for one in EntityList.objects.filter(pk__in={row.list_id for row in early})}
    book = _Book()
    rows = [(lists[row.list_id], row.submission, Said(**row.said)) for row in early]
    book.open(rows)
    for row, (entity_list, submission, said) in zip(early, rows, strict=True):
        book.drop(row)
        book.write(entity_list, submission, said, forced=True)
    book.close()
    return early


def told(doubts: Iterable[tuple[str, Problem]]) -> list[dict[str, object]]:
    """Doubts as they are stored beside a submission."""
    return [{"place": {"row": None, "column": name or None}, **problem.as_record()} for name, problem in doubts]


Key = tuple[int, str]
"""A list and the id of an entity."""


class _Book:
    """The entities that some changes speak of: read and locked together, changed one by one, written together."""

    def __init__(self) -> None:
        self.entities: dict[Key, Entity] = {}
        self.versions: dict[Key, list[EntityVersion]] = defaultdict(list)
        self.early: dict[Key, list[EarlyChange]] = defaultdict(list)
        self.kinds: dict[int, dict[str, str]] = {}
        self.doubts: Doubts = defaultdict(list)
        self.touched: dict[Key, Entity] = {}
        self.new: list[Entity] = []
        self.new_versions: list[EntityVersion] = []

    def open(self, changes: Sequence[tuple[EntityList, Submission, Said]]) -> None:
        """Read what the changes speak of."""
        keys = {(entity_list.pk, said.uuid) for entity_list, _submission, said in changes}
        these = Q(list__in={number for number, _uuid in keys}, uuid__in={uuid for _number, uuid in keys})
        for entity in (
            Entity.objects.select_for_update(of=("self",)).filter(these).select_related("list").order_by("pk")
        ):
            self.entities[entity.list_id, entity.uuid] = entity
        by_number = {one.pk: key for key, one in self.entities.items()}
        for version in EntityVersion.objects.filter(entity__in=by_number).order_by("version"):
            self.versions[by_number[version.entity_id]].append(version)
        for early in EarlyChange.objects.filter(these).select_related("submission__form", "submission__actor"):
            self.early[early.list_id, early.uuid].append(early)
        for entity_list in {one.pk: one for one, _submission, _said in changes}.values():
            self.kinds[entity_list.pk] = dict(entity_list.properties.values_list("name", "kind"))

    def doubt(self, submission: Submission, name: str, problem: Problem) -> None:
        """Note what could not be done."""
        self.doubts[submission.pk].append((name, problem))

    def drop(self, early: EarlyChange) -> None:
        """A change waits no longer."""
        self.early[early.list_id, early.uuid].remove(early)
        early.delete()

    def write(self, entity_list: EntityList, submission: Submission, said: Said, *, forced: bool = False) -> None:
        """Do one change, and then those that waited for it."""
        try:
            self._write(entity_list, submission, said, forced=forced)
        except Problem as problem:
            self.doubt(submission, entity_list.name, problem)
            return
        for early in list(self.early[entity_list.pk, said.uuid]):
            if early.submission_id != submission.pk and early in self.early[entity_list.pk, said.uuid]:
                waiting = Said(**early.said)
                if not isinstance(self._outcome(entity_list, waiting), HeldBack):
                    self.drop(early)
                    self.write(entity_list, early.submission, waiting)

    def _write(self, entity_list: EntityList, submission: Submission, said: Said, *, forced: bool) -> None:
        checked_uuid(said.uuid)
        for name, word in said.values.items():
            kind = self.kinds[entity_list.pk].get(name, "string")
            if not fits(word, kind):
                self.doubt(submission, entity_list.name, NotOfItsKind(value=word[:80], name=name, kind=kind))
        entity = self.entities.get((entity_list.pk, said.uuid))
        there = entity is not None and entity.deleted_at is None
        if there and entity is not None and said.deletes:
            entity.deleted_at = now()
            self._touch(entity)
        elif there and said.updates:
            self._update(entity_list, submission, said, forced=forced)
        elif said.creates or (forced and said.updates):
            self._create(entity_list, submission, said)
        elif said.updates and said.branch and entity is None:
            self._hold(entity_list, submission, said)
        else:
            raise NoSuchEntity(list=entity_list.name, id=said.uuid)

    def _outcome(self, entity_list: EntityList, said: Said, *, forced: bool = False) -> Made | HeldBack | NeverWas:
        versions = [_known(one) for one in self.versions[entity_list.pk, said.uuid]]
        if not versions:
            return HeldBack()
        base = Base(_number(said.base), _number(said.trunk), said.branch)
        return applied(versions, Change(said.label, said.values, base), forced=forced)

    def _update(self, entity_list: EntityList, submission: Submission, said: Said, *, forced: bool) -> None:
        made = self._outcome(entity_list, said, forced=forced)
        if isinstance(made, HeldBack):
            self._hold(entity_list, submission, said)
            return
        if isinstance(made, NeverWas):
            raise NoSuchBase(id=said.uuid, list=entity_list.name, base=said.base or "–")
        entity = self.entities[entity_list.pk, said.uuid]
        entity.version, entity.label, entity.values = made.version, made.label, made.values
        entity.updated_at = now()
        if made.conflict:
            entity.conflict = made.conflict if entity.conflict != Entity.Conflict.HARD else entity.conflict
            self.doubt(submission, entity_list.name, EntityConflict(label=made.label, list=entity_list.name))
        settled(entity, entity_list)
        self._touch(entity)
        version = self._version(entity, submission, said)
        version.base, version.conflict, version.conflicting = made.base, made.conflict, made.conflicting
        version.branch, version.trunk = said.branch[:36], _number(said.trunk)
        version.branch_base = _number(said.base) if said.branch else None

    def _create(self, entity_list: EntityList, submission: Submission, said: Said) -> None:
        label = said.label or ("auto generated" if said.updates and not said.creates else "")
        if not label:
            raise EntityNeedsLabel
        if (entity_list.pk, said.uuid) in self.entities:
            raise EntityTaken(list=entity_list.name, id=said.uuid)
        entity = Entity(
            list=entity_list,
            uuid=said.uuid,
            label=label,
            values=said.values,
            scope=submission.scope if entity_list.scope == "/" else entity_list.scope,
            actor=submission.actor,
        )
        settled(entity, entity_list)
        self.entities[entity_list.pk, said.uuid] = entity
        self.new.append(entity)
        self._version(entity, submission, said)

    def _hold(self, entity_list: EntityList, submission: Submission, said: Said) -> None:
        early = EarlyChange.objects.create(
            list=entity_list, uuid=said.uuid, said=said.as_record(), submission=submission
        )
        self.early[entity_list.pk, said.uuid].append(early)

    def _touch(self, entity: Entity) -> None:
        if entity.pk is not None:  # one that is new is written as it is in the end
            self.touched[entity.list_id, entity.uuid] = entity

    def _version(self, entity: Entity, submission: Submission, said: Said) -> EntityVersion:
        version = EntityVersion(
            entity=entity,
            version=entity.version,
            label=entity.label,
            values=entity.values,
            received={**({LABEL: said.label} if said.label else {}), **said.values},
            submission=submission,
            agent=submission.agent,
            actor=submission.actor,
        )
        self.versions[entity.list_id, entity.uuid].append(version)
        self.new_versions.append(version)
        return version

    def close(self) -> None:
        """Write down what changed."""
        Entity.objects.bulk_create(self.new)
        Entity.objects.bulk_update(self.touched.values(), [*CHANGED, "conflict"])
        EntityVersion.objects.bulk_create(self.new_versions)
        note_changes({entity.list_id for entity in [*self.new, *self.touched.values()]})
        tell_of_entities("entity.create", self.new)
        tell_of_entities("entity.update", (one for one in self.touched.values() if one.deleted_at is None))
        tell_of_entities("entity.delete", (one for one in self.touched.values() if one.deleted_at))


def _known(version: EntityVersion) -> Known:
    return Known(version.version, version.label, version.values, version.branch, version.branch_base)


def _number(word: str) -> int | None:
    return int(word) if word.isascii() and word.isdigit() and len(word) < 10 else None  # noqa: PLR2004  (as databases hold)

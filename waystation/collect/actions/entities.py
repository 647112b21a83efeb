"""Entity lists and entities: made and changed by people and programs. What forms say of them is in `entities_said`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from django.db.models import F
from django.utils.timezone import now

from waystation.access.action import action
from waystation.access.models import Actor

from ..models import Entity, EntityList, EntityProperty, EntityVersion, FormList, FormVersion, Project
from ..problems import (
    EntityChanged,
    EntityNeedsLabel,
    EntityTaken,
    ListTaken,
    NoSuchProperty,
    NotOfItsKind,
    PropertyTaken,
)
from ..queries import declared_by
from ..rules.entities import checked_list_name, checked_property_name, checked_uuid, fits
from .webhooks import tell_of_entities

LABEL = "label"
MANY = 1_000  # rows that are written at once


@dataclass(frozen=True, slots=True)
class NewEntity:
    """An entity that is not there yet. Without an id it gets one."""

    label: str
    values: dict[str, str] = field(default_factory=dict)
    uuid: str = ""


CHANGED = ("version", "label", "values", "updated_at", "closed_at", "deleted_at")


@dataclass(frozen=True, slots=True)
class NewValues:
    """What is to be said of entities from now on: a label, where it is not None, and some values."""

    label: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    agent: str = ""


@action(on="project")
def create_list(*, by: Actor, project: Project, name: str, needs_approval: bool = False) -> EntityList:
    """Begin a list of entities, which forms fill and phones carry."""
    name = checked_list_name(name)
    if EntityList.objects.filter(project=project, name__iexact=name, deleted_at=None).exists():
        raise ListTaken(list=name)
    return EntityList.objects.create(project=project, name=name, needs_approval=needs_approval, scope=project.scope)


@action(on="entity_list")
def change_list(
    *,
    by: Actor,
    entity_list: EntityList,
    needs_approval: bool | None = None,
    owner_only: bool | None = None,
    closed_by: Mapping[str, str] | None = None,
    deleted_by: Mapping[str, str] | None = None,
) -> EntityList:
    """Say how a list works; what is not named stays. `closed_by`, `deleted_by`: {"property": …, "value": …}, or {}."""
    for rule in filter(None, (closed_by, deleted_by)):
        _check_values(entity_list, {str(rule.get("property", "")): ""})
    given = {
        "needs_approval": needs_approval,
        "owner_only": owner_only,
        "closed_by": closed_by,
        "deleted_by": deleted_by,
    }
    for name, value in given.items():
        if value is not None:
            setattr(entity_list, name, value)
    entity_list.save(update_fields=list(given))
    note_changes([entity_list.pk])
    return entity_list


@action(on="entity_list")
def delete_list(*, by: Actor, entity_list: EntityList) -> EntityList:
    """Take a list away from all phones and programs. Its entities are kept."""
    entity_list.deleted_at = now()
    entity_list.save(update_fields=["deleted_at"])
    return entity_list


@action(on="entity_list")
def add_property(*, by: Actor, entity_list: EntityList, name: str, kind: str = "string") -> EntityProperty:
    """Let something more be said of each entity of a list. The kind is a type of XForms, such as int or geopoint."""
    name = checked_property_name(name)
    if entity_list.properties.filter(name__iexact=name).exists():
        raise PropertyTaken(list=entity_list.name, name=name)
    note_changes([entity_list.pk])
    return EntityProperty.objects.create(list=entity_list, name=name, kind=kind)


@action(on="entity_list")
def create_entities(
    *, by: Actor, entity_list: EntityList, new: Sequence[NewEntity], source: str = "", agent: str = ""
) -> list[Entity]:
    """Add entities to a list, all of them or none. `source` names the file that many came from."""
    rows = []
    for one in new:
        if not one.label.strip():
            raise EntityNeedsLabel
        uuid = checked_uuid(one.uuid) if one.uuid else str(uuid4())
        rows.append(
            Entity(list=entity_list, uuid=uuid, label=one.label, values=one.values, scope=entity_list.scope, actor=by)
        )
    _check_values(entity_list, *(row.values for row in rows))
    ids = [row.uuid for row in rows]
    taken = (
        next((uuid for at, uuid in enumerate(ids) if uuid in set(ids[:at])), None) if len(set(ids)) < len(ids) else None
    )
    for start in range(0, len(ids), MANY):
        there = entity_list.entities.filter(uuid__in=ids[start : start + MANY]).values_list("uuid", flat=True)
        taken = taken or there.first()
    if taken:
        raise EntityTaken(list=entity_list.name, id=taken)
    made = Entity.objects.bulk_create(rows, batch_size=MANY)
    write_versions(made, by=by, source=source[:255], agent=agent[:255])
    note_changes([entity_list.pk])
    tell_of_entities("entity.create", made)
    return made


@action(on="entity")
def update_entity(*, by: Actor, entity: Entity, change: NewValues, base: int | None = None) -> Entity:
    """Change an entity. `base` is the version that the change was made of; another one than the latest is refused."""
    locked = _locked([entity])
    if base is not None and base != locked[0].version:
        raise EntityChanged(base=base, id=entity.uuid, version=locked[0].version)
    _check_values(entity.list, change.values)
    _change(locked, change, by=by)
    return locked[0]


@action(on="entities")
def update_entities(*, by: Actor, entities: list[Entity], change: NewValues) -> list[Entity]:
    """Give many entities the same new values, each as a version of its own."""
    locked = _locked(entities)
    for entity_list in {one.list_id: one.list for one in locked}.values():
        _check_values(entity_list, change.values)
    _change(locked, change, by=by)
    return locked


@action(on="entity")
def settle_conflict(*, by: Actor, entity: Entity) -> Entity:
    """Say that an entity is right as it is now, whatever was changed at once."""
    entity.conflict, entity.updated_at = "", now()
    entity.save(update_fields=["conflict", "updated_at"])
    return entity


@action(on="entities")
def delete_entities(*, by: Actor, entities: list[Entity]) -> list[Entity]:
    """Take entities off a list. They are kept, and can be brought back."""
    Entity.objects.filter(pk__in=[one.pk for one in entities]).update(deleted_at=now())
    note_changes({entity.list_id for entity in entities})
    tell_of_entities("entity.delete", entities)
    return entities


@action(on="entities")
def restore_entities(*, by: Actor, entities: list[Entity]) -> list[Entity]:
    """Bring deleted entities back."""
    Entity.objects.filter(pk__in=[one.pk for one in entities]).update(deleted_at=None)
    note_changes({entity.list_id for entity in entities})
    return entities


@action(on="entities")
def close_entities(*, by: Actor, entities: list[Entity]) -> list[Entity]:
    """Let phones carry entities no longer: what is done with them is done. They stay in the list."""
    Entity.objects.filter(pk__in=[one.pk for one in entities], closed_at=None).update(closed_at=now())
    note_changes({entity.list_id for entity in entities})
    return entities


@action(on="entities")
def reopen_entities(*, by: Actor, entities: list[Entity]) -> list[Entity]:
    """Let phones carry closed entities again."""
    Entity.objects.filter(pk__in=[one.pk for one in entities]).update(closed_at=None)
    note_changes({entity.list_id for entity in entities})
    return entities


def note_changes(lists: Collection[int]) -> None:
    """Let phones fetch some lists again."""
    EntityList.objects.filter(pk__in=lists).update(changes=F("changes") + 1, updated_at=now())


def settled(entity: Entity, entity_list: EntityList) -> None:
    """Close or delete an entity whose values say so, by the rules of its list; or open it again."""
    if rule := entity_list.closed_by:
        says = entity.values.get(rule["property"]) == rule["value"]
        entity.closed_at = (entity.closed_at or now()) if says else None
    if (rule := entity_list.deleted_by) and entity.values.get(rule["property"]) == rule["value"]:
        entity.deleted_at = now()


def write_versions(made: Sequence[Entity], *, by: Actor, source: str = "", agent: str = "") -> None:
    """Keep what entities are by now as their versions."""
    EntityVersion.objects.bulk_create(
        [
            EntityVersion(
                entity=one,
                version=one.version,
                label=one.label,
                values=one.values,
                received={LABEL: one.label, **one.values},
                source=source,
                agent=agent,
                actor=by,
            )
            for one in made
        ],
        batch_size=MANY,
    )


def _locked(entities: Sequence[Entity]) -> list[Entity]:
    rows = Entity.objects.select_for_update(of=("self",)).filter(pk__in=[one.pk for one in entities])
    return list(rows.select_related("list", "actor").order_by("pk"))


def _change(entities: Sequence[Entity], change: NewValues, *, by: Actor) -> None:
    """Write the next version of each entity."""
    if change.label is not None and not change.label.strip():
        raise EntityNeedsLabel
    received = {**({LABEL: change.label} if change.label else {}), **change.values}
    versions = []
    for entity in entities:
        entity.version, entity.updated_at = entity.version + 1, now()
        entity.label, entity.values = change.label or entity.label, {**entity.values, **change.values}
        settled(entity, entity.list)
        made = EntityVersion(entity=entity, version=entity.version, label=entity.label, values=entity.values, actor=by)
        made.received, made.base, made.source, made.agent = received, entity.version - 1, change.source, change.agent
        versions.append(made)
    Entity.objects.bulk_update(entities, CHANGED, batch_size=MANY)
    EntityVersion.objects.bulk_create(versions, batch_size=MANY)
    note_changes({entity.list_id for entity in entities})
    tell_of_entities("entity.update", entities)


def _check_values(entity_list: EntityList, *several: Mapping[str, str]) -> None:
    kinds = dict(entity_list.properties.values_list("name", "kind"))
    for values in several:
        for name, value in values.items():
            if name not in kinds:
                raise NoSuchProperty(list=entity_list.name, name=name)
            if not fits(value, kinds[name]):
                raise NotOfItsKind(value=value[:80], name=name, kind=kinds[name])


def name_lists(version: FormVersion) -> None:
    """Make the lists and properties that a version declares and that its project lacks, and note that it feeds them."""
    project = version.form.project
    for declared in declared_by(version):
        name = checked_list_name(declared.list)
        found, _made = EntityList.objects.get_or_create(
            project=project, name=name, deleted_at=None, defaults={"scope": project.scope}
        )
        known = {one.lower() for one in found.properties.values_list("name", flat=True)}
        new = {checked_property_name(one): kind for one, kind in declared.kinds.items() if one.lower() not in known}
        EntityProperty.objects.bulk_create(
            [EntityProperty(list=found, name=one, kind=kind) for one, kind in new.items()]
        )
        fed, _made = FormList.objects.get_or_create(version=version, list=found)
        fed.properties |= declared.kinds
        fed.save(update_fields=["properties"])
        if new:
            note_changes([found.pk])

"""Entities with their versions and conflicts, as programs ask for them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from .. import actions, queries
from ..actions import NewEntity, NewValues
from ..problems import NoBase, NotAWord, WrongWord
from .rest import DONE, actor_told, in_full, is_true, moment, said, word

if TYPE_CHECKING:
    from waystation.access.models import Actor

    from ..models import Entity, EntityVersion, Submission


def _version_told(one: EntityVersion, *, current: bool, whole: bool = True, full: bool = False) -> dict[str, Any]:
    told: dict[str, Any] = {
        "label": one.label,
        "current": current,
        "createdAt": moment(one.made_at),
        "creatorId": one.actor_id,
        "userAgent": one.agent,
        "version": one.version,
        "baseVersion": one.base,
        "conflictingProperties": one.conflicting or None,
        "trunkVersion": one.trunk,
        "branchId": one.branch or None,
        "branchBaseVersion": one.branch_base,
    }
    if whole:
        told |= {"data": one.values, "dataReceived": one.received}
    return {**told, "creator": actor_told(one.actor)} if full else told


def _told(one: Entity, version: EntityVersion, *, whole: bool = True, full: bool = False) -> dict[str, Any]:
    told: dict[str, Any] = {
        "uuid": one.uuid,
        "createdAt": moment(one.made_at),
        "creatorId": one.actor_id,
        "updatedAt": moment(one.updated_at),
        "deletedAt": moment(one.deleted_at),
        "closedAt": moment(one.closed_at),
        "conflict": one.conflict or None,
        "currentVersion": _version_told(version, current=True, whole=whole, full=full),
    }
    return {**told, "creator": actor_told(one.actor)} if full else told


def entity_told(one: Entity, *, full: bool = False) -> dict[str, Any]:
    """One entity with what it says."""
    return _told(one, queries.latest_versions([one])[one.pk], full=full)


def entities(by: Actor, request: HttpRequest, *, project: int, name: str) -> list[dict[str, Any]]:
    """The entities of a list without what they say, the newest first."""
    found = queries.entities(by, queries.entity_list(by, project, name), deleted=is_true(request, "deleted"))
    rows = list(found.select_related("actor").order_by("-pk"))
    versions = queries.latest_versions(rows)
    return [_told(one, versions[one.pk], whole=False, full=in_full(request)) for one in rows]


def add_entities(by: Actor, request: HttpRequest, *, project: int, name: str) -> dict[str, Any]:
    """Add one entity, or many at once."""
    body = said(request)
    found = queries.entity_list(by, project, name)
    agent = request.headers.get("User-Agent", "")
    if "entities" not in body:
        (made,) = actions.create_entities(by=by, entity_list=found, new=[_new(body)], agent=agent)
        return entity_told(made)
    several = body["entities"]
    if not isinstance(several, list) or not several or not all(isinstance(one, dict) for one in several):
        raise WrongWord(name="entities", word=str(several)[:80])
    source = body.get("source")
    if not isinstance(source, dict) or not isinstance(source.get("name"), str):
        raise WrongWord(name="source", word=str(source)[:80])
    new = [_new(one) for one in several]
    actions.create_entities(by=by, entity_list=found, new=new, source=source["name"], agent=agent)
    return DONE


def _new(body: dict[str, Any]) -> NewEntity:
    given = body.get("uuid")
    if given is not None and not isinstance(given, str):
        raise NotAWord(name="uuid")
    return NewEntity(word(body, "label"), _values(body), given or "")


def _values(body: dict[str, Any]) -> dict[str, str]:
    """What a request says of properties. Raises NotAWord, for ODK Central keeps texts, and so do phones."""
    found = body.get("data", {})
    if not isinstance(found, dict):
        raise NotAWord(name="data")
    for name, value in found.items():
        if value is not None and not isinstance(value, str):
            raise NotAWord(name=name)
    return {name: value or "" for name, value in found.items()}


def _one(by: Actor, project: int, name: str, uuid: str, *, deleted: bool = False) -> Entity:
    return queries.entity(by, queries.entity_list(by, project, name), uuid, deleted=deleted)


def entity(by: Actor, request: HttpRequest, *, project: int, name: str, uuid: str) -> dict[str, Any]:
    """One entity with what it says."""
    return entity_told(_one(by, project, name, uuid), full=in_full(request))


def change_entity(by: Actor, request: HttpRequest, *, project: int, name: str, uuid: str) -> dict[str, Any]:
    """Change an entity, or say that its conflict is settled."""
    body = said(request)
    found = _one(by, project, name, uuid)
    settles = is_true(request, "resolve")
    if settles and not found.conflict:
        raise WrongWord(name="resolve", word="true")
    if "label" in body or "data" in body or not settles:
        found = actions.update_entity(by=by, entity=found, change=_change(body, request), base=_base(request))
    if settles:
        found = actions.settle_conflict(by=by, entity=found)
    return entity_told(found)


def _change(body: dict[str, Any], request: HttpRequest) -> NewValues:
    label = body.get("label")
    if label is not None and not isinstance(label, str):
        raise NotAWord(name="label")
    return NewValues(label, _values(body), agent=request.headers.get("User-Agent", ""))


def _base(request: HttpRequest) -> int | None:
    """The version that a change was made of; None where it is forced. Raises NoBase where neither is said."""
    given = request.GET.get("baseVersion", "")
    if given.isascii() and given.isdigit():
        return int(given)
    if is_true(request, "force"):
        return None
    raise NoBase


def delete_entity(by: Actor, request: HttpRequest, *, project: int, name: str, uuid: str) -> dict[str, Any]:
    """Take an entity off its list."""
    actions.delete_entities(by=by, entities=[_one(by, project, name, uuid)])
    return DONE


def restore_entity(by: Actor, request: HttpRequest, *, project: int, name: str, uuid: str) -> dict[str, Any]:
    """Bring a deleted entity back."""
    actions.restore_entities(by=by, entities=[_one(by, project, name, uuid, deleted=True)])
    return DONE


def _several(by: Actor, request: HttpRequest, project: int, name: str) -> list[Entity]:
    ids = said(request).get("ids")
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise WrongWord(name="ids", word=str(ids)[:80])
    return queries.entities_called(by, queries.entity_list(by, project, name), ids)


def delete_entities(by: Actor, request: HttpRequest, *, project: int, name: str) -> dict[str, Any]:
    """Take several entities off their list."""
    actions.delete_entities(by=by, entities=_several(by, request, project, name))
    return DONE


def change_entities(by: Actor, request: HttpRequest, *, project: int, name: str) -> dict[str, Any]:
    """Give several entities the same new values: {"ids": […], "data": {…}}."""
    found = _several(by, request, project, name)
    actions.update_entities(by=by, entities=found, change=_change(said(request), request))
    return DONE


def close_entities(by: Actor, request: HttpRequest, *, project: int, name: str) -> dict[str, Any]:
    """Let phones carry several entities no longer."""
    actions.close_entities(by=by, entities=_several(by, request, project, name))
    return DONE


def reopen_entities(by: Actor, request: HttpRequest, *, project: int, name: str) -> dict[str, Any]:
    """Let phones carry several entities again."""
    actions.reopen_entities(by=by, entities=_several(by, request, project, name))
    return DONE


def versions(by: Actor, request: HttpRequest, *, project: int, name: str, uuid: str) -> list[dict[str, Any]]:
    """Every version of an entity, the first one first; with relevantToConflict=true those since the last one agreed."""
    found = _one(by, project, name, uuid)
    all_of_it = list(queries.versions_of(found))
    shown = _in_conflict(found, all_of_it) if is_true(request, "relevantToConflict") else all_of_it
    return [
        {
            **_version_told(one, current=one.version == found.version, full=in_full(request)),
            "conflict": one.conflict or None,
            "lastGoodVersion": one.version == _last_good(all_of_it),
            "source": _source(one),
        }
        for one in shown
    ]


def _last_good(versions: list[EntityVersion]) -> int:
    """The version before the first one that met another."""
    first = next((one.version for one in versions if one.conflict), len(versions) + 1)
    return first - 1


def _in_conflict(entity: Entity, versions: list[EntityVersion]) -> list[EntityVersion]:
    if not entity.conflict:
        return []
    bases = [one.base for one in versions if one.conflict and one.base]
    start = min([_last_good(versions), *bases])
    return [one for one in versions if one.version >= start]


def _source(one: EntityVersion) -> dict[str, Any]:
    """Where a version came from: a submission, a file, or a program."""
    if one.submission is not None:
        return {"submission": _submission_told(one.submission)}
    return {"name": one.source} if one.source else {}


def _submission_told(one: Submission) -> dict[str, Any]:
    return {"instanceId": one.instance, "xmlFormId": one.form.form_id, "createdAt": moment(one.received_at)}


def diffs(by: Actor, request: HttpRequest, *, project: int, name: str, uuid: str) -> list[list[dict[str, Any]]]:
    """What each version changed against the one before it, the first change first."""
    found = list(queries.versions_of(_one(by, project, name, uuid)))
    return [_changes(old, new) for old, new in pairwise(found)]


def _changes(old: EntityVersion, new: EntityVersion) -> list[dict[str, Any]]:
    before, after = {"label": old.label, **old.values}, {"label": new.label, **new.values}
    names = dict.fromkeys([*before, *after])
    return [
        {"propertyName": name, "old": before.get(name), "new": after.get(name)}
        for name in names
        if before.get(name) != after.get(name)
    ]


def audits(by: Actor, request: HttpRequest, *, project: int, name: str, uuid: str) -> list[dict[str, Any]]:
    """What was done to an entity, the newest first."""
    found = _one(by, project, name, uuid)
    return [
        {
            "actorId": one.actor_id,
            "actor": actor_told(one.actor),
            "action": "entity.create" if one.version == 1 else "entity.update.version",
            "loggedAt": moment(one.made_at),
            "details": {"entity": {"uuid": found.uuid, "dataset": found.list.name}, "source": _source(one)},
        }
        for one in reversed(queries.versions_of(found))
    ]

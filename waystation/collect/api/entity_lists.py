"""Entity lists, which ODK Central calls datasets, as programs ask for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from .. import actions, queries
from ..problems import WrongWord
from ..rules.fields import odata_name
from .csv import as_csv
from .rest import DONE, in_full, moment, said, truth, word

if TYPE_CHECKING:
    from waystation.access.models import Actor

    from ..models import Entity, EntityList, Form


def list_told(one: EntityList) -> dict[str, Any]:
    """A list, in short."""
    return {
        "name": one.name,
        "projectId": one.project_id,
        "createdAt": moment(one.created_at),
        "approvalRequired": one.needs_approval,
        "ownerOnly": one.owner_only,
    }


def form_named(form: Form) -> dict[str, str]:
    """A form by id and name."""
    return {"xmlFormId": form.form_id, "name": form.title or form.form_id}


def lists(by: Actor, request: HttpRequest, *, project: int) -> list[dict[str, Any]]:
    """The entity lists of a project; in full with how many entities each has."""
    found = queries.entity_lists(by, queries.project_numbered(by, project))
    return [{**list_told(one), **(_tally_told(by, one) if in_full(request) else {})} for one in found]


def _tally_told(by: Actor, one: EntityList) -> dict[str, Any]:
    tally = queries.list_tally(by, one)
    return {"entities": tally.entities, "lastEntity": moment(tally.last), "conflicts": tally.conflicts}


def add_list(by: Actor, request: HttpRequest, *, project: int) -> dict[str, Any]:
    """Begin a list."""
    body = said(request)
    found = queries.project_numbered(by, project)
    needs = truth(body, "approvalRequired") or False
    return _whole(by, actions.create_list(by=by, project=found, name=word(body, "name"), needs_approval=needs))


def entity_list(by: Actor, request: HttpRequest, *, project: int, name: str) -> dict[str, Any]:
    """One list with its properties, the forms that fill it and those that carry it."""
    return _whole(by, queries.entity_list(by, project, name))


def _whole(by: Actor, one: EntityList) -> dict[str, Any]:
    feeding = queries.forms_feeding(one)
    return {
        **list_told(one),
        "closedBy": one.closed_by or None,
        "deletedBy": one.deleted_by or None,
        "linkedForms": [form_named(form) for form in queries.forms_carrying(one)],
        "sourceForms": [form_named(form) for form, _properties in feeding],
        "properties": [
            {
                "name": each.name,
                "odataName": odata_name(each.name),
                "type": each.kind,
                "publishedAt": moment(each.made_at),
                "forms": [form_named(form) for form, properties in feeding if each.name in properties],
            }
            for each in queries.properties_of(one)
        ],
    }


def change_list(by: Actor, request: HttpRequest, *, project: int, name: str) -> dict[str, Any]:
    """Say how a list works."""
    body = said(request)
    found = queries.entity_list(by, project, name)
    changed = actions.change_list(
        by=by,
        entity_list=found,
        needs_approval=truth(body, "approvalRequired"),
        owner_only=truth(body, "ownerOnly"),
        closed_by=_rule(body, "closedBy"),
        deleted_by=_rule(body, "deletedBy"),
    )
    return _whole(by, changed)


def _rule(body: dict[str, Any], name: str) -> dict[str, str] | None:
    """A rule such as {"property": "status", "value": "closed"}; null takes it away."""
    if name not in body:
        return None
    found = body[name] or {}
    if not isinstance(found, dict) or (
        found and not all(isinstance(found.get(one), str) for one in ("property", "value"))
    ):
        raise WrongWord(name=name, word=str(found)[:80])
    return {one: found[one] for one in ("property", "value")} if found else {}


def delete_list(by: Actor, request: HttpRequest, *, project: int, name: str) -> dict[str, Any]:
    """Take a list away."""
    actions.delete_list(by=by, entity_list=queries.entity_list(by, project, name))
    return DONE


def add_property(by: Actor, request: HttpRequest, *, project: int, name: str) -> dict[str, Any]:
    """Let something more be said of each entity."""
    body = said(request)
    kind = body.get("type") or "string"
    if not isinstance(kind, str) or len(kind) > 20:  # noqa: PLR2004  (what the column holds)
        raise WrongWord(name="type", word=str(kind)[:80])
    found = queries.entity_list(by, project, name)
    actions.add_property(by=by, entity_list=found, name=word(body, "name"), kind=kind)
    return DONE


def export(by: Actor, request: HttpRequest, *, project: int, name: str) -> HttpResponseBase:
    """All entities of a list as one file, the newest first."""
    found = queries.entity_list(by, project, name)
    names = [one.name for one in queries.properties_of(found)]
    return as_csv(_rows(queries.entities(by, found), names), name)


def _rows(found: Any, names: list[str]) -> Iterator[list[str]]:
    system = ["__createdAt", "__creatorId", "__creatorName", "__updates", "__updatedAt", "__version"]
    yield ["__id", "label", *names, *system]
    for one in found.select_related("actor").order_by("-pk").iterator(1_000):
        yield [one.uuid, one.label, *(one.values.get(name, "") for name in names), *_system(one)]


def _system(one: Entity) -> list[str]:
    updated = moment(one.updated_at) or ""
    creator = (str(one.actor_id), one.actor.name)
    return [moment(one.made_at) or "", *creator, str(one.version - 1), updated, str(one.version)]

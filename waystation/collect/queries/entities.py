"""Entity lists, entities with their versions, and what phones carry of them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, F, Max, Q, QuerySet
from django.utils.timezone import now

from waystation.access.models import Actor
from waystation.access.queries import may, scopes_of, within
from waystation.access.rules import ancestors

from ..models import (
    EarlyChange,
    Entity,
    EntityList,
    EntityProperty,
    EntityVersion,
    Form,
    FormList,
    FormVersion,
    Project,
    Submission,
)
from ..problems import NoSuchEntity, NoSuchList
from ..registry import Register, registers
from ..rules.entities import PATIENCE, Said, declared_in, said_in
from .projects import project_numbered
from .versions import read_once, versions_filled_in

SEE, CARRY = "collect.see", "collect.receive"
"""The rights by which somebody sees a list, and by which a phone carries it."""

declared_by = read_once(declared_in)
"""The entities that a version of a form declares."""


def _here(by: Actor, verb: str) -> Q:
    """What lies where an actor holds a verb, or around it."""
    held = scopes_of(by, verb)
    return within(by, verb) | Q(scope__in={path for scope in held for path in ancestors(scope)})


def entity_lists(by: Actor, project: Project) -> QuerySet[EntityList]:
    """The lists of a project that an actor may see."""
    return EntityList.objects.filter(_here(by, SEE), project=project, deleted_at=None).order_by("name")


def entity_list(by: Actor, project: int, name: str) -> EntityList:
    """One list by its name. Raises NoSuchProject, NoSuchList."""
    found = entity_lists(by, project_numbered(by, project)).select_related("project").filter(name=name).first()
    if found is None:
        raise NoSuchList(list=name)
    return found


def entities(by: Actor, entity_list: EntityList, *, deleted: bool | None = False) -> QuerySet[Entity]:
    """The entities of a list that an actor may see, closed ones too; or those that were deleted; None for both."""
    found = (
        entity_list.entities.all() if deleted is None else entity_list.entities.filter(deleted_at__isnull=not deleted)
    )
    return found if may(by, SEE, entity_list.scope) else found.filter(_here(by, SEE))


def entities_chosen(found: QuerySet[Entity], *, search: str = "", state: str = "") -> QuerySet[Entity]:
    """Of some entities those whose label holds some letters, or that are in conflict, open or closed; newest first."""
    if search:
        found = found.filter(Q(label__icontains=search) | Q(uuid=search.lower()))
    states = {"conflict": ~Q(conflict=""), "open": Q(closed_at=None), "closed": Q(closed_at__isnull=False)}
    return (found.filter(states[state]) if state in states else found).order_by("-pk")


def entity(by: Actor, entity_list: EntityList, uuid: str, *, deleted: bool = False) -> Entity:
    """One entity. Raises NoSuchEntity."""
    found = entities(by, entity_list, deleted=deleted).select_related("actor", "list").filter(uuid=uuid.lower()).first()
    if found is None:
        raise NoSuchEntity(list=entity_list.name, id=uuid)
    return found


def entities_called(by: Actor, entity_list: EntityList, uuids: Collection[str]) -> list[Entity]:
    """Several entities by their ids. Raises NoSuchEntity where one is not there."""
    found = {one.uuid: one for one in entities(by, entity_list).select_related("list").filter(uuid__in=uuids)}
    for uuid in uuids:
        if uuid not in found:
            raise NoSuchEntity(list=entity_list.name, id=uuid)
    return [found[uuid] for uuid in uuids]


def versions_of(entity: Entity) -> QuerySet[EntityVersion]:
    """Every version of an entity, the first one first, with who made it and of which submission."""
    return entity.versions.select_related("actor", "submission__form").order_by("version")


def latest_versions(found: Collection[Entity]) -> dict[int, EntityVersion]:
    """The version that counts of each of some entities, by the entity's number."""
    rows = EntityVersion.objects.filter(entity__in=found, version=F("entity__version"))
    return {one.entity_id: one for one in rows.select_related("actor")}


def properties_of(entity_list: EntityList) -> list[EntityProperty]:
    """The properties of a list, in the order in which they came to be."""
    return list(entity_list.properties.order_by("pk"))


class ListTally(NamedTuple):
    """How many entities a list has, how many are in conflict, and when the last one came."""

    entities: int
    conflicts: int
    last: datetime | None


def list_tally(by: Actor, entity_list: EntityList) -> ListTally:
    """How many entities of a list an actor may see."""
    found = entities(by, entity_list).order_by()
    counted = found.aggregate(all=Count("pk"), conflicts=Count("pk", filter=~Q(conflict="")), last=Max("made_at"))
    return ListTally(counted["all"], counted["conflicts"], counted["last"])


def forms_feeding(entity_list: EntityList) -> list[tuple[Form, Mapping[str, str]]]:
    """The forms whose latest published version creates or updates entities of a list, with the properties they fill."""
    rows = FormList.objects.filter(list=entity_list, version__form__deleted_at=None).select_related("version__form")
    latest: dict[int, FormList] = {}
    for row in rows.order_by("version__published_at", "version"):
        latest[row.version.form_id] = row
    return [(row.version.form, row.properties) for row in latest.values()]


def forms_carrying(entity_list: EntityList) -> list[Form]:
    """The forms that ask for a list as a file."""
    named = {"versions__files__name": f"{entity_list.name}.csv", "versions__published_at__isnull": False}
    return list(Form.objects.filter(project=entity_list.project, deleted_at=None, **named).distinct().order_by("title"))


class ListDeclared(NamedTuple):
    """What a version of a form declares of a list, beside what the list has already."""

    is_new: bool
    has: list[str]
    fills: dict[str, str]
    adds: set[str]


def lists_declared(version: FormVersion) -> dict[str, ListDeclared]:
    """The entity lists that a version of a form declares, by name."""
    fills: dict[str, dict[str, str]] = {}
    for declared in declared_by(version):
        fills.setdefault(declared.list, {}).update(declared.kinds)
    project = version.form.project_id
    there = lists_called({(project, name) for name in fills})
    told = {}
    for name, kinds in sorted(fills.items()):
        found = there.get((project, name))
        has = [one.name for one in properties_of(found)] if found else []
        told[name] = ListDeclared(found is None, has, kinds, set(kinds) - set(has))
    return told


# What phones carry


def _asked_for(version: FormVersion) -> list[str]:
    """The names, without their ends, of the CSV files that a version asks for and that nobody gave it."""
    missing = (file.name for file in version.files.all() if not file.sha256)
    return [name.removesuffix(".csv") for name in missing if name.endswith(".csv")]


def carried_lists(version: FormVersion) -> list[EntityList]:
    """The entity lists that phones carry for a version: those of its project, by name: `trees.csv` is `trees`."""
    if not (names := _asked_for(version)):
        return []
    project = version.form.project_id
    return list(EntityList.objects.filter(project=project, name__in=names, deleted_at=None).order_by("name"))


def carried_registers(version: FormVersion) -> list[Register]:
    """The registers that phones carry for a version: `sites.csv` is `sites`, unless a list has that name."""
    if not (names := _asked_for(version)):
        return []
    taken = {one.name for one in carried_lists(version)}
    return [registers()[name] for name in names if name in registers() and name not in taken]


def carried_names(version: FormVersion) -> set[str]:
    """The names of the files that phones carry instead of a file that somebody gave the form."""
    lists = {f"{one.name}.csv" for one in carried_lists(version)}
    return lists | {one.file for one in carried_registers(version)}


def carried_tokens(by: Actor, version: FormVersion) -> dict[str, str]:
    """The same by name, each with what changes whenever it must be fetched again."""
    registers = {one.file: register_token(by, one) for one in carried_registers(version)}
    return registers | {f"{one.name}.csv": change_token(by, one) for one in carried_lists(version)}


def files_missing(version: FormVersion) -> list[str]:
    """The names of the files that a version asks for, that nobody gave it and that phones do not carry either."""
    carried = carried_names(version)
    return [file.name for file in version.files.order_by("name") if not file.sha256 and file.name not in carried]


def carried_list(version: FormVersion, name: str) -> EntityList | None:
    """One of the lists by the name of its file."""
    return next((one for one in carried_lists(version) if f"{one.name}.csv" == name), None)


def carried_file(by: Actor, version: FormVersion, name: str) -> Iterator[list[str]] | None:
    """What a phone carries under the name of a file: headings and rows; None where it is a file that was given."""
    if (listed := carried_list(version, name)) is not None:
        return carried_rows(by, listed)
    register = next((one for one in carried_registers(version) if one.file == name), None)
    return _register_rows(by, register) if register else None


def _register_rows(by: Actor, register: Register) -> Iterator[list[str]]:
    yield ["name", "label", *register.properties]
    yield from map(list, register.rows(by))


def register_token(by: Actor, register: Register) -> str:
    """What changes whenever a phone must fetch a register again."""
    said = f"{register.file} {register.token()} {sorted(scopes_of(by, CARRY))}"
    return hashlib.md5(said.encode(), usedforsecurity=False).hexdigest()


def carried(by: Actor, entity_list: EntityList) -> QuerySet[Entity]:
    """The entities that a phone carries: those of the places where it may send from, and around them; none closed.

    Whoever has a public link carries none: a list of people must not go out to anybody because a form asks for it.
    """
    if by.kind == Actor.Kind.LINK:
        return entity_list.entities.none()
    found = entity_list.entities.filter(_here(by, CARRY), deleted_at=None, closed_at=None).order_by("pk")
    return found.filter(actor=by) if entity_list.owner_only else found


def change_token(by: Actor, entity_list: EntityList) -> str:
    """What changes whenever a phone must fetch a list again: 32 hexadecimal digits, as of an MD5."""
    whose = f"{by.pk}" if entity_list.owner_only else ""
    said = f"{entity_list.pk} {entity_list.changes} {sorted(scopes_of(by, CARRY))} {whose}"
    return hashlib.md5(said.encode(), usedforsecurity=False).hexdigest()


def carried_rows(by: Actor, entity_list: EntityList) -> Iterator[list[str]]:
    """The headings of the file that a phone keeps, then its rows, as a stream."""
    names = [one.name for one in properties_of(entity_list)]
    yield ["name", "label", "__version", *names]
    rows = carried(by, entity_list).values_list("uuid", "label", "version", "values").iterator(2_000)
    for uuid, label, version, values in rows:
        yield [uuid, label, str(version), *(values.get(name, "") for name in names)]


def gone_or_there(by: Actor, entity_list: EntityList, uuids: Collection[str]) -> dict[str, bool]:
    """Of some entities whether each was deleted, or closed; those that a phone does not know of are left out."""
    if by.kind == Actor.Kind.LINK:
        return {}
    found = entity_list.entities.filter(_here(by, CARRY), uuid__in=uuids).order_by("pk")
    rows = found.values_list("uuid", "deleted_at", "closed_at")
    return {uuid: bool(deleted or closed) for uuid, deleted, closed in rows}


# What submissions say


def said_of_entities(submissions: Sequence[Submission]) -> dict[int, list[Said]]:
    """What filled forms say of entities, by the number of the submission; those that say nothing are left out."""
    versions = versions_filled_in(submissions)
    found: dict[int, list[Said]] = {}
    for one in submissions:
        if (version := versions.get(one.pk)) is not None and (declared := declared_by(version)):
            found[one.pk] = said_in(bytes(one.body), declared)
    return {number: said for number, said in found.items() if said}


def lists_called(named: Collection[tuple[int, str]]) -> dict[tuple[int, str], EntityList]:
    """Lists by project and name."""
    rows = EntityList.objects.filter(name__in={name for _project, name in named}, deleted_at=None)
    return {(one.project_id, one.name): one for one in rows.select_related("project")}


def overdue_changes() -> Sequence[EarlyChange]:
    """Changes that waited long enough for their predecessors."""
    rows = EarlyChange.objects.filter(since__lt=now() - PATIENCE).select_related(
        "submission__form", "submission__actor"
    )
    return list(rows.order_by("pk")[:500])


def approved_among(numbers: Iterable[int]) -> list[Submission]:
    """Those of some submissions that were approved."""
    approved = Submission.objects.filter(pk__in=list(numbers), review=Submission.Review.APPROVED, mapping__isnull=True)
    return list(approved.select_related("form", "actor").order_by("pk"))


def entities_of_submission(submission: Submission) -> QuerySet[EntityVersion]:
    """What a submission made of entities."""
    return EntityVersion.objects.filter(submission=submission).select_related("entity__list").order_by("pk")

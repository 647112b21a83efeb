"""Entities as OData 4.0: one table, Entities, with a row for each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, SubElement

from django.db.models import Q, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from .. import queries
from ..problems import NoSuchTable
from ..rules.entities import FIT, fits
from ..rules.fields import odata_name
from ..rules.odata import chosen
from .odata import EDM, EDMX, TYPES, Asked, Page
from .openrosa import written
from .rest import is_true, moment

if TYPE_CHECKING:
    from waystation.access.models import Actor

    from ..models import Entity, EntityProperty

COLUMNS = {
    "__id": "uuid",
    "label": "label",
    "__system/createdAt": "made_at",
    "__system/updatedAt": "updated_at",
    "__system/deletedAt": "deleted_at",
    "__system/closedAt": "closed_at",
    "__system/creatorId": "actor",
    "__system/version": "version",
    "__system/conflict": "conflict",
}
"""What may be asked about, and the column that answers; properties beside."""
SYSTEM = {
    "createdAt": "Edm.DateTimeOffset",
    "creatorId": "Edm.String",
    "creatorName": "Edm.String",
    "updates": "Edm.Int64",
    "updatedAt": "Edm.DateTimeOffset",
    "version": "Edm.Int64",
    "conflict": "Edm.String",
    "deletedAt": "Edm.DateTimeOffset",
    "closedAt": "Edm.DateTimeOffset",
}
TABLE = "Entities"


def _answered(answer: HttpResponseBase) -> HttpResponseBase:
    answer["OData-Version"] = "4.0"
    return answer


def service(by: Actor, request: HttpRequest, *, project: int, name: str) -> HttpResponseBase:
    """Which tables there are."""
    queries.entity_list(by, project, name)
    here = request.build_absolute_uri(request.path.rstrip("/"))
    tables = [{"name": TABLE, "kind": "EntitySet", "url": TABLE}]
    return _answered(JsonResponse({"@odata.context": f"{here}/$metadata", "value": tables}))


def metadata(by: Actor, request: HttpRequest, *, project: int, name: str) -> HttpResponseBase:
    """What the table looks like. With typed=true, values have the types of their properties; else they are texts."""
    found = queries.entity_list(by, project, name)
    typed = is_true(request, "typed")
    namespace = f"org.opendatakit.user.{odata_name(found.name)}"
    root = Element("edmx:Edmx", {"xmlns:edmx": EDMX, "Version": "4.0"})
    services = SubElement(root, "edmx:DataServices")
    system = SubElement(services, "Schema", xmlns=EDM, Namespace="org.opendatakit.entity")
    complex_type = SubElement(system, "ComplexType", Name="metadata")
    for each, kind in SYSTEM.items():
        SubElement(complex_type, "Property", Name=each, Type=kind)
    schema = SubElement(services, "Schema", xmlns=EDM, Namespace=namespace)
    entity = SubElement(schema, "EntityType", Name=TABLE)
    SubElement(SubElement(entity, "Key"), "PropertyRef", Name="__id")
    SubElement(entity, "Property", Name="__id", Type="Edm.String")
    SubElement(entity, "Property", Name="label", Type="Edm.String")
    SubElement(entity, "Property", Name="__system", Type="org.opendatakit.entity.metadata")
    for one in queries.properties_of(found):
        kind = TYPES.get(one.kind, "Edm.String") if typed and one.kind in FIT else "Edm.String"
        SubElement(entity, "Property", Name=odata_name(one.name), Type=kind)
    container = SubElement(schema, "EntityContainer", Name=odata_name(found.name))
    SubElement(container, "EntitySet", Name=TABLE, EntityType=f"{namespace}.{TABLE}")
    return _answered(HttpResponse(written(root), content_type="application/xml; charset=utf-8"))


def table(by: Actor, request: HttpRequest, *, project: int, name: str, table: str) -> HttpResponseBase:
    """One page of the table, or all of it as a stream."""
    found = queries.entity_list(by, project, name)
    if table != TABLE:
        raise NoSuchTable(table=table, known=TABLE)
    properties = queries.properties_of(found)
    # A property may have any name, so each is asked for under one of ours.
    aliases = {f"value_{nth}": one for nth, one in enumerate(properties)}
    asked = Asked(request, {**COLUMNS, **{odata_name(one.name): alias for alias, one in aliases.items()}})
    rows = queries.entities(by, found, deleted=False if asked.hides_deleted else None)
    rows = rows.alias(**{alias: _text_of(one.name) for alias, one in aliases.items()})
    rows = queries.narrowed(rows, asked.condition).select_related("actor")
    if words := request.GET.get("$search", "").strip():
        rows = rows.filter(Q(label__icontains=words) | Q(uuid=words.lower()))
    page = _page(rows.order_by(*(asked.order or ["-pk"])), asked, properties, typed=is_true(request, "typed"))
    here = request.build_absolute_uri(request.path)
    return _answered(page.answer(f"{here.rpartition('/')[0]}/$metadata#{TABLE}", here, request))


def _text_of(name: str) -> Cast:
    """The value of a property, as a text."""
    return Cast(KeyTextTransform(name, "values"), TextField())


def _page(rows: Any, asked: Asked, properties: list[EntityProperty], *, typed: bool) -> Page:
    total = rows.count() if asked.counts else None
    if asked.after:
        last = rows.filter(uuid=str(asked.after.get("entityId", ""))).values_list("pk", flat=True).first()
        rows = rows.filter(pk__lt=last or 0)

    def told(found: Any) -> Iterator[dict[str, Any]]:
        for one in found:
            row = _row(one, properties, typed=typed)
            yield chosen(row, asked.select) if asked.select else row

    if asked.top is None:
        return Page(told(rows[asked.skip :].iterator(1_000)), total, None)
    page = list(rows[asked.skip : asked.skip + asked.top + 1])
    more = len(page) > asked.top
    after = {"entityId": page[asked.top - 1].uuid} if more and asked.top and not asked.order else None
    return Page(list(told(page[: asked.top])), total, after)


def _row(one: Entity, properties: list[EntityProperty], *, typed: bool) -> dict[str, Any]:
    values = {odata_name(each.name): _value(one, each, typed=typed) for each in properties}
    return {
        "__id": one.uuid,
        "label": one.label,
        "__system": {
            "createdAt": moment(one.made_at),
            "creatorId": str(one.actor_id),
            "creatorName": one.actor.name,
            "updates": one.version - 1,
            "updatedAt": moment(one.updated_at),
            "version": one.version,
            "conflict": one.conflict or None,
            "deletedAt": moment(one.deleted_at),
            "closedAt": moment(one.closed_at),
        },
        **values,
    }


def _value(one: Entity, each: EntityProperty, *, typed: bool) -> Any:
    word = one.values.get(each.name)
    if not typed or not word or each.kind not in ("int", "decimal", "boolean"):
        return word if word or not typed else None
    if not fits(word, each.kind):
        return None  # what a form said before the property had its type
    return FIT[each.kind](word) if each.kind != "decimal" else float(word)

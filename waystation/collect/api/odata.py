"""Submissions as OData 4.0, for Excel, Power BI, R and Python: a root table, and one for each repeat."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, SubElement

import orjson
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.timezone import now

from .. import queries
from ..problems import NoDraft, NoSuchTable, NotAskedThatWay
from ..rules.fields import Fields, child_rows, expanded_row, in_well_known_text, odata_name, root_row
from ..rules.odata import COLUMNS, chosen, names_deleted, read_filter, read_order
from .openrosa import written
from .rest import LONGEST_NUMBER, moment

if TYPE_CHECKING:
    from waystation.access.models import Actor

    from ..models import Form, FormVersion
    from ..queries import Row

TYPES = {
    "int": "Edm.Int64",
    "decimal": "Edm.Decimal",
    "boolean": "Edm.Boolean",
    "date": "Edm.Date",
    "dateTime": "Edm.DateTimeOffset",
    "geopoint": "Edm.GeographyPoint",
    "geotrace": "Edm.GeographyLineString",
    "geoshape": "Edm.GeographyPolygon",
}
SYSTEM = {
    "submissionDate": "Edm.DateTimeOffset",
    "updatedAt": "Edm.DateTimeOffset",
    "deletedAt": "Edm.DateTimeOffset",
    "submitterId": "Edm.String",
    "submitterName": "Edm.String",
    "attachmentsPresent": "Edm.Int64",
    "attachmentsExpected": "Edm.Int64",
    "status": "Edm.String",
    "reviewState": "Edm.String",
    "deviceId": "Edm.String",
    "edits": "Edm.Int64",
    "formVersion": "Edm.String",
}
AT_ONCE = 500  # rows that are sent in one piece
MOMENTS = ("submissionDate", "updatedAt", "deletedAt")
OPTIONS = {"$top", "$skip", "$count", "$skiptoken", "$filter", "$orderby", "$select", "$expand", "$wkt", "$format"}
EDM, EDMX = "http://docs.oasis-open.org/odata/ns/edm", "http://docs.oasis-open.org/odata/ns/edmx"


def _found(by: Actor, project: int, form_id: str, *, draft: bool) -> tuple[Form, FormVersion | None, Fields]:
    form = queries.form_in(by, project, form_id)
    version = queries.draft_of(form) if draft else None
    if draft and version is None:
        raise NoDraft(form=form_id)
    return form, version, queries.fields_of_form(form, draft=version)


def _told(answer: HttpResponseBase) -> HttpResponseBase:
    answer["OData-Version"] = "4.0"
    return answer


def service(by: Actor, request: HttpRequest, *, project: int, form_id: str, draft: bool = False) -> HttpResponseBase:
    """Which tables there are."""
    _form, _version, fields = _found(by, project, form_id, draft=draft)
    here = request.build_absolute_uri(request.path.rstrip("/"))
    tables = [{"name": name, "kind": "EntitySet", "url": name} for name in _tables(fields)]
    return _told(JsonResponse({"@odata.context": f"{here}/$metadata", "value": tables}))


def _tables(fields: Fields) -> dict[str, str]:
    """The tables by name: the root, and each repeat with its path."""
    named = {path: ".".join(["Submissions", *map(odata_name, path.split("/")[1:])]) for path in fields.repeats}
    return {"Submissions": "", **{name: path for path, name in named.items()}}


def metadata(by: Actor, request: HttpRequest, *, project: int, form_id: str, draft: bool = False) -> HttpResponseBase:
    """What the tables look like."""
    form, _version, fields = _found(by, project, form_id, draft=draft)
    namespace = f"org.opendatakit.user.{odata_name(form.form_id)}"
    root = Element("edmx:Edmx", {"xmlns:edmx": EDMX, "Version": "4.0"})
    services = SubElement(root, "edmx:DataServices")
    submissions = SubElement(services, "Schema", xmlns=EDM, Namespace="org.opendatakit.submission")
    complex_type = SubElement(submissions, "ComplexType", Name="metadata")
    for name, kind in SYSTEM.items():
        SubElement(complex_type, "Property", Name=name, Type=kind)
    schema = SubElement(services, "Schema", xmlns=EDM, Namespace=namespace)
    sets = {name: _entity(schema, namespace, fields, name, path) for name, path in _tables(fields).items()}
    for one in fields.all:
        if one.kind == "structure":
            group = SubElement(schema, "ComplexType", Name=_type_name(one.path))
            _properties(group, namespace, fields, one.path)
    container = SubElement(schema, "EntityContainer", Name=odata_name(form.form_id))
    for name, kind in sets.items():
        SubElement(container, "EntitySet", Name=name, EntityType=f"{namespace}.{kind}")
    return _told(HttpResponse(written(root), content_type="application/xml; charset=utf-8"))


def _type_name(path: str) -> str:
    return ".".join(["Submissions", *map(odata_name, path.split("/")[1:])]) if path else "Submissions"


def _entity(schema: Element, namespace: str, fields: Fields, name: str, path: str) -> str:
    entity = SubElement(schema, "EntityType", Name=name)
    SubElement(SubElement(entity, "Key"), "PropertyRef", Name="__id")
    SubElement(entity, "Property", Name="__id", Type="Edm.String")
    if path:
        outer = fields.by_path[path].repeat
        parent = "".join(f"-{odata_name(part)}" for part in outer.split("/")[1:])
        SubElement(entity, "Property", Name=f"__Submissions{parent}-id", Type="Edm.String")
    else:
        SubElement(entity, "Property", Name="__system", Type="org.opendatakit.submission.metadata")
    _properties(entity, namespace, fields, path)
    return name


def _properties(inside: Element, namespace: str, fields: Fields, path: str) -> None:
    for one in fields.beneath.get(path, ()):
        name = odata_name(one.name)
        if one.kind == "structure":
            SubElement(inside, "Property", Name=name, Type=f"{namespace}.{_type_name(one.path)}")
        elif one.kind == "repeat":
            kind = f"Collection({namespace}.{_type_name(one.path)})"
            SubElement(inside, "NavigationProperty", Name=name, Type=kind)
        else:
            SubElement(inside, "Property", Name=name, Type=TYPES.get(one.type, "Edm.String"))


def _system(row: Row) -> dict[str, Any]:
    told = row.system()
    return {**told, **{name: moment(told[name]) for name in MOMENTS}}


def table(
    by: Actor, request: HttpRequest, *, project: int, form_id: str, table: str, draft: bool = False
) -> HttpResponseBase:
    """One page of a table, or all of it as a stream."""
    form, version, fields = _found(by, project, form_id, draft=draft)
    asked = Asked(request)
    known = _tables(fields)
    if table not in known:
        raise NoSuchTable(table=table, known=", ".join(known))
    deleted = False if asked.hides_deleted else None
    found = queries.narrowed(queries.submissions_of(by, form, draft=version, deleted=deleted), asked.condition)
    found = found.order_by(*asked.order) if asked.order else found
    page = _root_page(found, fields, asked) if not known[table] else _repeat_page(found, fields, known[table], asked)
    here = request.build_absolute_uri(request.path)
    context = f"{here.rpartition('/')[0]}/$metadata#{table}"
    return _told(page.answer(context, here, request))


class Asked:
    """What a request asks of a table. Raises NotAskedThatWay."""

    def __init__(self, request: HttpRequest, columns: Mapping[str, str] = COLUMNS) -> None:
        given = request.GET
        unknown = [name for name in given if name.startswith("$") and name not in OPTIONS]
        if unknown:
            raise NotAskedThatWay(option=unknown[0], word=given[unknown[0]])
        self.top = self._number(given.get("$top"), "$top")
        self.skip = self._number(given.get("$skip"), "$skip") or 0
        self.counts = given.get("$count", "").lower() == "true"
        self.expands = given.get("$expand", "")
        self.wkt = given.get("$wkt", "").lower() == "true"
        if self.expands not in ("", "*"):
            raise NotAskedThatWay(option="$expand", word=self.expands)
        self.select = [part for part in given.get("$select", "").split(",") if part.strip()]
        self.condition = read_filter(given["$filter"], now=now(), columns=columns) if given.get("$filter") else None
        self.order = [*read_order(given["$orderby"], columns), "-pk"] if given.get("$orderby") else []
        self.after = self._token(given.get("$skiptoken"))
        if (self.after and self.order) or (self.select and self.expands):
            raise NotAskedThatWay(option="$skiptoken" if self.after else "$select", word="")
        self.hides_deleted = self.condition is None or not names_deleted(self.condition)

    def _number(self, word: str | None, option: str) -> int | None:
        if not word:
            return None
        if not (word.isascii() and word.isdigit() and len(word) < LONGEST_NUMBER):
            raise NotAskedThatWay(option=option, word=word)
        return int(word)

    def _token(self, word: str | None) -> dict[str, Any]:
        if not word:
            return {}
        try:
            read = json.loads(base64.b64decode(word.removeprefix("01"), validate=True))
        except ValueError as error:
            raise NotAskedThatWay(option="$skiptoken", word=word) from error
        return read if isinstance(read, dict) else {}


def _token_of(said: dict[str, Any]) -> str:
    return "01" + base64.b64encode(json.dumps(said).encode()).decode()


class Page:
    """Rows, how many there are in all, and after which one to go on."""

    def __init__(self, rows: Iterable[dict[str, Any]], total: int | None, after: dict[str, Any] | None) -> None:
        self.rows = rows
        self.total = total
        self.after = after

    def answer(self, context: str, here: str, request: HttpRequest) -> HttpResponseBase:
        head: dict[str, Any] = {"@odata.context": context}
        if self.after is not None:
            options = request.GET.copy()
            options.pop("$skip", None)
            options["$skiptoken"] = _token_of(self.after)
            head["@odata.nextLink"] = f"{here}?{options.urlencode(safe='$')}"
        if self.total is not None:
            head["@odata.count"] = self.total
        return StreamingHttpResponse(_streamed(head, self.rows), content_type="application/json; charset=utf-8")


def _streamed(head: dict[str, Any], rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    yield json.dumps(head, ensure_ascii=False)[:-1].encode() + b',"value":['
    held: list[bytes] = []
    first = True
    for row in rows:
        held.append((b"" if first else b",") + orjson.dumps(row, default=str))
        first = False
        if len(held) == AT_ONCE:
            yield b"".join(held)
            held.clear()
    yield b"".join(held) + b"]}"


def _root_page(found: Any, fields: Fields, asked: Asked) -> Page:
    total = found.count() if asked.counts else None
    if asked.after:
        found = found.filter(pk__lt=queries.number_of(found, str(asked.after.get("instanceId", ""))))
    rows = ((one, _places_as_asked(fields, tree, asked)) for one, tree in _chosen(found, asked))
    tell = expanded_row if asked.expands else root_row

    def told(one: Row, tree: Any) -> dict[str, Any]:
        row = tell(fields, tree, one.instance)
        row = {"__id": row.pop("__id"), "__system": _system(one), **row}
        return chosen(row, asked.select) if asked.select else row

    if asked.top is None:
        return Page((told(one, tree) for one, tree in rows), total, None)
    page = list(rows)
    more = len(page) > asked.top
    after = {"instanceId": page[asked.top - 1][0].instance} if more and asked.top and not asked.order else None
    return Page([told(one, tree) for one, tree in page[: asked.top]], total, after)


def _places_as_asked(fields: Fields, tree: Any, asked: Asked) -> Any:
    """Places as GeoJSON, or in well-known text where that is asked for."""
    return in_well_known_text(fields, tree) if asked.wkt else tree


def _chosen(found: Any, asked: Asked) -> Iterator[tuple[Row, Any]]:
    """The rows asked for, and one more that says whether there are any after them."""
    if asked.top is None and not asked.skip:
        yield from queries.trees(found)
        return
    # First the numbers, from an index alone; then what these rows say. Rows are long, and passing over them takes time.
    end = None if asked.top is None else asked.skip + asked.top + 1
    numbers = list(found.values_list("pk", flat=True)[asked.skip : end])
    by_number = {one.pk: (one, tree) for one, tree in queries.trees(queries.numbered(numbers))}
    yield from (by_number[number] for number in numbers)


def _repeat_page(found: Any, fields: Fields, path: str, asked: Asked) -> Page:
    rows = (
        (row, one.instance)
        for one, tree in queries.trees(found)
        for row in child_rows(fields, _places_as_asked(fields, tree, asked), one.instance, path)
    )
    total = None
    if asked.counts:
        total = sum(1 for _one, tree in queries.trees(found) for _row in child_rows(fields, tree, "", path))
    if asked.after:
        wanted = asked.after.get("repeatId")
        for row, _instance in rows:
            if row["__id"] == wanted:
                break
    shown = islice(rows, asked.skip, None)
    if asked.top is None:
        return Page((row for row, _instance in shown), total, None)
    page = list(islice(shown, asked.top + 1))
    more = len(page) > asked.top and asked.top
    after = {"repeatId": page[asked.top - 1][0]["__id"]} if more else None
    told = [row for row, _instance in page[: asked.top]]
    return Page([chosen(row, asked.select) if asked.select else row for row in told], total, after)


def row(
    by: Actor, request: HttpRequest, *, project: int, form_id: str, instance: str, draft: bool = False
) -> HttpResponseBase:
    """One submission as a row of the root table."""
    form, version, fields = _found(by, project, form_id, draft=draft)
    found = queries.submission_called(by, form, instance, draft=version)
    tell = expanded_row if request.GET.get("$expand") == "*" else root_row
    known, tree = queries.row_of(found)
    row = tell(fields, _places_as_asked(fields, tree, Asked(request)), known.instance)
    told = {"__id": row.pop("__id"), "__system": _system(known), **row}
    here = request.build_absolute_uri(request.path)
    return _told(JsonResponse({"@odata.context": f"{here.rpartition('/')[0]}/$metadata#Submissions", "value": [told]}))

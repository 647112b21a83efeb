"""The fields of a form, read from the XForm that phones fetch."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element  # the type only: defusedxml does the reading

from defusedxml.ElementTree import fromstring

from ..filled import TEMPLATE
from .shape import ROOT, Choice, Field, Fields, Kind

XFORMS: Final = "{http://www.w3.org/2002/xforms}"
XHTML: Final = "{http://www.w3.org/1999/xhtml}"
ITEXT = re.compile(r"jr:itext\('(.+)'\)")
CHOICES_OF = re.compile(r"instance\('([^']+)'\)")

KIND_OF_TYPE: Final[Mapping[str, Kind]] = {
    "int": "int",
    "integer": "int",
    "decimal": "decimal",
    "double": "decimal",
    "float": "decimal",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    "dateTime": "dateTime",
    "geopoint": "geopoint",
    "geotrace": "geotrace",
    "geoshape": "geoshape",
    "binary": "binary",
    "barcode": "barcode",
    "select1": "select_one",
    "select": "select_multiple",
    "rank": "rank",
}
KIND_OF_CONTROL: Final[Mapping[str, Kind]] = {
    "select1": "select_one",
    "select": "select_multiple",
    "rank": "rank",
    "trigger": "trigger",
    "upload": "binary",
}

Said = Mapping[str, Mapping[str, str]]
"""The form's own dictionary: words by language, by the id under which they are kept."""


@dataclass(frozen=True)
class _Form:
    """An XForm taken apart, by the paths of its questions without the name of the form around them."""

    said: Said
    binds: Mapping[str, Element]
    controls: Mapping[str, Element]
    repeats: frozenset[str]
    lists: Mapping[str, Element]
    languages: tuple[str, ...]


def fields_of(xform: str) -> Fields:
    """The fields of a form in their order, with the words and choices of every language."""
    root = fromstring(xform)
    model = root.find(f".//{XFORMS}model")
    assert model is not None  # noqa: S101  (a form is published only after phones' own rules were checked)
    instance = model.find(f"{XFORMS}instance/*")
    assert instance is not None  # noqa: S101
    translations = sorted(model.iter(f"{XFORMS}translation"), key=lambda one: not one.get("default"))
    form = _Form(
        said=_said(translations),
        binds={_path(bind.get("nodeset", "")): bind for bind in model.iter(f"{XFORMS}bind")},
        controls=_controls(root),
        repeats=frozenset(_path(one.get("nodeset", "")) for one in root.iter(f"{XFORMS}repeat")),
        lists={one.get("id", ""): one for one in model.iterfind(f"{XFORMS}instance") if one.get("id")},
        languages=tuple(one.get("lang", "") for one in translations),
    )
    found = {one.path: one for one in _fields(instance, form, path="", repeat=ROOT)}
    return Fields(tuple(found.values()), root.findtext(f".//{XHTML}title") or "", form.languages)


def _fields(node: Element, form: _Form, *, path: str, repeat: str) -> Iterator[Field]:
    """Every field beneath a node; a repeat is written twice in a form, as a template and as its first one."""
    seen: set[str] = set()
    for child in node:
        name = child.tag.rpartition("}")[2]
        here = f"{path}/{name}"
        if name in seen and (here in form.repeats or TEMPLATE in child.attrib):
            continue
        seen.add(name)
        yield _field(here, form, repeat, holds_others=bool(len(child)))
        if len(child):
            yield from _fields(child, form, path=here, repeat=here if here in form.repeats else repeat)


def _field(path: str, form: _Form, repeat: str, *, holds_others: bool) -> Field:
    control = form.controls.get(path)
    labels = {} if control is None else _labels(control, form)
    drawn_as_group = control is not None and control.tag == f"{XFORMS}group"
    if path in form.repeats or holds_others or drawn_as_group:
        kind: Kind = "repeat" if path in form.repeats else "structure"
        return Field(path, kind, kind, repeat, labels)
    choices, external = ((), False) if control is None else _choices(control, form)
    bind = form.binds.get(path)
    kind_type = "string" if bind is None else bind.get("type", "string").removeprefix("xsd:")
    return Field(path, kind_type, _kind(kind_type, bind, control), repeat, labels, choices, external)


def _kind(declared: str, bind: Element | None, control: Element | None) -> Kind:
    drawn = "" if control is None else control.tag.rpartition("}")[2]
    if drawn in KIND_OF_CONTROL:
        return KIND_OF_CONTROL[drawn]
    kind = KIND_OF_TYPE.get(declared.rpartition(":")[2], "string")
    only_shown = bind is not None and bind.get("readonly") == "true()" and "calculate" not in bind.attrib
    return "note" if kind == "string" and drawn == "input" and only_shown else kind


def _path(reference: str) -> str:
    """A path without the name of the form at its head, which a relative one does not have."""
    if reference and not reference.startswith("/"):
        return f"/{reference}"
    return "/".join(["", *reference.split("/")[2:]])


def _controls(root: Element) -> dict[str, Element]:
    """What is drawn for each path. The group around a repeat carries the words of the repeat."""
    found: dict[str, Element] = {}
    for control in root.iterfind(f".//{XHTML}body//*[@ref]"):
        if control.tag not in (f"{XFORMS}label", f"{XFORMS}hint", f"{XFORMS}value"):
            found.setdefault(_path(control.get("ref", "")), control)
    return found


def _said(translations: list[Element]) -> Said:
    said: dict[str, dict[str, str]] = defaultdict(dict)
    for translation in translations:
        for text in translation:
            words = next((value for value in text.iterfind(f"{XFORMS}value") if "form" not in value.attrib), None)
            if words is not None:
                said[text.get("id", "")][translation.get("lang", "")] = _plain(words)
    return said


def _plain(node: Element) -> str:
    """The words of a label; an answer woven into them is written as in the sheet: ${name}."""
    words = [node.text or ""]
    for child in node:
        if child.tag == f"{XFORMS}output":
            words.append(f"${{{child.get('value', '').strip().rpartition('/')[2]}}}")
        words += ["".join(child.itertext()), child.tail or ""]
    return " ".join("".join(words).split())


def _labels(node: Element, form: _Form) -> Mapping[str, str]:
    label = node.find(f"{XFORMS}label")
    if label is None:
        return {}
    named = ITEXT.fullmatch(label.get("ref", ""))
    if named:
        return form.said.get(named[1], {})
    words = _plain(label)
    return {next(iter(form.languages), ""): words} if words else {}


def _choices(control: Element, form: _Form) -> tuple[tuple[Choice, ...], bool]:
    """The choices written into a question, or those of the list that it names; and whether that list is elsewhere."""
    found = [Choice(_code(item, "value"), _labels(item, form)) for item in control.iterfind(f"{XFORMS}item")]
    itemset = control.find(f"{XFORMS}itemset")
    query = control.get("query", "") or ("" if itemset is None else itemset.get("nodeset", ""))
    named = CHOICES_OF.search(query)
    chosen = form.lists.get(named[1]) if named else None
    if chosen is None:
        return tuple(found), bool(named)
    if chosen.get("src"):
        return tuple(found), True
    code_at = _reference(itemset, "value", "name")
    return (*found, *(_listed(item, code_at, form) for item in chosen.iter(f"{XFORMS}item"))), False


def _listed(item: Element, code_at: str, form: _Form) -> Choice:
    words_id = item.findtext(f"{XFORMS}itextId")
    if words_id is not None:
        return Choice(_code(item, code_at), form.said.get(words_id, {}))
    words = item.find(f"{XFORMS}label")
    return Choice(_code(item, code_at), {} if words is None else {next(iter(form.languages), ""): _plain(words)})


def _reference(itemset: Element | None, part: str, otherwise: str) -> str:
    named = None if itemset is None else itemset.find(f"{XFORMS}{part}")
    return otherwise if named is None else named.get("ref", otherwise)


def _code(item: Element, code_at: str) -> str:
    return (item.findtext(f"{XFORMS}{code_at}") or "").strip()

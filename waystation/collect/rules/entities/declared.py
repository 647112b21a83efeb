"""What a form declares about entities: which lists it feeds, from where, and which answers go into which property.

Source: ODK XForms specification, entities, versions 2022.1 (create) to 2025.1 (several lists, from groups and repeats).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element  # the type only: defusedxml does the reading

from defusedxml.ElementTree import fromstring

from ..filled import TEMPLATE

XFORMS: Final = "{http://www.w3.org/2002/xforms}"
SAVE_TO: Final = "{http://www.opendatakit.org/xforms/entities}saveto"


@dataclass(frozen=True, slots=True)
class Declared:
    """That one entity of a list is made or changed for every node of a path."""

    list: str
    path: tuple[str, ...]
    """The names from beneath the form's own to the group or repeat that holds `meta/entity`; empty for the form."""
    properties: dict[tuple[str, ...], str]
    """The property that an answer is saved to, by its path below that node."""
    kinds: dict[str, str]
    """The XForms type of each property's question."""
    creates: bool
    updates: bool


def declared_in(xform: str) -> tuple[Declared, ...]:
    """Every entity that a form declares; none where it has nothing to do with entities."""
    if "entities:" not in xform and "xforms/entities" not in xform:
        return ()
    root = fromstring(xform)
    instance = root.find(f".//{XFORMS}instance/*")
    if instance is None:
        return ()
    nodes = dict(_entities(instance, ()))
    saved: dict[tuple[str, ...], dict[tuple[str, ...], tuple[str, str]]] = {path: {} for path in nodes}
    for bind in root.iter(f"{XFORMS}bind"):
        if (name := bind.get(SAVE_TO)) is None:
            continue
        path = tuple(bind.get("nodeset", "").strip("/").split("/")[1:])
        home = max((one for one in nodes if path[: len(one)] == one), key=len, default=None)
        if home is not None:
            kind = bind.get("type", "string").removeprefix("xsd:")
            saved[home][path[len(home) :]] = (name, kind)
    return tuple(_declared(path, node, saved[path]) for path, node in nodes.items())


def _declared(path: tuple[str, ...], node: Element, saved: dict[tuple[str, ...], tuple[str, str]]) -> Declared:
    return Declared(
        list=node.get("dataset", ""),
        path=path,
        properties={at: name for at, (name, _kind) in saved.items()},
        kinds=dict(saved.values()),
        creates="create" in node.attrib,
        updates="update" in node.attrib,
    )


def _entities(node: Element, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Element]]:
    """The groups and repeats that hold an entity, each once though a repeat is written twice."""
    seen: set[str] = set()
    for child in node:
        name = local(child)
        if name == "meta":
            yield from ((path, one) for one in child if local(one) == "entity" and one.get("dataset"))
        elif len(child) and not (name in seen and TEMPLATE not in child.attrib):
            seen.add(name)
            yield from _entities(child, (*path, name))


def local(node: Element) -> str:
    """The name of a node without its namespace."""
    return node.tag.rpartition("}")[2]

"""What a filled form says of entities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element  # the type only: defusedxml does the reading

from ..filled import parsed
from .declared import Declared, local


@dataclass(frozen=True, slots=True)
class Said:
    """One entity of a list that a filled form creates, changes or deletes. Numbers are words as they came."""

    list: str
    uuid: str
    label: str
    values: dict[str, str]
    creates: bool
    updates: bool
    deletes: bool = False
    base: str = ""
    trunk: str = ""
    branch: str = ""

    def as_record(self) -> dict[str, Any]:
        """The same, as it is stored until what it builds on arrives."""
        return {name: getattr(self, name) for name in self.__slots__}


def said_in(xml: bytes, declared: Sequence[Declared]) -> list[Said]:
    """The entities that a filled form speaks of, in its order: those it neither creates nor changes are left out.

    Raises what reading its XML does.
    """
    root = parsed(xml)
    found = [_said(node, entity, one) for one in declared for node, entity in _nodes(root, one)]
    return [one for one in found if one.creates or one.updates or one.deletes]


def _nodes(root: Element, declared: Declared) -> Iterator[tuple[Element, Element]]:
    """Every group or repeat at the path, with the entity in it."""
    nodes = [root]
    for name in declared.path:
        nodes = [child for node in nodes for child in node if local(child) == name]
    for node in nodes:
        for meta in node:
            if local(meta) == "meta":
                yield from (
                    (node, one) for one in meta if local(one) == "entity" and one.get("dataset") == declared.list
                )


def _said(node: Element, entity: Element, declared: Declared) -> Said:
    label = next((child.text or "" for child in entity if local(child) == "label"), "")
    values = {name: word for at, name in declared.properties.items() if (word := _word(node, at)) is not None}
    return Said(
        list=declared.list,
        uuid=entity.get("id", "").strip().lower().removeprefix("uuid:"),
        label=label.strip(),
        values=values,
        creates=_is_true(entity.get("create")),
        updates=_is_true(entity.get("update")),
        deletes=_is_true(entity.get("delete")),
        base=entity.get("baseVersion", "").strip(),
        trunk=entity.get("trunkVersion", "").strip(),
        branch=entity.get("branchId", "").strip(),
    )


def _word(node: Element, path: tuple[str, ...]) -> str | None:
    """The answer at a path; None where the form did not ask."""
    found: Element | None = node
    for name in path:
        found = next((child for child in found or () if local(child) == name), None)
    return None if found is None else (found.text or "").strip()


def _is_true(word: str | None) -> bool:
    return (word or "").strip().lower() in ("1", "true")

"""Which choices a question offers, given the other answers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element  # the type only: defusedxml does the reading

from . import grammar
from .ground import CannotJudge, Ground
from .nodes import Node, local
from .said import XFORMS, Words, label_of
from .values import NOWHERE, At, Compiled, World, nodes_from, text

SEVERAL: Final = frozenset({"select", "rank"})
WITH_CHOICES: Final = frozenset({"select1", *SEVERAL})


@dataclass(frozen=True, slots=True)
class Choices:
    """The codes that may be answered: always the same ones, or those of a list that other answers sift."""

    several: bool
    fixed: frozenset[str]
    items: Compiled | None = None
    code: Compiled | None = None

    def offer(self, answer: str, node: Node, world: World) -> bool:
        """Whether all that is chosen can be chosen. Raises CannotTell."""
        chosen: Collection[str] = answer.split() if self.several else (answer.strip(),)
        missing = [one for one in chosen if one not in self.fixed]
        if not missing or self.items is None or self.code is None:
            return not missing
        at, code = At(node, world), self.code.run
        offered = {text(code(item, at)) for item in nodes_from(self.items)(node, at)}
        return offered.issuperset(missing)


def read_choices(control: Element, ground: Ground) -> Choices | None:
    """The choices of a question; none where anything may be answered. Raises CannotJudge."""
    kind = local(control.tag)
    if kind == "input" and control.get("query"):
        raise CannotJudge(control.get("query", ""))
    if kind not in WITH_CHOICES:
        return None
    if "search(" in control.get("appearance", ""):  # its choices are names of columns in a file that phones have
        raise CannotJudge(control.get("appearance", ""))
    written = frozenset(_text(item, "value") for item in control.iterfind(f"{XFORMS}item"))
    itemset = control.find(f"{XFORMS}itemset")
    if itemset is None:
        return Choices(kind in SEVERAL, written)
    items = grammar.compiled(itemset.get("nodeset", ""), ground)
    code = grammar.compiled(_reference(itemset, "value"), ground)
    if items.known is None:
        return Choices(kind in SEVERAL, written, items, code)
    return Choices(kind in SEVERAL, written | {text(code.run(item, NOWHERE)) for item in items.known})


def read_labels(control: Element, ground: Ground) -> Words:
    """The words of a question's choices by their code, of a form in one language. Raises CannotJudge."""
    said = ground.carried.words or {}
    found = {
        _text(item, "value"): label_of(item.find(f"{XFORMS}label"), said) for item in control.iterfind(f"{XFORMS}item")
    }
    itemset = control.find(f"{XFORMS}itemset")
    if itemset is None:
        return found
    whole_list = itemset.get("nodeset", "").partition("[")[0]
    items = grammar.compiled(whole_list, ground).known or []
    code, label = (grammar.compiled(_reference(itemset, part), ground).run for part in ("value", "label"))
    return {text(code(item, NOWHERE)): text(label(item, NOWHERE)) for item in items}


def _text(item: Element, part: str) -> str:
    return (item.findtext(f"{XFORMS}{part}") or "").strip()


def _reference(itemset: Element, part: str) -> str:
    found = itemset.find(f"{XFORMS}{part}")
    return "" if found is None else found.get("ref", "")

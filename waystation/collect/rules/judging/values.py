"""What an expression works out to, and how one kind of value becomes another: as XPath 1.0 says, and as phones do.

Where the specification of forms and the program on most phones differ, the phone decides: it is what let the answer
pass. A node that holds a number counts as that number, and no node at all as an empty text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from .days import days_of
from .nodes import Node

Kind = Literal["number", "text", "truth", "nodes", "any"]
"""`any` where only the answers decide, as in if(a, 1, 'none')."""

Value = float | str | bool | list[Node]
Nodes = list[Node]

NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)
COUNTED: Final = frozenset({"int", "integer", "decimal", "double", "float"})


class CannotTell(Exception):
    """An expression cannot be worked out over these answers, such as a pattern that is itself an answer and broken."""


MOST_LOOKED_AT: Final = 1_000_000
"""How many nodes the rules of one filled form may look at: a second of work, where forms of people need thousands."""

UNTOLD: Final = (CannotTell, ArithmeticError, ValueError, RecursionError)
"""What can go wrong while an expression is worked out; then nothing is found."""


class World:
    """One filled form while it is judged, at one moment: who knows what is relevant."""

    __slots__ = ("looked_at", "moment", "root")

    def __init__(self, root: Node, moment: datetime) -> None:
        self.root = root
        self.moment = moment
        self.looked_at = 0

    def look_at(self, nodes: Nodes) -> Nodes:
        """Those nodes that the form asks for: to a rule, the others are as if they were not there.

        Raises CannotTell when rules have looked at too many: one that asks for all of all never ends.
        """
        self.looked_at += len(nodes)
        if self.looked_at > MOST_LOOKED_AT:
            raise CannotTell
        return [node for node in nodes if node.relevant or self.is_relevant(node)]

    def is_relevant(self, node: Node) -> bool:
        """Whether the form asks for this at all, given the other answers; what lies in it goes with it."""
        if node.relevant is None:
            node.relevant = True  # one that hangs on itself is taken as it stands
            node.relevant = self._asked(node)
        return node.relevant

    def _asked(self, node: Node) -> bool:
        parent, field = node.parent, node.field
        if parent is not None:
            if not self.is_relevant(parent):
                return False
            node.doubted = parent.doubted
        if field is None or field.relevant is None:
            node.doubted = node.doubted or (field is not None and field.doubted)
            return True
        answer = self.holds(field.relevant, node)
        node.doubted = node.doubted or answer is None
        return answer is not False

    def holds(self, rule: Compiled, node: Node) -> bool | None:
        """Whether a rule holds at a node; None where it cannot be told."""
        try:
            return truth(rule.run(node, At(node, self)))
        except UNTOLD:
            return None


class At:
    """From where an expression looks: the question it belongs to, and which of how many nodes is being sifted."""

    __slots__ = ("current", "position", "size", "world")

    def __init__(self, current: Node, world: World, position: int = 1, size: int = 1) -> None:
        self.current = current
        self.world = world
        self.position = position
        self.size = size


Run = Callable[[Node, At], Any]


@dataclass(frozen=True, slots=True)
class Compiled:
    """An expression that can be worked out at a node, and what comes of it."""

    gives: Kind
    run: Run
    path: tuple[str, ...] = ()
    """Where in the filled form it points to, if it is a plain path there."""
    part: str = ""
    """The name of a child, if it is nothing but that."""
    steady: bool = False
    """Whether it is the same for every node that is being sifted."""
    equals: tuple[str, Compiled] | None = None
    """What one part of a node must equal, if that is all that it asks."""
    known: Nodes | None = None
    """The nodes that it gives whatever is answered, if they can be told from the form alone."""
    literal: str | None = None
    """The words themselves, if it is nothing but words between quotation marks."""


NOWHERE: Final = At(Node("", None), World(Node("", None), datetime.min))  # noqa: DTZ901  (no answers, no time)
"""From where what a form alone decides is worked out."""


def number_of(text: str) -> float:
    """A text as a number; a day or a moment as days since 1970; NaN otherwise."""
    if NUMBER.fullmatch(text := text.strip()):
        return float(text)
    return days_of(text)


def text_of(number: float) -> str:
    """A number as XPath writes it: whole ones without a point, none with an exponent."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number == int(number):
        return str(int(number))
    written = repr(float(number))
    return written if "e" not in written else f"{number:.20f}".rstrip("0")


def first_text(nodes: Nodes) -> str:
    """The text of the first node, or none."""
    return nodes[0].text if nodes else ""


def scalar(node: Node) -> float | str:
    """The answer of a node: a number where the form asks for one."""
    if node.field is not None and node.field.type in COUNTED and node.text:
        return number_of(node.text)
    return node.text


def number(value: Value) -> float:
    """Any value as a number."""
    if isinstance(value, str):
        return number_of(value)
    if isinstance(value, list):
        return number_of(first_text(value))
    return float(value)


def text(value: Value) -> str:
    """Any value as a text."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return first_text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return text_of(value)


def truth(value: Value) -> bool:
    """Any value as true or false. Nodes are true where one of them is answered, and not with zero."""
    if isinstance(value, list):
        return any(truth(scalar(node)) for node in value)
    if isinstance(value, float):
        return not (value == 0 or math.isnan(value))
    return bool(value)


def nodes(value: Value) -> Nodes:
    """The nodes of a value. Raises CannotTell where it has none to give."""
    if isinstance(value, list):
        return value
    raise CannotTell


def number_from(one: Compiled) -> Callable[[Node, At], float]:
    """The same expression, as a number."""
    run = one.run
    if one.gives == "number":
        return run
    if one.gives == "nodes":
        return lambda node, at: number_of(first_text(run(node, at)))
    return lambda node, at: number(run(node, at))


def text_from(one: Compiled) -> Callable[[Node, At], str]:
    """The same expression, as a text."""
    run = one.run
    if one.gives == "text":
        return run
    if one.gives == "nodes":
        return lambda node, at: first_text(run(node, at))
    return lambda node, at: text(run(node, at))


def truth_from(one: Compiled) -> Callable[[Node, At], bool]:
    """The same expression, as true or false."""
    run = one.run
    return run if one.gives == "truth" else lambda node, at: truth(run(node, at))


def nodes_from(one: Compiled) -> Callable[[Node, At], Nodes]:
    """The same expression, as nodes."""
    run = one.run
    return run if one.gives == "nodes" else lambda node, at: nodes(run(node, at))


def value_from(one: Compiled) -> Run:
    """The same expression, as it is."""
    return one.run


FROM: Final[Mapping[Kind, Callable[[Compiled], Run]]] = {
    "number": number_from,
    "text": text_from,
    "truth": truth_from,
    "nodes": nodes_from,
    "any": value_from,
}

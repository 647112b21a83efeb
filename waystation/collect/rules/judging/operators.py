"""The operators of expressions, on values that are ready."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from typing import Final

from .nodes import Node
from .values import At, Compiled, Value, nodes_from, number, number_from, scalar, truth, truth_from

Single = float | str | bool

LEVELS: Final[Mapping[str, int]] = {
    "or": 1,
    "and": 2,
    "=": 3,
    "!=": 3,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "div": 6,
    "mod": 6,
    "|": 8,
}
"""How tightly each binds; the minus before a number is at 7."""

MINUS_BINDS: Final = 7


def joined(sign: str, left: Compiled, right: Compiled) -> Compiled:
    """Two expressions joined by an operator."""
    if sign in ("and", "or"):
        return _logical(sign, truth_from(left), truth_from(right))
    if sign in COMPARED:
        return _compared(sign, left, right)
    if sign == "|":
        return _united(left, right)
    work, one, other = RECKONED[sign], number_from(left), number_from(right)
    return Compiled("number", lambda node, at: work(one(node, at), other(node, at)))


def negated(one: Compiled) -> Compiled:
    """The minus before a number."""
    run = number_from(one)
    return Compiled("number", lambda node, at: -run(node, at), steady=one.steady)


def _logical(sign: str, one: Callable[[Node, At], bool], other: Callable[[Node, At], bool]) -> Compiled:
    if sign == "and":
        return Compiled("truth", lambda node, at: one(node, at) and other(node, at))
    return Compiled("truth", lambda node, at: one(node, at) or other(node, at))


def _united(left: Compiled, right: Compiled) -> Compiled:
    one, other = nodes_from(left), nodes_from(right)

    def run(node: Node, at: At) -> list[Node]:
        found = one(node, at)
        return found + [another for another in other(node, at) if another not in found]

    return Compiled("nodes", run, steady=left.steady and right.steady)


def _compared(sign: str, left: Compiled, right: Compiled) -> Compiled:
    work, one, other = COMPARED[sign], left.run, right.run
    equals = None
    if sign == "=":
        if left.part and right.steady:
            equals = (left.part, right)
        elif right.part and left.steady:
            equals = (right.part, left)
    return Compiled("truth", lambda node, at: compare(work, one(node, at), other(node, at)), equals=equals)


def compare(work: Callable[[Single, Single], bool], left: Value, right: Value) -> bool:
    """Whether a comparison holds; for nodes, whether it holds for one of them."""
    if isinstance(left, bool) or isinstance(right, bool):
        return work(truth(left), truth(right))
    if not isinstance(left, list) and not isinstance(right, list):
        return work(left, right)
    return any(work(one, other) for one in _singles(left) for other in _singles(right))


def _singles(value: Value) -> list[Single]:
    """The values to compare one by one; where nothing is there, an empty text."""
    if isinstance(value, list):
        return [scalar(node) for node in value] or [""]
    return [value]


def equal(one: Single, other: Single) -> bool:
    """Whether two values are equal: as truths, else as numbers where one is a number, else as texts."""
    if isinstance(one, str) and isinstance(other, str):
        return one == other
    return number(one) == number(other)


def divided(one: float, other: float) -> float:
    """One number by another; by zero it is infinite, or no number."""
    if other != 0:
        return one / other
    return math.nan if one == 0 or math.isnan(one) else math.copysign(math.inf, one) * math.copysign(1, other)


def remainder(one: float, other: float) -> float:
    """What is left of a division, with the sign of the first number."""
    return math.nan if other == 0 or math.isinf(one) else math.fmod(one, other)


COMPARED: Final[Mapping[str, Callable[[Single, Single], bool]]] = {
    "=": equal,
    "!=": lambda one, other: not equal(one, other),
    "<": lambda one, other: number(one) < number(other),
    "<=": lambda one, other: number(one) <= number(other),
    ">": lambda one, other: number(one) > number(other),
    ">=": lambda one, other: number(one) >= number(other),
}

RECKONED: Final[Mapping[str, Callable[[float, float], float]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "div": divided,
    "mod": remainder,
}

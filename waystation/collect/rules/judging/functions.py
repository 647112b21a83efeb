"""The functions that expressions may call: those of ODK XForms, by name."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from . import days, earth, numbers, words
from .ground import CannotJudge, Ground
from .nodes import Node
from .specials import SPECIAL
from .values import FROM, At, Compiled, Kind, Run, number

MANY: Final = 10_000
OF_ITSELF: Final = frozenset({"string", "number", "string-length", "normalize-space"})
"""These take the question itself where they are given nothing."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function that looks at nothing but what it is given."""

    gives: Kind
    takes: tuple[Kind, ...]
    """The kinds it is given in order; the last one goes for all that follow."""
    work: Callable[..., Any]
    least: int
    most: int


def called(name: str, given: Sequence[Compiled], ground: Ground) -> Compiled:
    """A function with what it is given. Raises CannotJudge where it is unknown, or given too much or too little."""
    special = SPECIAL.get(name)
    if special is not None and special.least <= len(given) <= special.most:
        return special.make(given, ground)
    if not given and name in OF_ITSELF:
        given = [Compiled("nodes", lambda node, _at: [node])]
    function = FUNCTIONS.get(name)
    if function is None or not function.least <= len(given) <= function.most:
        raise CannotJudge(f"{name}()")
    kinds = [*function.takes, *function.takes[-1:] * len(given)]
    runs = [FROM[kind](one) for kind, one in zip(kinds, given, strict=False)]
    return Compiled(function.gives, _applied(function.work, runs), steady=all(one.steady for one in given))


def _applied(work: Callable[..., Any], runs: Sequence[Run]) -> Run:
    if not runs:
        value = work()
        return lambda _node, _at: value
    if len(runs) == 1:
        only = runs[0]
        return lambda node, at: work(only(node, at))
    if len(runs) == 2:  # noqa: PLR2004  (most functions take two at most: they are spared a list)
        one, other = runs
        return lambda node, at: work(one(node, at), other(node, at))

    def run(node: Node, at: At) -> Any:
        return work(*[each(node, at) for each in runs])

    return run


def _texts(gives: Kind, count: int, work: Callable[..., Any], least: int | None = None) -> Function:
    return Function(gives, ("text",), work, count if least is None else least, count)


def _numbers(count: int, work: Callable[..., Any], least: int | None = None) -> Function:
    return Function("number", ("number",), work, count if least is None else least, count)


TEXTS: Final[Mapping[str, Function]] = {
    "string": _texts("text", 1, str),
    "concat": Function("text", ("any",), words.concat, 1, MANY),
    "join": Function("text", ("any",), words.join, 1, MANY),
    "coalesce": _texts("text", MANY, words.coalesce, least=1),
    "substr": Function("text", ("text", "number"), words.substr, 2, 3),
    "substring-before": _texts("text", 2, words.substring_before),
    "substring-after": _texts("text", 2, words.substring_after),
    "translate": _texts("text", 3, words.translate),
    "normalize-space": _texts("text", 1, words.normalize_space),
    "string-length": _texts("number", 1, lambda whole: float(len(whole))),
    "contains": _texts("truth", 2, lambda whole, part: part in whole),
    "starts-with": _texts("truth", 2, str.startswith),
    "ends-with": _texts("truth", 2, str.endswith),
    "selected": _texts("truth", 2, words.selected),
    "selected-at": Function("text", ("text", "number"), words.selected_at, 2, 2),
    "count-selected": _texts("number", 1, words.count_selected),
    "digest": _texts("text", 3, words.digest, least=2),
    "base64-decode": _texts("text", 1, words.base64_decode),
}

TRUTHS: Final[Mapping[str, Function]] = {
    "true": Function("truth", (), lambda: True, 0, 0),
    "false": Function("truth", (), lambda: False, 0, 0),
    "not": Function("truth", ("truth",), lambda value: not value, 1, 1),
    "boolean": Function("truth", ("truth",), bool, 1, 1),
    "boolean-from-string": _texts("truth", 1, lambda word: word in ("true", "1")),
    "checklist": Function("truth", ("number", "number", "any"), numbers.checklist, 2, MANY),
    "weighted-checklist": Function("truth", ("number", "number", "any"), numbers.weighted_checklist, 2, MANY),
}

NUMBERS: Final[Mapping[str, Function]] = {
    "number": _numbers(1, float),
    "int": _numbers(1, numbers.whole),
    "round": _numbers(2, numbers.rounded, least=1),
    "floor": _numbers(1, numbers.downwards),
    "ceiling": _numbers(1, numbers.upwards),
    "abs": _numbers(1, abs),
    "pow": _numbers(2, numbers.power),
    "sqrt": _numbers(1, numbers.safely(math.sqrt)),
    "exp": _numbers(1, numbers.safely(math.exp)),
    "exp10": _numbers(1, lambda value: numbers.power(10.0, value)),
    "log": _numbers(1, numbers.logarithm(math.log)),
    "log10": _numbers(1, numbers.logarithm(math.log10)),
    "sin": _numbers(1, numbers.safely(math.sin)),
    "cos": _numbers(1, numbers.safely(math.cos)),
    "tan": _numbers(1, numbers.safely(math.tan)),
    "asin": _numbers(1, numbers.safely(math.asin)),
    "acos": _numbers(1, numbers.safely(math.acos)),
    "atan": _numbers(1, math.atan),
    "atan2": _numbers(2, math.atan2),
    "pi": Function("number", (), lambda: math.pi, 0, 0),
    "sum": Function("number", ("any",), numbers.total, 1, MANY),
    "min": Function("number", ("any",), numbers.least, 1, MANY),
    "max": Function("number", ("any",), numbers.most, 1, MANY),
    "count": Function("number", ("nodes",), numbers.count, 1, 1),
    "count-non-empty": Function("number", ("nodes",), numbers.count_non_empty, 1, 1),
}

DAYS: Final[Mapping[str, Function]] = {
    "date": Function("text", ("any",), lambda value: days.day_written(number(value)), 1, 1),
    "date-time": Function("text", ("any",), lambda value: days.moment_written(number(value)), 1, 1),
    "decimal-date-time": _numbers(1, float),
    "decimal-time": _texts("number", 1, days.part_of_day),
    "format-date": Function("text", ("number", "text"), days.formatted, 2, 2),
    "format-date-time": Function("text", ("number", "text"), days.formatted, 2, 2),
}

EARTH: Final[Mapping[str, Function]] = {
    "area": Function("number", ("any",), earth.area, 1, MANY),
    "distance": Function("number", ("any",), earth.distance, 1, MANY),
    "geofence": _texts("truth", 2, earth.geofence),
}

FUNCTIONS: Final[Mapping[str, Function]] = {**TEXTS, **TRUTHS, **NUMBERS, **DAYS, **EARTH}

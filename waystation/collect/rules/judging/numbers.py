"""The functions of expressions that work on numbers."""

from __future__ import annotations

import math
from collections.abc import Callable

from .values import Nodes, Value, number, number_of, truth

UNLIMITED = -1


def numbers(values: tuple[Value, ...]) -> list[float]:
    """All numbers of some values, each node by itself."""
    found: list[float] = []
    for value in values:
        found += [number_of(node.text) for node in value] if isinstance(value, list) else [number(value)]
    return found


def count(nodes: Nodes) -> float:
    """How many nodes there are."""
    return float(len(nodes))


def count_non_empty(nodes: Nodes) -> float:
    """How many nodes are answered."""
    return float(sum(bool(node.text) for node in nodes))


def total(*values: Value) -> float:
    """The sum; no number where one of them is none."""
    return math.fsum(numbers(values))


def least(*values: Value) -> float:
    """The smallest; no number where one of them is none, or there is none."""
    found = numbers(values)
    return math.nan if not found or any(map(math.isnan, found)) else min(found)


def most(*values: Value) -> float:
    """The largest; no number where one of them is none, or there is none."""
    found = numbers(values)
    return math.nan if not found or any(map(math.isnan, found)) else max(found)


def rounded(value: float, places: float = 0.0) -> float:
    """The nearest number with so many places, halves upwards."""
    if not math.isfinite(value):
        return value
    scale = 10.0 ** int(places)
    return math.floor(value * scale + 0.5) / scale


def whole(value: float) -> float:
    """A number without its fraction."""
    return float(math.trunc(value)) if math.isfinite(value) else value


def downwards(value: float) -> float:
    """The next whole number below."""
    return float(math.floor(value)) if math.isfinite(value) else value


def upwards(value: float) -> float:
    """The next whole number above."""
    return float(math.ceil(value)) if math.isfinite(value) else value


def power(value: float, exponent: float) -> float:
    """A number to the power of another; no number where there is none."""
    try:
        return math.pow(value, exponent)
    except ValueError:
        return math.nan
    except OverflowError:
        return math.inf


def safely(work: Callable[[float], float]) -> Callable[[float], float]:
    """A function of Python's that answers "no number" where it would complain, as XPath does."""

    def worked(value: float) -> float:
        try:
            return work(value)
        except ValueError:
            return math.nan
        except OverflowError:
            return math.inf

    return worked


def logarithm(work: Callable[[float], float]) -> Callable[[float], float]:
    """A logarithm that is minus infinity at zero."""
    return lambda value: -math.inf if value == 0 else safely(work)(value)


def checklist(low: float, high: float, *answers: Value) -> bool:
    """Whether the number of answers that are true lies between two bounds; -1 is no bound."""
    return _between(float(sum(_truths(answers))), low, high)


def weighted_checklist(low: float, high: float, *answers: Value) -> bool:
    """Whether the weights of the answers that are true lie between two bounds; -1 is no bound."""
    pairs = zip(answers[::2], answers[1::2], strict=True)
    return _between(math.fsum(number(weight) for answer, weight in pairs if _counts(answer)), low, high)


def _truths(answers: tuple[Value, ...]) -> list[bool]:
    found: list[bool] = []
    for answer in answers:
        found += [_counts([node]) for node in answer] if isinstance(answer, list) else [_counts(answer)]
    return found


def _counts(answer: Value) -> bool:
    """Whether an answer is true: yes, or more than zero."""
    return answer if isinstance(answer, bool) else truth(answer) and not number(answer) <= 0


def _between(value: float, low: float, high: float) -> bool:
    return (low == UNLIMITED or value >= low) and (high == UNLIMITED or value <= high)

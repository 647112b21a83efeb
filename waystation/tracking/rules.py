"""Decisions of tracking, on plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

OUTCOMES: Final = ("assessed", "carried_forward", "not_accessible", "no_informant", "not_assessed")
"""How a site fared in a round. Carried forward: the figure of an earlier round, kept because nobody could go."""

COUNTED: Final = ("assessed", "carried_forward")
"""Outcomes that come with numbers. For the others there is no number, which is not zero."""

METHODS: Final = (
    "registration",
    "headcount",
    "shelter_count",
    "ki_estimate",
    "desk_review",
    "remote_sensing",
    "flow_balance",
)
"""How a number was had; the list of the DTM methodological framework."""

CONFIDENCES: Final = ("a", "b", "c", "d")
"""How sure one is, from counted (a) to hearsay (d)."""

GROUPS: Final = ("idps", "returnees")

LEAST_SIZE, MOST_SIZE = 1, 15
"""People a household, outside which a number is flagged (DTM practice, D6)."""


def household_size(households: int | None, individuals: int | None) -> float | None:
    """People a household to one decimal; None when either is not known or there is no household."""
    if not households or individuals is None:
        return None
    return round(individuals / households, 1)


def is_odd_size(size: float | None) -> bool:
    """Whether a household size should be looked at again."""
    return size is not None and not LEAST_SIZE <= size <= MOST_SIZE


def coverage(outcomes: dict[str, int]) -> dict[str, int]:
    """Locations planned and how they fared: every outcome is named, those that did not occur with 0."""
    return {"planned": sum(outcomes.values()), **{outcome: outcomes.get(outcome, 0) for outcome in OUTCOMES}}


def share(part: int, whole: int) -> float | None:
    """A share in percent to one decimal; None of nothing."""
    return round(100 * part / whole, 1) if whole else None


def is_outside(day: date, starts: date, ends: date) -> bool:
    """Whether a day lies outside a round."""
    return not starts <= day <= ends


def sum_known(numbers: Iterable[int | None]) -> int | None:
    """The sum of the numbers that are known; None where none is, for the sum of nothing is not zero."""
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def level_shown(levels: Mapping[int, int], asked: str = "") -> int | None:
    """The level of areas to show: the one asked for, else the widest with more than one; None where there is none."""
    if asked.isdecimal() and int(asked) in levels:
        return int(asked)
    several = [level for level, number in levels.items() if number > 1]
    return min(several or levels, default=None)

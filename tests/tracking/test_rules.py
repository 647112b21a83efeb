"""Decisions of tracking: household sizes, coverage, shares, sums of what is known, levels to show."""

from __future__ import annotations

from datetime import date

import pytest

from waystation.tracking.rules import (
    COUNTED,
    OUTCOMES,
    coverage,
    household_size,
    is_odd_size,
    is_outside,
    level_shown,
    share,
    sum_known,
)


@pytest.mark.parametrize(
    ("households", "individuals", "size"),
    [(4, 22, 5.5), (3, 10, 3.3), (None, 10, None), (0, 10, None), (4, None, None)],
)
def test_a_household_has_so_many_people_where_both_numbers_are_known(households, individuals, size):
    assert household_size(households, individuals) == size


@pytest.mark.parametrize(("size", "odd"), [(None, False), (0.9, True), (1, False), (15, False), (15.1, True)])
def test_a_household_of_less_than_one_or_more_than_fifteen_is_looked_at_again(size, odd):
    assert is_odd_size(size) is odd


def test_coverage_names_every_outcome_and_plans_their_sum():
    found = coverage({"assessed": 3, "no_informant": 1})

    assert found["planned"] == 4
    assert found["not_accessible"] == 0
    assert set(found) == {"planned", *OUTCOMES}
    assert set(COUNTED) < set(OUTCOMES)


@pytest.mark.parametrize(("part", "whole", "percent"), [(1, 3, 33.3), (0, 3, 0.0), (0, 0, None)])
def test_a_share_is_a_percentage_and_of_nothing_there_is_none(part, whole, percent):
    assert share(part, whole) == percent


@pytest.mark.parametrize(("day", "outside"), [(1, True), (2, False), (9, False), (10, True)])
def test_a_round_includes_its_first_and_its_last_day(day, outside):
    assert is_outside(date(2026, 3, day), date(2026, 3, 2), date(2026, 3, 9)) is outside


@pytest.mark.parametrize(("numbers", "known"), [([1, None, 2], 3), ([0, None], 0), ([None], None), ([], None)])
def test_the_sum_of_numbers_none_of_which_is_known_is_not_zero(numbers, known):
    assert sum_known(numbers) == known


@pytest.mark.parametrize(
    ("levels", "asked", "shown"),
    [
        ({1: 10, 2: 79}, "", 1),
        ({1: 10, 2: 79}, "2", 2),
        ({1: 10, 2: 79}, "3", 1),
        ({1: 10, 2: 79}, "wide", 1),
        ({1: 1, 2: 11}, "", 2),
        ({1: 1, 2: 1}, "", 1),
        ({}, "1", None),
    ],
)
def test_the_widest_level_with_several_areas_is_shown_unless_another_is_asked_for(levels, asked, shown):
    assert level_shown(levels, asked) == shown

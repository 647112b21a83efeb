"""Disclosure control, and what goes harmlessly into a spreadsheet."""

from __future__ import annotations

from collections import defaultdict
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from waystation.kernel.tables import Column, Table, harmless
from waystation.sharing.rules import FEWEST_SHOWN, HIDDEN, protect

AREAS = (Column("state"), Column("county"))
PERSONS = Column("persons", "count", shield="small")
HOUSEHOLDS = Column("households", "count", shield="small")
CHANGE = Column("change", "number", shield="follows")


def drawn(text):
    """Rows drawn as text: words, numbers, ? for not assessed, [c] for withheld."""
    cells = {"?": None, HIDDEN: HIDDEN}
    return [
        tuple(cells.get(word, int(word) if word.lstrip("-").isdigit() else word) for word in line.split())
        for line in text.strip().splitlines()
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("X 40 / Y 50", "X 40 / Y 50"),
        ("X 0 / Y 50", "X 0 / Y 50"),
        ("X ? / Y 50", "X ? / Y 50"),
        ("X 40 / Y 3 / Z 50", "X [c] / Y [c] / Z 50"),
        ("X 2 / Y 3 / Z 50", "X [c] / Y [c] / Z 50"),
        ("X 1 / Y 2 / Z 50 / W 60", "X [c] / Y [c] / Z [c] / W 60"),
        ("X 3 / Y 0 / Z ?", "X [c] / Y [c] / Z ?"),
        ("X 3 / Y 0 / Z 7", "X [c] / Y 0 / Z [c]"),
        ("X 3 / Y ?", "X [c] / Y ?"),
        ("A 1 / B 1 / C 1 / D 1 / E 1 / F 9", "A [c] / B [c] / C [c] / D [c] / E [c] / F [c]"),
        ("", ""),
    ],
    ids=[
        "nothing small: nothing hidden",
        "zero is shown",
        "not assessed is neither shown as zero nor hidden",
        "a lone small count takes the next smallest with it",
        "two that reach the fewest guard each other",
        "two that together are too few take a third",
        "where all others are zero, a zero goes with it",
        "a zero stays where somebody else can go",
        "what stands alone is hidden alone",
        "as many people as cells would mean one in each",
        "an empty table stays empty",
    ],
)
def test_small_counts_are_hidden_with_what_would_tell_them(before, after):
    protected = protect(Table((Column("county"), PERSONS), drawn(before.replace("/", "\n"))))

    assert list(protected.table) == drawn(after.replace("/", "\n"))
    assert protected.withheld == after.count(HIDDEN)


def test_a_hidden_row_hides_all_its_counts_and_what_follows_from_them():
    columns = (Column("county"), HOUSEHOLDS, PERSONS, CHANGE)
    rows = drawn("""
        A   3    12    1
        B  40   200    ?
        C   9   900   -5
    """)

    protected = protect(Table(columns, rows))

    assert list(protected.table) == drawn("""
        A  [c]  [c]  [c]
        B   40  200    ?
        C  [c]  [c]  [c]
    """)
    assert protected.withheld == 6


def test_what_goes_along_for_one_column_is_not_told_by_another():
    rows = drawn("""
        A   ?   3
        B  50   9
        C  60  90
        D  70  91
    """)

    protected = protect(Table((Column("county"), HOUSEHOLDS, PERSONS), rows))

    assert list(protected.table) == drawn("""
        A    ?  [c]
        B  [c]  [c]
        C  [c]  [c]
        D   70   91
    """)


def test_every_state_is_protected_against_its_own_total():
    rows = drawn("""
        North  A    3
        North  B   40
        North  C   50
        South  D    4
        South  E   60
        East   F   70
    """)

    protected = protect(Table((*AREAS, PERSONS), rows), totals_by=("state",))

    assert list(protected.table) == drawn("""
        North  A  [c]
        North  B  [c]
        North  C   50
        South  D  [c]
        South  E  [c]
        East   F   70
    """)


def test_a_state_whose_total_is_small_is_not_told_by_the_other_states():
    rows = drawn("""
        North  A    3
        South  B   30
        South  C   40
        South  D   50
        East   E   80
        East   F   90
    """)

    protected = protect(Table((*AREAS, PERSONS), rows), totals_by=("state",))

    assert list(protected.table) == drawn("""
        North  A  [c]
        South  B  [c]
        South  C  [c]
        South  D   50
        East   E   80
        East   F   90
    """)


def test_only_what_is_withheld_for_people_is_counted_as_withheld():
    columns = (Column("note"), PERSONS)

    protected = protect(Table(columns, [(HIDDEN, 40), (HIDDEN, 50)]))

    assert protected.withheld == 0


def test_the_fewest_shown_can_be_raised_for_sensitive_figures():
    table = Table((Column("county"), PERSONS), drawn("A 7\nB 30\nC 40"))

    assert protect(table).withheld == 0
    assert protect(table, fewest=10).withheld == 2


# What follows is an attacker, written without a look at the rule: he knows every shown cell, every shown total (each
# table of totals protected by the rule too), that nobody is counted below zero, and asks what a hidden cell can be.

counties = st.lists(
    st.tuples(
        st.sampled_from(["N", "S", "E"]),
        st.sampled_from(["x", "y"]),
        st.one_of(st.none(), st.integers(0, 6), st.integers(0, 40)),
        st.one_of(st.none(), st.integers(0, 40)),
    ),
    max_size=9,
)
COLUMNS = (Column("state"), Column("county"), PERSONS, HOUSEHOLDS)
LEVELS = ("state", "county")
MOST = 10**6


def totals(rows, depth):
    """The table of totals by the first `depth` columns, as another figure would publish it."""
    groups = defaultdict(list)
    for row in rows:
        groups[row[:depth]].append(row)
    return [(*words, *(summed([row[at] for row in alike]) for at in (2, 3))) for words, alike in groups.items()]


def summed(cells):
    known = [cell for cell in cells if cell is not None]
    return sum(known) if known else None


def published_totals(rows, depth, column, widths):
    """What the protected table of totals shows of each group: its total, or nothing."""
    columns = (*COLUMNS[:depth], *widths)
    figure = protect(Table(columns, totals(rows, depth)), totals_by=LEVELS[: max(depth - 1, 0)])
    return {row[:depth]: row[depth + column] for row in figure.table if row[depth + column] not in (None, HIDDEN)}


def possible(leaves, known, prefix=()):
    """The least and the most people in a group, or None if what is known contradicts itself."""
    depth = len(prefix)
    if depth == len(LEVELS):
        ranges = [span for words, span in leaves if words == prefix]
    else:
        inner = {words[: depth + 1] for words, _span in leaves if words[:depth] == prefix}
        ranges = [possible(leaves, known, words) for words in inner]
    if None in ranges:
        return None
    least, most = sum(low for low, _high in ranges), sum(high for _low, high in ranges)
    if prefix in known:
        return (known[prefix], known[prefix]) if least <= known[prefix] <= most else None
    return least, most


def can_be(value, at, leaves, known):
    """Whether the attacker's knowledge allows this value in this hidden cell."""
    supposed = [(words, (value, value) if here == at else span) for here, (words, span) in enumerate(leaves)]
    return possible(supposed, known) is not None


def what_is_known(rows, column, shown, fewest_hidden=0):
    """Of every assessed cell its span, and the totals shown above it."""
    at = 2 + column
    leaves = [
        (row[:2], (fewest_hidden, MOST) if seen[at] == HIDDEN else (row[at], row[at]))
        for row, seen in zip(rows, shown, strict=True)
        if row[at] is not None
    ]
    known = {}
    for depth in range(len(LEVELS) + 1):
        known |= published_totals(rows, depth, column, COLUMNS[2:])
    return leaves, known


@given(counties)
def test_no_small_count_can_be_worked_out_or_narrowed_down_to_small_numbers(rows):
    shown = list(protect(Table(COLUMNS, rows), totals_by=LEVELS).table)

    for column in (0, 1):
        leaves, known = what_is_known(rows, column, shown)
        counts = [row[2 + column] for row in rows if row[2 + column] is not None]
        for at, count in enumerate(counts):
            if 0 < count < FEWEST_SHOWN:
                assert any(can_be(other, at, leaves, known) for other in (count - 1, count + 1))
                assert any(can_be(other, at, leaves, known) for other in range(FEWEST_SHOWN, 100))


@given(st.lists(st.integers(1, 9), min_size=2, max_size=8))
def test_who_knows_that_zeros_are_shown_learns_no_small_count_either(counts):
    rows = [("N", "x", count, None) for count in counts]
    assume(set(counts) != {1})  # nothing is left to hide there, as the rule's promise says
    shown = list(protect(Table(COLUMNS, rows), totals_by=LEVELS).table)

    leaves, known = what_is_known(rows, 0, shown, fewest_hidden=1)

    for at, count in enumerate(counts):
        if count < FEWEST_SHOWN:
            assert any(can_be(other, at, leaves, known) for other in (count - 1, count + 1))


@given(counties)
def test_every_small_count_is_hidden_and_nothing_else_when_none_is_small(rows):
    figure = protect(Table(COLUMNS, rows), totals_by=LEVELS)

    for row, seen in zip(rows, figure.table, strict=True):
        for count, cell in zip(row[2:], seen[2:], strict=True):
            assert cell == HIDDEN if count is not None and 0 < count < FEWEST_SHOWN else cell in (count, HIDDEN)
    if not any(0 < (count or 0) < FEWEST_SHOWN for row in rows for count in row[2:]):
        assert figure.withheld == 0


@given(counties)
def test_zeros_stay_where_their_row_is_not_hidden_for_somebody_or_the_last_resort(rows):
    alone = [(*row[:3], None) for row in rows]
    shown = list(protect(Table(COLUMNS, alone)).table)

    hidden_zeros = sum(row[2] == 0 and seen[2] == HIDDEN for row, seen in zip(alone, shown, strict=True))

    anybody_shown = any(row[2] and seen[2] != HIDDEN for row, seen in zip(alone, shown, strict=True))
    assert hidden_zeros <= (0 if anybody_shown else 1)


@given(counties, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_makes_no_difference(rows, chance: Random):
    mixed = rows.copy()
    chance.shuffle(mixed)

    one, other = (list(protect(Table(COLUMNS, order), totals_by=LEVELS).table) for order in (rows, mixed))

    assert sorted(map(repr, one)) == sorted(map(repr, other))


@given(counties)
def test_a_table_of_totals_hides_the_totals_that_the_table_beneath_it_takes_for_hidden(rows):
    shown = list(protect(Table(COLUMNS, rows), totals_by=("state",)).table)
    states = protect(Table((COLUMNS[0], *COLUMNS[2:]), totals(rows, 1))).table

    for state, *counts in states:
        for column, count in enumerate(counts):
            cells = [seen[2 + column] for seen in shown if seen[0] == state]
            assert count != HIDDEN or not any(cells) or HIDDEN in cells


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Juba", "#adm1+code", "", "3=3", HIDDEN])
def test_other_texts_pass_as_they_are(text):
    assert harmless(text) == text

"""The figures of tracking: rows drawn as text in, rows drawn as text out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import table_text
from waystation.kernel.tables import Column, Table
from waystation.sharing.registry import Ask, Figure
from waystation.tracking.figures.change_between_rounds import figure as change
from waystation.tracking.figures.people_by_area import figure as people

VISITS = (
    Column("site"),
    Column("area"),
    Column("outcome"),
    Column("households", "count"),
    Column("individuals", "count"),
    Column("returnees", "count"),
    Column("locations", "count"),
)
AREAS = Table(
    tuple(Column(name) for name in ("area", "adm1_code", "adm1_name", "adm2_code", "adm2_name")),
    table_text("""
        area | adm1 | name     | adm2   | name
        P1   | SS01 | Equatoria| SS0101 | Juba
        P2   | SS03 | Jonglei  | SS0302 | Bor
        P3   | SS03 | Jonglei  | SS0302 | Bor
    """),
)
ASKED = Ask(by=cast(Any, None))  # the drawn tables ask nobody for rights


def computed(figure: Figure, **tables: Table) -> list[tuple[Any, ...]]:
    """A figure over drawn tables."""
    reads = {name: (lambda asked, table=table: table) for name, table in tables.items()}
    return list(replace(figure, reads=cast(Any, reads)).compute(ASKED))


def visits(rows: Sequence[tuple[Any, ...]]) -> Table:
    """Visits drawn site by site; each stands for one location."""
    return Table(VISITS, [(*row, 1) for row in rows])


def test_people_are_summed_by_area_and_coverage_is_told_beside():
    told = computed(
        people,
        areas=AREAS,
        rounds=Table((Column("round", "count"),), [(11,)]),
        visits=visits(
            table_text("""
                site | area | outcome         | households | individuals | returnees
                A    | P1   | assessed        | 8          | 40          | 0
                B    | P2   | assessed        | -          | 45          | 12
                C    | P3   | carried_forward | 2          | 10          | -
                D    | P3   | not_accessible  | -          | -           | -
            """)
        ),
    )

    assert told == table_text("""
        round | adm1 | name      | adm2   | name | locations | assessed | carried | not | hh | people | returnees
        11    | SS01 | Equatoria | SS0101 | Juba | 1         | 1        | 0       | 0   | 8  | 40     | 0
        11    | SS03 | Jonglei   | SS0302 | Bor  | 3         | 1        | 1       | 1   | 2  | 55     | 12
    """)


def test_an_area_that_nobody_could_assess_has_no_number_rather_than_zero():
    told = computed(
        people,
        areas=AREAS,
        rounds=Table((Column("round", "count"),), [(11,)]),
        visits=visits([("A", "P1", "not_accessible", None, None, None)]),
    )

    assert told[0][5:] == (1, 0, 0, 1, None, None, None)


def test_change_is_of_the_same_locations_apart_from_change_of_coverage():
    told = computed(
        change,
        areas=AREAS,
        visits_before=visits(
            table_text("""
                site | area | outcome         | households | individuals | returnees
                A    | P2   | assessed        | -          | 100         | -
                B    | P2   | assessed        | -          | 50          | -
                C    | P3   | carried_forward | -          | 70          | -
            """)
        ),
        visits=visits(
            table_text("""
                site | area | outcome         | households | individuals | returnees
                A    | P2   | assessed        | -          | 130         | -
                B    | P2   | not_accessible  | -          | -           | -
                C    | P3   | assessed        | -          | 70          | -
                D    | P3   | assessed        | -          | 20          | -
            """)
        ),
    )

    assert told == table_text("""
        adm1 | name    | adm2   | name | panel | before | now | change | new | gained | gone | lost
        SS03 | Jonglei | SS0302 | Bor  | 1     | 100    | 130 | 30     | 2   | 90     | 1    | 50
    """)


SITES = st.dictionaries(
    st.sampled_from("ABCDEFGH"),
    st.tuples(st.sampled_from(["P1", "P2", "P3"]), st.integers(0, 5000)),
    min_size=1,
)


@given(before=SITES, now=SITES)
def test_change_on_the_panel_and_change_of_coverage_make_up_the_whole_difference(before, now):
    """Σ now − Σ before = change on the panel + gained − lost, whatever the rounds."""
    now = {site: (before.get(site, (area,))[0], people) for site, (area, people) in now.items()}  # sites do not move

    def table(sites: dict[str, tuple[str, int]]) -> Table:
        return visits([(site, area, "assessed", None, people, None) for site, (area, people) in sites.items()])

    told = computed(change, areas=AREAS, visits=table(now), visits_before=table(before))

    columns = {column.name: at for at, column in enumerate(change.columns)}
    sums = {
        name: sum(row[at] or 0 for row in told) for name, at in columns.items() if name in {"change", "gained", "lost"}
    }
    difference = sum(people for _area, people in now.values()) - sum(people for _area, people in before.values())
    assert sums["change"] + sums["gained"] - sums["lost"] == difference

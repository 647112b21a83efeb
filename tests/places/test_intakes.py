"""Areas, boundaries and sites as they come in: real lists with their real oddities."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from waystation.access.models import Grant
from waystation.collect.queries import read_answers, sheet_answers
from waystation.collect.registry import Answers
from waystation.kernel.problems import Several
from waystation.places import actions
from waystation.places.actions import NewArea
from waystation.places.models import Area, Boundary, Release, Site

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests/data/places"
PCODES = ROOT / "waystation/places/data/pcodes.csv"
LISTED = {
    "intake": "places.area",
    "columns": {"pcode": "P-Code", "level": "Admin Level", "name": "Name", "parent": "Parent P-Code"},
    "constants": {"release": "Global"},
}


def outlines(country: str) -> dict[str, Any]:
    return {
        "intake": "places.boundary",
        "columns": {"pcode": "admin1Pcode", "name": "admin1Name", "geometry": "geometry"},
        "constants": {"release": f"COD-AB {country}"},
    }


def countries(system: Any, *codes: str) -> None:
    areas = [NewArea(code, 0, code, f"/{code}") for code in codes]
    actions.load_areas(by=system, areas=areas, release="Countries")


def loaded(system: Any, file: Path, mapping: dict[str, Any]) -> list[str]:
    """Load a list; the codes of what it warned of."""
    rows, warnings = sheet_answers(file, file.name, mapping)
    reading = read_answers(mapping["intake"], system, rows, warnings)
    said = mapping["constants"]["release"]
    if mapping["intake"] == "places.area":
        actions.load_areas(by=system, areas=reading.records, release=said)
    else:
        actions.load_boundaries(by=system, boundaries=reading.records, release=said)
    return [problem.code() for _place, problem in reading.warnings]


def test_the_whole_world_s_p_codes_load_and_codes_that_are_no_prefix_are_told_not_refused(system):
    rows, _warnings = sheet_answers(PCODES, PCODES.name, LISTED)
    countries(system, *{row.words["parent"] for row in rows if row.words["level"] == "1"})

    warned = loaded(system, PCODES, LISTED)

    assert Area.objects.exclude(level=0).count() == 33_363
    assert set(warned) == {"places.not_a_prefix"}
    county = Area.objects.get(pcode="SS0302")
    assert (county.scope, county.parent.pcode) == ("/SSD/SS03/SS0302", "SS03")


def test_chad_s_old_codes_are_listed_and_kept_never_rejected_never_guessed(system):
    rows, _warnings = sheet_answers(PCODES, PCODES.name, LISTED)
    chad = [row for row in rows if str(row.words["pcode"]).startswith(("TD", "TCD"))]
    countries(system, "TCD")
    actions.load_areas(by=system, areas=read_answers("places.area", system, chad).records, release="Global")

    warned = loaded(system, DATA / "TCD_adm1.geojson", outlines("Chad"))

    assert warned == ["places.code_not_in_release"] * 23
    assert Boundary.objects.filter(area=None).count() == 23
    assert Boundary.objects.exclude(area=None).count() == 0


def test_boundaries_of_the_same_release_join_their_areas(system):
    countries(system, "SOM")
    rows, _warnings = sheet_answers(PCODES, PCODES.name, LISTED)
    somalia = [row for row in rows if str(row.words["pcode"]).startswith("SO") and row.words["parent"] in ("SOM",)]
    actions.load_areas(by=system, areas=read_answers("places.area", system, somalia).records, release="Global")

    assert loaded(system, DATA / "SOM_adm1.geojson", outlines("Somalia")) == []
    assert Boundary.objects.exclude(area=None).count() == 18
    assert Release.objects.count() == 3


def test_names_come_in_several_scripts(system):
    countries(system, "LBY")
    actions.load_areas(
        by=system,
        areas=[NewArea("LY01", 1, "East", "/LBY/LY01", "LBY", {"en": "East", "ar": "الشرق"})],
        release="Test",
    )

    assert Area.objects.get(pcode="LY01").names["ar"] == "الشرق"


def test_a_list_with_an_orphan_and_a_double_is_refused_whole(system):
    countries(system, "SSD")
    rows = [
        Answers({"pcode": "SS01", "level": "1", "name": "A", "parent": "SSD"}, row=2),
        Answers({"pcode": "SS01", "level": "1", "name": "B", "parent": "SSD"}, row=3),
        Answers({"pcode": "SS0901", "level": "2", "name": "C", "parent": "SS09"}, row=4),
    ]

    with pytest.raises(Several) as caught:
        read_answers("places.area", system, rows)
    assert {(place.row, problem.code()) for place, problem in caught.value.problems} == {
        (3, "places.pcode_twice"),
        (4, "places.no_such_parent"),
    }


def test_an_area_that_a_release_moves_takes_its_sites_and_the_rights_over_them_along(country):
    akobo = country.area["SS0303"]
    from tests.conftest import add

    add(country.system, "akobo", "reader", "/SSD/SS03/SS0303")
    actions.load_areas(
        by=country.system,
        areas=[NewArea("SS0303", 2, "Akobo", "/SSD/SS01/SS0303", "SS01")],
        release="Next year",
    )

    akobo.refresh_from_db()
    site = Site.objects.get(name="Akobo Town")
    assert (akobo.scope, site.scope) == ("/SSD/SS01/SS0303", f"/SSD/SS01/SS0303/{site.code}")
    assert Grant.objects.get(actor__username="akobo").scope == "/SSD/SS01/SS0303"
    assert akobo.listings.count() == 2


SQUARE = {"type": "Polygon", "coordinates": [[[31.0, 5.5], [32.5, 5.5], [32.5, 7.0], [31.0, 7.0], [31.0, 5.5]]]}


@pytest.fixture
def bor(country):
    """The county of Bor South with an outline."""
    rows = [Answers({"pcode": "SS0302", "name": "Bor South", "geometry": SQUARE}, row=2)]
    reading = read_answers("places.boundary", country.system, rows)
    actions.load_boundaries(by=country.system, boundaries=reading.records, release="Test")
    return country


def reported(**more: Any) -> Answers:
    """A site as a sheet's row reports it."""
    words = {"day": "2026-03-01", "name": "New Site", "area": "SS0302", "kind": "site", "status": "reported"}
    return Answers({**words, **more}, row=2)


def test_a_point_in_its_area_is_taken_in_whatever_digits(bor):
    reading = read_answers("places.site", bor.clerk, [reported(latitude="٦٫٢", longitude="٣١٫٥٦")])

    assert (reading.records[0].latitude, reading.records[0].longitude, reading.warnings) == (6.2, 31.56, [])


def test_swapped_coordinates_are_noticed_and_the_row_is_refused(bor):
    with pytest.raises(Several) as caught:
        read_answers("places.site", bor.clerk, [reported(latitude=31.56, longitude=6.2)])

    ((place, problem),) = caught.value.problems
    assert (place.row, place.column, problem.code()) == (2, "latitude", "places.swapped_coordinates")


def test_a_point_outside_its_area_is_doubted_but_taken(bor):
    reading = read_answers("places.site", bor.clerk, [reported(latitude=9.5, longitude=31.56)])

    ((_place, problem),) = reading.warnings
    assert problem.code() == "places.outside_area"
    assert problem.details["distance"] == pytest.approx(278, abs=2)


def test_a_phone_s_point_is_read_with_its_accuracy(bor):
    reading = read_answers("places.site", bor.clerk, [reported(point="6.2 31.56 420.0 4.5")])

    assert (reading.records[0].latitude, reading.records[0].longitude) == (6.2, 31.56)


def test_a_site_that_is_known_by_its_code_is_told_and_left_as_it_is(bor):
    reading = read_answers("places.site", bor.clerk, [reported(ssid="ssid_2")])

    assert reading.records == []
    assert [problem.code() for _place, problem in reading.warnings] == ["places.known_site"]


def test_a_site_cannot_be_registered_where_its_reporter_has_no_right(bor):
    with pytest.raises(Several) as caught:
        read_answers("places.site", bor.clerk, [reported(area="SS0101")])

    assert [problem.code() for _place, problem in caught.value.problems] == ["places.no_such_area"]

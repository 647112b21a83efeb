"""The demonstration: South Sudan's round 11, to the last person."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

import pytest
from django.db import transaction

from waystation.collect.models import Submission
from waystation.front import commands, demo
from waystation.places.models import Area, Boundary, Site
from waystation.sharing.queries import latest, table_of
from waystation.sharing.registry import writer_called
from waystation.tracking.models import Assessment
from waystation.tracking.queries import reconciliation, round_called

pytestmark = pytest.mark.django_db

PEOPLE = 2_017_236


@pytest.fixture(scope="module", autouse=True)
def operation(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """The whole demonstration, loaded once for this module and forgotten after it."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        demo.make(commands.load_sheet, "http://localhost/")
        yield
        transaction.set_rollback(True)


def exported(figure: str, suffix: str = "csv", area: str = "", **words: str) -> bytes:
    """What `waystation export` writes."""
    publication = latest(commands.operator(), figure, words)
    return b"".join(writer_called(suffix).write(table_of(publication, area)))


def rows(figure: str, area: str = "", **words: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(exported(figure, area=area, **words).decode())))[1:]


@pytest.mark.parametrize(
    ("figure", "words", "expected"),
    [
        ("tracking.people_by_location", {}, 3335),
        ("tracking.people_by_area", {}, 78),
        ("tracking.people_by_area", {"level": "1"}, 10),
    ],
    ids=["by location", "by county", "by state"],
)
def test_displaced_people_sum_to_the_source_s_total(figure, words, expected):
    told = rows(figure, **words)

    assert len(told) == expected
    assert sum(int(row["individuals"]) for row in told) == PEOPLE


def test_counties_add_up_to_their_states():
    states = {row["adm1_code"]: int(row["individuals"]) for row in rows("tracking.people_by_area", level="1")}
    sums: dict[str, int] = {}
    for row in rows("tracking.people_by_area"):
        sums[row["adm1_code"]] = sums.get(row["adm1_code"], 0) + int(row["individuals"])

    assert sums == states


def test_reported_totals_agree_with_the_locations_and_the_grand_total_was_left_out():
    found = reconciliation(commands.operator(), round_called(commands.operator(), "SSD-MT", 11))

    assert [(one.level, one.reported, one.counted, one.differing) for one in found] == [
        (1, PEOPLE, PEOPLE, ()),
        (2, PEOPLE, PEOPLE, ()),
    ]
    totals = Submission.objects.filter(form__form_id="tracking.reported_total")
    county_sheet = totals.get(mapping__columns__area="county_pcode")
    assert [warning["code"] for warning in county_sheet.warnings] == ["collect.total_row_left_out"]
    assert county_sheet.warnings[0]["place"]["row"] == 80


def test_places_that_could_not_be_visited_again_are_not_passed_off_as_assessed():
    told = rows("tracking.people_by_area")

    assert sum(int(row["assessed"]) for row in told) == 3076
    assert sum(int(row["carried_forward"]) for row in told) == 259
    carried = Assessment.objects.filter(outcome="carried_forward")
    assert set(carried.values_list("carried_from", flat=True)) == {8, 9, 10}


def test_an_area_picks_its_rows():
    told = rows("tracking.people_by_area", area="SS03")

    assert {row["adm1_name"] for row in told} == {"Jonglei"}
    assert sum(int(row["individuals"]) for row in told) == 297_469


def test_every_format_says_the_same():
    listed = json.loads(exported("tracking.people_by_area", "json"))
    features = json.loads(exported("tracking.people_by_location", "geojson"))["features"]

    assert sum(row["individuals"] for row in listed) == PEOPLE
    assert sum(feature["properties"]["individuals"] for feature in features) == PEOPLE
    assert all(feature["geometry"]["type"] == "Point" for feature in features)
    assert exported("tracking.people_by_area", "xlsx")[:2] == b"PK"


def test_published_coordinates_are_rounded_to_a_kilometre():
    for feature in json.loads(exported("tracking.people_by_location", "geojson"))["features"]:
        assert all(round(degrees, 2) == degrees for degrees in feature["geometry"]["coordinates"])


def test_every_row_leads_back_to_the_sheet_it_came_from():
    assert set(Assessment.objects.values_list("source__form__form_id", flat=True)) == {"tracking.location_count"}
    assert Assessment.objects.filter(source_row=None).count() == 0
    first = Assessment.objects.get(source_row=2)
    assert first.site.codes.get().code == "ssid_SS0101_0002"


def test_areas_of_every_country_are_there_and_every_site_lies_in_one():
    assert Area.objects.filter(level__in=[1, 2]).count() == 33_363
    assert Area.objects.filter(level=0).count() == 249
    assert Site.objects.filter(area__level=3).count() == 3335
    assert Boundary.objects.filter(area=None).values_list("pcode", flat=True).count() == 1


def test_making_it_again_changes_nothing_but_the_passwords():
    before = (Submission.objects.count(), Site.objects.count(), Assessment.objects.count())
    demo.make(commands.load_sheet, "http://localhost/")

    assert (Submission.objects.count(), Site.objects.count(), Assessment.objects.count()) == before

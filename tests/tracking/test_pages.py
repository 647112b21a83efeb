"""The pages and the endpoints of tracking: the map, rounds, locations, a site's rounds."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.formats import date_format

from tests.conftest import add, new_site
from tests.places.test_pages import draw_boundaries, reader_of, text_of
from waystation.access import actions as access
from waystation.access.models import Actor
from waystation.access.queries import role_called
from waystation.collect import actions as collect
from waystation.collect.models import Submission
from waystation.places import actions as places
from waystation.places.actions import NewArea
from waystation.places.models import Site
from waystation.sharing import actions as sharing
from waystation.tracking import actions as tracking
from waystation.tracking.actions import Found, Reported, Visit
from waystation.tracking.models import Round

ROUND = "/tracking/rounds/SSD-MT-R1/"


def counted(round_: Round, site: Site, people: int, **more: Any) -> Visit:
    """A visit to a site where people were counted."""
    found = Found("idps", people // 5, people, "headcount", "a")
    return Visit(**{"round": round_, "site": site, "outcome": "assessed", "found": (found,), **more})


def record(country: SimpleNamespace, *visits: Visit, source: Submission | None = None) -> None:
    tracking.record_visits(by=country.system, visits=[replace(visit, source=source) for visit in visits])


@pytest.fixture
def tracked(country: SimpleNamespace) -> SimpleNamespace:
    """The country with boundaries and round 1: Akobo Town could not be reached, Malou is carried forward."""
    draw_boundaries(country.system, country.area)
    country.sheet = collect.receive_sheet(
        by=country.officer, file=("counts.csv", [b"a,b\n1,2\n"]), mapping={"intake": "tracking.location_count"}
    )
    record(
        country,
        counted(country.round, country.sites["ssid_1"], 4000, row=2),
        counted(country.round, country.sites["ssid_2"], 700, row=3),
        counted(country.round, country.sites["ssid_3"], 300, outcome="carried_forward", carried_from=0, row=4),
        Visit(country.round, country.sites["ssid_4"], "not_accessible", reason="road_flooded", row=5),
        source=country.sheet,
    )
    return country


def drawn_in(answer: Any) -> str:
    """The map that the server draws."""
    found = re.search(r'<div class="map-drawn">(.*?)</svg>', answer.content.decode(), re.DOTALL)
    assert found
    return found.group(1)


def rows_in(answer: Any) -> list[str]:
    """The rows of a page's tables, each as one line of words."""
    rows = re.findall(r"<tr>.*?</tr>", answer.content.decode(), re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in rows]


def features(actor: Actor, address: str) -> dict[str, dict[str, Any]]:
    """What a map fetches, by name."""
    answer = json.loads(reader_of(actor).get(address).content)
    return {feature["properties"]["name"]: feature["properties"] for feature in answer["features"]}


class TestTheMap:
    def test_draws_a_circle_for_each_area_and_says_the_same_in_a_table(self, tracked):
        answer = reader_of(tracked.officer).get("/tracking/map/")

        assert "<title>Central Equatoria: 4,000</title>" in drawn_in(answer)
        assert "<title>Jonglei: 1,000</title>" in drawn_in(answer)
        assert "Central Equatoria 4,000 800 1 1 0 0" in rows_in(answer)
        assert "Jonglei 1,000 200 3 1 1 1" in rows_in(answer)
        assert "Together 5,000 1,000 4 2 1 1" in rows_in(answer)

    def test_the_areas_of_circles_are_in_proportion_to_people(self, tracked):
        radii = [
            float(radius)
            for radius in re.findall(r' r="([\d.]+)"', drawn_in(reader_of(tracked.officer).get("/tracking/map/")))
        ]

        assert radii[0] ** 2 / radii[1] ** 2 == pytest.approx(4000 / 1000, rel=0.01)

    def test_an_area_without_a_number_is_drawn_hollow_and_never_told_as_zero(self, tracked):
        answer = reader_of(tracked.officer).get("/tracking/map/?level=2")

        assert '<circle class="map-unknown"' in drawn_in(answer)
        assert "<title>Akobo: not assessed</title>" in drawn_in(answer)
        assert "Akobo not assessed not assessed 1 0 0 1" in rows_in(answer)

    def test_an_area_leads_to_what_lies_inside_it_and_at_last_to_its_sites(self, tracked):
        client = reader_of(tracked.officer)

        state, county = client.get("/tracking/map/?area=SS03"), client.get("/tracking/map/?area=SS0302")

        assert 'href="?round=SSD-MT-R1&amp;area=SS0302"' in state.content.decode()
        assert "Bor South 1,000 200 2 1 1 0" in rows_in(state)
        assert "<title>Bor Stadium: 700</title>" in drawn_in(county)
        assert any(row.startswith("Malou Bor South Carried forward") for row in rows_in(county))
        assert "Gumbo" not in text_of(county)

    def test_shows_the_latest_round_that_was_visited_unless_another_is_chosen(self, tracked):
        later = tracking.plan_round(
            by=tracked.system, operation=tracked.operation, number=2, starts=date(2026, 4, 1), ends=date(2026, 4, 30)
        )
        client = reader_of(tracked.officer)
        before = text_of(client.get("/tracking/map/"))
        record(tracked, counted(later, tracked.sites["ssid_1"], 5000))

        assert f"Round 1, {date_format(date(2026, 3, 1))}" in before
        assert f"Round 2, {date_format(date(2026, 4, 1))}" in text_of(client.get("/tracking/map/"))
        assert f"Round 1, {date_format(date(2026, 3, 1))}" in text_of(client.get("/tracking/map/?round=SSD-MT-R1"))

    def test_without_boundaries_the_table_stands_and_the_page_says_why_there_is_no_map(self, country):
        record(country, counted(country.round, country.sites["ssid_1"], 40))

        answer = reader_of(country.officer).get("/tracking/map/")

        assert "No outlines to draw" in text_of(answer)
        assert "Central Equatoria 40 8 1 1 0 0" in rows_in(answer)

    def test_without_rounds_it_says_what_to_do_next(self, country):
        stranger = add(country.system, "stranger", "reader", "/TCD")

        for page in ("/tracking/map/", "/tracking/rounds/"):
            said = text_of(reader_of(stranger).get(page))
            assert "No rounds yet, or none that you may see" in said
            assert "tracking.open_operation" in said

    def test_names_whose_boundaries_it_draws(self, tracked):
        assert "Boundaries: Squares" in text_of(reader_of(tracked.officer).get("/tracking/map/"))

    def test_has_neither_scripts_nor_styles_inside_the_page(self, tracked):
        page = reader_of(tracked.officer).get("/tracking/map/").content.decode()

        assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=", page)


class TestARound:
    def test_shows_people_and_coverage(self, tracked):
        said = text_of(reader_of(tracked.officer).get(ROUND))

        assert "Displaced people 5,000" in said
        assert "Displaced households 1,000" in said
        assert "Locations 4 Assessed 2 50.0 % of the locations" in said
        assert "Not reached 1 without a number, which is not zero" in said

    def test_says_openly_which_figures_are_carried_forward(self, tracked):
        said = text_of(reader_of(tracked.officer).get(ROUND))

        assert "1 of 4 locations could not be visited again." in said
        assert "1 location, 300 people" in said

    def test_agrees_or_differs_with_what_was_reported(self, tracked):
        totals = [
            Reported(tracked.round, tracked.area["SS01"], 4000),
            Reported(tracked.round, tracked.area["SS03"], 999),
            Reported(tracked.round, tracked.area["SS0101"], 4000),
        ]
        tracking.record_totals(by=tracked.system, totals=totals)

        said = text_of(reader_of(tracked.officer).get(ROUND))

        assert "2 areas of level 1 differs Reported 4,999 Sum of the locations 5,000" in said
        assert "Jonglei (SS03) was reported with 999 people; its locations add up to 1000." in said
        assert "1 area of level 2 agrees" in said

    def test_tells_change_at_the_same_locations_apart_from_change_of_coverage(self, tracked):
        later = tracking.plan_round(
            by=tracked.system, operation=tracked.operation, number=2, starts=date(2026, 4, 1), ends=date(2026, 4, 30)
        )
        record(
            tracked,
            counted(later, tracked.sites["ssid_1"], 3500),
            counted(later, tracked.sites["ssid_4"], 90),
        )

        said = text_of(reader_of(tracked.officer).get("/tracking/rounds/SSD-MT-R2/"))

        assert (
            "Change at the same locations -500 1 location assessed in both rounds: 4,000 people before, 3,500 now"
            in said
        )
        assert "Locations only in this round 1 people there: 90" in said
        assert "Locations only in the round before 1 people counted there before: 700" in said
        assert "Change since" not in text_of(reader_of(tracked.officer).get(ROUND))

    def test_names_what_is_published_of_it_to_those_who_may_read_that(self, tracked):
        made = sharing.prepare(
            by=tracked.officer, figure="tracking.people_by_area", scope="/SSD", words={"round": "1", "level": "1"}
        )
        sharing.approve(by=tracked.approver, publication=made)

        assert "Displaced people by area level 1 /SSD" in text_of(reader_of(tracked.officer).get(ROUND))
        assert "Nothing of this round is published for you yet" in text_of(reader_of(tracked.clerk).get(ROUND))

    def test_offers_publishing_to_those_who_may(self, tracked):
        page = reader_of(tracked.officer).get(ROUND).content.decode()

        link = re.search(r'href="(/publications/prepare/[^"]*)">Publish figures', page)
        assert link
        assert "round=1&amp;scope=%2FSSD" in link.group(1)
        assert "Publish figures" not in text_of(reader_of(tracked.approver).get(ROUND))

    def test_that_nobody_visited_yet_says_what_to_do_next(self, country):
        said = text_of(reader_of(country.officer).get(ROUND))

        assert "Nothing recorded here yet" in said
        assert "waystation load" in said

    def test_stands_in_the_list_of_rounds_with_its_coverage(self, tracked):
        answer = reader_of(tracked.officer).get("/tracking/rounds/")

        assert any("Round 1" in row and "5,000" in row and "2 of 4 (50.0 %)" in row for row in rows_in(answer))

    def test_the_list_asks_the_database_as_often_for_many_rounds_as_for_one(self, tracked):
        client = reader_of(tracked.officer)
        client.get("/tracking/rounds/")
        with CaptureQueriesContext(connection) as few:
            client.get("/tracking/rounds/")
        for number in range(2, 8):
            tracking.plan_round(
                by=tracked.system,
                operation=tracked.operation,
                number=number,
                starts=date(2026, 4, 1),
                ends=date(2026, 4, 30),
            )

        with CaptureQueriesContext(connection) as many:
            client.get("/tracking/rounds/")

        assert len(many) == len(few)


class TestItsLocations:
    def test_are_listed_with_outcome_people_and_how_these_are_known(self, tracked):
        rows = rows_in(reader_of(tracked.officer).get(f"{ROUND}locations/"))

        assert "Bor Stadium Bor South Assessed 700 140 – Counted one by one · Counted row 3" in rows
        assert "Akobo Town Akobo Not accessible · road flooded not assessed – – – row 5" in rows

    def test_are_narrowed_by_area_and_outcome(self, tracked):
        answer = reader_of(tracked.officer).get(f"{ROUND}locations/?area=SS03&outcome=carried_forward")

        assert "1 location " in text_of(answer)
        assert any(row.startswith("Malou") for row in rows_in(answer))

    def test_lead_to_the_submission_they_came_from_where_the_reader_may_open_it(self, tracked):
        link = f"/collect/submissions/{tracked.sheet.pk}/"

        assert link in reader_of(tracked.officer).get(f"{ROUND}locations/").content.decode()
        assert link not in reader_of(tracked.clerk).get(f"{ROUND}locations/").content.decode()

    def test_are_read_page_by_page_with_the_same_questions_however_many_they_are(self, tracked):
        client = reader_of(tracked.officer)
        client.get(f"{ROUND}locations/")
        with CaptureQueriesContext(connection) as few:
            client.get(f"{ROUND}locations/")
        more = [new_site(f"Site {n:03}", tracked.area["SS0302"], f"more_{n}", 6.2, 31.5) for n in range(60)]
        made = places.register_sites(by=tracked.system, sites=more)
        record(tracked, *(counted(tracked.round, site, 10) for site in made))

        with CaptureQueriesContext(connection) as many:
            answer = client.get(f"{ROUND}locations/")

        assert len(many) == len(few)
        assert "1 to 50 of 64" in text_of(answer)


class TestASitesRounds:
    def test_are_a_page_of_their_own_and_a_table_for_a_page_that_fetches_them(self, tracked):
        address = f"/tracking/sites/{tracked.sites['ssid_2'].code}/rounds/"
        client = reader_of(tracked.officer)

        page, part = client.get(address), client.get(address, headers={"HX-Request": "true"})

        assert rows_in(page) == rows_in(part)
        first, last = date_format(date(2026, 3, 1)), date_format(date(2026, 3, 31))
        assert rows_in(part)[1].startswith(f"SSD-MT-R1 {first} to {last} Assessed 700 140")
        assert "<html" in page.content.decode()
        assert "<html" not in part.content.decode()
        assert "HX-Request" in part["Vary"]

    def test_are_linked_from_its_page_in_the_register_for_browsers_without_scripts(self, tracked):
        code = tracked.sites["ssid_2"].code
        page = reader_of(tracked.officer).get(f"/places/sites/{code}/").content.decode()

        assert f'<a href="/tracking/sites/{code}/rounds/">' in page

    def test_tell_a_site_that_could_not_be_assessed_as_such_and_never_as_zero(self, tracked):
        part = reader_of(tracked.officer).get(f"/tracking/sites/{tracked.sites['ssid_4'].code}/rounds/")

        assert "Not accessible · road flooded not assessed – –" in rows_in(part)[1]

    def test_say_so_where_no_round_came(self, country):
        said = text_of(reader_of(country.officer).get(f"/tracking/sites/{country.sites['ssid_2'].code}/rounds/"))

        assert "No round has come here yet" in said


class TestAReaderOfOneState:
    """Neither sees anything beyond it, nor learns that there is anything."""

    PAGES = ("/tracking/map/", "/tracking/map/?level=2", "/tracking/rounds/", ROUND, f"{ROUND}locations/")

    @pytest.mark.parametrize("page", PAGES)
    def test_reads_nothing_of_other_states(self, tracked, page):
        body = reader_of(tracked.clerk).get(page).content.decode()

        for word in ("Equatoria", "Juba", "Gumbo", "SS01", "4,000", "5,000"):
            assert word not in body, word

    def test_sees_the_sums_of_the_own_state_and_is_told_that_they_are_not_the_whole(self, tracked):
        said = text_of(reader_of(tracked.clerk).get(ROUND))

        assert "Displaced people 1,000" in said
        assert "Your role covers a part of this operation." in said
        assert "Your role covers a part" not in text_of(reader_of(tracked.clerk).get(f"{ROUND}?area=SS03"))

    @pytest.mark.parametrize(
        "address",
        [
            "/tracking/map/?area={}",
            ROUND + "?area={}",
            ROUND + "locations/?area={}",
            "/tracking/areas.geojson?area={}",
            "/tracking/sites.geojson?bbox=20,0,40,20&area={}",
        ],
    )
    def test_gets_the_same_answer_for_a_hidden_area_as_for_one_that_is_not_there(self, tracked, address):
        client = reader_of(tracked.clerk)

        hidden, absent = client.get(address.format("SS01")), client.get(address.format("XX99"))

        assert hidden.status_code == absent.status_code == 404
        assert text_of(hidden).replace("SS01", "") == text_of(absent).replace("XX99", "")

    def test_gets_the_same_answer_for_a_hidden_site_as_for_one_that_is_not_there(self, tracked):
        client, code = reader_of(tracked.clerk), tracked.sites["ssid_1"].code

        hidden = client.get(f"/tracking/sites/{code}/rounds/")
        absent = client.get("/tracking/sites/S-0000000/rounds/")

        assert hidden.status_code == absent.status_code == 404
        assert text_of(hidden).replace(code, "") == text_of(absent).replace("S-0000000", "")

    def test_fetches_only_the_own_areas_and_sites_for_the_map(self, tracked):
        assert set(features(tracked.clerk, "/tracking/areas.geojson")) == {"Bor South", "Akobo"}
        assert set(features(tracked.clerk, "/tracking/sites.geojson?bbox=20,0,40,20")) == {
            "Bor Stadium",
            "Malou",
            "Akobo Town",
        }

    def test_does_not_learn_of_an_operation_elsewhere(self, tracked):
        chad = [NewArea("TCD", 0, "Chad", "/TCD")]
        places.load_areas(by=tracked.system, areas=chad, release="Chad")
        tracking.open_operation(by=tracked.system, code="TCD-MT", name="Chad", scope="/TCD")
        client = reader_of(tracked.clerk)

        assert "Chad" not in text_of(client.get("/tracking/rounds/"))
        assert client.get("/tracking/rounds/TCD-MT-R1/").status_code == 404


def test_a_state_of_which_only_a_county_may_be_seen_is_marked_as_a_part(tracked):
    reader = add(tracked.system, "reader", "reader", "/SSD/SS03/SS0302")
    access.grant(by=tracked.system, actor=reader, role=role_called("reader"), scope="/SSD/SS01")

    rows = rows_in(reader_of(reader).get("/tracking/map/?level=1"))

    assert "Jonglei (only the part that you may see) 1,000 200 2 1 1 0" in rows
    assert "Central Equatoria 4,000 800 1 1 0 0" in rows


def test_who_may_read_counts_but_not_the_register_sees_no_sites(tracked):
    access.define_role(by=tracked.system, name="counts_only", verbs=["tracking.see"])
    reader = add(tracked.system, "reader", "counts_only", "/SSD")

    assert "Gumbo" not in text_of(reader_of(reader).get(f"{ROUND}locations/"))
    assert features(reader, "/tracking/sites.geojson?bbox=20,0,40,20") == {}


class TestWhatTheMapFetches:
    def test_areas_carry_people_locations_and_the_way_to_them(self, tracked):
        found = features(tracked.officer, "/tracking/areas.geojson?round=SSD-MT-R1")

        assert set(found) == {"Central Equatoria", "Jonglei", "Juba", "Bor South", "Akobo"}
        assert found["Jonglei"] | {"lon": 0, "lat": 0} == {
            "pcode": "SS03",
            "name": "Jonglei",
            "level": 1,
            "lon": 0,
            "lat": 0,
            "individuals": 1000,
            "locations": 3,
            "url": "/tracking/map/?round=SSD-MT-R1&area=SS03",
        }
        assert found["Akobo"]["individuals"] is None

    def test_areas_start_at_the_level_that_is_asked_for(self, tracked):
        assert set(features(tracked.officer, "/tracking/areas.geojson?level=2")) == {"Juba", "Bor South", "Akobo"}

    def test_areas_that_did_not_change_are_not_sent_again(self, tracked):
        client = reader_of(tracked.officer)
        tag = client.get("/tracking/areas.geojson")["ETag"]

        again = client.get("/tracking/areas.geojson", headers={"If-None-Match": tag})
        tracking.record_totals(by=tracked.system, totals=[Reported(tracked.round, tracked.area["SS01"], 1)])
        anew = client.get("/tracking/areas.geojson", headers={"If-None-Match": tag})

        assert again.status_code == 304
        assert anew.status_code == 200

    def test_a_right_that_was_withdrawn_is_noticed_though_nothing_else_changed(self, tracked):
        client = reader_of(tracked.clerk)
        tag = client.get("/tracking/areas.geojson")["ETag"]
        access.withdraw(
            by=tracked.system, actor=tracked.clerk, role=role_called("information_officer"), scope="/SSD/SS03"
        )

        answer = client.get("/tracking/areas.geojson", headers={"If-None-Match": tag})

        assert answer.status_code == 404

    def test_sites_are_those_in_the_window(self, tracked):
        assert set(features(tracked.officer, "/tracking/sites.geojson?bbox=31,6,32,7")) == {"Bor Stadium", "Malou"}

    def test_a_site_without_a_number_has_none_and_not_zero(self, tracked):
        found = features(tracked.officer, "/tracking/sites.geojson?bbox=32,7,34,8")

        assert found["Akobo Town"]["individuals"] is None
        assert found["Akobo Town"]["url"] == f"/places/sites/{tracked.sites['ssid_4'].code}/"

    def test_at_most_500_sites_come_at_once_those_with_the_most_people_first(self, tracked):
        more = [new_site(f"Site {n:03}", tracked.area["SS0302"], f"more_{n}", 6.2, 31.5) for n in range(501)]
        made = places.register_sites(by=tracked.system, sites=more)
        record(tracked, *(counted(tracked.round, site, 10) for site in made))

        answer = json.loads(reader_of(tracked.officer).get("/tracking/sites.geojson?bbox=20,0,40,20").content)

        assert len(answer["features"]) == 500
        assert answer["capped"] is True
        assert answer["features"][0]["properties"]["name"] == "Gumbo"

    @pytest.mark.parametrize(
        "bbox",
        ["", "1,2,3", "a,b,c,d", "33,6,31,7", "31,7,32,6", "nan,6,32,7", "31,-91,32,7", "31,6,32,1e999", "1,2,3,4,5"],
    )
    def test_a_window_that_is_none_is_told_as_a_problem(self, tracked, bbox):
        answer = reader_of(tracked.officer).get(
            "/tracking/sites.geojson", {"bbox": bbox}, headers={"Accept": "application/json"}
        )

        assert answer.status_code == 422
        assert json.loads(answer.content)["code"] == "places.not_a_window"

    @pytest.mark.parametrize("address", ["/tracking/map/", "/tracking/areas.geojson"])
    def test_a_round_that_is_not_there_is_told_as_a_problem(self, tracked, address):
        answer = reader_of(tracked.officer).get(f"{address}?round=SSD-MT-R99", headers={"Accept": "application/json"})

        assert answer.status_code == 404
        assert json.loads(answer.content)["code"] == "tracking.unknown_round"

    def test_nothing_is_given_to_who_is_not_signed_in(self, tracked):
        for address in ("/tracking/areas.geojson", "/tracking/sites.geojson?bbox=20,0,40,20", "/places/areas.geojson"):
            answer = Client().get(address)
            assert answer.status_code == 401, address

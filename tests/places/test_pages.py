"""The pages and the endpoint of places: the register, a site, outlines."""

from __future__ import annotations

import json
import re
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.formats import date_format

from tests.conftest import add, new_site
from waystation.access.models import Actor
from waystation.places import actions as places
from waystation.places.actions import NewBoundary
from waystation.places.models import Area


def reader_of(actor: Actor) -> Client:
    """A browser in which somebody is signed in."""
    client = Client(HTTP_ACCEPT="text/html", HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(actor)
    return client


def text_of(answer: Any) -> str:
    """What a page says, without its tags, blanks folded."""
    body = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", body)


def square(west: float, south: float, side: float) -> dict[str, Any]:
    """The outline of a square."""
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def draw_boundaries(by: Actor, area: dict[str, Area]) -> None:
    """Squares as boundaries of the country's states and counties."""
    drawn = {
        "SS01": square(31, 4, 1),
        "SS0101": square(31.2, 4.2, 0.7),
        "SS03": square(31, 6, 2.5),
        "SS0302": square(31, 6, 1),
        "SS0303": square(32.5, 7, 1),
    }
    boundaries = [NewBoundary(pcode, area[pcode].name, outline, area[pcode]) for pcode, outline in drawn.items()]
    places.load_boundaries(by=by, boundaries=boundaries, release="Squares")


@pytest.fixture
def drawn(country: SimpleNamespace) -> SimpleNamespace:
    """The country with boundaries."""
    draw_boundaries(country.system, country.area)
    return country


def test_the_register_lists_the_sites_that_its_reader_may_see(country):
    said = text_of(reader_of(country.clerk).get("/places/sites/"))

    assert "3 sites" in said
    assert "Bor Stadium Bor South, Jonglei" in said
    assert "Gumbo" not in said
    assert "Equatoria" not in said


def test_a_passer_by_is_asked_to_sign_in_and_then_comes_back(country):
    answer = Client(HTTP_ACCEPT="text/html").get("/places/sites/?q=Bor")

    assert answer.status_code == 302
    assert "login" in answer["Location"]
    assert "next=/places/sites/" in answer["Location"]


def test_a_site_is_found_by_a_part_of_any_of_its_names_and_by_anybodys_code(country):
    places.register_sites(
        by=country.system,
        sites=[
            places.NewSite("Pibor", country.area["SS0303"], "site", "reported", date(2026, 1, 1), names=("بيبور",)),
        ],
    )
    own = country.sites["ssid_4"].code
    client = reader_of(country.officer)

    for words, name in (
        ("stad", "Bor Stadium"),
        ("بيب", "Pibor"),
        ("ssid_3", "Malou"),
        (own, "Akobo Town"),
        (own.replace("-", "").lower(), "Akobo Town"),
    ):
        said = text_of(client.get("/places/sites/", {"q": words}))
        assert "1 site " in said, words
        assert name in said, words


def test_the_register_is_narrowed_by_area_kind_and_state(country):
    places.set_status(by=country.officer, site=country.sites["ssid_3"], status="closed", since=date(2026, 2, 1))
    client = reader_of(country.officer)

    assert "3 sites" in text_of(client.get("/places/sites/?area=SS03"))
    assert "2 sites" in text_of(client.get("/places/sites/?area=SS0302"))
    assert "1 site " in text_of(client.get("/places/sites/?area=SS0302&status=closed"))
    assert "No site fits" in text_of(client.get("/places/sites/?kind=transit_point"))


def test_only_areas_with_sites_that_the_reader_may_see_are_offered(country):
    def offered(actor: Actor, address: str) -> list[str]:
        select = re.search(r'<select id="area".*?</select>', reader_of(actor).get(address).content.decode(), re.DOTALL)
        return re.findall(r'value="(\w+)"', select.group() if select else "")

    assert offered(country.officer, "/places/sites/") == ["SS01", "SS03"]
    assert offered(country.officer, "/places/sites/?area=SS03") == ["SSD", "SS03", "SS0303", "SS0302"]
    assert offered(country.clerk, "/places/sites/") == ["SS0303", "SS0302"]


def test_an_area_beyond_ones_rights_is_answered_like_one_that_is_not_there(country):
    client = reader_of(country.clerk)

    hidden, absent = client.get("/places/sites/?area=SS01"), client.get("/places/sites/?area=XX99")

    assert hidden.status_code == absent.status_code == 404
    assert text_of(hidden).replace("SS01", "") == text_of(absent).replace("XX99", "")


def test_an_empty_register_says_how_to_fill_it(country):
    stranger = add(country.system, "stranger", "reader", "/TCD")

    said = text_of(reader_of(stranger).get("/places/sites/"))

    assert "No sites yet, or none that you may see" in said
    assert "waystation load" in said


def test_the_register_is_read_page_by_page_with_the_same_questions_however_many_sites(country):
    client = reader_of(country.officer)
    client.get("/places/sites/")
    with CaptureQueriesContext(connection) as few:
        client.get("/places/sites/")
    more = [new_site(f"Site {n:03}", country.area["SS0302"], f"more_{n}", 6.2, 31.5) for n in range(60)]
    places.register_sites(by=country.system, sites=more)

    with CaptureQueriesContext(connection) as many:
        first = client.get("/places/sites/")
    second = client.get("/places/sites/?page=2")

    assert len(many) == len(few)
    assert text_of(first).count("Site 0") == 46
    assert "51 to 64 of 64" in text_of(second)


def test_a_site_shows_its_names_codes_place_and_life(drawn):
    site = drawn.sites["ssid_2"]
    places.set_status(by=drawn.officer, site=site, status="closing", since=date(2026, 3, 1), reason="Flooded")

    answer = reader_of(drawn.officer).get(f"/places/sites/{site.code}/")
    said = text_of(answer)

    assert site.code in said
    assert "SSID ssid_2" in said
    assert "South Sudan Jonglei Bor South" in said
    assert "Type not known" in said
    assert f"{date_format(date(2026, 3, 1))} Closing Flooded Officer" in said
    assert said.index(date_format(date(2026, 3, 1))) < said.index(date_format(date(2026, 1, 1)))
    assert "6.20000" in said
    assert "Do not pass this point on" in said
    assert 'aria-label="Bor Stadium in Bor South"' in answer.content.decode()


def test_without_boundaries_a_site_still_has_its_page(country):
    said = text_of(reader_of(country.officer).get(f"/places/sites/{country.sites['ssid_2'].code}/"))

    assert "6.20000" in said


def test_a_site_beyond_ones_rights_is_answered_like_one_that_is_not_there(country):
    client, code = reader_of(country.clerk), country.sites["ssid_1"].code

    hidden, absent = client.get(f"/places/sites/{code}/"), client.get("/places/sites/S-0000000/")

    assert hidden.status_code == absent.status_code == 404
    assert "places.no_such_site" in text_of(hidden)
    assert text_of(hidden).replace(code, "") == text_of(absent).replace("S-0000000", "")


def test_the_areas_around_a_site_lead_only_where_the_reader_may_go(country):
    page = reader_of(country.clerk).get(f"/places/sites/{country.sites['ssid_2'].code}/").content.decode()

    assert '<a href="/places/sites/?area=SS03">Jonglei</a>' in page
    assert "area=SSD" not in page


def test_the_code_of_another_system_leads_to_the_site(country):
    answer = reader_of(country.officer).get("/places/sites/ssid_2/")

    assert answer["Location"] == f"/places/sites/{country.sites['ssid_2'].code}/"


def test_a_name_is_shown_as_written_and_never_run(country):
    places.register_sites(
        by=country.system,
        sites=[new_site("<script>alert(1)</script>", country.area["SS0302"], "ssid_x", 6.2, 31.5)],
    )

    page = reader_of(country.officer).get("/places/sites/?q=alert").content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_outlines_are_given_out_as_geojson_as_far_as_the_reader_may_see(drawn):
    def codes(actor: Actor, level: int) -> list[str]:
        answer = reader_of(actor).get(f"/places/areas.geojson?level={level}&scope=/SSD")
        return [feature["properties"]["pcode"] for feature in json.loads(answer.content)["features"]]

    assert codes(drawn.officer, 1) == ["SS01", "SS03"]
    assert codes(drawn.officer, 2) == ["SS0101", "SS0302", "SS0303"]
    assert codes(drawn.clerk, 1) == ["SS03"]
    assert codes(drawn.clerk, 0) == []


def test_outlines_that_did_not_change_are_not_sent_again(drawn):
    client = reader_of(drawn.officer)
    first = client.get("/places/areas.geojson?level=1")

    again = client.get("/places/areas.geojson?level=1", headers={"If-None-Match": first["ETag"]})
    draw_boundaries(drawn.system, drawn.area)
    anew = client.get("/places/areas.geojson?level=1", headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert anew.status_code == 200


def test_an_outline_kept_by_somebody_elses_browser_is_not_theirs_to_reuse(drawn):
    tag = reader_of(drawn.officer).get("/places/areas.geojson?level=1")["ETag"]

    answer = reader_of(drawn.clerk).get("/places/areas.geojson?level=1", headers={"If-None-Match": tag})

    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("words", ["level=wide", "level=-1", "level=1&scope=SSD", "level=1&scope=/SSD;"])
def test_nonsense_in_the_question_is_told_as_a_problem(country, words):
    answer = reader_of(country.officer).get(f"/places/areas.geojson?{words}", headers={"Accept": "application/json"})

    assert answer.status_code == 422
    assert {"code", "message", "remedy"} <= json.loads(answer.content).keys()

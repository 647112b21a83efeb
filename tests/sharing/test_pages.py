"""Publications: the list, one publication with its numbers, preparing, approving, refusing, withdrawing."""

from __future__ import annotations

import csv
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import add, filled
from tests.pages import browser_of, links_of, words_of
from waystation.access import actions as access
from waystation.access.queries import role_called
from waystation.collect import actions as collect
from waystation.front.worker import work_once
from waystation.sharing import actions
from waystation.sharing.models import Publication

BY_AREA = "tracking.people_by_area"
BY_LOCATION = "tracking.people_by_location"


@pytest.fixture
def counted(country: SimpleNamespace) -> SimpleNamespace:
    """Three locations of Jonglei: 1,400 people, 3 people, and one that nobody could assess."""
    for n, (site, people, more) in enumerate(
        (("ssid_2", 1400, {}), ("ssid_3", 3, {"idp_households": 1}), ("ssid_4", None, {"outcome": "not_accessible"}))
    ):
        collect.receive(collect.Sent(country.phone, filled(site, people, n=n, **more)))
    work_once()
    return country


def prepared(country: SimpleNamespace, figure: str = BY_AREA, audience: str = "public", **words: str) -> Publication:
    return actions.prepare(by=country.officer, figure=figure, scope="/SSD/SS03", audience=audience, words=words)


def published(country: SimpleNamespace, figure: str = BY_AREA, audience: str = "public", **words: str) -> Publication:
    return actions.approve(by=country.approver, publication=prepared(country, figure, audience, **words))


def page(publication: Publication, ending: str = "") -> str:
    return f"/publications/{publication.pk}/{ending}"


# The list


def test_a_passer_by_sees_what_is_public_and_nothing_else(counted):
    public = published(counted)
    inside, waiting = published(counted, audience="internal"), prepared(counted)

    answer = browser_of().get("/publications/")

    assert page(public) in links_of(answer)
    assert page(inside) not in links_of(answer)
    assert page(waiting) not in links_of(answer)
    assert "Prepare a figure" not in words_of(answer)
    assert [browser_of().get(page(one)).status_code for one in (public, inside, waiting)] == [200, 404, 404]


def test_the_empty_list_says_what_to_do_to_who_can_do_it(country):
    assert "Figures stand here once they are approved." in words_of(browser_of().get("/publications/"))
    answer = browser_of(country.officer).get("/publications/")
    assert "Nothing is published yet Prepare a figure; once a colleague has approved it" in words_of(answer)


def test_an_approver_finds_what_waits_for_them_first(counted):
    waiting = prepared(counted)

    approver, officer = (browser_of(one).get("/publications/") for one in (counted.approver, counted.officer))

    assert "Waiting for you Figure" in words_of(approver)
    assert "Waiting for you" not in words_of(officer)
    assert page(waiting) in links_of(officer)


def test_the_list_costs_the_same_however_long_it_is(counted):
    browser = browser_of(counted.approver)
    published(counted)
    with CaptureQueriesContext(connection) as short:
        browser.get("/publications/")
    for _time in range(5):
        published(counted)

    with CaptureQueriesContext(connection) as long:
        browser.get("/publications/")

    assert len(long) == len(short)
    assert not any('"sharing_publication"."rows"' in one["sql"] for one in long)


# One publication


def test_a_publication_says_what_it_is_whose_round_and_how_much_was_assessed(counted):
    shown = words_of(browser_of().get(page(published(counted))))

    assert "Displaced people by area Mobility tracking, round 1, level 2 published public" in shown
    assert "2 of 3 locations (66.7 %) were assessed in this round." in shown
    assert "Not assessed is not zero" in shown
    assert "1 Mar 2026" in shown
    assert "How people were counted Counted one by one" in shown


def test_hidden_cells_are_shown_as_such_counted_and_explained(counted):
    answer = browser_of().get(page(published(counted, BY_LOCATION)))
    shown = words_of(answer)

    hidden = re.search(r"(\d+) cells are hidden and shown as \[c\]\.", shown)
    assert hidden
    assert answer.content.decode().count(">[c]</td>") >= int(hidden[1])
    assert "Hidden is neither zero nor unknown." in shown
    assert ">3</td>" not in answer.content.decode()


def test_internal_figures_hide_nothing_and_do_not_speak_of_it(counted):
    shown = words_of(browser_of(counted.officer).get(page(published(counted, BY_LOCATION, "internal"))))

    assert "1,400" in shown
    assert "[c]" not in shown
    assert "What is hidden" not in shown


def test_what_nobody_assessed_is_never_shown_as_zero(counted):
    answer = browser_of(counted.officer).get(page(published(counted, BY_LOCATION, "internal")))

    table = answer.content.decode().rpartition("<tbody>")[2]
    row = next(line for line in table.splitlines() if "Akobo Town" in line)
    assert row.count("not assessed") >= 2
    assert ">0<" not in row


def test_codes_are_told_in_words(counted):
    shown = words_of(browser_of(counted.officer).get(page(published(counted, BY_LOCATION, "internal"))))

    assert "Not accessible" in shown
    assert "not_accessible" not in shown
    assert "Displacement site" in shown


def test_the_chart_names_states_where_the_figure_is_by_state(counted):
    by_state = browser_of().get(page(published(counted, level="1"))).content.decode()
    by_county = browser_of().get(page(published(counted, level="2"))).content.decode()

    assert '<th scope="row">Jonglei</th>' in by_state
    assert '<th scope="row">Bor South<span class="bar-note">Jonglei</span></th>' in by_county


def test_columns_that_hold_nothing_are_left_out(counted):
    assert "SS0302" not in words_of(browser_of().get(page(published(counted, level="1"))))
    by_state, by_county = (browser_of().get(page(published(counted, level=one))).content.decode() for one in "12")

    assert by_county.count('<th scope="col"') == by_state.count('<th scope="col"') + 2


def test_every_format_is_offered_and_is_this_very_publication(counted):
    first = published(counted)
    collect.receive(collect.Sent(counted.phone, filled("ssid_4", 900, n=9, day="2026-03-05")))
    second = published(counted)

    files = [
        link for link in links_of(browser_of().get(page(first))) if f"/{BY_AREA}." in link and "figures" not in link
    ]

    assert [file.rpartition(".")[2] for file in files] == ["csv", "geojson", "json", "xlsx"]
    answers = [browser_of().get(file) for file in files]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert answers[0]["Content-Disposition"] == f'attachment; filename="{BY_AREA}-{first.pk}.csv"'
    rows = list(csv.DictReader(b"".join(answers[0].streaming_content).decode().splitlines()))
    assert rows[1]["adm2_name"] == "Bor South"
    assert "A newer one was published since." in words_of(browser_of().get(page(first)))
    assert "A newer one" not in words_of(browser_of().get(page(second)))
    assert [browser_of().get(page(first, f"{name}.csv")).status_code for name in (BY_LOCATION, "x")] == [404, 404]


def test_long_tables_show_their_first_rows_and_say_so(counted, monkeypatch):
    monkeypatch.setattr("waystation.sharing.views.MOST_ROWS", 2)
    monkeypatch.setattr("waystation.sharing.views.MOST_BARS", 2)

    shown = words_of(browser_of(counted.officer).get(page(published(counted, BY_LOCATION, "internal"))))

    assert "The first 2 of 3 rows are shown. All of them are in the downloads." in shown
    assert "The 2 largest; all are in the table." in shown


def test_a_publication_leads_back_to_its_round_for_who_is_signed_in(counted):
    one = published(counted)

    assert "/tracking/rounds/SSD-MT-R1/" in links_of(browser_of(counted.officer).get(page(one)))
    assert "/tracking/rounds/SSD-MT-R1/" not in links_of(browser_of().get(page(one)))


def test_a_publication_names_who_prepared_and_who_approved_it_and_its_checksum(counted):
    one = published(counted)
    shown = words_of(browser_of().get(page(one)))

    assert re.search(r"Prepared .{5,40}, Officer", shown)
    assert re.search(r"Approved .{5,40}, Approver", shown)
    assert one.checksum in shown


def test_a_publication_of_a_figure_that_is_no_more_still_has_its_page(counted, monkeypatch):
    one = published(counted)
    monkeypatch.setattr("waystation.sharing.views.figures", dict)
    monkeypatch.setattr("waystation.sharing.forms.figures", dict)

    shown = words_of(browser_of().get(page(one)))

    assert BY_AREA in shown
    assert "Bor South" in shown


# Deciding


def test_a_colleague_approves_and_it_goes_out(counted):
    one = prepared(counted)
    browser = browser_of(counted.approver)

    assert "Approve and publish" in words_of(browser.get(page(one)))
    answer = browser.post(page(one, "approve/"))

    assert (answer.status_code, answer["Location"]) == (302, page(one))
    assert browser_of().get(page(one)).status_code == 200


def test_who_prepared_it_is_told_kindly_that_a_colleague_must_look(counted):
    both = add(counted.system, "both", "information_officer", "/SSD")
    access.grant(by=counted.system, actor=both, role=role_called("approver"), scope="/SSD")
    one = actions.prepare(by=both, figure=BY_AREA, scope="/SSD/SS03", audience="public")
    browser = browser_of(both)

    shown = browser.get(page(one))
    refused = browser.post(page(one, "approve/"))

    assert "You prepared it, so a colleague who may approve for /SSD/SS03 has to look at it." in words_of(shown)
    assert "Approve and publish" not in words_of(shown)
    assert refused.status_code == 403
    assert "Who prepares a publication cannot approve it too." in words_of(refused)
    one.refresh_from_db()
    assert one.state == "waiting"


def test_a_refusal_takes_a_reason_which_stays_with_the_publication(counted):
    one = prepared(counted)
    browser = browser_of(counted.approver)

    without = browser.post(page(one, "refuse/"), {"note": " "}, follow=True)
    browser.post(page(one, "refuse/"), {"note": "Akobo is missing."})

    assert "Say why" in words_of(without)
    shown = words_of(browser_of(counted.officer).get(page(one)))
    assert re.search(r"Refused by Approver, .{5,40}: Akobo is missing\.", shown)


def test_what_is_withdrawn_is_given_out_no_more_and_says_why(counted):
    one = published(counted)
    browser = browser_of(counted.approver)
    assert "Withdraw" in words_of(browser.get(page(one)))

    browser.post(page(one, "withdraw/"), {"note": "Counted twice."})

    assert browser_of().get(page(one)).status_code == 404
    shown = browser.get(page(one))
    assert "Counted twice." in words_of(shown)
    assert not any(link.endswith(".csv") for link in links_of(shown))
    assert browser.get(page(one, f"{BY_AREA}.csv")).status_code == 404


def test_a_decision_twice_is_refused_on_the_page(counted):
    one = published(counted)

    answer = browser_of(counted.approver).post(page(one, "approve/"))

    assert answer.status_code == 409
    assert f"Publication {one.pk} is already decided." in words_of(answer)


@pytest.mark.parametrize("verb", ["approve/", "refuse/", "withdraw/"])
def test_nobody_decides_without_the_right_the_post_and_the_page(counted, verb):
    one = prepared(counted) if verb != "withdraw/" else published(counted)

    assert browser_of().post(page(one, verb), {"note": "x"})["Location"].startswith("/accounts/login/")
    assert browser_of(counted.officer).post(page(one, verb), {"note": "x"}).status_code == 403
    assert browser_of(counted.approver).get(page(one, verb)).status_code == 405
    guarded = browser_of(counted.approver, enforce_csrf_checks=True)
    assert guarded.post(page(one, verb), {"note": "x"}).status_code == 403


# Preparing


def ask(country: SimpleNamespace, figure: str = BY_AREA, **words: str) -> Any:
    given = {"scope": "/SSD", "audience": "internal", **words}
    return browser_of(country.officer).post(f"/publications/prepare/?figure={figure}", given)


def test_every_figure_is_offered(country):
    answer = browser_of(country.officer).get("/publications/prepare/")

    assert {f"?figure={BY_AREA}", f"?figure={BY_LOCATION}"} <= set(links_of(answer))


def test_a_figure_is_asked_with_its_own_words_and_waits_for_approval(counted):
    form = browser_of(counted.officer).get(f"/publications/prepare/?figure={BY_AREA}&round=1&scope=/SSD/SS03")
    answer = ask(counted, round="1", level="1", audience="public")
    one = Publication.objects.get()

    assert 'name="round" value="1"' in form.content.decode()
    assert 'value="/SSD/SS03"' in form.content.decode()
    assert "Level of areas: 0, 1 or 2" in words_of(form)
    assert (answer.status_code, answer["Location"]) == (302, page(one))
    assert (one.state, one.scope, one.audience, one.words["level"]) == ("waiting", "/SSD", "public", "1")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"scope": "Jonglei"}, "Jonglei is not the path of a place."),
        ({"round": "77"}, "SSD-MT has no round 77."),
        ({"operation": "XXX"}, "There is no operation called XXX."),
        ({"round": "one"}, "Enter a whole number."),
        ({"audience": "everybody"}, "Select a valid choice."),
        ({"scope": "/UGA"}, "Officer may not"),
    ],
    ids=["path", "round", "operation", "number", "audience", "elsewhere"],
)
def test_what_cannot_be_prepared_is_told_on_the_form_which_keeps_what_was_typed(counted, words, told):
    answer = ask(counted, **words)

    assert answer.status_code == 200
    assert told in words_of(answer)
    assert all(f'value="{word}"' in answer.content.decode() for name, word in words.items() if name != "audience")
    assert not Publication.objects.exists()


def test_preparing_takes_a_right_and_a_figure_that_exists(country):
    assert browser_of(country.approver).get("/publications/prepare/").status_code == 403
    assert browser_of(country.officer).get("/publications/prepare/?figure=tracking.nothing").status_code == 404
    assert browser_of().get("/publications/prepare/").status_code == 302

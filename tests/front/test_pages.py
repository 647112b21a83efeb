"""The first page: what waits for the one who looks."""

from __future__ import annotations

import re
from types import SimpleNamespace

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import add, filled
from tests.pages import browser_of, links_of, words_of
from waystation.collect import actions as collect
from waystation.front.worker import work_once
from waystation.sharing import actions as sharing


def send(country: SimpleNamespace, *codes: str) -> None:
    for n, code in enumerate(codes):
        collect.receive(collect.Sent(country.phone, filled(code, 400, n=n)))


def test_a_passer_by_is_led_to_the_sign_in():
    answer = browser_of().get("/")

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/")


def test_an_officer_sees_how_many_submissions_need_a_decision_and_how_many_are_being_filed(country):
    send(country, "S-NOWHERE", "S-NOBODY")
    work_once()
    collect.receive(collect.Sent(country.phone, filled("ssid_2", 40, n=9)))

    answer = browser_of(country.officer).get("/")

    assert "2 submissions could not be filed and need a decision" in words_of(answer)
    assert "One submission is just being filed" in words_of(answer)
    assert {"/collect/tray/", "/collect/submissions/?state=waiting"} <= set(links_of(answer))


def test_who_cannot_decide_is_not_bothered_with_the_tray(country):
    send(country, "S-NOWHERE")
    work_once()

    assert "need a decision" not in words_of(browser_of(country.approver).get("/"))
    assert "need" not in words_of(browser_of(add(country.system, "juba", "information_officer", "/SSD/SS01")).get("/"))


def test_an_approver_sees_what_others_prepared_and_not_what_they_prepared_themselves(country):
    send(country, "ssid_2")
    work_once()
    sharing.prepare(by=country.officer, figure="tracking.people_by_area", scope="/SSD", audience="public")

    assert "One figure waits for your approval" in words_of(browser_of(country.approver).get("/"))
    assert "waits for your approval" not in words_of(browser_of(country.officer).get("/"))


def test_a_reader_sees_the_latest_figures_and_rounds(country):
    send(country, "ssid_2")
    work_once()
    one = sharing.prepare(by=country.officer, figure="tracking.people_by_area", scope="/SSD", audience="public")
    sharing.approve(by=country.approver, publication=one)

    answer = browser_of(add(country.system, "reader", "reader", "/SSD")).get("/")

    assert "Nothing at the moment." in words_of(answer)
    assert "Mobility tracking, round 1" in words_of(answer)
    assert "400 displaced people" in words_of(answer)
    assert f"/publications/{one.pk}/" in links_of(answer)
    assert "Load a sheet" not in words_of(answer)


def test_a_round_that_nobody_counted_in_yet_is_not_a_round_without_people(country):
    shown = words_of(browser_of(country.officer).get("/"))

    assert "No count yet, which is not zero" in shown
    assert "displaced people" not in shown


def test_who_sees_nothing_yet_is_told_what_to_do_next(country):
    begins = words_of(browser_of(country.system).get("/"))
    nobody = words_of(browser_of(add(country.system, "new", "reader", "/UGA")).get("/"))

    assert "Latest rounds Mobility tracking" in begins
    assert "Ask whoever answers for an operation for a role over its area." in nobody
    assert "Figures stand here once they are prepared" in nobody


def test_the_first_page_costs_the_same_however_much_there_is(country):
    browser = browser_of(country.officer)
    send(country, "S-NOWHERE")
    work_once()
    with CaptureQueriesContext(connection) as little:
        browser.get("/")
    send(country, *(f"S-{n}" for n in range(20)), "ssid_2", "ssid_3")
    work_once()
    one = sharing.prepare(by=country.officer, figure="tracking.people_by_area", scope="/SSD", audience="public")
    sharing.approve(by=country.approver, publication=one)

    with CaptureQueriesContext(connection) as much:
        browser.get("/")

    assert len(much) == len(little)


def test_an_address_that_leads_nowhere_is_a_page_with_a_way_on(country):
    answer = browser_of(country.officer).get("/no/such/page/")

    assert answer.status_code == 404
    assert "This did not work There is nothing at this address, or nothing that you may see." in words_of(answer)


def test_no_page_carries_a_style_or_a_script_of_its_own(country):
    send(country, "S-NOWHERE")
    work_once()
    for address in (
        "/",
        "/collect/tray/",
        "/collect/submissions/1/",
        "/collect/forms/",
        "/collect/load/",
        "/publications/",
    ):
        body = browser_of(country.officer).get(address).content.decode()
        assert " style=" not in body
        assert not re.search(r"<script(?![^>]* src=)", body)
        assert not re.search(r"\son\w+=", body)

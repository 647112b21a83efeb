"""Filling in forms on our pages: what the server gives the browser, and what it takes from it."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.conftest import filled
from tests.pages import browser_of, links_of, words_of
from waystation.collect.models import Submission
from waystation.collect.views.fill import LARGEST_FORM
from waystation.collect.views.words import ENGINE, PLAINER, WORDS

JSON = {"accept": "application/json"}


@pytest.fixture
def clerk(country: SimpleNamespace) -> Client:
    """The browser of somebody who may send from Jonglei."""
    return browser_of(country.clerk)


def send(browser: Client, xml: bytes, *, by: str = "clerk", **files: bytes) -> Any:
    """A filled form as the page sends it."""
    parts: dict[str, Any] = {name: SimpleUploadedFile(name, content) for name, content in files.items()}
    form = SimpleUploadedFile("form.xml", xml, "text/xml")
    return browser.post("/collect/fill/send", {"by": by, "xml_submission_file": form, **parts}, headers=JSON)


# The pages


def test_the_list_leads_to_each_form_that_the_reader_may_fill_in(clerk):
    answer = clerk.get("/collect/fill/")

    assert "Site" in words_of(answer)
    assert "/collect/fill/places.site/" in links_of(answer)
    assert "/collect/fill/tracking.location_count/" in links_of(answer)


def test_the_list_names_what_must_be_kept_with_each_form(clerk):
    page = clerk.get("/collect/fill/").content.decode()

    kept = re.findall(r'data-with="([^"]+)"', page)

    assert len(kept) >= 2
    assert all(clerk.get(address).status_code == 200 for line in kept for address in line.split())


def test_a_form_is_given_as_phones_fetch_it(clerk):
    answer = clerk.get("/collect/fill/places.site/form.xml")

    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    assert b"P-code of the area" in answer.content


def test_who_may_not_send_is_told_so(country):
    for address in ("/collect/fill/", "/collect/fill/places.site/"):
        assert browser_of(country.approver).get(address).status_code == 403


def test_a_form_that_is_not_there_is_told_and_a_file_that_is_not(clerk):
    assert clerk.get("/collect/fill/no.such.form/").status_code == 404
    assert clerk.get("/collect/fill/places.site/files/no.png", headers=JSON).status_code == 404


def test_a_passer_by_is_asked_to_sign_in():
    assert browser_of().get("/collect/fill/")["Location"] == "/accounts/login/?next=/collect/fill/"


def test_only_the_page_of_a_form_widens_the_policy_and_by_a_fresh_nonce(clerk):
    policies = [clerk.get("/collect/fill/places.site/")["Content-Security-Policy"] for _ in range(2)]

    assert all("script-src 'self' 'wasm-unsafe-eval';" in policy for policy in policies)
    assert all("default-src 'self';" in policy and "'unsafe-eval'" not in policy for policy in policies)
    assert policies[0] != policies[1]
    assert "nonce" not in clerk.get("/collect/fill/")["Content-Security-Policy"]


def test_pages_say_whose_they_are_and_are_kept_by_no_other_cache(clerk):
    for address in ("/collect/fill/", "/collect/fill/places.site/"):
        answer = clerk.get(address)

        assert answer["Waystation-Owner"] == "clerk"
        assert "no-store" in answer["Cache-Control"]


def test_the_words_of_the_scripts_stand_on_the_page(clerk):
    page = clerk.get("/collect/fill/places.site/")

    words = json.loads(re.search(r'data-words="([^"]+)"', page.content.decode())[1].replace("&quot;", '"'))

    assert words.keys() >= WORDS.keys() | set(ENGINE) | PLAINER.keys()
    assert words["Condition not satisfied: required"] == "This question must be answered."


def test_the_pages_can_be_installed_as_an_application(client):
    answer = client.get("/collect/fill/app.webmanifest")

    manifest = json.loads(answer.content)
    assert answer["Content-Type"] == "application/manifest+json"
    assert manifest["start_url"] == manifest["scope"] == "/collect/fill/"
    assert manifest["display"] == "standalone"
    assert manifest["icons"]


# Sending


def test_a_filled_form_is_kept_with_its_files_as_one_from_a_phone(clerk, country):
    answer = send(clerk, filled("ssid_2", 40), **{"photo.jpg": b"picture"})

    kept = Submission.objects.get()
    assert (answer.status_code, answer.json()) == (201, {"instance": "uuid:00000001"})
    assert (bytes(kept.body), kept.actor, kept.scope) == (filled("ssid_2", 40), country.clerk, "/SSD/SS03")
    assert list(kept.attachments.values_list("name", "size")) == [("photo.jpg", 7)]


def test_sending_the_same_twice_keeps_it_once(clerk):
    for _time in range(2):
        assert send(clerk, filled("ssid_2", 40)).status_code == 201

    assert Submission.objects.count() == 1


def test_other_answers_under_a_known_id_are_kept_beside_and_told(clerk):
    send(clerk, filled("ssid_2", 40))

    answer = send(clerk, filled("ssid_2", 41))

    assert (answer.status_code, answer.json()["code"]) == (409, "collect.other_content")
    assert Submission.objects.count() == 2


def test_what_one_person_filled_in_is_not_sent_in_the_name_of_another(clerk):
    answer = send(clerk, filled("ssid_2", 40), by="officer")

    assert answer.json()["code"] == "access.not_signed_in"
    assert not Submission.objects.exists()


def test_nothing_is_taken_from_a_passer_by_or_one_without_the_right(country):
    passer_by, approver = send(browser_of(), filled("ssid_2", 40)), browser_of(country.approver)

    assert passer_by.json()["code"] == "access.not_signed_in"
    assert send(approver, filled("ssid_2", 40), by="approver").status_code == 403
    assert not Submission.objects.exists()


def test_nothing_is_taken_without_the_token_of_the_session(country):
    browser = browser_of(country.clerk, enforce_csrf_checks=True)

    assert send(browser, filled("ssid_2", 40)).status_code == 403
    token = browser.get("/collect/fill/session").json()["token"]
    form = SimpleUploadedFile("form.xml", filled("ssid_2", 40), "text/xml")
    words = {"by": "clerk", "xml_submission_file": form}
    answer = browser.post("/collect/fill/send", words, headers={**JSON, "X-CSRFToken": token})
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("xml", "status", "code"),
    [
        (b"<data", 422, "collect.not_xml"),
        (b"<data id='wells'><meta><instanceID>uuid:1</instanceID></meta></data>", 404, "collect.no_such_form"),
        (b"<data id='places.site'>" + b" " * LARGEST_FORM, 413, "collect.too_much_at_once"),
    ],
    ids=["no XML", "no such form", "too large"],
)
def test_what_cannot_be_taken_is_refused_with_a_remedy(clerk, xml, status, code):
    answer = send(clerk, xml)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["remedy"]


def test_a_request_without_a_form_is_refused(clerk):
    answer = clerk.post("/collect/fill/send", {"by": "clerk"}, headers=JSON)

    assert (answer.status_code, answer.json()["code"]) == (422, "collect.no_form_part")


def test_who_is_signed_in_is_told_to_the_script_and_never_kept(clerk):
    answer = clerk.get("/collect/fill/session", headers=JSON)

    assert answer.json() == {"username": "clerk", "token": answer.json()["token"], "send": "/collect/fill/send"}
    assert "no-store" in answer["Cache-Control"]
    assert browser_of().get("/collect/fill/session", headers=JSON).json()["code"] == "access.not_signed_in"


def test_the_service_worker_names_the_files_it_keeps_and_is_asked_for_anew(client):
    answer = client.get("/collect/fill/worker.js")

    files = json.loads(re.match(r"self\.FILES = (\[.*\]);\n", answer.content.decode())[1])
    assert {file.rpartition("/")[2] for file in files} >= {"fill.js", "fill.css", "outbox.js", "style.css", "page.js"}
    assert (answer["Cache-Control"], answer["Content-Type"]) == ("no-cache", "text/javascript; charset=utf-8")

"""From a phone to a published figure, forward only."""

from __future__ import annotations

import csv
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.conftest import filled
from waystation.access.models import Entry
from waystation.collect.models import Submission
from waystation.front.worker import work_once
from waystation.sharing import actions as sharing
from waystation.tracking.models import Assessment, Count

PHONE = {"X-OpenRosa-Version": "1.0"}


def send(client: Client, key: str, xml: bytes, **files: bytes) -> Any:
    """One submission, as ODK Collect posts it."""
    parts = {name: SimpleUploadedFile(name, content) for name, content in files.items()}
    parts["xml_submission_file"] = SimpleUploadedFile("form.xml", xml, content_type="text/xml")
    return client.post(f"/v1/key/{key}/projects/1/submission", parts, headers=PHONE)


def published(client: Client, country: Any) -> list[dict[str, str]]:
    """Publish the figure to the public, and read it back as a passer-by."""
    prepared = sharing.prepare(by=country.officer, figure="tracking.people_by_area", scope="/SSD", audience="public")
    sharing.approve(by=country.approver, publication=prepared)
    answer = client.get("/figures/tracking.people_by_area.csv")
    assert answer.status_code == 200
    rows = list(csv.DictReader(b"".join(answer.streaming_content).decode().splitlines()))
    assert rows[0]["individuals"] == "#affected+idps+ind"
    return rows[1:]


def test_a_count_travels_from_phone_to_csv(client, country):
    assert send(client, country.key, filled("ssid_2", 40, n=1)).status_code == 201
    assert send(client, country.key, filled("ssid_3", 45, n=2)).status_code == 201
    assert send(client, country.key, filled("ssid_4", 60, n=3)).status_code == 201
    assert work_once() == 3

    rows = published(client, country)

    assert [(row["adm2_code"], row["individuals"], row["assessed"]) for row in rows] == [
        ("SS0302", "85", "2"),
        ("SS0303", "60", "1"),
    ]
    verbs = list(Entry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs[-2:] == ["sharing.prepare", "sharing.approve"]
    assert Count.objects.get(individuals=45).assessment.source.instance == "uuid:00000002"


def test_sending_twice_is_no_harm(client, country):
    assert {send(client, country.key, filled("ssid_2", 40)).status_code for _time in range(2)} == {201}
    work_once()
    before = published(client, country)

    assert send(client, country.key, filled("ssid_2", 40)).status_code == 201
    work_once()

    assert Submission.objects.count() == Assessment.objects.count() == 1
    assert published(client, country) == before


def test_other_content_under_a_known_id_is_a_conflict_that_loses_neither(client, country):
    send(client, country.key, filled("ssid_2", 40))
    other = send(client, country.key, filled("ssid_2", 41))
    again = send(client, country.key, filled("ssid_2", 41))

    assert (other.status_code, again.status_code) == (409, 409)
    assert b"already received with other answers" in other.content
    kept = Submission.objects.order_by("pk")
    assert [(bytes(one.body), one.state) for one in kept] == [
        (filled("ssid_2", 40), "waiting"),
        (filled("ssid_2", 41), "rival"),
    ]


def test_what_does_not_fit_waits_in_the_tray_and_the_phone_is_not_troubled(client, country):
    assert send(client, country.key, filled("ssid_99", 40)).status_code == 201
    work_once()

    held = Submission.objects.get()
    assert held.state == "held"
    problem = held.problem["each"][0]
    assert (problem["code"], problem["place"]) == ("places.no_such_site", {"row": None, "column": "site"})


def test_a_held_submission_is_filed_after_its_answer_was_mended(client, country):
    from waystation.collect import actions as collect

    send(client, country.key, filled("ssid_99", 40))
    work_once()
    held = Submission.objects.get()
    collect.correct(by=country.clerk, submission=held, question="site", answer="ssid_2")
    collect.refile(by=country.clerk, submission=held)
    work_once()

    held.refresh_from_db()
    assert (held.state, held.problem) == ("filed", None)
    assert Count.objects.get().assessment.site == country.sites["ssid_2"]
    assert bytes(held.body) == filled("ssid_99", 40)


def test_every_fault_of_a_form_is_told_at_once(client, country):
    send(client, country.key, filled("ssid_99", -4, round_=9, day="soon", method="guess"))
    work_once()

    told = {one["place"]["column"]: one["code"] for one in Submission.objects.get().problem["each"]}
    assert told == {
        "round": "tracking.no_such_round",
        "site": "places.no_such_site",
        "day": "collect.not_a_date",
        "idp_individuals": "collect.negative_count",
        "idp_households": "collect.negative_count",
        "method": "collect.not_a_choice",
    }


def test_a_phone_cannot_record_where_it_has_no_right_nor_learn_what_is_there(client, country):
    send(client, country.key, filled("ssid_1", 40))
    work_once()

    held = Submission.objects.get()
    assert held.problem["each"][0]["code"] == "places.no_such_site"
    assert not Count.objects.exists()


def test_a_second_different_count_of_a_site_in_a_round_is_held(client, country):
    send(client, country.key, filled("ssid_2", 40, n=1))
    send(client, country.key, filled("ssid_2", 400, n=2))
    work_once()

    assert Submission.objects.get(instance="uuid:00000002").problem["code"] == "tracking.already_assessed"
    assert Count.objects.get().individuals == 40


def test_a_site_that_nobody_could_reach_is_not_a_site_without_people(client, country):
    send(client, country.key, filled("ssid_4", None, n=1, outcome="not_accessible", reason="road flooded", method=""))
    send(client, country.key, filled("ssid_2", 0, n=2))
    work_once()

    rows = {row["adm2_code"]: row for row in published(client, country)}

    assert (rows["SS0303"]["individuals"], rows["SS0303"]["not_assessed"]) == ("", "1")
    assert (rows["SS0302"]["individuals"], rows["SS0302"]["assessed"]) == ("0", "1")


def test_attachments_are_kept_by_their_hash_and_repeated_parts_are_not_doubled(client, country):
    xml = filled("ssid_2", 40)
    send(client, country.key, xml, **{"gate.jpg": b"one"})
    send(client, country.key, xml, **{"gate.jpg": b"one", "tap.jpg": b"two"})

    names = Submission.objects.get().attachments.order_by("name").values_list("name", "size")
    assert list(names) == [("gate.jpg", 3), ("tap.jpg", 3)]


@pytest.mark.parametrize("key", ["x" * 64, "short"])
def test_a_key_that_is_not_valid_is_refused_in_words_a_phone_shows(client, country, key):
    answer = send(client, key, filled("ssid_2", 40))

    assert answer.status_code == 403
    assert answer["X-OpenRosa-Version"] == "1.0"
    assert b"This key is not valid" in answer.content


def test_a_revoked_key_is_shut_out_at_once(client, country):
    from waystation.access import actions as access

    access.revoke_keys(by=country.system, actor=country.phone)

    assert send(client, country.key, filled("ssid_2", 40)).status_code == 403
    assert not Submission.objects.exists()


def test_a_phone_lists_fetches_and_may_send_before_it_sends(client, country):
    base = f"/v1/key/{country.key}/projects/1"
    listed = client.get(f"{base}/formList", headers=PHONE)
    form = client.get(f"{base}/forms/tracking.location_count.xml", headers=PHONE)
    manifest = client.get(f"{base}/forms/tracking.location_count/manifest", headers=PHONE)
    head = client.head(f"{base}/submission", headers=PHONE)

    assert b"<formID>tracking.location_count</formID>" in listed.content
    assert b'id="tracking.location_count"' in form.content
    assert manifest.status_code == 200
    assert (head.status_code, head["X-OpenRosa-Accept-Content-Length"]) == (204, "100000000")
    for answer in (listed, form, manifest, head):
        assert answer["X-OpenRosa-Version"] == "1.0"
        assert answer["Content-Type"].startswith("text/xml")


def test_an_unknown_form_is_told_in_openrosa(client, country):
    answer = send(client, country.key, b'<data id="no.such"><meta><instanceID>uuid:1</instanceID></meta></data>')

    assert answer.status_code == 404
    assert b'<message nature="error">No open form is called no.such.' in answer.content


def test_an_unknown_format_is_told_in_json(client, country):
    answer = client.get("/figures/tracking.people_by_area.doc")

    assert (answer.status_code, answer.json()["code"]) == (404, "sharing.no_such_format")


def test_small_counts_are_hidden_from_the_public_and_a_second_cell_goes_with_a_lone_one(client, country):
    send(client, country.key, filled("ssid_2", 3, n=1, idp_households=1))
    send(client, country.key, filled("ssid_4", 60, n=2))
    work_once()

    rows = {row["adm2_code"]: row for row in published(client, country)}

    assert {row["individuals"] for row in rows.values()} == {"[c]"}

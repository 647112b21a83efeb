"""Words in, the action's own types out: at the endpoint of programs and in a shell alike."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from waystation.access import actions as access
from waystation.access.models import Entry, Key
from waystation.access.queries import role_called
from waystation.access.rules import new_key
from waystation.front.doing import do, offered, read_word
from waystation.front.problems import NotThatKind
from waystation.places.actions import NewSite
from waystation.places.models import Site
from waystation.tracking.models import Operation, Round

GOOD_WORDS = {
    "a text": ("Gumbo", str, "Gumbo"),
    "a number as text": (7, str, "7"),
    "a whole number": ("-12", int, -12),
    "the largest whole number": (2**31 - 1, int, 2**31 - 1),
    "a number": ("4.83", float, 4.83),
    "a whole measure": (4, float, 4.0),
    "an exact number": ("7.5", Decimal, Decimal("7.5")),
    "an exact number of JSON": (0.1, Decimal, Decimal("0.1")),
    "a day": ("2026-03-01", date, date(2026, 3, 1)),
    "a moment": ("2026-03-01T08:00+02:00", datetime, datetime(2026, 3, 1, 6, tzinfo=UTC)),
    "a moment without its offset": ("2026-03-01T08:00", datetime, datetime(2026, 3, 1, 8, tzinfo=UTC)),
    "nothing, where that may be": (None, date | None, None),
    "a list": (["a", "b"], list[str], ["a", "b"]),
    "a list as a shell writes it": ('["a", "b"]', list[str], ["a", "b"]),
    "pairs": ({"en": "Juba", "ar": "جوبا"}, Mapping[str, str], {"en": "Juba", "ar": "جوبا"}),
}


@pytest.mark.parametrize(("word", "kind", "read"), GOOD_WORDS.values(), ids=GOOD_WORDS)
def test_a_word_is_read_as_what_the_action_takes(country, word, kind, read):
    assert read_word(country.system, "name", word, kind) == read


BAD_WORDS = {
    "nothing, where something must be": (None, date),
    "a zero byte": ("Gum\0bo", str),
    "half a pair of surrogates": ("\ud83d", str),
    "an object for a text": ({"a": 1}, str),
    "true for a text": (True, str),
    "a fraction for a whole number": (2.7, int),
    "true for a number": (True, int),
    "words for a number": ("seven", int),
    "more than fits": (2**31, int),
    "digits without end": ("9" * 9_999, int),
    "not a number": ("nan", float),
    "without end": ("inf", float),
    "a measure of JSON that is none": (float("nan"), float),
    "an exact number that is none": ("sNaN", Decimal),
    "no day": ("2026-02-30", date),
    "a day as a number": (20260301, date),
    "no moment": ("yesterday", datetime),
    "a text for a list": ("a, b", list[str]),
    "an object for a list": ({"a": 1}, list[str]),
    "a list without end": ("[" * 100_000, list[str]),
    "a list for pairs": ([1], Mapping[str, str]),
}


@pytest.mark.parametrize(("word", "kind"), BAD_WORDS.values(), ids=BAD_WORDS)
def test_a_word_that_cannot_be_read_is_told(country, word, kind):
    with pytest.raises(NotThatKind) as told:
        read_word(country.system, "name", word, kind)

    assert json.dumps(told.value.as_dict())


def test_a_thing_is_read_by_its_fields(country):
    said = {"name": "Gumbo", "area": "SS0101", "kind": "site", "status": "closed", "since": "2026-03-01"}

    read = read_word(country.system, "site", {**said, "latitude": 4.8}, NewSite)

    assert (read.area, read.since, read.latitude) == (country.area["SS0101"], date(2026, 3, 1), 4.8)


# The endpoint of programs


@pytest.fixture
def program(country: Any) -> str:
    """The key of a program that may do anything in Jonglei."""
    actor = access.add_actor(by=country.system, username="program-1", name="Program", kind="program")
    key = new_key()
    access.give_key(by=country.system, actor=actor, key=key)
    access.grant(by=country.system, actor=actor, role=role_called("administrator"), scope="/SSD/SS03")
    return key


def call(client: Any, key: str, verb: str, body: object) -> Any:
    """POST /do/VERB, as a program does."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.generic(
        "POST", f"/do/{verb}", content, "application/json", headers={"Authorization": f"Bearer {key}"}
    )


def test_a_program_acts_by_its_key(client, country, program):
    site = country.sites["ssid_2"]

    answer = call(client, program, "places.set_status", {"site": site.code, "status": "closed", "since": "2026-03-01"})

    site.refresh_from_db()
    assert (answer.status_code, answer.json()["result"], site.status) == (201, site.pk, "closed")


def test_every_fault_of_a_call_is_told_at_once(client, program):
    answer = call(client, program, "places.set_status", {"site": "S-NONE", "status": "\0", "since": "soon"})

    told = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert [(one["place"]["column"], one["code"]) for one in told["each"]] == [
        ("site", "front.no_such_row"),
        ("status", "front.not_that_kind"),
        ("since", "front.not_that_kind"),
    ]
    assert not Entry.objects.filter(verb="places.set_status").exists()


BAD_BODIES = {
    "nothing": b"",
    "not JSON": b"site=S-1",
    "half of it": b'{"site": "S-',
    "a list": b"[]",
    "a number": b"7",
    "not UTF-8": b'{"site": "\xe9"}',
    "nested without end": b'{"site": ' + b"[" * 100_000,
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
def test_a_body_that_is_no_object_is_told(client, program, body):
    answer = call(client, program, "places.set_status", body)

    assert (answer.status_code, answer.json()["code"]) == (422, "front.not_json")


def test_a_body_beyond_measure_is_told(client, program):
    answer = call(client, program, "places.set_status", {"site": "x" * 3_000_000})

    assert (answer.status_code, answer.json()["code"]) == (413, "front.part_too_large")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({}, "front.wrong_words"),
        ({"site": "S-1", "status": "closed"}, "front.wrong_words"),
        ({"site": "S-1", "status": "closed", "since": "2026-03-01", "colour": "red"}, "front.wrong_words"),
    ],
    ids=["none", "too few", "too many"],
)
def test_words_missing_or_left_over_are_told(client, program, words, code):
    assert call(client, program, "places.set_status", words).json()["code"] == code


@pytest.mark.parametrize("verb", ["places.fly", "collect.receive", "collect.file", "os.system", "%00", "x" * 5_000])
def test_a_verb_that_words_cannot_call_is_not_found(client, program, verb):
    answer = call(client, program, verb, {})

    assert (answer.status_code, answer.json()["code"]) == (404, "front.no_such_verb")
    assert not offered(verb)


def test_without_a_key_nothing_is_done_and_a_session_is_no_key(client, country):
    client.force_login(country.officer)

    answer = client.post("/do/tracking.open_operation", {"code": "X"}, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (401, "access.not_signed_in")


@pytest.mark.parametrize("key", ["", "x", "\xe9", "A" * 64])
def test_a_key_that_was_never_given_is_told(client, country, key):
    assert call(client, key, "places.set_status", {}).status_code == 403


def test_another_method_is_told_in_json(client, program):
    answer = client.get("/do/places.set_status")

    assert (answer.status_code, answer["Allow"], answer.json()["code"]) == (405, "POST", "front.wrong_method")


def test_a_place_without_the_right_is_as_if_it_were_not_there(client, country, program):
    words = {"site": country.sites["ssid_1"].code, "status": "closed", "since": "2026-03-01"}

    answer = call(client, program, "places.set_status", words)

    assert (answer.status_code, answer.json()["each"][0]["code"]) == (422, "front.no_such_row")
    assert Site.objects.get(pk=country.sites["ssid_1"].pk).status == "verified_open"


def test_what_the_database_does_not_hold_is_told_and_nothing_is_written(client, program):
    answer = call(client, program, "tracking.open_operation", {"code": "x" * 5_000, "name": "X", "scope": "/SSD/SS03"})

    held = connection.vendor == "sqlite"  # which holds a text of any length
    assert answer.status_code == (201 if held else 422)
    assert Operation.objects.filter(name="X").exists() == held


@pytest.mark.parametrize(
    "words",
    [
        {"number": -4, "starts": "2026-06-01", "ends": "2026-06-30"},
        {"number": 2, "starts": "2026-06-30", "ends": "2026-06-01"},
    ],
    ids=["a number below zero", "an end before the start"],
)
def test_what_contradicts_itself_is_told_and_nothing_is_written(client, country, words):
    key = new_key()
    access.give_key(by=country.system, actor=country.officer, key=key)

    answer = call(client, key, "tracking.plan_round", {"operation": "SSD-MT", **words})

    assert (answer.status_code, answer.json()["code"]) == (409, "front.contradiction")
    assert Round.objects.count() == 1


def test_a_key_may_run_out(country):
    do("access.give_key", country.system, {"actor": "phone-7", "key": new_key(), "expires_at": "2026-03-01T08:00"})

    assert Key.objects.get(expires_at=datetime(2026, 3, 1, 8, tzinfo=UTC)).actor == country.phone


def test_a_round_is_planned_with_words_alone(country):
    words = {"operation": "SSD-MT", "number": "2", "starts": "2026-06-01", "ends": "2026-06-30"}

    assert do("tracking.plan_round", country.system, words) == Round.objects.get(number=2)

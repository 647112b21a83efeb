"""One interview sent twice, or copied and changed a little, is noticed."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.collect.entities.test_on_phones import send
from tests.conftest import add
from waystation.access import actions as access
from waystation.access.rules import new_key
from waystation.collect import actions as collect
from waystation.collect.models import Submission
from waystation.collect.rules.likeness import LEAST_ANSWERS, LIKE, answers_in, fingerprint, most_alike, share

NAMES = [f"q{n}" for n in range(20)]
FORM = "\n".join(
    [
        "| survey | | | |",
        "| | type | name | label |",
        "| | start | start | |",
        *[f"| | text | {name} | {name} |" for name in NAMES],
        "| settings | | | |",
        "| | form_id | version | |",
        "| | wells | 1 | |",
    ]
)
ANSWERS = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["a", "b", ""]), max_size=20)


def filled(instance: int, answers: dict[str, str], start: str = "2026-03-01T10:00:00Z") -> bytes:
    inside = "".join(f"<{name}>{word}</{name}>" for name, word in answers.items())
    return (
        f'<data id="wells" version="1"><start>{start}</start>{inside}<meta><instanceID>uuid:{instance}</instanceID>'
        "</meta></data>"
    ).encode()


FIRST = dict.fromkeys(NAMES, "yes")


@pytest.fixture
def form(country: SimpleNamespace) -> SimpleNamespace:
    """A form of twenty questions, and a second phone."""
    collect.publish_form(by=country.system, definition=FORM.encode(), scope="/SSD")
    other = add(country.system, "phone-8", "enumerator", "/SSD/SS03", kind="phone")
    country.other_key = new_key()
    access.give_key(by=country.system, actor=other, key=country.other_key)
    return country


def codes(submission: Submission) -> list[str]:
    return [one["code"] for one in submission.warnings]


def test_the_same_answers_under_another_id_are_told_whoever_sent_them(client, form):
    first = send(client, form.key, filled(1, FIRST))
    again = send(client, form.other_key, filled(2, FIRST, start="2026-03-01T10:40:00Z"))

    assert codes(first) == []
    assert codes(again) == ["collect.same_answers"]
    assert again.warnings[0]["details"]["other"] == str(first.pk)
    assert again.state == "filed", "it is a doubt, and stops nothing"


def test_nearly_the_same_answers_of_one_sender_are_told(client, form):
    send(client, form.key, filled(1, FIRST))
    close = send(client, form.key, filled(2, {**FIRST, "q1": "no", "q2": "no", "q3": "no"}))
    far = send(client, form.key, filled(3, {**FIRST, **dict.fromkeys(NAMES[4:9], "no")}))
    elsewhere = send(client, form.other_key, filled(4, {**FIRST, "q7": "no"}))

    assert codes(close) == ["collect.nearly_same_answers"]
    assert close.warnings[0]["details"]["percent"] == "85"
    assert (codes(far), codes(elsewhere)) == ([], [])


def test_those_that_come_at_the_same_moment_are_compared_as_well(client, form):
    from tests.test_journey_of_one_count import send as post
    from waystation.front.worker import work_once

    for n in range(3):
        post(client, form.key, filled(n, FIRST))
    work_once()

    assert [codes(one) for one in Submission.objects.order_by("pk")] == [
        [],
        ["collect.same_answers"],
        ["collect.same_answers"],
    ]


def test_short_forms_are_alike_by_chance_and_not_told(client, form):
    few = {name: "yes" for name in NAMES[: LEAST_ANSWERS - 1]}
    send(client, form.key, filled(1, few))

    assert codes(send(client, form.key, filled(2, few))) == []


def test_one_that_was_taken_away_is_not_compared(client, form):
    first = send(client, form.key, filled(1, FIRST))
    collect.delete(by=form.officer, submission=first)

    assert codes(send(client, form.key, filled(2, FIRST))) == []


def test_repeats_groups_and_places_are_answers_and_what_the_phone_adds_is_none():
    tree = {
        "start": "2026-03-01",
        "a": {"b": 1, "c": None, "d": ""},
        "r": [{"x": "1"}, {"x": "2"}],
        "at": {"type": "Point", "coordinates": [1.5, 2]},
        "meta": {"instanceName": "x"},
        "many": ["p", "q"],
    }

    assert {path for path, _word in answers_in(tree)} == {"/a/b", "/r[0]/x", "/r[1]/x", "/at", "/many"}


@given(ANSWERS, ANSWERS)
def test_likeness_runs_both_ways(one, other):
    first, second = answers_in(one), answers_in(other)

    assert share(first, second) == share(second, first)
    assert 0 <= share(first, second) <= 1
    assert share(first, first) == (1.0 if first else 0.0)
    assert (fingerprint(first) == fingerprint(second)) or first != second


@given(ANSWERS, st.lists(ANSWERS, max_size=5))
def test_the_short_way_finds_what_comparing_all_would(one, others):
    first = answers_in(one)
    shares = [share(first, answers_in(other)) for other in others]
    expected = max(shares, default=0.0)

    found = most_alike(first, [(n, answers_in(other)) for n, other in enumerate(others)])

    if len(first) < LEAST_ANSWERS or expected < LIKE:
        assert found is None
    else:
        assert found is not None
        assert found[1] == expected

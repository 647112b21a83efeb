"""Answers of figures are kept, but nobody is given one that is not theirs, or no longer true."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from tests.conftest import add
from waystation.access import actions as access
from waystation.access.action import writing
from waystation.access.models import Actor, Entry
from waystation.access.queries import role_called
from waystation.sharing import files
from waystation.sharing.queries import worked_out
from waystation.sharing.registry import Ask
from waystation.tracking import actions as tracking
from waystation.tracking.actions import Found, Visit
from waystation.tracking.problems import NoSuchOperation


def count(country: SimpleNamespace, site: str, people: int) -> None:
    """Somebody is counted at a site."""
    found = (Found("idps", None, people, "headcount"),)
    visit = Visit(country.round, country.sites[site], "assessed", day=date(2026, 3, 2), found=found)
    tracking.record_visits(by=country.system, visits=[visit])


@pytest.fixture
def counted(country: SimpleNamespace) -> SimpleNamespace:
    """The country with people in Juba, where the clerk and the phone of Jonglei see nothing, and in Bor South."""
    count(country, "ssid_1", 500)
    count(country, "ssid_2", 40)
    return country


def people(by: Actor, scope: str = "/SSD") -> dict[str, int]:
    """Displaced people by county, as the figure stands for somebody."""
    table = worked_out("tracking.people_by_area", Ask(by=by, scope=scope, words={"level": "2"}))
    county, individuals = table.names.index("adm2_name"), table.names.index("individuals")
    return {row[county]: row[individuals] for row in table}


def is_worked_out(by: Actor) -> bool:
    """Whether counts are read to answer, rather than an answer that was kept."""
    with CaptureQueriesContext(connection) as captured:
        people(by)
    return any("tracking_count" in query["sql"] for query in captured)


def kept() -> list[Path]:
    """The answers that lie there."""
    return list(Path(settings.DATA, "cache", "figures").iterdir())


def test_the_same_question_over_the_same_rows_is_worked_out_once(counted):
    assert is_worked_out(counted.officer)

    assert not is_worked_out(counted.officer)
    assert people(counted.officer) == {"Juba": 500, "Bor South": 40}


def test_an_answer_is_never_given_to_somebody_with_other_rights(counted):
    assert people(counted.officer) == {"Juba": 500, "Bor South": 40}

    assert people(counted.clerk) == {"Bor South": 40}
    assert people(counted.phone) == {"Bor South": 40}
    assert people(counted.officer) == {"Juba": 500, "Bor South": 40}


def test_rights_that_change_change_the_next_answer(counted):
    role = role_called("information_officer")
    people(counted.officer)

    access.withdraw(by=counted.system, actor=counted.officer, role=role, scope="/SSD")
    with pytest.raises(NoSuchOperation):
        people(counted.officer)
    access.grant(by=counted.system, actor=counted.officer, role=role, scope="/SSD/SS03")
    assert people(counted.officer) == {"Bor South": 40}
    access.define_role(by=counted.system, name=role.name, verbs=["tracking.see"])
    assert people(counted.officer) == {}


def test_whoever_was_shut_out_is_given_nothing_that_was_kept(counted):
    people(counted.officer)
    access.close_account(by=counted.system, actor=counted.officer)

    with pytest.raises(NoSuchOperation):
        people(counted.officer)


def test_people_with_the_same_rights_share_an_answer(counted):
    people(counted.officer)

    assert not is_worked_out(add(counted.system, "colleague", "information_officer", "/SSD"))


def test_another_place_is_another_question(counted):
    people(counted.officer)

    assert people(counted.officer, "/SSD/SS01") == {"Juba": 500}


def test_a_new_count_is_in_the_next_answer(counted):
    people(counted.officer)
    count(counted, "ssid_3", 2)

    assert people(counted.officer) == {"Juba": 500, "Bor South": 42}


def test_what_comes_into_sight_late_under_a_lower_number_is_in_the_next_answer(counted):
    """As on PostgreSQL, where of two transactions at once the one that began later may be seen first."""

    def entry(number: int) -> None:
        with writing("access"):
            Entry.objects.create(pk=number, app="tracking", verb="tracking.record_visits", actor=counted.system)

    last = Entry.objects.order_by("-pk").values_list("pk", flat=True)[0]
    entry(last + 2)
    people(counted.officer)

    entry(last + 1)

    assert is_worked_out(counted.officer)


def test_what_changes_no_register_leaves_answers_as_they_are(counted):
    people(counted.officer)
    access.sign_in(by=counted.officer)

    assert not is_worked_out(counted.officer)


def test_an_answer_ends_with_its_day(counted, monkeypatch):
    people(counted.officer)
    monkeypatch.setattr("waystation.sharing.queries.localdate", lambda: localdate() + timedelta(days=1))

    assert is_worked_out(counted.officer)


def test_a_broken_file_is_as_good_as_none(counted):
    people(counted.officer)
    for file in kept():
        file.write_bytes(b"[[1, ")

    assert people(counted.officer) == {"Juba": 500, "Bor South": 40}


def test_a_disk_that_takes_nothing_stops_nobody(counted):
    Path(settings.DATA, "cache").write_text("no folder")

    assert people(counted.officer) == {"Juba": 500, "Bor South": 40}


def test_the_older_answers_make_room(monkeypatch):
    monkeypatch.setattr(files, "MOST_FILES", 4)

    for number in range(12):
        files.keep(f"key-{number}", [[number]])

    assert files.kept("key-0") is None
    assert files.kept("key-11") == [[11]]
    assert len(kept()) <= 4


@pytest.mark.parametrize(
    "rows", [[[date(2026, 3, 1)]], [["x" * files.MOST_BYTES]]], ids=["a day is no word of JSON", "too long"]
)
def test_what_would_come_back_otherwise_or_is_too_long_is_not_kept(rows):
    files.keep("key", rows)

    assert files.kept("key") is None

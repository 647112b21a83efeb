"""What is kept in memory about rights never outlives a change of them."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from waystation.access import actions
from waystation.access.models import Entry
from waystation.access.problems import KeyNotValid
from waystation.access.queries import FRESH, actor_with_key, grants_read_once, latest_entry, scopes_of

pytestmark = pytest.mark.django_db(transaction=True, reset_sequences=True)


def test_a_key_is_looked_up_once_while_nothing_is_done_in_access(country):
    actor_with_key(country.key)
    time.sleep(2 * FRESH)

    with CaptureQueriesContext(connection) as asked:
        assert actor_with_key(country.key) == country.phone
    assert ["access_entry" in one["sql"] for one in asked] == [True]


def test_a_key_that_is_revoked_opens_nothing(country):
    actor_with_key(country.key)
    actions.revoke_keys(by=country.system, actor=country.phone)
    time.sleep(FRESH)

    with pytest.raises(KeyNotValid):
        actor_with_key(country.key)


def test_a_key_that_is_given_opens_at_once(country):
    with pytest.raises(KeyNotValid):
        actor_with_key("a key of tomorrow")
    actions.give_key(by=country.system, actor=country.phone, key="a key of tomorrow")

    assert actor_with_key("a key of tomorrow") == country.phone


def test_a_right_that_is_withdrawn_is_gone(country):
    def held() -> list[str]:
        with grants_read_once([country.phone]):
            return scopes_of(country.phone, "collect.receive")

    before = held()
    for grant in list(country.phone.grants.all()):
        actions.withdraw(by=country.system, actor=country.phone, role=grant.role, scope=grant.scope)

    assert (before, held()) == (["/SSD/SS03"], [])


def test_what_was_undone_is_not_remembered(country):
    with transaction.atomic():
        actions.give_key(by=country.system, actor=country.phone, key="never given")
        assert actor_with_key("never given") == country.phone
        transaction.set_rollback(True)

    with pytest.raises(KeyNotValid):
        actor_with_key("never given")


def test_who_has_seen_the_latest_entry_has_missed_none(country):
    """A transaction that was first to take its number, and last to become visible, would be missed for ever."""
    is_numbered, may_end, done = threading.Event(), threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            actions.give_key(by=country.system, actor=country.phone, key="slow")
            is_numbered.set()
            may_end.wait(10)
        connections.close_all()

    def fast() -> None:
        actions.give_key(by=country.system, actor=country.phone, key="fast")
        done.set()
        connections.close_all()

    before = latest_entry("access")
    threads = [threading.Thread(target=slow), threading.Thread(target=fast)]
    threads[0].start()
    is_numbered.wait(10)
    threads[1].start()

    assert not done.wait(0.5), "the second one waits for its number"
    assert latest_entry("access") == before
    may_end.set()
    for thread in threads:
        thread.join()
    numbers = Entry.objects.filter(pk__gt=before).order_by("pk").values_list("pk", flat=True)
    assert len(numbers) == 2

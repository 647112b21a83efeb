"""People, phones, roles and keys."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from tests.conftest import add
from waystation.access import actions
from waystation.access.models import Actor, Entry, Key
from waystation.access.problems import KeyNotValid, MayNot, NameTaken, NobodyByThatName, NoSuchRole, WeakPassword
from waystation.access.queries import actor_called, actor_with_key, entries, may, role_called
from waystation.access.rules import new_key


def test_somebody_new_may_do_nothing(system):
    actor = actions.add_actor(by=system, username="Ana", name="Ana", password="four-words-apart-now")

    assert actor.username == "ana"
    assert not may(actor, "places.see", "/")


def test_a_user_name_is_given_once(system):
    actions.add_actor(by=system, username="ana", name="Ana")
    with pytest.raises(NameTaken):
        actions.add_actor(by=system, username="ANA", name="Other Ana")


@pytest.mark.parametrize("password", ["short", "password1234", "anaanaanaana"])
def test_a_password_that_would_be_guessed_is_refused(system, password):
    with pytest.raises(WeakPassword):
        actions.add_actor(by=system, username="anaanaanaana", name="Ana", password=password)
    assert not Actor.objects.filter(username="anaanaanaana").exists()


def test_passwords_are_kept_as_argon2(system):
    actor = actions.add_actor(by=system, username="ana", name="Ana", password="four-words-apart-now")

    assert actor.password.startswith("argon2$")
    assert "four-words" not in str(list(Entry.objects.values_list("refs", flat=True)))


def test_nobody_gives_away_what_they_do_not_hold(system):
    boss = add(system, "boss", "administrator", "/SSD")
    modest = add(system, "modest", "reader", "/SSD")
    grants = actions.define_role(by=system, name="granter", verbs=["access.grant"])
    actions.grant(by=system, actor=modest, role=grants, scope="/SSD")

    with pytest.raises(MayNot):
        actions.grant(by=modest, actor=modest, role=role_called("administrator"), scope="/SSD")
    with pytest.raises(MayNot):
        actions.grant(by=boss, actor=modest, role=role_called("reader"), scope="/TCD")
    actions.grant(by=boss, actor=modest, role=role_called("administrator"), scope="/SSD/SS01")
    assert may(modest, "places.set_status", "/SSD/SS01/SS0101")


def test_a_withdrawn_role_ends_at_once(system):
    reader = add(system, "ana", "reader", "/SSD")
    actions.withdraw(by=system, actor=reader, role=role_called("reader"), scope="/SSD")

    assert not may(reader, "places.see", "/SSD")


def test_a_key_opens_until_it_runs_out_or_is_revoked(system):
    phone = add(system, "phone-1", "enumerator", "/SSD", kind="phone")
    lasting, ended = new_key(), new_key()
    actions.give_key(by=system, actor=phone, key=lasting)
    actions.give_key(by=system, actor=phone, key=ended, expires_at=now() - timedelta(seconds=1))

    assert actor_with_key(lasting) == phone
    with pytest.raises(KeyNotValid):
        actor_with_key(ended)
    actions.revoke_keys(by=system, actor=phone)
    with pytest.raises(KeyNotValid):
        actor_with_key(lasting)


def test_a_key_is_kept_as_a_hash_only(system):
    phone = add(system, "phone-1", "enumerator", "/SSD", kind="phone")
    key = new_key()
    actions.give_key(by=system, actor=phone, key=key)

    assert key not in str(Key.objects.values())
    assert key not in str(Entry.objects.values())


def test_a_closed_account_may_nothing_and_its_key_opens_nothing(system):
    phone, key = add(system, "phone-1", "enumerator", "/SSD", kind="phone"), new_key()
    actions.give_key(by=system, actor=phone, key=key)
    actions.close_account(by=system, actor=phone)

    assert not may(phone, "collect.receive", "/SSD")
    with pytest.raises(KeyNotValid):
        actor_with_key(key)
    with pytest.raises(NobodyByThatName):
        actor_called("phone-1")


def test_an_unknown_role_is_told_with_those_there_are(system):
    with pytest.raises(NoSuchRole, match="king") as caught:
        role_called("king")
    assert "enumerator" in caught.value.as_dict()["remedy"]


def test_the_audit_log_shows_its_reader_their_own_places_only(country):
    actions.define_role(by=country.system, name="auditor", verbs=["access.see"])
    auditor = add(country.system, "auditor", "auditor", "/SSD/SS03")

    scopes = set(entries(auditor).values_list("scope", flat=True))

    assert scopes
    assert all(scope.startswith("/SSD/SS03") for scope in scopes)

"""Writes of access."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.timezone import now

from .action import Where, action
from .models import Actor, Entry, Grant, Key, Organisation, Role
from .problems import MayNot, NameTaken, WeakPassword
from .queries import inside, may
from .rules import checked_scope, checked_username, derived_key, digest


@action()
def add_organisation(*, by: Actor, acronym: str, name: str) -> Organisation:
    """Register an organisation that people act for."""
    return Organisation.objects.get_or_create(acronym=acronym, defaults={"name": name})[0]


@action(on="scope")
def add_actor(
    *,
    by: Actor,
    username: str,
    name: str,
    kind: str = "person",
    password: str | None = None,
    organisation: Organisation | None = None,
    scope: str = "/",
) -> Actor:
    """Make a person, a phone or a program known. It may do nothing until it is granted a role."""
    username = checked_username(username)
    if Actor.objects.filter(username=username).exists():
        raise NameTaken(name=username)
    actor = Actor(username=username, name=name, kind=kind, organisation=organisation, scope=checked_scope(scope))
    _set_password(actor, password)
    actor.save()
    return actor


def _set_password(actor: Actor, password: str | None) -> None:
    """None means that this actor never signs in with one."""
    if password is not None:
        try:
            validate_password(password, actor)
        except ValidationError as error:
            raise WeakPassword(reason=" ".join(error.messages)) from error
    actor.set_password(password)


@action(on=Where.OWN)
def change_password(*, by: Actor, password: str) -> Actor:
    """Choose another password for oneself."""
    _set_password(by, password)
    by.save(update_fields=["password"])
    return by


@action(on=Where.OWN)
def sign_in(*, by: Actor) -> None:
    """Note that a person signed in."""


@action(on="actor")
def rename(*, by: Actor, actor: Actor, name: str = "", username: str = "") -> Actor:
    """Correct what somebody is called, or the name that they sign in with; what is empty stays as it is."""
    if username and (changed := checked_username(username)) != actor.username:
        if Actor.objects.filter(username=changed).exists():
            raise NameTaken(name=changed)
        actor.username = changed
    actor.name = name or actor.name
    actor.save(update_fields=["name", "username"])
    return actor


@action(on="actor")
def reset_password(*, by: Actor, actor: Actor, password: str) -> Actor:
    """Give somebody a new password."""
    _set_password(actor, password)
    actor.save(update_fields=["password"])
    return actor


@action(on="actor")
def close_account(*, by: Actor, actor: Actor) -> Actor:
    """Let an actor do nothing any more. What it did stays in the audit log."""
    actor.is_active = False
    actor.save(update_fields=["is_active"])
    return actor


@action()
def define_role(*, by: Actor, name: str, verbs: list[str]) -> Role:
    """Say which verbs a role holds."""
    return Role.objects.update_or_create(name=name, defaults={"verbs": sorted(verbs)})[0]


@action(on="scope")
def grant(*, by: Actor, actor: Actor, role: Role, scope: str) -> Grant:
    """Let an actor hold a role over a place and all inside it. Nobody gives away what they do not hold."""
    for verb in role.verbs:
        if not may(by, verb, checked_scope(scope)):
            raise MayNot(actor=by.name, verb=verb, scope=scope)
    return Grant.objects.get_or_create(actor=actor, role=role, scope=checked_scope(scope))[0]


@action(on="scope")
def withdraw(*, by: Actor, actor: Actor, role: Role, scope: str) -> None:
    """Take a role over a place away from an actor."""
    Grant.objects.filter(actor=actor, role=role, scope=checked_scope(scope)).delete()


@action(on="before")
def move_grants(*, by: Actor, before: str, after: str) -> list[Grant]:
    """Let rights over a place follow it when a new release of areas puts it elsewhere."""
    moved = list(Grant.objects.filter(inside(before)))
    for held in moved:
        held.scope = after + held.scope.removeprefix(before)
    Grant.objects.bulk_update(moved, ["scope"])
    return moved


@action(on="actor")
def give_shown_key(*, by: Actor, actor: Actor, secret: str, expires_at: datetime | None = None) -> Key:
    """Let a phone or a program in with a key that can be shown again, for those who hold the installation's secret."""
    nth = Key.objects.filter(actor=actor).count() + 1
    key = derived_key(secret, actor.pk, nth)
    return Key.objects.create(actor=actor, digest=digest(key), nth=nth, expires_at=expires_at)


@action(on="actor")
def give_key(*, by: Actor, actor: Actor, key: str, expires_at: datetime | None = None) -> Key:
    """Let a phone or a program in with a key. The key itself is shown once and not kept."""
    return Key.objects.create(actor=actor, digest=digest(key), expires_at=expires_at)


@action(on="actor")
def give_pin(*, by: Actor, actor: Actor) -> Actor:
    """Let a phone in by its name and a fresh PIN, which whoever uses it types in; the PIN before it opens nothing."""
    actor.pin_nth = (actor.pin_nth or 0) + 1
    actor.save(update_fields=["pin_nth"])
    return actor


@action(on="actor")
def revoke_key(*, by: Actor, actor: Actor, key: str) -> None:
    """Shut out one key of somebody, such as that of a phone that was lost."""
    Key.objects.filter(actor=actor, digest=digest(key)).update(revoked_at=now())


@action(on=Where.OWN)
def open_session(*, by: Actor, key: str, expires_at: datetime) -> Key:
    """Let a program in that knows a name and a password, until the end of a day."""
    return Key.objects.create(actor=by, digest=digest(key), expires_at=expires_at)


@action(on=Where.OWN)
def close_session(*, by: Actor, key: str) -> None:
    """Shut out one own key before it runs out."""
    Key.objects.filter(actor=by, digest=digest(key)).update(revoked_at=now())


@action(on="actor")
def revoke_keys(*, by: Actor, actor: Actor) -> list[Key]:
    """Shut out every key of an actor, at once."""
    keys = list(Key.objects.filter(actor=actor, revoked_at=None))
    Key.objects.filter(pk__in=[key.pk for key in keys]).update(revoked_at=now())
    return keys


def mark_followed(entries: Sequence[Entry]) -> None:
    """Note, for the worker, that entries of the audit log were followed up."""
    Entry.objects.filter(pk__in=[entry.pk for entry in entries]).update(followed_at=now())


def mark_failed(entry: Entry) -> None:
    """Note, for the worker, that following an entry up broke down; it is tried again a few times."""
    Entry.objects.filter(pk=entry.pk).update(failures=entry.failures + 1)

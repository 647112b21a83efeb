"""Reads about rights, and of the audit log."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.core.signing import BadSignature, TimestampSigner
from django.db import connection
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.timezone import now

from .models import Actor, Entry, Grant, Key, Role
from .problems import (
    KeyNotValid,
    MayNot,
    NobodyByThatName,
    NonceTooOld,
    NoSuchRole,
    NotSignedIn,
    SessionOver,
    TooManyTries,
    WrongPassword,
)
from .rules import common_scope, covers, derived_pin, digest, digest_answer, includes, name_and_password, read_digest


def actor_called(username: str) -> Actor:
    """The active actor of that user name. Raises NobodyByThatName."""
    actor = Actor.objects.filter(username=username.lower(), is_active=True).first()
    if actor is None:
        raise NobodyByThatName(name=username)
    return actor


def actor_with_key(key: str) -> Actor:
    """The active actor who holds a key. Raises KeyNotValid when it was revoked or has run out."""
    held = _key(digest(key))
    if held is None or held.revoked_at or not held.actor.is_active or (held.expires_at and held.expires_at <= now()):
        raise KeyNotValid
    return held.actor


@dataclass(slots=True)
class _Known:
    """What was read about rights. It stands while nothing more is done in access: phones send often."""

    latest: Any = None
    """Number and moment of the last thing done in access when this was read."""
    seen: float = 0.0
    """When that was looked at, on the clock of this process."""
    keys: dict[str, Key] = field(default_factory=dict)
    grants: dict[int, list[tuple[list[str], str]]] = field(default_factory=dict)


MOST_KNOWN = 10_000
FRESH = 0.02  # seconds in which a key that was valid is taken to be so still
_known = [_Known()]


def forget_rights() -> None:
    """Read everything about rights anew: the database was put back to an earlier day."""
    _known[0] = _Known()
    _right.clear()


def _as_of_now() -> _Known:
    """What is known of rights and still stands. Within a transaction nothing is: what is read there may be undone."""
    if connection.in_atomic_block:
        return _Known()
    with connection.cursor() as cursor:
        cursor.execute("select id, at from access_entry where app = 'access' order by id desc limit 1")
        latest = cursor.fetchone()
    known = _known[0]
    if known.latest != latest or len(known.keys) + len(known.grants) > MOST_KNOWN:
        known = _known[0] = _Known(latest)
    known.seen = time.monotonic()
    return known


def _key(digested: str) -> Key | None:
    known = _known[0]
    if digested in known.keys and time.monotonic() - known.seen < FRESH and not connection.in_atomic_block:
        return known.keys[digested]
    keys = _as_of_now().keys
    if digested not in keys:
        held = Key.objects.select_related("actor").filter(digest=digested).first()
        if held is None:
            return None
        keys[digested] = held
    return keys[digested]


def key_held(actor: Actor, key: str) -> Key:
    """The row of a key that an actor shows. Raises KeyNotValid."""
    held = Key.objects.filter(actor=actor, digest=digest(key), revoked_at=None).first()
    if held is None:
        raise KeyNotValid
    return held


def holder_of(key: str) -> Actor | None:
    """Whose key that is, or was."""
    held = Key.objects.select_related("actor").filter(digest=digest(key)).first()
    return held.actor if held else None


MOST_TRIES, TRIES_WITHIN = 10, 600
"""Wrong passwords for one name, and the seconds within which they are counted."""
STANDS = 300  # seconds in which a password that was right need not be hashed again
_salt = secrets.token_bytes(16)
_right: dict[str, tuple[str, bytes, float]] = {}
"""By user name: what was stored of the password when it was right, a quick hash of it, and until when that stands."""


def actor_with_password(username: str, password: str) -> Actor:
    """The active person of that name and password. Raises WrongPassword, TooManyTries.

    Scripts show both with every request. Argon2 takes long on purpose, so for some minutes a password that was right is
    known again by a quick hash, salted for this process alone and kept in memory only.
    """
    name = username.strip().lower()
    _check_tries(name)
    actor = Actor.objects.filter(username=name, is_active=True).first()
    if actor and actor.pin_nth and secrets.compare_digest(pin_of(actor).encode(), password.encode()):
        return actor
    quick = hashlib.blake2b(password.encode(), key=_salt).digest()
    if actor and (known := _right.get(name)):
        stored, right, until = known
        if stored == actor.password and until > time.monotonic() and secrets.compare_digest(right, quick):
            return actor
    if actor is None or not actor.check_password(password):
        if actor is None:
            make_password(password)  # as slow as for a name that is known
        _note_try(name)
        raise WrongPassword
    if len(_right) > MOST_KNOWN:
        _right.clear()
    _right[name] = (actor.password, quick, time.monotonic() + STANDS)
    return actor


def _check_tries(name: str) -> None:
    if cache.get(f"tries-{digest(name)}", 0) >= MOST_TRIES:
        raise TooManyTries(minutes=TRIES_WITHIN // 60)


def _note_try(name: str) -> None:
    tries = f"tries-{digest(name)}"
    cache.set(tries, cache.get(tries, 0) + 1, TRIES_WITHIN)


def pin_of(actor: Actor) -> str:
    """The PIN of a phone that has one; else empty."""
    return derived_pin(settings.SECRET_KEY, actor.pk, actor.pin_nth) if actor.pin_nth else ""


NONCE_STANDS = 600  # seconds
_nonces = TimestampSigner(salt="access.digest")


def new_nonce() -> str:
    """What a phone mixes into its digest, so that what somebody overheard opens nothing ten minutes later."""
    return _nonces.sign(secrets.token_urlsafe(9)).replace(":", ".")


def actor_with_digest(shown: str, method: str, path: str) -> Actor:
    """The active phone whose PIN a digest was made with. Raises WrongPassword, NonceTooOld, TooManyTries.

    Only phones with a PIN: to check a digest one must know the secret itself, and nobody knows a person's password.
    """
    said = read_digest(shown)
    name = said.username.strip().lower()
    _check_tries(name)
    actor = Actor.objects.filter(username=name, is_active=True, pin_nth__isnull=False).first()
    answer = digest_answer(said, pin_of(actor), method) if actor else ""
    if actor is None or not secrets.compare_digest(answer, said.response.lower()) or unquote(said.uri) != unquote(path):
        _note_try(name)
        raise WrongPassword
    try:
        _nonces.unsign(said.nonce.replace(".", ":"), max_age=NONCE_STANDS)
    except BadSignature as error:
        raise NonceTooOld from error
    return actor


def role_called(name: str) -> Role:
    """The role of that name. Raises NoSuchRole."""
    role = Role.objects.filter(name=name).first()
    if role is None:
        known = Role.objects.order_by("name").values_list("name", flat=True)
        raise NoSuchRole(role=name, known=", ".join(known) or "–")
    return role


def scopes_of(actor: Actor, verb: str) -> list[str]:
    """The places over which an actor holds a verb."""
    return [scope for verbs, scope in _grants_of(actor) if includes(verbs, verb)] if actor.is_active else []


_read_once: ContextVar[dict[int, list[tuple[list[str], str]]] | None] = ContextVar("grants_read_once", default=None)


@contextmanager
def grants_read_once(actors: Collection[Actor] = ()) -> Iterator[None]:
    """Within this block, such as one request, what an actor holds is read from the database once; of some, at once."""
    token = _read_once.set(_grants_of_all({actor.pk for actor in actors}) if actors else {})
    try:
        yield
    finally:
        _read_once.reset(token)


def _grants_of_all(actors: set[int]) -> dict[int, list[tuple[list[str], str]]]:
    known = _as_of_now().grants
    if unknown := actors - known.keys():
        fresh: dict[int, list[tuple[list[str], str]]] = {number: [] for number in unknown}
        held = Grant.objects.filter(actor__in=unknown).values_list("actor", "role__verbs", "scope")
        for number, verbs, scope in held:
            fresh[number].append((verbs, scope))
        known |= fresh
    return {number: known[number] for number in actors}


def _grants_of(actor: Actor) -> list[tuple[list[str], str]]:
    """Verbs and place of every grant of an actor."""
    known = _read_once.get()
    if known is not None and actor.pk in known:
        return known[actor.pk]
    held = list(Grant.objects.filter(actor=actor).values_list("role__verbs", "scope"))
    if known is not None:
        known[actor.pk] = held
    return held


def home_scope(actor: Actor, verb: str) -> str:
    """The smallest place that covers all where an actor holds a verb. Raises MayNot when there is none."""
    held = scopes_of(actor, verb)
    if not held:
        raise MayNot(actor=actor.name, verb=verb, scope="/")
    return common_scope(held)


def may(actor: Actor, verb: str, scope: str) -> bool:
    """Whether an actor may do something at a place."""
    return any(covers(held, scope) for held in scopes_of(actor, verb))


def check_may(actor: Actor, verb: str, scope: str) -> None:
    """Raise MayNot unless an actor may do something at a place."""
    if not may(actor, verb, scope):
        raise MayNot(actor=actor.name, verb=verb, scope=scope)


EVERY_ROW = ~Q(pk__in=[])
"""A filter that keeps all; unlike an empty Q, it still does when it is joined to another by `or`."""


def inside(scope: str, path: str = "scope") -> Q:
    """A filter that keeps a place and all inside it: a range of an ordinary index, for '0' follows '/'."""
    if scope == "/":
        return EVERY_ROW
    return Q(**{path: scope}) | Q(**{f"{path}__gt": scope + "/", f"{path}__lt": scope + "0"})


def within(actor: Actor, verb: str, path: str = "scope") -> Q:
    """A filter that keeps the rows over which an actor holds a verb."""
    held = scopes_of(actor, verb)
    if "/" in held:
        return EVERY_ROW
    kept = Q(pk__in=[])
    for scope in held:
        kept |= inside(scope, path)
    return kept


def entries(by: Actor) -> QuerySet[Entry]:
    """The audit log, as far as its reader may see, newest first."""
    return Entry.objects.filter(within(by, "access.see")).select_related("actor").order_by("-id")


def latest_entry(*apps: str) -> int:
    """The number of the last thing done in these apps; 0 when nothing was. What was read before it may be stale."""
    return max(
        (Entry.objects.filter(app=app).order_by("-id").values_list("id", flat=True).first() or 0 for app in apps),
        default=0,
    )


def waiting(verbs: list[str], failures: int) -> QuerySet[Entry]:
    """What was done and not yet followed up, oldest first, leaving out what failed too often."""
    return Entry.objects.filter(verb__in=verbs, followed_at=None, failures__lt=failures).order_by("id")


def caller(request: HttpRequest) -> Actor | None:
    """Who calls: by a key or by name and password in the header `Authorization`, else by the session.

    None for a passer-by. Raises KeyNotValid, WrongPassword, TooManyTries for what is shown and does not open.
    """
    scheme, _blank, shown = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return actor_with_key(shown.strip())
    if scheme.lower() == "basic":
        return actor_with_password(*name_and_password(shown))
    if scheme.lower() == "digest":
        asked = request.META.get("RAW_URI") or request.get_full_path()
        return actor_with_digest(shown, request.method or "", asked)
    return request.user if isinstance(request.user, Actor) else None


def program(request: HttpRequest) -> Actor:
    """Who calls an endpoint of programs, which asks for no CSRF token. Raises NotSignedIn for a passer-by, SessionOver.

    There the session of a browser counts only where no other site could have sent the request: when it reads, or
    carries the header X-Requested-With, which no other site may set.
    """
    try:
        by = caller(request)
    except KeyNotValid as error:
        raise SessionOver from error
    shown = "Authorization" in request.headers or "X-Requested-With" in request.headers
    if by is None or not (shown or request.method in ("GET", "HEAD")):
        raise NotSignedIn
    return by


def signed_in(request: HttpRequest) -> Actor:
    """Who calls. Raises NotSignedIn for a passer-by."""
    by = caller(request)
    if by is None:
        raise NotSignedIn
    return by


def people(by: Actor, *, search: str = "") -> QuerySet[Actor]:
    """The people and programs that an actor may manage, perhaps those whose name holds some letters."""
    named = Q(username__icontains=search) | Q(name__icontains=search)
    kinds = [Actor.Kind.PERSON, Actor.Kind.PROGRAM]
    return Actor.objects.filter(within(by, "access.see"), named, kind__in=kinds, is_active=True).order_by("username")


def person_numbered(by: Actor, number: str) -> Actor:
    """One of them by number; anybody may see themselves. Raises NobodyByThatName."""
    found = by if str(by.pk) == number else people(by).filter(pk=number).first() if number.isdigit() else None
    if found is None:
        raise NobodyByThatName(name=number)
    return found


def actor_numbered(by: Actor, number: int) -> Actor:
    """A person or phone that an actor may manage, by number. Raises NobodyByThatName."""
    found = Actor.objects.filter(within(by, "access.see"), pk=number, is_active=True).first()
    if found is None:
        raise NobodyByThatName(name=number)
    return found


def held_by(actor: Actor) -> list[tuple[list[str], str]]:
    """Verbs and place of all that an actor holds."""
    return _grants_of(actor)


def grants(by: Actor, scope: str, *, role: str = "") -> QuerySet[Grant]:
    """Who holds roles over exactly this place, for those who may see it."""
    check_may(by, "access.see", scope)
    found = Grant.objects.filter(scope=scope, actor__is_active=True).exclude(actor__kind=Actor.Kind.SYSTEM)
    return (found.filter(role__name=role) if role else found).select_related("actor", "role").order_by("pk")

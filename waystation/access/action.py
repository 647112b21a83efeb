"""What every write goes through: one right, one transaction, one entry in the audit log.

    @action(on="site")
    def close_site(*, by, site, day): ...

in places/actions.py is the verb `places.close_site`: the same word in a role, in the audit log, in the worker's queue
and in the catalogue.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum
from typing import Any, ParamSpec, Protocol, TypeVar

from django.db import connection, models, transaction

from waystation.kernel.joining import Joined
from waystation.kernel.problems import Problem

from .models import Actor, Entry
from .problems import MayNot
from .queries import grants_read_once, home_scope, scopes_of
from .rules import common_scope, covers

P = ParamSpec("P")
R = TypeVar("R")

VERBS: dict[str, Callable[..., Any]] = {}
writing_app: ContextVar[str | None] = ContextVar("writing_app", default=None)


class Where(Enum):
    """What stands for a place where an action has none."""

    EVERYWHERE = "the verb is needed over everything"
    SOMEWHERE = "the verb is needed over any place at all"
    OWN = "everybody may do this to what is their own"


@contextmanager
def writing(app: str) -> Iterator[None]:
    """Within this block the tables of one app are open for writing."""
    token = writing_app.set(app)
    try:
        yield
    finally:
        writing_app.reset(token)


def action(*, on: str | Where = Where.EVERYWHERE) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Guard, wrap and record a write.

    `on` names the argument whose place decides: a thing with a scope, or a list of them, all of which must be covered.
    """

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        app = function.__module__.split(".")[1]
        verb = f"{app}.{function.__name__}"
        signature = inspect.signature(function)

        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            given = bound.arguments
            scope = _allowed(given["by"], verb, on, given)
            with transaction.atomic():
                with writing(app):
                    result = function(*args, **kwargs)
                _record([Entry(app=app, verb=verb, actor=given["by"], scope=scope, refs=_refs(given, result))])
            return result

        VERBS[verb] = run
        return run

    return wrap


class Deed(Protocol):
    """What somebody wants done, by an action that is done for many at once."""

    @property
    def by(self) -> Actor:
        """Who wants it."""


D = TypeVar("D", bound=Deed)

MOST_AT_ONCE = 64


def joined_action(function: Callable[[Sequence[D]], Sequence[R | Problem]]) -> Callable[[D], R]:
    """Like `action` with Where.SOMEWHERE, for what many do at the same moment: they share one transaction.

    The function takes deeds and answers a result or a problem for each. Each has its own author, whose right is
    checked, and its own entry in the audit log; what is decorated takes one deed.
    """
    app = function.__module__.split(".")[1]
    verb = f"{app}.{function.__name__}"

    def run(deeds: Sequence[D]) -> list[R | BaseException]:
        with grants_read_once([deed.by for deed in deeds]), transaction.atomic():
            scopes = [_home_or_problem(deed.by, verb) for deed in deeds]
            allowed = [deed for deed, scope in zip(deeds, scopes, strict=True) if isinstance(scope, str)]
            with writing(app):
                done = iter(function(allowed))
            outcomes: list[R | BaseException] = [
                scope if isinstance(scope, Problem) else next(done) for scope in scopes
            ]
            _record(
                [
                    Entry(app=app, verb=verb, actor=deed.by, scope=scope, refs=_refs({}, outcome))
                    for deed, scope, outcome in zip(deeds, scopes, outcomes, strict=True)
                    if isinstance(scope, str) and not isinstance(outcome, Problem)
                ]
            )
        return outcomes

    VERBS[verb] = function
    return functools.wraps(function)(Joined(run, most=MOST_AT_ONCE))


def _home_or_problem(by: Actor, verb: str) -> str | Problem:
    try:
        return home_scope(by, verb)
    except MayNot as problem:
        return problem


def _record(entries: list[Entry]) -> None:
    """Write to the audit log, last of all in a transaction.

    Entries of an app take their numbers in the order in which they become visible: who has read everything up to the
    latest number has missed nothing (docs/decisions/0014). SQLite writes one transaction at a time anyway.

    Foreign keys are looked at before the place in that order is taken, not after, at the commit: they wait for rows
    which another may hold who waits for this place.
    """
    if not entries:
        return
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
            cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"access.entry {entries[0].app}"])
    with writing("access"):
        if len(entries) == 1:
            entries[0].save(force_insert=True)
        else:
            Entry.objects.bulk_create(entries)


def _allowed(by: Actor, verb: str, on: str | Where, given: dict[str, Any]) -> str:
    """The scope that the audit log will name. Raises MayNot."""
    if on is Where.OWN:
        return "/"
    if on is Where.SOMEWHERE:
        return home_scope(by, verb)
    needed = {"/"} if isinstance(on, Where) else _scopes(given[on])
    held = scopes_of(by, verb)
    for scope in sorted(needed):
        if not any(covers(one, scope) for one in held):
            raise MayNot(actor=by.name, verb=verb, scope=scope)
    return common_scope(needed)


def _scopes(thing: Any) -> set[str]:
    if isinstance(thing, str):
        return {thing}
    if isinstance(thing, Collection):
        return {one.scope for one in thing}
    return {thing.scope}


def _refs(given: dict[str, Any], result: Any) -> dict[str, str | int]:
    """What was touched: rows by number, lists by length; never what they say."""
    refs: dict[str, str | int] = {}
    for name, thing in {**given, "result": result}.items():
        if isinstance(thing, models.Model) and name != "by":
            refs[name] = f"{thing._meta.label_lower}:{thing.pk}"
        elif isinstance(thing, list):
            refs[name] = len(thing)
    return refs

"""What every write goes through: one right, one transaction, one entry in the audit log.

    @action(on="site")
    def close_site(*, by, site, day): ...

in places/actions.py is the verb `places.close_site`: the same word in a role, in the audit log, in the worker's queue
and in the catalogue.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum
from typing import Any, ParamSpec, TypeVar

from django.db import models, transaction

from .models import Actor, Entry
from .problems import MayNot
from .queries import home_scope, scopes_of
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
                with writing("access"):
                    Entry.objects.create(app=app, verb=verb, actor=given["by"], scope=scope, refs=_refs(given, result))
            return result

        VERBS[verb] = run
        return run

    return wrap


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

"""One endpoint to every action: words in, the action's own types out.

    POST /do/places.set_status   {"site": "S-7K3Q9", "status": "closed", "since": "2026-03-01"}
    waystation do places.set_status --by officer site=S-7K3Q9 status=closed since=2026-03-01

The signature of the action is the form of the request. Actions that take what words cannot say (a file, what was read
of a sheet) are not offered here.
"""

from __future__ import annotations

import inspect
import json
import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from math import isfinite
from typing import Any, Union, get_args, get_origin, get_type_hints

from django.db.models import Model
from django.utils.module_loading import autodiscover_modules

from waystation.access.action import VERBS
from waystation.access.models import Actor
from waystation.access.queries import EVERY_ROW, scopes_of, within
from waystation.kernel.problems import Gathering

from .problems import NoSuchRow, NoSuchVerb, NotThatKind, WrongWords

LARGEST = 2**31 - 1  # what a whole number of either database holds


def _text(word: Any) -> str:
    if isinstance(word, bool) or not isinstance(word, str | int | float) or "\0" in str(word):
        raise ValueError
    str(word).encode()  # a half of a surrogate pair is no text
    return str(word)


def _whole(word: Any) -> int:
    if isinstance(word, bool) or not isinstance(word, str | int) or abs(int(word)) > LARGEST:
        raise ValueError
    return int(word)


def _measured(word: Any) -> float:
    if isinstance(word, bool) or not isfinite(float(word)):
        raise ValueError
    return float(word)


def _exact(word: Any) -> Decimal:
    if isinstance(word, bool) or not Decimal(str(word)).is_finite():
        raise ValueError
    return Decimal(str(word))


def _moment(word: Any) -> datetime:
    """A moment; of one that names no offset, in UTC."""
    moment = datetime.fromisoformat(word)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


READERS: dict[Any, Callable[[Any], Any]] = {
    str: _text,
    int: _whole,
    float: _measured,
    date: date.fromisoformat,
    datetime: _moment,
    Decimal: _exact,
}


@cache
def verbs() -> dict[str, Any]:
    """Every action of every app, by its verb."""
    autodiscover_modules("actions")
    return VERBS


def parameters(action: Any) -> dict[str, Any]:
    """What an action takes beside its author: name → type."""
    hints = get_type_hints(inspect.unwrap(action))
    return {name: hints[name] for name in inspect.signature(action).parameters if name != "by"}


def readable(kind: Any) -> bool:
    """Whether words can say a value of this type."""
    kind = _bare(kind)
    if kind in READERS:
        return True
    if get_origin(kind) in (list, tuple):
        return readable(get_args(kind)[0])
    if get_origin(kind) is Mapping:
        return True
    if is_dataclass(kind):
        return all(readable(hint) for hint in get_type_hints(kind).values())
    return isinstance(kind, type) and issubclass(kind, Model) and hasattr(kind, "known_by")


def offered(verb: str) -> bool:
    """Whether an action can be called with words."""
    return verb in verbs() and all(readable(kind) for kind in parameters(verbs()[verb]).values())


def _bare(kind: Any) -> Any:
    """A type without its `| None`."""
    if get_origin(kind) in (Union, types.UnionType):
        return next(one for one in get_args(kind) if one is not type(None))
    return kind


def _may_be_none(kind: Any) -> bool:
    return get_origin(kind) in (Union, types.UnionType) and type(None) in get_args(kind)


def read_word(by: Actor, name: str, word: Any, kind: Any) -> Any:
    """One word, read as one type; a row by the field it is known by, if the caller may see it.

    Raises NoSuchRow, NotThatKind, WrongWords.
    """
    if word is None and _may_be_none(kind):
        return None
    kind = _bare(kind)
    if get_origin(kind) in (list, tuple, Mapping) or is_dataclass(kind):
        return _read_many(by, name, word, kind)
    if issubclass(kind, Model):
        return _read_row(by, word, kind)
    try:
        return READERS[kind](word)
    except (ValueError, TypeError, ArithmeticError) as error:
        raise NotThatKind(name=name, word=word, kind=kind.__name__) from error


def _read_row(by: Actor, word: Any, kind: type[Model]) -> Model:
    """A row that the caller may see; of one that they may not see, not even whether it is there is told."""
    see = f"{kind._meta.app_label}.see"
    placed = any(field.name == "scope" for field in kind._meta.concrete_fields)
    seen = within(by, see) if placed else (EVERY_ROW if scopes_of(by, see) else ~EVERY_ROW)
    row: Model | None = kind._default_manager.filter(seen, **{getattr(kind, "known_by"): str(word)}).first()  # noqa: B009
    if row is None:
        raise NoSuchRow(kind=kind._meta.verbose_name, word=word)
    return row


def _read_many(by: Actor, name: str, word: Any, kind: Any) -> Any:
    """A list, an object of words, or the fields of one thing; a text is read as JSON first."""
    if isinstance(word, str):
        try:
            word = json.loads(word)
        except (ValueError, RecursionError) as error:
            raise NotThatKind(name=name, word=word, kind="JSON") from error
    if get_origin(kind) is Mapping and isinstance(word, dict):
        return {str(key): str(value) for key, value in word.items()}
    if get_origin(kind) in (list, tuple) and isinstance(word, list):
        return get_origin(kind)([read_word(by, name, one, get_args(kind)[0]) for one in word])
    if is_dataclass(kind) and isinstance(word, dict):
        hints = get_type_hints(kind)
        if not word.keys() <= {field.name for field in fields(kind)}:
            raise WrongWords(verb=name, takes=", ".join(hints), given=", ".join(word))
        try:
            return kind(**{key: read_word(by, key, value, hints[key]) for key, value in word.items()})  # type: ignore[operator]
        except TypeError as error:
            raise WrongWords(verb=name, takes=", ".join(hints), given=", ".join(word)) from error
    raise NotThatKind(name=name, word=word, kind=str(kind))


def do(verb: str, by: Actor, words: Mapping[str, Any]) -> Any:
    """Read every word, tell every fault at once, act."""
    if not offered(verb):
        raise NoSuchVerb(verb=verb)
    action = verbs()[verb]
    takes = parameters(action)
    signature = inspect.signature(action).parameters
    needed = {name for name in takes if signature[name].default is inspect.Parameter.empty}
    if not needed <= set(words) <= set(takes):
        raise WrongWords(verb=verb, takes=", ".join(takes) or "–", given=", ".join(words) or "–")
    read, gathering = {}, Gathering()
    for name, word in words.items():
        with gathering.at(column=name):
            read[name] = read_word(by, name, word, takes[name])
    gathering.close()
    return action(by=by, **read)

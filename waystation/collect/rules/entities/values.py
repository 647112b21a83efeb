"""What lists, properties and ids may be called, and which values fit which type."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Final
from uuid import UUID

from ...problems import BadEntityId, BadListName, BadPropertyName

NAME: Final = re.compile(r"[^\W\d][\w.-]*")
RESERVED: Final = frozenset({"name", "label"})


def checked_list_name(name: str) -> str:
    """A name that a list may have: that of an XML element, without points and without two underscores at its head.

    Raises BadListName.
    """
    name = name.strip()
    if not NAME.fullmatch(name) or "." in name or name.startswith("__"):
        raise BadListName(name=name[:80])
    return name


def checked_property_name(name: str) -> str:
    """A name that a property may have; `name` and `label` are every entity's own. Raises BadPropertyName."""
    name = name.strip()
    if not NAME.fullmatch(name) or name.lower() in RESERVED or name.startswith("__"):
        raise BadPropertyName(name=name[:80])
    return name


def checked_uuid(word: str) -> str:
    """The id of an entity in small letters. Raises BadEntityId where it is no UUID."""
    try:
        return str(UUID(word.strip().lower().removeprefix("uuid:")))
    except ValueError as error:
        raise BadEntityId(id=word[:80]) from error


def _number(word: str) -> object:
    found = Decimal(word)
    if not found.is_finite():
        raise ValueError
    return found


def _place(word: str) -> object:
    parts = [float(part) for part in word.split()]
    if len(parts) < 2 or abs(parts[0]) > 90 or abs(parts[1]) > 180:  # noqa: PLR2004  (latitude, longitude)
        raise ValueError
    return parts


def _truth(word: str) -> object:
    return {"true": True, "false": False, "1": True, "0": False}[word.lower()]


FIT: Final[Mapping[str, Callable[[str], object]]] = {
    "int": int,
    "decimal": _number,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "dateTime": datetime.fromisoformat,
    "boolean": _truth,
    "geopoint": _place,
}
"""How a text is read as a value, by the XForms type; texts of all other types fit always."""


def fits(word: str, kind: str) -> bool:
    """Whether a text is a value of a type; an empty one is none, and fits everywhere."""
    if not word or kind not in FIT:
        return True
    try:
        FIT[kind](word)
    except (ValueError, KeyError, InvalidOperation):
        return False
    return True

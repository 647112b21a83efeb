"""The functions of expressions that work on texts and on lists of chosen words."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import warnings
from collections.abc import Mapping
from typing import Final

from .values import CannotTell, Value, text

ENDLESS = re.compile(r"[+*]\)+[+*{]")
"""A pattern that repeats what it already repeats can take for ever on a long answer."""

LONGEST_SEARCHED: Final = 2_000

DIGESTS: Final[Mapping[str, str]] = {
    "MD5": "md5",
    "SHA-1": "sha1",
    "SHA-256": "sha256",
    "SHA-384": "sha384",
    "SHA-512": "sha512",
}


def texts(values: tuple[Value, ...]) -> list[str]:
    """All texts of some values, each node by itself."""
    found: list[str] = []
    for value in values:
        found += [node.text for node in value] if isinstance(value, list) else [text(value)]
    return found


def concat(*values: Value) -> str:
    """Every text after the other, each node's too."""
    return "".join(texts(values))


def join(between: Value, *values: Value) -> str:
    """Every text with something between them."""
    return text(between).join(texts(values))


def coalesce(*values: str) -> str:
    """The first text that is not empty."""
    return next((value for value in values if value), "")


def selected(chosen: str, word: str) -> bool:
    """Whether a word is among those chosen."""
    return f" {word.strip()} " in f" {chosen} "


def selected_at(chosen: str, place: float) -> str:
    """The chosen word at a place, counted from 0; empty where there is none."""
    words = chosen.split()
    return words[int(place)] if 0 <= place < len(words) else ""


def count_selected(chosen: str) -> float:
    """How many words are chosen."""
    return float(len(chosen.split()))


def substr(whole: str, start: float, end: float | None = None) -> str:
    """A part of a text from a place, counted from 0, up to another; a place below 0 is counted from the end."""
    return whole[int(start) : None if end is None else int(end)]


def substring_before(whole: str, part: str) -> str:
    """What comes before a part; empty where it does not occur."""
    before, found, _ = whole.partition(part) if part else ("", "", "")
    return before if found else ""


def substring_after(whole: str, part: str) -> str:
    """What comes after a part; empty where it does not occur."""
    return whole.partition(part)[2] if part else whole


def translate(whole: str, these: str, those: str) -> str:
    """A text with each sign of one text changed to that of another, or taken away."""
    table: dict[int, str | None] = {}
    for place, sign in enumerate(these):
        table.setdefault(ord(sign), those[place] if place < len(those) else None)
    return whole.translate(table)


def normalize_space(whole: str) -> str:
    """A text with single blanks."""
    return " ".join(whole.split())


def pattern(expression: str) -> re.Pattern[str]:
    """A pattern of a form, ready to be searched for. Raises CannotTell where it is none, or might never end."""
    if ENDLESS.search(expression):
        raise CannotTell
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what Python warns of means something else on a phone
            return re.compile(expression, re.ASCII)
    except (re.error, Warning, OverflowError) as error:
        raise CannotTell from error


def found(expression: re.Pattern[str], whole: str) -> bool:
    """Whether a pattern is found in a text. Raises CannotTell where the text is so long that it might take for ever."""
    if len(whole) > LONGEST_SEARCHED:
        raise CannotTell
    return expression.search(whole) is not None


def digest(whole: str, method: str, encoding: str = "base64") -> str:
    """A checksum of a text. Raises CannotTell for a method or writing that is unknown."""
    if method not in DIGESTS:
        raise CannotTell
    found = hashlib.new(DIGESTS[method], whole.encode(), usedforsecurity=False)
    if encoding == "hex":
        return found.hexdigest()
    if encoding != "base64":
        raise CannotTell
    return base64.b64encode(found.digest()).decode()


def base64_decode(whole: str) -> str:
    """The text that was written in base64; empty where it was not."""
    try:
        return base64.b64decode(whole, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""

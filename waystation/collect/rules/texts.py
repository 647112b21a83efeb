"""Texts as people write them, in any script: what every other reading rests on."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any, Final

LONGEST_EXCERPT: Final = 60
LEAST_ACCENT: Final = 10  # below this class a mark is part of its letter, as the nukta and the virama of India
TATWEEL: Final = "ـ"
JOINERS = re.compile(r"[\s_\-‐‑–]+")


def excerpt(word: Any) -> str:
    """What was given, short enough for a sentence."""
    text = str(word)
    return text if len(text) <= LONGEST_EXCERPT else f"{text[:LONGEST_EXCERPT]}…"


def is_empty(word: Any) -> bool:
    """Whether nothing is written: no cell, or only blanks."""
    return word is None or (isinstance(word, str) and not in_western_digits(word))


def in_western_digits(text: str) -> str:
    """A text with the digits of any script as 0-9, every blank as a plain one, and no invisible marks of direction."""
    if not text.isascii():
        text = "".join(map(_plain_sign, text))
    return " ".join(text.split())


def _plain_sign(sign: str) -> str:
    if unicodedata.category(sign) == "Cf":
        return ""
    digit = unicodedata.decimal(sign, None)
    return sign if digit is None else str(digit)


@lru_cache(maxsize=10_000)
def folded(text: str) -> str:
    """A text for comparison: without capitals, accents and vowel marks, any run of blanks, - and _ as one blank."""
    apart = unicodedata.normalize("NFKD", in_western_digits(text))
    bare = "".join(sign for sign in apart if unicodedata.combining(sign) < LEAST_ACCENT and sign != TATWEEL)
    return JOINERS.sub(" ", bare.casefold()).strip()

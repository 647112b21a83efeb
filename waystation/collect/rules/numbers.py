"""Numbers as people write them: counts of people, and measures."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Any, Final

from ..problems import AmbiguousNumber, CountTooLarge, NegativeCount, NotANumber, NotWhole
from .texts import excerpt, in_western_digits, is_empty

MOST_PEOPLE: Final = 2_147_483_647  # what a database's integer holds
LONGEST_NUMBER: Final = 40
PLAIN_SEPARATORS = str.maketrans({"٬": ",", "،": ",", "٫": ".", "−": "-", "’": "'"})
WHOLE = re.compile(
    r"""\d+
    | [1-9]\d{0,2} (?: (?P<by>[\ ,'])\d{3} (?:(?P=by)\d{3})* | (?:\.\d{3}){2,} )
    | [1-9]\d? (?:,\d{2})+ ,\d{3}   # lakh and crore""",
    re.VERBOSE,
)
FRACTION = re.compile(r"(?P<whole>.+)(?P<point>[.,])(?P<fraction>\d+)")
POINT_AND_THREE = re.compile(r"[1-9]\d{0,2}\.\d{3}")
COMMA_AND_THREE = re.compile(r"[1-9]\d{0,2},\d{3}")


def read_count(word: Any, question: str) -> int | None:
    """A whole number of people or things; None where nothing is written.

    Any script's digits, and thousands parted by blanks, commas, apostrophes or points. A count is whole, so "1,475" is
    1475. But "1.475" is how programs write a fraction and how half of Europe writes 1475: it is asked back, while
    "1.475.000" and "1475.0" are clear.
    Raises NotANumber, AmbiguousNumber, NotWhole, NegativeCount or CountTooLarge.
    """
    if is_empty(word):
        return None
    number, given = _number(word, question, POINT_AND_THREE), excerpt(word)
    if number != number.to_integral_value():
        raise NotWhole(question=question, word=given)
    if number < 0:
        raise NegativeCount(question=question, word=given)
    if number > MOST_PEOPLE:
        raise CountTooLarge(question=question, word=given, most=MOST_PEOPLE)
    return int(number)


def read_number(word: Any, question: str) -> float | None:
    """A measured number; None where nothing is written.

    A point is a decimal point; "1,5", "1 475,5" and "1,475.5" are clear; "1,475" could be either and is asked back.
    Raises NotANumber or AmbiguousNumber.
    """
    return None if is_empty(word) else float(_number(word, question, COMMA_AND_THREE))


def _number(word: Any, question: str, ambiguous: re.Pattern[str]) -> Decimal:
    if isinstance(word, int | float | Decimal) and not isinstance(word, bool) and math.isfinite(word):
        return Decimal(word)
    text = in_western_digits(word).translate(PLAIN_SEPARATORS) if isinstance(word, str) else ""
    size = text.removeprefix("-").strip()
    if ambiguous.fullmatch(size):
        raise AmbiguousNumber(question=question, word=excerpt(word), point=size.replace(",", "."), plain=_digits(size))
    number = _size(size) if len(size) <= LONGEST_NUMBER else None
    if number is None:
        raise NotANumber(question=question, word=excerpt(word))
    return -number if text.startswith("-") else number


def _size(text: str) -> Decimal | None:
    """The number that a text without a sign says; None where it says none."""
    if WHOLE.fullmatch(text):
        return Decimal(_digits(text))
    parts = FRACTION.fullmatch(text)
    if parts is None or parts["point"] in parts["whole"]:
        return None
    if not WHOLE.fullmatch(parts["whole"]) and not POINT_AND_THREE.fullmatch(parts["whole"]):
        return None
    return Decimal(f"{_digits(parts['whole'])}.{parts['fraction']}")


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)

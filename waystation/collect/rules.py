"""How answers are read: the XML of a filled form, and numbers, days and choices as people write them."""

from __future__ import annotations

import io
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from xml.etree.ElementTree import Element  # noqa: S405  (the type only; defusedxml does the reading)

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from .problems import (
    AmbiguousDate,
    AmbiguousNumber,
    CountTooLarge,
    DangerousXml,
    FormTooLarge,
    NegativeCount,
    NoFormId,
    NotAChoice,
    NotADate,
    NotANumber,
    NotWhole,
    NotXml,
    NotYesOrNo,
)

DEEPEST: Final = 50
MOST_NODES: Final = 50_000
TEMPLATE: Final = "{http://openrosa.org/javarosa}template"


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled form, read once."""

    form: str
    version: str
    instance: str
    """What the phone calls this filled form; empty where it does not say."""
    deprecated: str
    """The instance that this one corrects; empty where it corrects none."""
    answers: dict[str, Any]
    """By question: groups are dotted names, what is repeated is a list of such answers."""


def read_filled(xml: bytes, *, repeats: Collection[str] = ()) -> Filled:
    """Read the XML that a phone sent.

    Only the form knows that a group may repeat; one named in `repeats`, by its dotted name, is a list even when it
    came once. Raises NotXml, DangerousXml, FormTooLarge or NoFormId.
    """
    root = _parsed(xml)
    if not root.get("id"):
        raise NoFormId
    answers = _answers(root, frozenset(repeats))
    instance = answers.pop("meta.instanceID", "") or root.get("instanceID", "")
    deprecated = answers.pop("meta.deprecatedID", "")
    return Filled(root.get("id", ""), root.get("version", ""), instance, deprecated, answers)


def _parsed(xml: bytes) -> Element:
    """The tree, refused while it grows: what is too deep or too wide is never built whole."""
    depth = nodes = 0
    root = None
    try:
        for event, node in iterparse(io.BytesIO(xml), events=("start", "end"), forbid_dtd=True):
            root = node if root is None else root
            depth += 1 if event == "start" else -1
            nodes += event == "start"
            if depth > DEEPEST or nodes > MOST_NODES:
                raise FormTooLarge(depth=DEEPEST, nodes=MOST_NODES)
    except DefusedXmlException as error:
        raise DangerousXml from error
    except ParseError as error:
        raise NotXml(line=error.position[0], column=error.position[1] + 1) from error
    except (ValueError, LookupError) as error:  # an encoding that is unknown, or that the parser cannot read
        raise NotXml(line=1, column=1) from error
    assert root is not None  # noqa: S101  (an empty text is a ParseError)
    return root


def _answers(node: Element, repeats: frozenset[str], path: str = "") -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for name, alike in _children(node).items():
        full = f"{path}{name}"
        if len(alike) > 1 or full in repeats:
            answers[name] = [_answer(one, repeats, full) for one in alike]
            continue
        answer = _answer(alike[0], repeats, full)
        answers |= {f"{name}.{inner}": word for inner, word in answer.items()} if len(alike[0]) else {name: answer}
    return answers


def _answer(node: Element, repeats: frozenset[str], path: str) -> Any:
    if len(node):
        return _answers(node, repeats, f"{path}.")
    return {} if path in repeats else (node.text or "").strip()


def _children(node: Element) -> dict[str, list[Element]]:
    children: dict[str, list[Element]] = defaultdict(list)
    for child in node:
        if TEMPLATE not in child.attrib:
            children[child.tag.rpartition("}")[2]].append(child)
    return children


LONGEST_EXCERPT: Final = 60


def excerpt(word: Any) -> str:
    """What was given, short enough for a sentence."""
    text = str(word)
    return text if len(text) <= LONGEST_EXCERPT else f"{text[:LONGEST_EXCERPT]}…"


def in_western_digits(text: str) -> str:
    """A text with the digits of any script as 0-9, every blank as a plain one, and no invisible marks of direction."""
    seen = (sign for sign in text if unicodedata.category(sign) != "Cf")
    digits = (sign if (digit := unicodedata.decimal(sign, None)) is None else str(digit) for sign in seen)
    return " ".join("".join(digits).split())


def folded(text: str) -> str:
    """A text for comparison: without capitals, accents and vowel marks, and with one blank for any run of - and _."""
    apart = unicodedata.normalize("NFKD", in_western_digits(text))
    bare = "".join(sign for sign in apart if unicodedata.combining(sign) <= LEAST_ACCENT and sign != TATWEEL)
    return re.sub(r"[\s_\-‐‑–]+", " ", bare.casefold()).strip()


LEAST_ACCENT: Final = 9  # up to this class a mark is part of the letter, as the nukta and virama of India
TATWEEL: Final = "ـ"


def _is_empty(word: Any) -> bool:
    return word is None or (isinstance(word, str) and not in_western_digits(word))


MOST_PEOPLE: Final = 2_147_483_647  # what a database's integer holds
LONGEST_NUMBER: Final = 40
PLAIN_SEPARATORS = str.maketrans({"٬": ",", "،": ",", "٫": ".", "−": "-", "’": "'"})
WHOLE = re.compile(r"\d+|[1-9]\d{0,2}(?P<by>[ ,.'])\d{3}((?P=by)\d{3})*|[1-9]\d?(,\d{2})+,\d{3}")  # last: India's lakh
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
    if _is_empty(word):
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
    return None if _is_empty(word) else float(_number(word, question, COMMA_AND_THREE))


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
    parts = FRACTION.fullmatch(text)
    if parts and (whole := WHOLE.fullmatch(parts["whole"])) and whole["by"] != parts["point"]:
        return Decimal(f"{_digits(parts['whole'])}.{parts['fraction']}")
    return Decimal(_digits(text)) if WHOLE.fullmatch(text) else None


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)

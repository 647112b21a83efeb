"""How alike two filled forms are: one interview sent twice, or copied and changed a little.

The share of equal answers, and the limit of 85 percent for two interviews of one enumerator, are those of Kuriakose and
Robbins (2016), "Don't get duped: fraud through duplication in public opinion surveys", Statistical Journal of the IAOS
32(3), which calls it the maximum percentage match. It says where to look, not that anything is wrong: short forms, and
forms with few choices, match by nature, so those with few answers are left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import orjson

LIKE: Final = 0.85
"""The share of equal answers from which on two are told as nearly the same."""
LEAST_ANSWERS: Final = 10
"""With fewer answers two forms are alike by chance."""
NO_CONTENT: Final = frozenset(
    ["meta", "start", "end", "today", "deviceid", "phonenumber", "username", "email", "audit"]
)
"""What the phone writes by itself, under the names that XLSForms usually give it."""

Answers = frozenset[tuple[str, str]]


def answers_in(tree: Mapping[str, Any]) -> Answers:
    """Every answer of a filled form with the path of its question; the third of a repeat is another question."""
    return frozenset(_answers(tree, ""))


def _answers(tree: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    for name, value in tree.items():
        if value is None or (not path and name in NO_CONTENT):
            continue
        if isinstance(value, dict) and not _is_place(value):
            yield from _answers(value, f"{path}/{name}")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for nth, one in enumerate(value):
                yield from _answers(one, f"{path}/{name}[{nth}]")
        elif value not in ("", []):
            yield f"{path}/{name}", value if isinstance(value, str) else orjson.dumps(value).decode()


def _is_place(value: Mapping[str, Any]) -> bool:
    return "coordinates" in value


def share(one: Answers, other: Answers) -> float:
    """The share of the questions answered in either that have the same answer in both, from 0 to 1."""
    questions = {path for path, _word in one} | {path for path, _word in other}
    return len(one & other) / len(questions) if questions else 0.0


def fingerprint(answers: Answers) -> str:
    """32 hexadecimal digits that two filled forms share when they say the same; empty where they say too little."""
    if len(answers) < LEAST_ANSWERS:
        return ""
    return hashlib.blake2b(orjson.dumps(sorted(answers)), digest_size=16).hexdigest()


def most_alike(one: Answers, others: Iterable[tuple[int, Answers]]) -> tuple[int, float] | None:
    """Of some others, by number, the one that is most alike, and how much; None where none is nearly the same."""
    if len(one) < LEAST_ANSWERS:
        return None
    shares = [(share(one, other), number) for number, other in others if _could_be_like(one, other)]
    best, number = max(shares, default=(0.0, 0))
    return (number, best) if best >= LIKE else None


def _could_be_like(one: Answers, other: Answers) -> bool:
    """Whether enough is equal: there are at least as many questions as the longer of the two has answers.

    A quick look that spares nearly all comparisons their longer way.
    """
    return len(one & other) >= LIKE * max(len(one), len(other))

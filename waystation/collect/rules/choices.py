"""Choices as people write them: by code or by any known spelling."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..problems import NotAChoice, NotYesOrNo
from .texts import excerpt, folded, is_empty


def read_choice(word: Any, choices: Mapping[str, Iterable[str]], question: str) -> str | None:
    """The code of the choice that a word stands for, however it is spelled; None where nothing is written.

    Every code comes with the spellings that stand for it; capitals, accents and blanks make no difference.
    Raises NotAChoice.
    """
    if is_empty(word):
        return None
    given = folded(str(int(word)) if isinstance(word, float) and word.is_integer() else str(word))
    for code, spellings in choices.items():
        if given == folded(code) or any(given == folded(spelling) for spelling in spellings):
            return code
    raise NotAChoice(question=question, word=excerpt(word), known=", ".join(choices))


YES = frozenset(map(folded, ["yes", "y", "true", "1", "oui", "o", "vrai", "نعم", "sí", "si"]))
NO = frozenset(map(folded, ["no", "n", "false", "0", "non", "faux", "لا"]))


def read_yes_no(word: Any) -> bool | None:
    """Yes or no in English, French, Arabic or Spanish; None where nothing is written. Raises NotYesOrNo."""
    if is_empty(word):
        return None
    given = folded(str(int(word)) if isinstance(word, bool | float) and word in (0, 1) else str(word))
    if given not in YES | NO:
        raise NotYesOrNo(word=excerpt(word))
    return given in YES

"""What an expression stands on: the question it belongs to, and what the form carries besides its questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .nodes import Node


class CannotJudge(Exception):
    """An expression cannot be judged here, whatever the answers: it asks for what only the phone had."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what
        """The function, the list or the words that are unknown here."""


@dataclass(slots=True)
class Carried:
    """What a form carries: its own lists, and its words where it speaks one language only."""

    lists: Mapping[str, Node] = field(default_factory=dict)
    words: Mapping[str, str] | None = None
    """Words by their id; none where the form speaks several languages: only the phone knew which one was shown."""
    labels: dict[tuple[str, ...], Mapping[str, str]] = field(default_factory=dict)
    """The words of the choices of a question by its path, where the form speaks one language only."""
    asks_the_moment: bool = False
    """Whether some rule asks what day or time it is."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Where one expression stands: the path of its question, and what the form carries."""

    path: tuple[str, ...]
    carried: Carried

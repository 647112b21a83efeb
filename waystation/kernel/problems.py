"""One family for everything that can go wrong on purpose.

An app names its problems in its own problems.py, each under one of the five kinds below. The kind decides the HTTP
status and the exit code, so an app never writes a number.

    Problem
    ├── Invalid       what was given cannot be used as it stands
    │   ├── TooLarge  … because there is too much of it
    │   └── Several   … for many reasons, told at once
    ├── Forbidden     the actor may not do this here
    │   └── Unknown   … because nobody knows who calls
    ├── NotFound      no such thing, or none that the actor may see
    ├── Conflict      true in itself, but not beside what is already recorded
    └── Unavailable   try again later; nothing was lost
        └── TooOften  … because this was tried too often
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

Translate = Callable[[str], str]


def _(words: str) -> str:
    """Mark words for translation. They are translated at the endpoint, which knows the reader's language."""
    return words


def untranslated(words: str) -> str:
    """The words as they were written, for logs and tests."""
    return words


class Problem(Exception):
    """Something a caller can understand and act upon."""

    status: ClassVar[int] = 500
    exit_code: ClassVar[int] = os.EX_SOFTWARE
    message: ClassVar[str] = ""
    remedy: ClassVar[str] = ""

    def __init__(self, **details: Any) -> None:
        self.details = details
        super().__init__(self.message.format(**details))

    @classmethod
    def code(cls) -> str:
        """app.words_of_the_class, such as camps.store_too_low."""
        app = cls.__module__.split(".")[1]
        return f"{app}.{re.sub(r'(?<!^)(?=[A-Z])', '_', cls.__name__).lower()}"

    def as_dict(self, translate: Translate = untranslated) -> dict[str, Any]:
        """The one outside shape, used by every endpoint: code, message, remedy, details."""
        return {
            "code": self.code(),
            "message": translate(self.message).format(**self.details),
            "remedy": translate(self.remedy).format(**self.details),
            "details": {key: str(value) for key, value in self.details.items()},
        }

    def as_record(self) -> dict[str, Any]:
        """The shape that is stored: as told, with the untranslated sentences, so that every language can follow."""
        return {**self.as_dict(), "says": self.message, "advises": self.remedy}


def retold(record: Mapping[str, Any], translate: Translate) -> dict[str, Any]:
    """A stored problem, and each of those it gathers, in the reader's language."""
    details = record["details"]
    told = {
        **record,
        "message": translate(record["says"]).format(**details),
        "remedy": translate(record["advises"]).format(**details),
    }
    if "each" in record:
        told["each"] = [retold(one, translate) for one in record["each"]]
    return told


class Invalid(Problem):
    """What was given cannot be used as it stands."""

    status, exit_code = 422, os.EX_DATAERR


class TooLarge(Invalid):
    """There is more of it than is taken in at once."""

    status = 413


class Forbidden(Problem):
    """The actor may not do this here."""

    status, exit_code = 403, os.EX_NOPERM


class Unknown(Forbidden):
    """Nobody knows who calls."""

    status = 401


class NotFound(Problem):
    """No such thing, or none that the actor may see."""

    status, exit_code = 404, os.EX_NOINPUT


class Conflict(Problem):
    """True in itself, but not beside what is already recorded."""

    status, exit_code = 409, os.EX_CANTCREAT


class Unavailable(Problem):
    """Try again later; nothing was lost."""

    status, exit_code = 503, os.EX_TEMPFAIL


class TooOften(Unavailable):
    """This was tried too often."""

    status = 429


@dataclass(frozen=True, slots=True)
class Place:
    """Where in what was sent a problem lies: a row of a sheet (counted as the reader sees it), a column or question."""

    row: int | None = None
    column: str | None = None

    def as_dict(self) -> dict[str, Any]:
        return {"row": self.row, "column": self.column}

    def __str__(self) -> str:
        return ", ".join([*([f"row {self.row}"] if self.row else []), *([self.column] if self.column else [])])


class Several(Invalid):
    """Many problems found in one pass, so that a person mends a sheet once."""

    message = _("Problems found: {count}. Nothing was recorded.")
    remedy = _("Mend each one listed, then send again.")

    def __init__(self, problems: Sequence[tuple[Place, Problem]]) -> None:
        self.problems = problems
        super().__init__(count=len(problems))

    def as_dict(self, translate: Translate = untranslated) -> dict[str, Any]:
        each = [{"place": place.as_dict(), **one.as_dict(translate)} for place, one in self.problems]
        return {**super().as_dict(translate), "each": each}

    def as_record(self) -> dict[str, Any]:
        each = [{"place": place.as_dict(), **one.as_record()} for place, one in self.problems]
        return {**super().as_record(), "each": each}


class Gathering:
    """Gathers problems place by place, then raises them as one; warnings are gathered beside them and stop nothing."""

    def __init__(self) -> None:
        self.caught: list[tuple[Place, Problem]] = []
        self.warnings: list[tuple[Place, Problem]] = []
        self._here = Place()

    @contextmanager
    def at(self, row: int | None = None, column: str | None = None) -> Iterator[None]:
        """Within this block a problem is kept with its place. A nested block knows the outer one's row."""
        outer = self._here
        self._here = self._placed(Place(row, column))
        try:
            yield
        except Several as several:
            self.caught += [(self._placed(place), problem) for place, problem in several.problems]
        except Problem as problem:
            self.caught.append((self._here, problem))
        finally:
            self._here = outer

    def _placed(self, place: Place) -> Place:
        return Place(place.row or self._here.row, place.column or self._here.column)

    def warn(self, problem: Problem, column: str | None = None) -> None:
        """Keep a doubt that stops nothing but must be seen."""
        self.warnings.append((self._placed(Place(column=column)), problem))

    def close(self) -> None:
        """Raise what was gathered, if anything was."""
        if self.caught:
            raise Several(self.caught)

"""Names of files that come with a filled form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import PurePosixPath
from typing import Final

LONGEST_STEM, LONGEST_SUFFIX = 200, 20
FIRST_NUMBER: Final = 2


def name_beside(name: str, content: str, kept: Mapping[str, str]) -> str | None:
    """The name under which to keep a file beside those kept already (name → hash), so that none is lost to another.

    Its own name, or one with a number where another file has that; None where the very same file is kept.
    """
    free = next(one for one in _names_like(name) if kept.get(one, content) == content)
    return None if free in kept else free


def _names_like(name: str) -> Iterator[str]:
    yield name
    path = PurePosixPath(name)
    for number in count(FIRST_NUMBER):
        yield f"{path.stem[:LONGEST_STEM]} ({number}){path.suffix[:LONGEST_SUFFIX]}"

"""Formats of a form's answers: one file for each, the file's name is the end of the written file's name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from waystation.kernel.registries import things_on

from ..rules.fields import Fields, Tree
from ..rules.fields.columns import Meta, Options


@dataclass(frozen=True)
class Export:
    """What is exported: a form's fields and its submissions, which may be a stream: read them once."""

    form: str
    fields: Fields
    rows: Iterable[tuple[Meta, Tree]] = field(default=(), repr=False)
    options: Options = field(default_factory=Options)
    files: Iterable[tuple[str, Path]] = field(default=(), repr=False)
    """The files that came with the submissions: their names, and where each lies. Only an archive holds them."""
    audits: Iterable[tuple[str, Path]] = field(default=(), repr=False)
    """What phones noted of how forms were filled in: the id of each submission, and where its audit.csv lies."""


@dataclass(frozen=True)
class Writer:
    """Turns an export into one format, piece by piece."""

    media: str
    write: Callable[[Export], Iterator[bytes]]
    ending: str = ""
    """The end of the file's name, where it is not the writer's own name."""
    is_installed: bool = True
    """Whether the libraries it needs are there; those of some formats are an extra."""


@cache
def formats() -> dict[str, Writer]:
    """The formats of exports, by name."""
    return things_on("waystation.collect.writers", Writer)

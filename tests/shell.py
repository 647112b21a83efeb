"""The command line in the process of the test, on the test's own database."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def faults(self) -> list[tuple[str, str, str]]:
        """Row, column and code of every fault."""
        found = re.findall(r"^  (\d*):?(.*?)  (\w+\.\w+): ", self.err, re.MULTILINE)
        return [(row, column, code) for row, column, code in found]


Shell = Callable[..., Said]


@contextmanager
def opened(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    """`waystation` in a shell that speaks English unless it is told otherwise."""
    from django.utils import translation

    from waystation.front import cli

    def run(*words: object, language: str = "en_GB.UTF-8") -> Said:
        monkeypatch.setenv("LC_ALL", language)
        capsys.readouterr()
        code = cli.main([str(word) for word in words])
        out, err = capsys.readouterr()
        return Said(code, out, err.replace("\u00a0", " "))

    with translation.override("en"):
        yield run

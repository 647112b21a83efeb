"""Measures how fast it is, and prints it: `python -m scripts.bench [--quick] [--only SECTION]`.

Each section is measured in a fresh installation on each database, with a real server where there is one to ask. Nothing
here fails for being slow.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from scripts import postgres

from . import machine
from .installation import ROOT, installation
from .sections import SECTIONS


def databases(*, quick: bool) -> list[str]:
    """What it is measured on; SQLite only in a quick run."""
    if quick:
        return ["SQLite"]
    try:
        return ["SQLite", f"PostgreSQL {postgres.version_of(postgres.programs())}"]
    except postgres.NoServer as problem:
        print(f"NOT MEASURED on PostgreSQL. {problem}")
        return ["SQLite"]


def rows_of(section: str, database: str, static: Path, options: Sequence[str]) -> Iterator[list[Any]]:
    """The rows of one section, each as soon as it is measured."""
    with installation(database, static) as environment:
        program = [sys.executable, "-m", "scripts.bench.inside", section, *options]
        inside = subprocess.Popen(program, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        try:
            assert inside.stdout is not None  # noqa: S101  (it is a pipe)
            yield from map(json.loads, inside.stdout)
        finally:
            if inside.wait():
                raise SystemExit(f"{section} could not be measured on {database}.")


def main() -> int:
    """Read the command line, then measure and print section by section."""
    parser = argparse.ArgumentParser(description="Measure how fast it is.")
    parser.add_argument("--quick", action="store_true", help="only a little of everything, on SQLite: whether it runs")
    parser.add_argument("--only", choices=SECTIONS, action="append", help="leave the other sections out")
    given = parser.parse_args()
    postgres.end_in_order()
    began = time.monotonic()
    print(machine.told())
    with TemporaryDirectory(prefix="waystation-bench-") as folder:
        for name in given.only or SECTIONS:
            measure(name, Path(folder, "static"), quick=given.quick)
    print(f"\nMeasured in {time.monotonic() - began:.0f} s.")
    return 0


def measure(name: str, static: Path, *, quick: bool) -> None:
    """One section on each database, printed row by row."""
    section = SECTIONS[name]
    print(section.head())
    for database in databases(quick=quick):
        print(f"{database}:", flush=True)
        for row in rows_of(name, database, static, ["--quick"] if quick else []):
            print(section.row(row), flush=True)
    print(*(f"  {note}" for note in section.notes), sep="\n")


if __name__ == "__main__":
    sys.exit(main())

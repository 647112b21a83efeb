"""Milliseconds of the figure of displaced people by area, over rounds of three sizes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any, Final

from waystation.tracking.models import Count

from . import made
from .installation import ROOT
from .machine import Load

SIZES: Final = (10_000, 100_000, 1_000_000)


def measure(*, quick: bool) -> Iterator[Sequence[Any]]:
    """A row for each size, each asked in a new process (asking.py)."""
    by = made.country()
    (round_,) = made.rounds(by, 1)
    made.officer(by)
    for size in (2_000,) if quick else SIZES:
        made.counts(round_, size)
        load = Load()
        program = [sys.executable, "-m", "scripts.bench.asking", "officer"]
        told = json.loads(subprocess.run(program, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout)
        yield [
            f"{Count.objects.count():,}",
            *(told[name] for name in ("locations", "people", "cold", "warm", "peak")),
            load.others(),
        ]

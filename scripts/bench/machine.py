"""The machine that it is measured on: what it is, and who uses its processors meanwhile."""

from __future__ import annotations

import os
import platform
import resource
import sqlite3
import sys
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

PROCESSES = Path("/proc")
PACKAGES = ("waystation", "django", "duckdb", "gunicorn")


def told(*more: str) -> str:
    """One line: cores, memory, versions."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    parts = [
        f"{os.cpu_count()} cores, {memory:.0f} GB",
        f"{platform.system()} {platform.release()}",
        f"Python {platform.python_version()}",
        *(f"{name} {version(name)}" for name in PACKAGES),
        f"SQLite {sqlite3.sqlite_version}",
        *more,
    ]
    return " · ".join(parts)


def peak_megabytes() -> float:
    """The most memory that this process has held so far."""
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


class Load:
    """Processor seconds that some processes, with all they have started, and all others have taken since its making."""

    def __init__(self, *processes: int) -> None:
        self.processes = processes
        self.clock = os.times().elapsed
        self.ours, self.all = self._taken()

    def seconds(self) -> float | None:
        """Taken by the processes named; None where the system does not tell."""
        return self._taken()[0] - self.ours if PROCESSES.exists() else None

    def others(self) -> float | None:
        """Cores that all the rest took on average: neither the processes named nor this one and what it started."""
        if not PROCESSES.exists():
            return None
        ours, everything = self._taken()
        own = seconds_of(tree(os.getpid())) - self.own if os.getpid() not in self.processes else 0
        elapsed = max(os.times().elapsed - self.clock, 0.01)
        return max(everything - self.all - (ours - self.ours) - own, 0) / elapsed

    def _taken(self) -> tuple[float, float]:
        if not PROCESSES.exists():
            return 0, 0
        self.own = getattr(self, "own", seconds_of(tree(os.getpid())))
        numbers = set().union(*(tree(process) for process in self.processes))
        user, nice, system, *_rest = PROCESSES.joinpath("stat").read_text().split()[1:8]
        return seconds_of(numbers), (int(user) + int(nice) + int(system)) / ticks()


def ticks() -> int:
    """How many times a second the kernel counts."""
    return os.sysconf("SC_CLK_TCK")

"""The machine that it is measured on: what it is, and who uses its processors meanwhile."""

from __future__ import annotations

import os
import platform
import resource
import sqlite3
import sys
import time
from importlib.metadata import version
from pathlib import Path

PROCESSES = Path("/proc")
PACKAGES = ("waystation", "django", "duckdb", "gunicorn")


def told() -> str:
    """One line: cores, memory, versions."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    parts = [
        f"{os.cpu_count()} cores, {memory:.0f} GB",
        f"{platform.system()} {platform.release()}",
        f"Python {platform.python_version()}",
        *(f"{name} {version(name)}" for name in PACKAGES),
        f"SQLite {sqlite3.sqlite_version}",
    ]
    return " · ".join(parts)


def peak_megabytes() -> float:
    """The most memory that this process has held so far."""
    unit = 1 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


class Load:
    """Who takes the processors, from its making on. All answers are None where the system does not tell."""

    def __init__(self, *servers: int) -> None:
        """Watch this process and these servers, each with all it has started."""
        self.servers, self.mine = servers, (os.getpid(), *servers)
        self.began = time.monotonic()
        self.before = self._taken()

    def server_seconds(self) -> float | None:
        """Processor seconds that the servers took."""
        return self._taken()[0] - self.before[0] if PROCESSES.exists() else None

    def others(self) -> float | None:
        """Cores that all other programs took, on average."""
        if not PROCESSES.exists():
            return None
        _servers, mine, machine = (now - then for now, then in zip(self._taken(), self.before, strict=True))
        return max(machine - mine, 0.0) / max(time.monotonic() - self.began, 0.01)

    def _taken(self) -> tuple[float, float, float]:
        """Seconds so far of the servers, of all that is watched, of the machine."""
        if not PROCESSES.exists():
            return 0, 0, 0
        user, nice, system = PROCESSES.joinpath("stat").read_text().split()[1:4]
        machine = (int(user) + int(nice) + int(system)) / os.sysconf("SC_CLK_TCK")
        return seconds_of(self.servers), seconds_of(self.mine), machine


def seconds_of(roots: tuple[int, ...]) -> float:
    """Processor seconds of some processes and all that they have started, ended ones included."""
    states = {}
    for folder in PROCESSES.glob("[0-9]*"):
        try:
            words = folder.joinpath("stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        states[int(folder.name)] = int(words[1]), sum(map(int, words[11:15]))
    wanted, before = set(roots), set[int]()
    while wanted != before:
        before = set(wanted)
        wanted |= {process for process, (parent, _ticks) in states.items() if parent in wanted}
    return sum(states[process][1] for process in wanted if process in states) / os.sysconf("SC_CLK_TCK")

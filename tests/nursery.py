"""One process that loads everything once, runs commands, and forks servers: a start of a tenth of a second.

Each server that it forks is the whole of `waystation serve`, in a process group of its own.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.serving import Installation, free_port
from tests.shell import Said

ROOT = Path(__file__).parents[1]


def nursery(longest_silence: str | None = None) -> None:
    """Do commands and fork servers, as told on standard input: one list of words a line, answered by one line."""
    from waystation.front.cli import main

    with redirect_stdout(io.StringIO()):
        main(["--version"])
    import waystation.front.urls  # noqa: F401  (loaded once, before the forks)
    from waystation.front import server

    server.LONGEST_SILENCE = int(longest_silence or server.LONGEST_SILENCE)

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever is killed shall not linger
    for line in sys.stdin:
        words = json.loads(line)
        if words[0] == "serve":
            number = os.fork()
            if number == 0:
                os.setsid()
                os._exit(main(words))
            answer(number)
            continue
        out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = main(words)
        leave_database()
        out.seek(0)
        answer([code, out.read(), err.getvalue()])


def answer(what: object) -> None:
    """Tell the parent, in one line."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def leave_database() -> None:
    """A connection must not live on in a forked process."""
    from django.db import connections

    connections.close_all()


@dataclass
class Nursery:
    """The process that forks servers, as its parent sees it."""

    process: subprocess.Popen[str]

    def _told(self, words: Sequence[str]) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def run(self, *words: str) -> str:
        """One command, which must succeed."""
        said = self.answer(*words)
        assert said.code == 0, (words, said)
        return said.out

    def answer(self, *words: str) -> Said:
        """What one command answers."""
        return Said(*self._told(words))

    def serve(self, port: int, *, workers: int = 2) -> int:
        """Start a server and wait until it listens. Answers the number of its process group."""
        group = int(self._told(["serve", "--port", str(port), "--workers", str(workers)]))
        wait_until(lambda: answers_at(port))
        return group

    @contextmanager
    def serving(self, *, workers: int = 2) -> Iterator[tuple[int, int]]:
        """A server within this block: its port and its process group."""
        port = free_port()
        group = self.serve(port, workers=workers)
        try:
            yield port, group
        finally:
            end(group, port)


@contextmanager
def nursing(here: Installation, *, longest_silence: int | None = None) -> Iterator[Nursery]:
    """A nursery for the servers of one installation."""
    with (here.folder.parent / "servers.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.nursery", *([str(longest_silence)] if longest_silence else [])],
            cwd=ROOT,
            env=here.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        with process:
            yield Nursery(process)


def compressed() -> Path:
    """Where tests keep what is compressed for pages, the longest part of `waystation init`, for one another."""
    newest = max(path.stat().st_mtime_ns for path in ROOT.glob("waystation/*/static/**/*"))
    return ROOT / "build" / f"static-of-tests-{newest}"


def seed(here: Installation) -> None:
    """Put what an earlier test compressed into the folder of an installation to come."""
    if compressed().exists():
        here.folder.mkdir()
        shutil.copytree(compressed(), here.folder / "static")


def prepare(here: Installation, nursery: Nursery) -> None:
    """`waystation init`."""
    if not here.folder.exists():
        seed(here)
    nursery.run("init")
    if not compressed().exists():
        compressed().parent.mkdir(exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=compressed().parent))
        shutil.copytree(here.folder / "static", fresh, dirs_exist_ok=True)
        try:
            fresh.rename(compressed())
        except OSError:  # another test was quicker
            shutil.rmtree(fresh)


def phone_of(here: Installation, nursery: Nursery) -> str:
    """A phone that may send from anywhere in South Sudan: where it sends to."""
    prepare(here, nursery)
    key = nursery.run("user", "add", "phone-1", "--kind", "phone").split()[1]
    nursery.run("grant", "phone-1", "enumerator", "/SSD")
    return f"/v1/key/{key}/projects/1/submission"


def write_sheet(path: Path, heading: str, rows: Sequence[Sequence[object]]) -> str:
    """A sheet as CSV."""
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([heading.split(","), *rows])
    return str(path)


def open_round(nursery: Nursery, folder: Path, *, sites: int) -> None:
    """An area, sites called s0, s1, …, and a round to count them in."""
    areas = write_sheet(folder / "areas.csv", "pcode,level,name,parent,release", [["SS01", 1, "Equatoria", "SSD", "x"]])
    nursery.run("load", areas, "--intake", "places.area")
    rows = [[f"s{n}", f"Site {n}", "SS01", "site", "verified_open", "2026-01-01"] for n in range(sites)]
    file = write_sheet(folder / "sites.csv", "ssid,name,area,kind,status,day", rows)
    nursery.run("load", file, "--intake", "places.site")
    nursery.run("do", "tracking.open_operation", "code=SSD-MT", "name=Tracking", "scope=/SSD")
    nursery.run("do", "tracking.plan_round", "operation=SSD-MT", "number=1", "starts=2026-03-01", "ends=2026-03-31")


def answers_at(port: int) -> bool:
    """Whether somebody listens."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
        return True
    return False


def wait_until(true: Callable[[], bool], *, seconds: float = 60) -> None:
    """Until something is so, and not for ever."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it took too long"
        time.sleep(0.01)


def end(group: int, port: int) -> None:
    """Kill a whole server, and see that it is gone."""
    os.killpg(group, signal.SIGKILL)
    wait_until(lambda: not answers_at(port))


def processes_of(group: int) -> set[int]:
    """The processes of a group that still run."""
    found = set()
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            state, _parent, its_group = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
            if int(its_group) == group and state != "Z":
                found.add(int(entry.name))
    return found


def rows(here: Installation, question: str) -> list[tuple[Any, ...]]:
    """What stands in the database, asked of it directly."""
    address = here.environment.get("WAYSTATION_DATABASE")
    if not address:
        database = sqlite3.connect(here.folder / "waystation.sqlite3")
        try:
            return database.execute(question).fetchall()
        finally:
            database.close()
    import psycopg

    with psycopg.connect(address) as server:
        return server.execute(question).fetchall()


if __name__ == "__main__":
    nursery(*sys.argv[1:])

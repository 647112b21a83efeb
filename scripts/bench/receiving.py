"""Submissions a second: real requests to a real server, from programs of their own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import quantiles
from typing import Any, Final

from django.db import connection

from waystation.collect.models import Submission

from . import made
from .installation import ROOT, serving
from .machine import PROCESSES, Load
from .sender import Plan, Seen

CENTRAL: Final = {
    (0, 1): (75.3, None),
    (0, 8): (121.9, 90.0),
    (0, 32): (174.9, 95.0),
    (100, 1): (65.0, None),
    (100, 8): (124.3, 75.0),
    (100, 32): (157.7, 67.0),
}
"""ODK Central by KB of attachment and senders: answered 201 a second, and sustained with its queue drained."""

SITES, ROUNDS = 10_000, 20
LONGEST_DRAIN = 300  # seconds


def measure(*, quick: bool) -> Iterator[Sequence[Any]]:
    """A row for each number of senders, without and with a photograph of 100 KB."""
    by = made.country()
    sites = made.sites(by, 500 if quick else SITES)
    made.rounds(by, ROUNDS)
    path = f"/v1/key/{made.phone(by)}/projects/1/submission"
    cells = [(0, 2), (100, 2)] if quick else list(CENTRAL)
    seconds = 0.5 if quick else 7
    first = 0
    with serving() as (port, server):
        for kilobytes, senders in [(100, 8), *cells]:  # the first one warms up, and is not told
            plan = Plan(port, path, senders, seconds, attachment=kilobytes * 1000, first=first, sites=sites)
            row, sent = _cell(plan, (server, *_database()))
            if first:
                sends = f"{kilobytes or 'no'} KB beside"
                yield [sends, senders, *row, *CENTRAL.get((kilobytes, senders), (None, None))]
            first += sent


def _cell(plan: Plan, servers: tuple[int, ...]) -> tuple[list[Any], int]:
    """What one plan gave, and how many were sent."""
    load = Load(*servers)
    seen = _sent(plan)
    others = load.others()
    drain = _drained()
    received, taken = len(seen.milliseconds), load.server_seconds()
    percent = quantiles(seen.milliseconds, n=100)
    row = [
        received / seen.seconds,
        *(percent[at - 1] for at in (50, 95, 99)),
        received / (seen.seconds + drain),
        None if taken is None else taken / received * 1000,
        seen.failed,
        others,
    ]
    return row, received + seen.failed


def _sent(plan: Plan) -> Seen:
    """Run the senders, in a program of their own."""
    program = [sys.executable, "-m", "scripts.bench.sender"]
    told = subprocess.run(
        program, cwd=ROOT, input=json.dumps(asdict(plan)), stdout=subprocess.PIPE, text=True, check=True
    )
    return Seen(**json.loads(told.stdout))


def _drained() -> float:
    """Wait until the worker has filed everything; how many seconds it took. What it held back is a mistake of ours."""
    began = time.perf_counter()
    while Submission.objects.filter(state="waiting").exists():
        if time.perf_counter() - began > LONGEST_DRAIN:
            raise SystemExit("The worker did not file everything.")
        time.sleep(0.1)
    drain = time.perf_counter() - began
    if held := Submission.objects.exclude(state="filed").first():
        raise SystemExit(f"A submission was not filed: {held.problem}")
    return drain


def _database() -> list[int]:
    """The process of the database server; none where it is embedded."""
    if connection.vendor != "postgresql" or not PROCESSES.exists():
        return []
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        (backend,) = cursor.fetchone()
    return [int(Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1])]

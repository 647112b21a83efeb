"""Asks for the figure as a page would, in a process of its own: `python -m scripts.bench.asking USERNAME`."""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path
from statistics import median

import django

django.setup()

from django.conf import settings  # noqa: E402

from waystation.access.queries import actor_called  # noqa: E402
from waystation.sharing.queries import worked_out  # noqa: E402
from waystation.sharing.registry import Ask  # noqa: E402

from .machine import peak_megabytes  # noqa: E402

TIMES = 5


def main(username: str) -> None:
    """Ask once with nothing kept, then again and again; tell the milliseconds, the memory, and what was answered."""
    shutil.rmtree(Path(settings.DATA, "cache", "figures"), ignore_errors=True)
    asked = Ask(by=actor_called(username), scope="/SSD", words={"level": "2"})
    times = []
    for _time in range(1 + TIMES):
        began = time.perf_counter()
        table = worked_out("tracking.people_by_area", asked)
        rows = [dict(zip(table.names, row, strict=True)) for row in table]
        times.append((time.perf_counter() - began) * 1000)
    told = {
        "locations": sum(row["locations"] for row in rows),
        "people": sum(row["individuals"] for row in rows),
        "cold": times[0],
        "warm": median(times[1:]),
        "peak": peak_megabytes(),
    }
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])

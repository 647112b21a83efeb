"""Asks for the figure as an actor would, in a process of its own: `python -m scripts.bench.asking USERNAME`."""

from __future__ import annotations

import json
import sys
import time
from statistics import median

import django

django.setup()

from waystation.access.queries import actor_called  # noqa: E402
from waystation.sharing.registry import Ask, figure_called  # noqa: E402

from .machine import peak_megabytes  # noqa: E402

TIMES = 5


def main(username: str) -> None:
    """Ask once with nothing kept, then again and again; tell the milliseconds, the memory, and what was answered."""
    figure = figure_called("tracking.people_by_area")
    asked = Ask(by=actor_called(username), scope="/SSD", words={"level": "2"})
    times = []
    for _time in range(1 + TIMES):
        began = time.perf_counter()
        table = figure.compute(asked)
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

"""Rows a second from sheets: the workbook of the demonstration, and a long one made up."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import yaml
from django.db import transaction
from openpyxl import Workbook

from waystation.access.models import Actor
from waystation.collect import actions as collect
from waystation.collect.queries import read_answers, sheet_answers
from waystation.front import demo
from waystation.tracking import actions as tracking

from . import made
from .machine import Load

STEPS: Final = ("pcodes", "payams", "states", "counties", "sites", "counts")
SHOWN: Final = {
    "sites": "sites of round 11 (workbook of 3,335 rows)",
    "counts": "counts of round 11 (the same workbook)",
}
LONG = 50_000


def measure(*, quick: bool) -> Iterator[Sequence[Any]]:
    """A row for each sheet."""
    by = made.country()
    if not quick:
        yield from _workbook(by)
    made.rounds(by, 1)
    rows = 300 if quick else LONG
    with TemporaryDirectory() as folder:
        sheet = _written(Path(folder, "sites.xlsx"), _sites(rows))
        yield _loaded(by, sheet, {"intake": "places.site"}, f"sites made up (xlsx of {rows:,} rows)")
        sheet = _written(Path(folder, "counts.xlsx"), _counts(rows))
        yield _loaded(by, sheet, {"intake": "tracking.location_count"}, f"counts made up (xlsx of {rows:,} rows)")


def _workbook(by: Actor) -> Iterator[Sequence[Any]]:
    operation = tracking.open_operation(by=by, code="SSD-MT", name="South Sudan", scope="/SSD")
    tracking.plan_round(by=by, operation=operation, number=11, starts=date(2021, 7, 1), ends=date(2021, 9, 30))
    for step in STEPS:
        with as_file(files("waystation.front") / "south_sudan") as folder:
            mapping = yaml.safe_load((folder / f"{step}.yaml").read_text())
            row = _loaded(by, (folder / dict(demo.STEPS)[step]).resolve(), mapping, SHOWN.get(step, step))
        if step in SHOWN:
            yield row


def _loaded(by: Actor, file: Path, mapping: dict[str, Any], name: str) -> Sequence[Any]:
    """Load a sheet as `waystation load` does, and time its three parts."""
    load, began = Load(), time.perf_counter()
    rows, warnings = sheet_answers(file, file.name, mapping)
    read = time.perf_counter()
    reading = read_answers(mapping["intake"], by, rows, warnings)
    checked = time.perf_counter()
    with transaction.atomic(), file.open("rb") as content:
        kept = collect.receive_sheet(by=by, file=(file.name, content), mapping=mapping)
        collect.file(by=by, submissions=[kept], reading=reading.sent_as(kept))
    done = time.perf_counter()
    seconds = (read - began, checked - read, done - checked, done - began)
    return [name, kept.records, *seconds, kept.records / seconds[-1], load.others()]


def _written(path: Path, rows: Iterator[Sequence[Any]]) -> Path:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Sheet")
    for row in rows:
        sheet.append(row)
    workbook.save(path)
    return path


def _sites(number: int) -> Iterator[Sequence[Any]]:
    yield ("name", "area", "kind", "status", "day", "latitude", "longitude", "ssid")
    areas = sorted(made.area_pcodes())
    for one in range(number):
        point = (4 + one % 800 / 100, 25 + one % 1000 / 100)
        yield (f"Location {one}", areas[one % len(areas)], "site", "verified_open", "2026-01-01", *point, f"made_{one}")


def _counts(number: int) -> Iterator[Sequence[Any]]:
    groups = ("idp_households", "idp_individuals", "returnee_households", "returnee_individuals")
    yield ("operation", "round", "day", "site", "outcome", *groups, "method", "confidence")
    for one in range(number):
        size = 1 + one * 7919 % 997
        people = (size, size * 5, size, size * 6)
        yield ("BENCH", 1, "2026-03-02", f"made_{one}", "assessed", *people, "ki_estimate", "c")

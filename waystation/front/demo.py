"""The demonstration: a real operation, loaded through the intakes that phones use, reconciled and published."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import click

from waystation.access import actions as access
from waystation.access.models import Actor
from waystation.access.queries import actor_called, role_called
from waystation.access.rules import new_key, new_password
from waystation.collect.models import Submission
from waystation.collect.rules import read_mapping
from waystation.sharing import actions as sharing
from waystation.tracking import actions as tracking
from waystation.tracking.models import Operation
from waystation.tracking.queries import reconciliation, round_called

from . import installation
from .roles import SYSTEM

LoadSheet = Callable[[Actor, Path, dict[str, Any]], Submission]

WORKBOOK = "mobility_tracking_round_11.xlsx"
STEPS = (
    ("pcodes", "../../places/data/pcodes.csv"),
    ("payams", WORKBOOK),
    ("states", "states.geojson"),
    ("counties", "counties.geojson"),
    ("sites", WORKBOOK),
    ("counts", WORKBOOK),
    ("totals_by_state", WORKBOOK),
    ("totals_by_county", WORKBOOK),
)
"""Mappings and the files they read, in their order."""

METHODOLOGY = (
    "Numbers are estimates of key informants at each location (DTM mobility tracking, IOM, July to September 2021), "
    "with the uncertainty that this has. Where a location could not be visited again, its figure is that of an "
    "earlier round and counted as carried forward."
)
PEOPLE = (("officer", "information_officer", "/"), ("approver", "approver", "/"), ("jonglei", "reader", "/SSD/SS03"))


def make(load_sheet: LoadSheet, address: str) -> None:
    """Make it in the data folder unless it is there, and say how to sign in. Passwords are fresh each time."""
    began = time.monotonic()
    installation.prepare()
    by = actor_called(SYSTEM)
    if not Operation.objects.filter(code="SSD-MT").exists():
        _load(by, load_sheet)
        _publish(by)
    _tell(by, address)
    click.echo(f"Ready after {time.monotonic() - began:.0f} s.")


def _load(by: Actor, load_sheet: LoadSheet) -> None:
    for name, file in STEPS:
        if name == "sites":
            _open_round(by)
        with as_file(files("waystation.front") / "south_sudan") as folder:
            mapping = read_mapping((folder / f"{name}.yaml").read_bytes())
            kept = load_sheet(by, (folder / file).resolve(), mapping)
        click.echo(f"  {name}: {kept.records:,}; {len(kept.warnings)} to look at")
    for found in reconciliation(by, round_called(by, "SSD-MT", 11)):
        click.echo(f"  level {found.level}: {found.reported:,} reported, {found.counted:,} counted")


def _open_round(by: Actor) -> None:
    operation = tracking.open_operation(by=by, code="SSD-MT", name="South Sudan mobility tracking", scope="/SSD")
    tracking.plan_round(
        by=by,
        operation=operation,
        number=11,
        starts=date(2021, 7, 1),
        ends=date(2021, 9, 30),
        methodology=METHODOLOGY,
    )


def _publish(by: Actor) -> None:
    for figure, audience, words in (
        ("tracking.people_by_area", "public", {"level": "1"}),
        ("tracking.people_by_area", "public", {"level": "2"}),
        ("tracking.people_by_location", "internal", {}),
    ):
        prepared = sharing.prepare(
            by=by, figure=figure, scope="/SSD", audience=audience, words={"round": "11", **words}
        )
        sharing.approve(by=by, publication=prepared)


def _tell(by: Actor, address: str) -> None:
    """Fresh passwords and a fresh key for the phone, shown this once."""
    click.echo(f"\nOpen {address} and sign in as:")
    for username, role, scope in PEOPLE:
        password = new_password()
        if Actor.objects.filter(username=username).exists():
            access.reset_password(by=by, actor=actor_called(username), password=password)
        else:
            actor = access.add_actor(by=by, username=username, name=username.capitalize(), password=password)
            access.grant(by=by, actor=actor, role=role_called(role), scope=scope)
        click.echo(f"  {username:10} {password}   {role} over {scope}")
    key = new_key()
    if not Actor.objects.filter(username="phone-1").exists():
        phone = access.add_actor(by=by, username="phone-1", name="Phone 1", kind="phone")
        access.grant(by=by, actor=phone, role=role_called("enumerator"), scope="/SSD")
    access.give_key(by=by, actor=actor_called("phone-1"), key=key)
    click.echo(f"A phone (ODK Collect, KoboCollect) sends to:\n  {address}v1/key/{key}/projects/1\n")

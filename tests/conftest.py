"""Shared fixtures: a data folder of its own, a small country, a phone, and the write guard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.cache import cache
from django.db import connection

from waystation.access import actions as access
from waystation.access.action import writing, writing_app
from waystation.access.models import Actor
from waystation.access.queries import role_called
from waystation.access.rules import new_key
from waystation.collect.models import Project
from waystation.front import installation
from waystation.places import actions as places
from waystation.places.actions import NewArea, NewSite
from waystation.places.models import Area
from waystation.tracking import actions as tracking

WRITE = re.compile(r'^\s*(?:INSERT(?: OR IGNORE)? INTO|UPDATE|DELETE FROM)\s+"?([a-z]+)_', re.IGNORECASE)


@contextmanager
def only_actions_write() -> Iterator[None]:
    """Fail on SQL that writes to an app's table from outside that app's actions, bulk updates included."""

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        match = WRITE.match(sql)
        app = match and match.group(1).lower()
        if app in settings.APPS and writing_app.get() != app:
            raise AssertionError(f"{writing_app.get() or 'nobody'} wrote to a table of {app}: {sql[:60]}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield


@pytest.fixture(autouse=True)
def _quick(settings: Any, tmp_path: Path) -> None:
    """Passwords hashed as always but with less work, static files unhashed, a data folder for each test."""
    settings.DATA = tmp_path / "data"
    settings.DATA.mkdir()
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()  # or one test would slow down the sign-in of the next
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["tests.conftest.QuickArgon2"]


hypothesis.settings.register_profile("waystation", deadline=None)  # a busy machine is no fault of a formula
hypothesis.settings.load_profile("waystation")


class QuickArgon2(Argon2PasswordHasher):
    """Argon2 with little work: tests sign in a thousand times."""

    time_cost, memory_cost, parallelism = 1, 8, 1


@pytest.fixture
def system(db: None) -> Iterator[Actor]:
    """The actor behind shell and worker, with the roles and forms that an installation starts with."""
    by = installation._system_actor()
    with only_actions_write():
        installation._roles(by)
        installation._project(by)
        with writing("collect"):
            Project.objects.update(id=1)  # a database that was emptied by another test goes on counting
        installation._forms(by)
        yield by


def add(by: Actor, username: str, role: str, scope: str, kind: str = "person") -> Actor:
    """Somebody with a role over a place."""
    password = "correct-horse-battery" if kind == "person" else None
    actor = access.add_actor(by=by, username=username, name=username.capitalize(), kind=kind, password=password)
    access.grant(by=by, actor=actor, role=role_called(role), scope=scope)
    return actor


@pytest.fixture
def country(system: Actor) -> SimpleNamespace:
    """South Sudan with two states, three counties and four sites; round 1 of an operation; people with rights.

    officer, approver: the whole country; clerk: Jonglei (SS03) only; phone: may send and record there, by its key.
    """
    areas = [
        NewArea("SSD", 0, "South Sudan", "/SSD"),
        NewArea("SS01", 1, "Central Equatoria", "/SSD/SS01", "SSD"),
        NewArea("SS03", 1, "Jonglei", "/SSD/SS03", "SSD"),
        NewArea("SS0101", 2, "Juba", "/SSD/SS01/SS0101", "SS01"),
        NewArea("SS0302", 2, "Bor South", "/SSD/SS03/SS0302", "SS03"),
        NewArea("SS0303", 2, "Akobo", "/SSD/SS03/SS0303", "SS03"),
    ]
    places.load_areas(by=system, areas=areas, release="Test release")
    area = {one.pcode: one for one in Area.objects.all()}
    made = places.register_sites(
        by=system,
        sites=[
            new_site("Gumbo", area["SS0101"], "ssid_1", 4.83, 31.63),
            new_site("Bor Stadium", area["SS0302"], "ssid_2", 6.2, 31.56),
            new_site("Malou", area["SS0302"], "ssid_3", 6.25, 31.6),
            new_site("Akobo Town", area["SS0303"], "ssid_4", 7.78, 33.0),
        ],
    )
    sites = {code.code: site for site in made for code in site.codes.all()}
    operation = tracking.open_operation(by=system, code="SSD-MT", name="Mobility tracking", scope="/SSD")
    round_ = tracking.plan_round(
        by=system, operation=operation, number=1, starts=date(2026, 3, 1), ends=date(2026, 3, 31)
    )
    phone, key = add(system, "phone-7", "enumerator", "/SSD/SS03", kind="phone"), new_key()
    access.give_key(by=system, actor=phone, key=key)
    return SimpleNamespace(
        system=system,
        area=area,
        sites=sites,
        operation=operation,
        round=round_,
        phone=phone,
        key=key,
        officer=add(system, "officer", "information_officer", "/SSD"),
        approver=add(system, "approver", "approver", "/SSD"),
        clerk=add(system, "clerk", "information_officer", "/SSD/SS03"),
    )


def new_site(name: str, area: Area, ssid: str, latitude: float, longitude: float) -> NewSite:
    """A displacement site, open."""
    return NewSite(
        name=name,
        area=area,
        kind="site",
        status="verified_open",
        since=date(2026, 1, 1),
        latitude=latitude,
        longitude=longitude,
        codes=(("SSID", ssid),),
    )


def filled(
    site: str, individuals: int | None, *, n: int = 1, round_: int = 1, day: str = "2026-03-02", **more: Any
) -> bytes:
    """A filled location count, as a phone writes it."""
    answers = {
        "operation": "SSD-MT",
        "round": round_,
        "day": day,
        "site": site,
        "outcome": "assessed",
        "idp_households": "" if individuals is None else individuals // 5,
        "idp_individuals": "" if individuals is None else individuals,
        "method": "headcount",
        **more,
    }
    inside = "".join(f"<{name}>{value}</{name}>" for name, value in answers.items())
    return (
        '<data xmlns:orx="http://openrosa.org/xforms" id="tracking.location_count" version="1">'
        f"{inside}<orx:meta><orx:instanceID>uuid:{n:08}</orx:instanceID></orx:meta></data>"
    ).encode()


def table_text(text: str) -> list[tuple[Any, ...]]:
    """Rows drawn as text: a head line, then one line per row, cells parted by bars; - is an absent value."""

    def cell(word: str) -> Any:
        if word == "-":
            return None
        return int(word) if word.lstrip("-").isdigit() else word

    _head, *lines = [line.strip() for line in text.strip().splitlines()]
    return [tuple(cell(word.strip()) for word in line.split("|")) for line in lines]

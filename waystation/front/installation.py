"""Making an installation and bringing it up to date: the database, its first actor and roles, countries, forms."""

from __future__ import annotations

import csv
import os
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from waystation.access import actions as access
from waystation.access.action import writing
from waystation.access.models import Actor, Grant, Role
from waystation.access.queries import actor_called
from waystation.collect import actions as collect
from waystation.collect.models import Project
from waystation.collect.registry import intakes
from waystation.places import actions as places
from waystation.places.actions import NewArea
from waystation.places.models import Area

from .roles import ROLES, SYSTEM

LANGUAGES = {"en": "English", "fr": "French", "ar": "Arabic", "es": "Spanish", "ru": "Russian", "zh": "Chinese"}


def where() -> str:
    """The database, named without its password."""
    chosen = settings.DATABASES["default"]
    if connection.vendor == "sqlite":
        return str(settings.DATA)
    return f"postgres://{chosen['HOST']}:{chosen['PORT']}/{chosen['NAME']}"


def is_missing() -> bool:
    """Whether there is no database at all. To ask SQLite for its tables would make an empty file."""
    return connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists()


def is_ready() -> bool:
    """Whether the database is there and as new as the program."""
    if is_missing():
        return False
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def prepare() -> None:
    """Bring the installation up to this version. Running it again changes nothing."""
    settings.DATA.mkdir(parents=True, exist_ok=True)
    keep_secret()
    call_command("migrate", verbosity=0)
    collect_static()
    with transaction.atomic():
        by = _system_actor()
        _roles(by)
        _countries(by)
        _project(by)
        _forms(by)


def keep_secret() -> None:
    """Keep the key that signs sessions, where only the owner reads it, so that a restart signs nobody out."""
    if settings.CHOSEN["SECRET"]:
        return
    with suppress(FileExistsError):
        number = os.open(settings.DATA / "secret", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "w") as file:
            file.write(settings.SECRET_KEY)


def collect_static() -> None:
    """Copy, hash and compress what pages load, unless all of it is older than the last time."""
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    sources = [Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list([])]
    if not manifest.exists() or manifest.stat().st_mtime < max(path.stat().st_mtime for path in sources):
        call_command("collectstatic", verbosity=0, interactive=False, clear=manifest.exists())


def _system_actor() -> Actor:
    """The actor behind shell and worker: the only rows made outside an action, for it is what actions need first."""
    with writing("access"):
        by, _made = Actor.objects.get_or_create(
            username=SYSTEM, defaults={"name": "Waystation", "kind": Actor.Kind.SYSTEM, "password": "!"}
        )
        role, _made = Role.objects.get_or_create(name="administrator", defaults={"verbs": ROLES["administrator"]})
        Grant.objects.get_or_create(actor=by, role=role, scope="/")
    return actor_called(SYSTEM)


def _roles(by: Actor) -> None:
    """Roles that are missing; one that an office has changed is left as it is."""
    known = set(Role.objects.values_list("name", flat=True))
    for name, verbs in ROLES.items():
        if name not in known:
            access.define_role(by=by, name=name, verbs=verbs)


def _countries(by: Actor) -> None:
    """All countries and territories, with their names in the six languages of the United Nations."""
    if Area.objects.filter(level=0).exists():
        return
    text = files("waystation.places").joinpath("data/countries.csv").read_text(encoding="utf-8")
    areas = [_country(row) for row in csv.DictReader(text.splitlines())]
    places.load_areas(by=by, areas=areas, release="Countries (UNTERM, ISO 3166-1, M49)", licence="PDDL")


def _country(row: dict[str, Any]) -> NewArea:
    names = {language: row[language] for language in LANGUAGES if row[language]}
    return NewArea(pcode=row["iso3"], level=0, name=names["en"], scope=f"/{row['iso3']}", names=names)


def _project(by: Actor) -> None:
    """The installation's own project, which lies everywhere."""
    if not Project.objects.exists():
        collect.create_project(by=by, name="Waystation", scope="/")


def _forms(by: Actor) -> None:
    """The forms that the apps bring along. An office's own version, once published, stays the one in use."""
    for _name, intake in sorted(intakes().items()):
        if intake.form:
            collect.publish_form(by=by, definition=intake.form.encode())

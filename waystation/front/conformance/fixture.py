"""What a fixture says, and how an empty installation is made into it.

A fixture is a file of YAML or JSON, or a folder that holds one called fixture.yaml or fixture.json; the files that it
names lie beside it. Everything is numbered from 1 in the order of the fixture. docs/conformance.md shows one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from waystation.access import actions as access
from waystation.access.action import writing
from waystation.access.models import Actor, Role
from waystation.access.queries import role_called
from waystation.collect import actions as collect
from waystation.collect.files import keep
from waystation.collect.models import Form, Project

from .. import installation
from ..problems import FixtureNotReadable, NotAConformanceFolder, OnlyOnLoopback
from ..roles import SYSTEM

MARK = "conformance"
"""The file in a data folder that says: made for this, and nothing in it is anybody's."""
LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")
NAMES = ("fixture.yaml", "fixture.yml", "fixture.json")
ROLES = {"admin": "administrator"}
"""Roles of ODK Central that have another name here."""


def check(host: str, *, folder: Path) -> None:
    """Raise OnlyOnLoopback, or NotAConformanceFolder, unless nothing of anybody's can be harmed."""
    if host not in LOOPBACK:
        raise OnlyOnLoopback(host=host)
    made_here = (folder / MARK).exists()
    if not made_here and folder.exists() and any(folder.iterdir()):
        raise NotAConformanceFolder(folder=folder)
    if not made_here and connection.vendor == "postgresql" and connection.introspection.table_names():
        raise NotAConformanceFolder(folder=installation.where())
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()


def read(path: Path) -> tuple[dict[str, Any], Path]:
    """What a fixture says, and the folder in which the files that it names lie. Raises FixtureNotReadable."""
    file = next((path / name for name in NAMES if (path / name).is_file()), path)
    try:
        text = file.read_text(encoding="utf-8")
        said = json.loads(text) if file.suffix == ".json" else yaml.safe_load(text)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise FixtureNotReadable(file=file, reason=str(error)) from error
    if not isinstance(said, dict):
        raise FixtureNotReadable(file=file, reason="no mapping at its head")
    return said, file.parent


def load(said: Mapping[str, Any], folder: Path) -> None:
    """Make the database anew and put into it what a fixture says. Raises what is wrong with it."""
    _empty()
    settings.DATA.mkdir(parents=True, exist_ok=True)
    installation.keep_secret()
    call_command("migrate", verbosity=0)
    installation.collect_static()
    try:
        with transaction.atomic():
            _Loading(_system(), folder).load(said)
    except (KeyError, TypeError, AttributeError, OSError) as error:
        raise FixtureNotReadable(file=folder, reason=f"{type(error).__name__}: {error}") from error


def _empty() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("drop schema if exists fixture cascade; drop schema public cascade; create schema public")
        return
    connection.close()
    for file in Path(settings.DATA).glob("*.sqlite3*"):
        file.unlink()


def _system() -> Actor:
    """The system's own actor, as number 0: people are numbered from 1."""
    with writing("access"):
        nobody = Actor(pk=0, username=SYSTEM, name="Waystation", kind=Actor.Kind.SYSTEM)
        nobody.set_unusable_password()
        nobody.save(force_insert=True)
    by = installation._system_actor()
    installation._roles(by)
    return by


class _Loading:
    """Puts a fixture into an empty database, through the same actions as everybody."""

    def __init__(self, by: Actor, folder: Path) -> None:
        self.by = by
        self.folder = folder
        self.actors: dict[str, Actor] = {}

    def load(self, said: Mapping[str, Any]) -> None:
        for user in said.get("users", ()):
            self.user(user)
        for project in said.get("projects", ()):
            self.project(project)

    def user(self, said: Mapping[str, Any]) -> None:
        """Somebody with a password of whatever strength: it guards nothing here."""
        email = said["email"].lower()
        actor = access.add_actor(by=self.by, username=email, name=said.get("name") or email)
        if said.get("password"):
            actor.set_password(said["password"])
            with writing("access"):
                actor.save(update_fields=["password"])
        self.actors[email] = actor
        if said.get("role"):
            self.grant(actor, said["role"], "/")

    def grant(self, actor: Actor, role: str, scope: str) -> None:
        access.grant(by=self.by, actor=actor, role=self.role(role), scope=scope)

    def role(self, name: str) -> Role:
        return role_called(ROLES.get(name, name))

    def grants(self, said: Mapping[str, Any], scope: str) -> None:
        for held in said.get("assignments", ()):
            self.grant(self.actors[held["user"]], held["role"], scope)

    def project(self, said: Mapping[str, Any]) -> None:
        description = said.get("description") or ""
        made = collect.create_project(by=self.by, name=said["name"], description=description)
        for listed in said.get("entity_lists", ()):
            self.entity_list(made, listed)
        for phone in said.get("app_users", ()):
            self.app_user(made, phone)
        for form in said.get("forms", ()):
            self.form(made, form)
        self.grants(said, made.scope)
        for phone in said.get("app_users", ()):
            forms = phone.get("forms", "all")
            scopes = [made.scope] if forms == "all" else [made.forms.get(form_id=one).scope for one in forms]
            for scope in scopes:
                self.grant(self.actors[phone["name"]], "app-user", scope)
        if said.get("archived"):
            collect.change_project(by=self.by, project=made, is_archived=True)

    def app_user(self, project: Project, said: Mapping[str, Any]) -> None:
        """A phone; `token` is its key, where the suite wants to know it beforehand."""
        name = said["name"]
        phone = access.add_actor(
            by=self.by, username=f"phone-{len(self.actors) + 1}", name=name, kind="phone", scope=project.scope
        )
        if said.get("token"):
            access.give_key(by=self.by, actor=phone, key=said["token"])
        else:
            access.give_shown_key(by=self.by, actor=phone, secret=settings.SECRET_KEY)
        self.actors[name] = phone

    def form(self, project: Project, said: Mapping[str, Any]) -> None:
        definition = (self.folder / said["file"]).read_bytes()
        draft = collect.create_form(by=self.by, project=project, definition=definition, fallback=said.get("id", ""))
        for name, file in said.get("attachments", {}).items():
            kept = collect.KeptFile(name, *keep([(self.folder / file).read_bytes()]))
            collect.keep_form_file(by=self.by, form=draft.form, file=kept)
        if not said.get("draft"):
            collect.publish_draft(by=self.by, form=draft.form)
        if said.get("state"):
            collect.set_form_state(by=self.by, form=draft.form, state=said["state"])
        self.grants(said, draft.form.scope)
        for file in said.get("submissions", ()):
            self.submission(draft.form, file)

    def submission(self, form: Form, file: str) -> None:
        xml = (self.folder / file).read_bytes()
        collect.receive(collect.Sent(self.by, xml, (), form.project_id))

    def entity_list(self, project: Project, said: Mapping[str, Any]) -> None:
        needs = bool(said.get("approval_required"))
        made = collect.create_list(by=self.by, project=project, name=said["name"], needs_approval=needs)
        for name in said.get("properties", ()):
            collect.add_property(by=self.by, entity_list=made, name=name)
        new = [
            collect.NewEntity(one["label"], dict(one.get("data", {})), one.get("uuid", ""))
            for one in said.get("entities", ())
        ]
        if new:
            collect.create_entities(by=self.by, entity_list=made, new=new, source="fixture")

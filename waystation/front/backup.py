"""Everything in one file: all rows and all files received, readable by either database.

The file is a zip: `manifest.json` (version, migrations, number of rows), `rows.jsonl` (one row a line, as Django's
serializer writes it), `files/…` (by hash). It is a snapshot: the server may run on while it is written.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.management import call_command
from django.core.management.color import no_style
from django.core.serializers.base import DeserializationError
from django.db import DataError, IntegrityError, connection, models, transaction
from django.db.migrations.loader import MigrationLoader

from waystation import __version__
from waystation.access.action import writing
from waystation.access.models import Actor
from waystation.collect.files import keep, path_of

from . import installation
from .problems import AlreadyThere, FileLost, NoSuchFile, NotABackup

LEFT_OUT = {"contenttypes.contenttype", "auth.permission", "auth.group", "sessions.session"}
"""Made anew by every installation, or worth nothing in another."""

FILES = "files/"
CHUNK = 1_000_000  # bytes of a file at once
PORTION = 500  # rows read back at once


def write(file: Path) -> str:
    """Write a backup, which only its owner may read. Returns a line that says what is in it. Raises FileLost.

    The file takes its name only when it is whole and on the disk.
    """
    number, name = tempfile.mkstemp(dir=file.parent, prefix=f"{file.name}.")
    half = Path(name)
    try:
        with os.fdopen(number, "wb") as out:
            rows, files = _write_archive(out)
            out.flush()
            os.fsync(number)
        half.rename(file)
    finally:
        half.unlink(missing_ok=True)
    return f"{file}: {sum(rows.values())} rows, {files} files"


def _write_archive(out: IO[bytes]) -> tuple[dict[str, int], int]:
    with _snapshot(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        rows = _write_rows(archive)
        files = _write_files(archive)
        manifest = {"waystation": __version__, "migrations": _migrations(), "rows": rows, "files": files}
        archive.writestr("manifest.json", json.dumps(manifest))
    return rows, files


@contextmanager
def _snapshot() -> Iterator[None]:
    """All reads within see the same moment. SQLite's plain BEGIN keeps nobody from writing, in WAL mode."""
    begin = "BEGIN" if connection.vendor == "sqlite" else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    with connection.cursor() as cursor:
        cursor.execute(begin)
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def _models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.label_lower not in LEFT_OUT]


def _write_rows(archive: zipfile.ZipFile) -> dict[str, int]:
    counted: dict[str, int] = {}
    with archive.open("rows.jsonl", "w", force_zip64=True) as out, io.TextIOWrapper(out, encoding="utf-8") as text:
        for model in _models():
            rows = model._base_manager.order_by("pk").iterator(chunk_size=PORTION)
            counted[model._meta.label_lower] = 0
            for row in rows:
                text.write(serializers.serialize("jsonl", [row], ensure_ascii=False))
                counted[model._meta.label_lower] += 1
    return counted


def _write_files(archive: zipfile.ZipFile) -> int:
    """The files that the rows name. One that was received later is not in the snapshot, and stays out."""
    attachment = apps.get_model("collect", "Attachment")
    hashes = set(attachment._default_manager.values_list("sha256", flat=True))
    for sha256 in sorted(hashes):
        if not path_of(sha256).exists():
            raise FileLost(file=path_of(sha256))
        archive.write(path_of(sha256), FILES + sha256)
    return len(hashes)


def _migrations() -> list[str]:
    """The migrations of our apps that this program knows; `operator` has seen that all of them are applied."""
    known = MigrationLoader(None).disk_migrations
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("waystation.")}
    return sorted(f"{app}.{name}" for app, name in known if app in ours)


def read(file: Path) -> str:
    """Restore a backup into an empty installation. All of it is written, or nothing.

    Raises NoSuchFile; AlreadyThere; NotABackup where the file is damaged, cut short, or of another version.
    """
    if not file.is_file():
        raise NoSuchFile(file=file)
    if _holds_anything():
        raise AlreadyThere(where=installation.where())
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = _checked_manifest(archive, file)
            settings.DATA.mkdir(parents=True, exist_ok=True)
            installation.keep_secret()
            call_command("migrate", verbosity=0)
            # SQLite minds `no checks` only outside a transaction, so it comes first; they are made up for at the end
            with connection.constraint_checks_disabled(), transaction.atomic():
                rows = _read_rows(archive, manifest, file)
                _read_files(archive)
    except (zipfile.BadZipFile, EOFError, zlib.error, LookupError, TypeError, ValueError) as error:
        raise NotABackup(file=file, reason=_in_a_line(error)) from error
    except (DeserializationError, DataError, IntegrityError) as error:
        raise NotABackup(file=file, reason=_in_a_line(error)) from error
    installation.collect_static()
    return f"{rows} rows, {manifest['files']} files"


def _in_a_line(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".partition("\n")[0]


def _holds_anything() -> bool:
    """Whether anybody is known here, be the database as old as it may."""
    if installation.is_missing():
        return False
    return Actor._meta.db_table in connection.introspection.table_names() and Actor.objects.exists()


def _checked_manifest(archive: zipfile.ZipFile, file: Path) -> dict[str, Any]:
    """What the backup says of itself, once every byte of it is known to be as it was written."""
    manifest: dict[str, Any] = json.loads(archive.read("manifest.json"))
    if manifest["migrations"] != _migrations():
        raise NotABackup(file=file, reason=f"it was written by version {manifest['waystation']}")
    names = [name for name in archive.namelist() if name.startswith(FILES)]
    if len(names) != manifest["files"]:
        raise NotABackup(file=file, reason="files are missing")
    damaged = archive.testzip() or next((name for name in names if name != FILES + _hash_of(archive, name)), None)
    if damaged:
        raise NotABackup(file=file, reason=f"{damaged} is damaged")
    return manifest


def _hash_of(archive: zipfile.ZipFile, name: str) -> str:
    hashed = hashlib.sha256()
    with archive.open(name) as content:
        for chunk in iter(partial(content.read, CHUNK), b""):
            hashed.update(chunk)
    return hashed.hexdigest()


def _read_files(archive: zipfile.ZipFile) -> None:
    for name in archive.namelist():
        if name.startswith(FILES):
            with archive.open(name) as content:
                keep(iter(partial(content.read, CHUNK), b""))


def _read_rows(archive: zipfile.ZipFile, manifest: dict[str, Any], file: Path) -> int:
    read: dict[str, int] = {}
    with archive.open("rows.jsonl") as lines:
        portion: list[models.Model] = []
        for row in serializers.deserialize("jsonl", lines):
            if portion and (type(row.object) is not type(portion[0]) or len(portion) >= PORTION):
                _insert(portion)
                portion = []
            portion.append(row.object)
            label = row.object._meta.label_lower
            read[label] = read.get(label, 0) + 1
        _insert(portion)
    expected = {label: number for label, number in manifest["rows"].items() if number}
    if read != expected:
        raise NotABackup(file=file, reason="rows are missing")
    connection.check_constraints()
    _reset_sequences()
    return sum(read.values())


def _insert(portion: list[models.Model]) -> None:
    """Rows as they were: own times stay, for nothing here is new."""
    if not portion:
        return
    model = type(portion[0])
    automatic = [field for field in model._meta.concrete_fields if getattr(field, "auto_now_add", False)]
    for field in automatic:
        field.auto_now_add = False  # type: ignore[attr-defined]
    try:
        with writing(model._meta.app_label):
            model._base_manager.bulk_create(portion)
    finally:
        for field in automatic:
            field.auto_now_add = True  # type: ignore[attr-defined]


def _reset_sequences() -> None:
    """The next number of every table follows its last one (PostgreSQL counts apart from the rows)."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(statement)

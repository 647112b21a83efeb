"""Everything in one file, and back again: on the same database and from one kind to the other."""

from __future__ import annotations

import json
import os
import random
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.nursery import Nursery, nursing, open_round, phone_of, prepare, rows, seed
from tests.phones import form_body, post
from tests.serving import Installation, installation
from tests.test_killed import Sent, filled

DATA_ERROR, NO_INPUT, CANNOT_CREATE = 65, 66, 73
FIGURE = ("tracking.people_by_location", "--round", "1")
TABLES = ("access_entry", "collect_submission", "collect_attachment", "tracking_count", "sharing_publication")


@contextmanager
def place(folder: Path, database: str) -> Iterator[tuple[Installation, Nursery]]:
    """An empty place for an installation, on the database under test or on SQLite, with its nursery."""
    folder.mkdir()
    with installation(folder / "data") as under_test:
        on_sqlite = {**under_test.environment, "WAYSTATION_DATABASE": ""}
        there = replace(under_test, environment=on_sqlite) if database == "sqlite" else under_test
        seed(there)
        with nursing(there) as nursery:
            yield there, nursery


@dataclass(frozen=True)
class Original:
    """An installation with a little in it, its backup, and what must come out of the backup again."""

    here: Installation
    nursery: Nursery
    file: Path
    address: str
    sent: list[Sent]
    exports: dict[str, str]
    counts: dict[str, int]


def exports_of(nursery: Nursery) -> dict[str, str]:
    """What is published, in the formats that are texts."""
    return {suffix: nursery.run("export", *FIGURE, "--format", suffix) for suffix in ("csv", "json", "geojson")}


def counts_of(here: Installation) -> dict[str, int]:
    """How many rows there are."""
    return {table: rows(here, f"select count(*) from {table}")[0][0] for table in TABLES}


def original(folder: Path, here: Installation, nursery: Nursery) -> Original:
    """Fill an installation and back it up."""
    address = phone_of(here, nursery)
    open_round(nursery, folder, sites=20)
    sent = [filled(n, random.Random(n)) for n in range(10, 20)]
    with nursery.serving() as (port, _group):
        assert {post(port, address, form_body(one.xml, one.files))[0] for one in sent} == {201}
        nursery.run("backup", str(folder / "while-it-runs.zip"))
    nursery.run("work", "--once")
    nursery.run("publish", FIGURE[0], "--round", "1", "--scope", "/SSD")
    file = folder / "backup.zip"
    assert nursery.run("backup", str(file)) == f"{file}: {rows_in(file)} rows, {files_in(file)} files\n"
    return Original(here, nursery, file, address, sent, exports_of(nursery), counts_of(here))


def rows_in(file: Path) -> int:
    """The number of rows in a backup."""
    with zipfile.ZipFile(file) as archive:
        return archive.read("rows.jsonl").count(b"\n")


def files_in(file: Path) -> int:
    """The number of files received in a backup."""
    with zipfile.ZipFile(file) as archive:
        return sum(name.startswith("files/") for name in archive.namelist())


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Original]:
    """An installation on the database under test, and its backup."""
    folder = tmp_path_factory.mktemp("ours")
    with place(folder / "here", "") as (here, nursery):
        yield original(folder, here, nursery)


def check_restored(from_: Original, there: Installation, nursery: Nursery) -> None:
    """All is there again: rows, files, figures to the byte, keys; and life goes on."""
    assert "LOOK" not in nursery.run("check")
    assert counts_of(there) == from_.counts
    assert exports_of(nursery) == from_.exports
    with nursery.serving() as (port, _group):
        assert {post(port, from_.address, form_body(one.xml, one.files))[0] for one in from_.sent} == {201}
        new = filled(1, random.Random())
        assert post(port, from_.address, form_body(new.xml, new.files))[0] == 201
    nursery.run("work", "--once")
    counted = counts_of(there)
    assert counted["collect_submission"] == from_.counts["collect_submission"] + 1
    assert counted["tracking_count"] == from_.counts["tracking_count"] + 1
    nursery.run("user", "add", "somebody-new")


def test_a_backup_is_restored_on_the_same_kind_of_database(ours, tmp_path):
    with place(tmp_path / "there", "") as (there, nursery):
        said = nursery.run("restore", str(ours.file))

        assert said == f"{rows_in(ours.file)} rows, {files_in(ours.file)} files\n"
        check_restored(ours, there, nursery)


def other_kinds() -> list[tuple[str, str]]:
    """From and to which database, where there are two."""
    return [("", "sqlite"), ("sqlite", "")] if os.environ.get("WAYSTATION_DATABASE") else [("sqlite", "sqlite")]


@pytest.mark.parametrize(("source", "target"), other_kinds(), ids=lambda kind: kind or "under test")
def test_a_backup_is_restored_on_the_other_kind_of_database(ours, tmp_path, source, target):
    with ExitStack() as open_:
        from_ = ours
        if source:
            (tmp_path / "sheets").mkdir()
            here, nursery = open_.enter_context(place(tmp_path / "here", source))
            from_ = original(tmp_path / "sheets", here, nursery)
        there, nursery = open_.enter_context(place(tmp_path / "there", target))

        nursery.run("restore", str(from_.file))

        check_restored(from_, there, nursery)


def test_a_backup_taken_while_the_server_runs_is_whole(ours, tmp_path):
    with place(tmp_path / "there", "") as (there, nursery):
        nursery.run("restore", str(ours.file.with_name("while-it-runs.zip")))
        nursery.run("work", "--once")

        assert "LOOK" not in nursery.run("check")
        assert counts_of(there)["tracking_count"] == len(ours.sent)


def test_a_backup_is_for_its_owner_alone_and_takes_its_name_when_it_is_whole(ours):
    assert ours.file.stat().st_mode & 0o777 == 0o600
    assert {path.name for path in ours.file.parent.glob("*.zip*")} == {"backup.zip", "while-it-runs.zip"}


def test_a_backup_is_not_restored_over_an_installation(ours, tmp_path):
    before = counts_of(ours.here)

    said = ours.nursery.answer("restore", str(ours.file))

    assert (said.code, said.err.partition(":")[0]) == (CANNOT_CREATE, "front.already_there")
    assert counts_of(ours.here) == before


def test_a_backup_with_a_lost_file_is_not_called_a_backup(ours, tmp_path):
    [(sha256,)] = rows(ours.here, "select sha256 from collect_attachment order by id desc limit 1")
    file = ours.here.folder / "files" / sha256[:2] / sha256
    away = file.rename(tmp_path / "away")

    said = ours.nursery.answer("backup", str(tmp_path / "backup.zip"))

    away.rename(file)
    assert said.err.startswith(f"front.file_lost: The file {file} is lost")
    assert list(tmp_path.glob("backup*")) == []


# Files that are no backups


def cut(part: float) -> Callable[[bytes], bytes]:
    """A file of which only a part arrived."""
    return lambda content: content[: int(len(content) * part)]


def flip(part: float) -> Callable[[bytes], bytes]:
    """A file with one broken byte."""

    def broken(content: bytes) -> bytes:
        at = int(len(content) * part)
        return content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]

    return broken


def rewritten(change: Callable[[str, bytes], bytes | None]) -> Callable[[Path, Path], None]:
    """A backup whose parts were changed by somebody who kept the zip in order."""

    def rewrite(file: Path, target: Path) -> None:
        with zipfile.ZipFile(file) as archive, zipfile.ZipFile(target, "w") as copy:
            for name in archive.namelist():
                content = change(name, archive.read(name))
                if content is not None:
                    copy.writestr(name, content)

    return rewrite


def in_bytes(change: Callable[[bytes], bytes]) -> Callable[[Path, Path], None]:
    """A backup whose bytes were changed."""
    return lambda file, target: target.write_bytes(change(file.read_bytes())) and None


def in_rows(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Path, Path], None]:
    """A backup whose rows were changed."""
    return rewritten(
        lambda name, content: b"".join(change(content.splitlines(keepends=True))) if name == "rows.jsonl" else content
    )


def other_version(name: str, content: bytes) -> bytes:
    """A manifest of a program that does not exist."""
    return (
        json.dumps({**json.loads(content), "migrations": [], "waystation": "9.9"}).encode()
        if "manifest" in name
        else content
    )


def without_operation(lines: list[bytes]) -> list[bytes]:
    """Rows whose operation is another one than their rounds'."""
    return [line.replace(b'"operation": 1', b'"operation": 999') for line in lines]


DAMAGE: dict[str, Callable[[Path, Path], None]] = {
    "empty": in_bytes(cut(0)),
    "a tenth of it": in_bytes(cut(0.1)),
    "half of it": in_bytes(cut(0.5)),
    "all but the end": in_bytes(lambda content: content[:-10]),
    "a text": in_bytes(lambda _content: b"pk, but no zip" * 100),
    "a broken byte in the rows": in_bytes(flip(0.01)),
    "a broken byte in a photograph": in_bytes(flip(0.6)),
    "a broken byte in the list of contents": in_bytes(lambda content: content[::-1].replace(b"nosj", b"nosk", 1)[::-1]),
    "another zip": rewritten(lambda name, content: content if name.startswith("files/") else None),
    "no rows": rewritten(lambda name, content: None if name == "rows.jsonl" else content),
    "a manifest that is no JSON": rewritten(lambda name, content: b"{" if name == "manifest.json" else content),
    "a manifest that is a list": rewritten(lambda name, content: b"[]" if name == "manifest.json" else content),
    "another version": rewritten(other_version),
    "a photograph changed": rewritten(lambda name, content: content[::-1] if name.startswith("files/") else content),
    "photographs missing": rewritten(lambda name, content: None if name.startswith("files/") else content),
    "a row missing": in_rows(lambda lines: lines[:-1]),
    "rows that are no JSON": in_rows(lambda lines: [*lines[:-1], lines[-1][:-9]]),
    "a row of an unknown kind": in_rows(
        lambda lines: [*lines[:-1], b'{"model": "camps.tent", "pk": 1, "fields": {}}\n']
    ),
    "a row twice": in_rows(lambda lines: [*lines, lines[-1]]),
    "a row of nobody's": in_rows(without_operation),
}


@pytest.fixture(scope="module")
def empty(ours: Original, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, Nursery]]:
    """A place where nothing is, and where nothing may be left."""
    with place(tmp_path_factory.mktemp("empty") / "there", "") as here:
        yield here


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_backup_is_told_and_nothing_of_it_is_written(ours, empty, tmp_path, damage):
    there, nursery = empty
    file = tmp_path / "damaged.zip"
    damage(ours.file, file)

    said = nursery.answer("restore", str(file))

    assert (said.code, said.out) == (DATA_ERROR, "")
    assert said.err.startswith(f"front.not_a_backup: {file} is not a whole backup: ")
    assert said.err.count("\n") == 2
    assert [path for path in there.folder.glob("files/**/*") if path.is_file()] == []
    if (there.folder / "secret").exists():  # it got as far as making the tables
        assert rows(there, "select count(*) from access_actor") == [(0,)]


def test_after_all_the_damaged_ones_the_good_one_is_restored(ours, empty):
    there, nursery = empty
    damaged = there.folder.parent / "damaged.zip"
    DAMAGE["a row missing"](ours.file, damaged)
    assert nursery.answer("restore", str(damaged)).code == DATA_ERROR

    nursery.run("restore", str(ours.file))

    check_restored(ours, there, nursery)


def test_a_half_made_installation_is_not_restored_over_either(ours, tmp_path):
    """Such as one of an older version, whose tables do not yet look as they should."""
    with place(tmp_path / "there", "") as (there, nursery):
        prepare(there, nursery)
        older = "delete from django_migrations where app = 'sharing'"
        write(there, older)
        before = counts_of(there)

        said = nursery.answer("restore", str(ours.file))

        assert (said.code, said.err.partition(":")[0]) == (CANNOT_CREATE, "front.already_there")
        assert counts_of(there) == before


def write(here: Installation, statement: str) -> None:
    """Change the database behind the program's back."""
    address = here.environment.get("WAYSTATION_DATABASE")
    if not address:
        import sqlite3

        database = sqlite3.connect(here.folder / "waystation.sqlite3")
        database.execute(statement)
        database.commit()
        database.close()
        return
    import psycopg

    with psycopg.connect(address) as server:
        server.execute(statement)


def test_a_missing_backup_is_told(empty):
    assert empty[1].answer("restore", "nothing.zip").code == NO_INPUT

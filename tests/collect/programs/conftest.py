"""A server of ours, and pyodk before it."""

from __future__ import annotations

import io
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest
from pyodk.client import Client

from tests.nursery import nursing, prepare
from tests.serving import installation

FORM = """
| survey |              |           |                    |          |
|        | type         | name      | label              | required |
|        | text         | name      | Name of the camp   | yes      |
|        | begin_group  | place     | Place              |          |
|        | geopoint     | point     | Where?             |          |
|        | image        | gate      | The gate           |          |
|        | end_group    |           |                    |          |
|        | begin_repeat | household | Household          |          |
|        | integer      | size      | How many people?   |          |
|        | end_repeat   |           |                    |          |
|        | image        | map       | {draws}            |          |
| settings |            |           |                    |          |
|          | form_title | form_id   | version            |          |
|          | Camps      | camps     | {version}          |          |
"""

Given = TypeVar("Given")


def workbook(version: str = "1", draws: str = "Draw it") -> bytes:
    """The form as a workbook, as offices have it."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    sheet: Any = None
    for line in FORM.format(version=version, draws=draws).strip().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if cells[0]:
            sheet = book.create_sheet(cells[0])
        else:
            sheet.append(cells[1:])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def answers(instance: str, *, name: str = "Mahama", sizes: tuple[int, ...] = (4, 6), edits: str = "") -> str:
    """A filled form."""
    deprecated = f"<deprecatedID>{edits}</deprecatedID>" if edits else ""
    households = "".join(f"<household><size>{size}</size></household>" for size in sizes)
    return (
        f'<data id="camps" version="1"><name>{name}</name><place><point>-2.3 30.8 1400 5</point><gate>gate.jpg</gate>'
        f"</place>{households}<map/><meta><instanceID>{instance}</instanceID>{deprecated}"
        f"<instanceName>{name}</instanceName></meta></data>"
    )


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A server that runs, and the password of its administrator."""
    folder = tmp_path_factory.mktemp("office")
    with installation(folder / "data") as here, nursing(here) as nursery:
        prepare(here, nursery)
        password = nursery.run("user", "add", "ana@example.org").split()[-1]
        nursery.run("grant", "ana@example.org", "administrator", "/")
        with nursery.serving() as (port, _group):
            yield f"http://localhost:{port}", password


@pytest.fixture(scope="module")
def client(office: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """pyodk, configured as its users do, in a project of its own."""
    address, password = office
    folder = tmp_path_factory.mktemp("pyodk")
    config = folder / "config.toml"
    config.write_text(
        f'[central]\nbase_url = "{address}"\nusername = "ana@example.org"\npassword = "{password}"\n'
        "default_project_id = 2\n"
    )
    with Client(config_path=config, cache_path=folder / "cache.toml") as opened:
        made = opened.post("projects", json={"name": "Camps of Kirehe"}).json()
        assert made["id"] == 2
        yield opened


def eventually(ask: Callable[[], Given], wanted: Callable[[Given], bool]) -> Given:
    """What is asked, once it is as wanted: the worker files what comes in."""
    until = time.monotonic() + 20
    while not wanted(found := ask()) and time.monotonic() < until:
        time.sleep(0.05)
    assert wanted(found)
    return found


@pytest.fixture(scope="module")
def form(client: Client, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A published form."""
    file = tmp_path_factory.mktemp("forms") / "camps.xlsx"
    file.write_bytes(workbook())
    made = client.forms.create(definition=file)
    assert (made.xmlFormId, made.version, made.name, made.state) == ("camps", "1", "Camps", "open")
    return made.xmlFormId


def instance() -> str:
    """A fresh id."""
    return f"uuid:{uuid.uuid4()}"

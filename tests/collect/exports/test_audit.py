"""How forms were filled in, of all submissions in one table; and places in well-known text."""

from __future__ import annotations

import csv
import io
import zipfile
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.test_journey_of_one_count import send
from waystation.access import actions as access
from waystation.access.rules import new_key
from waystation.collect import actions as collect
from waystation.front.worker import work_once

FORM = """
| survey |          |       |       |
|        | type     | name  | label |
|        | audit    | audit |       |
|        | geopoint | home  | Home  |
|        | begin_repeat | way | Way |
|        | geotrace | path  | Path  |
|        | end_repeat | | |
| settings |       |         |
|        | form_id  | version |
|        | walk     | 1       |
"""
BASE = "/v1/projects/1/forms/walk"
AUDIT = "event,node,start,end,old-value,new-value\n{event},/data/home,1,2,=1+1,{word}\nform exit,,3,,,\n"


def filled(n: int) -> bytes:
    return (
        f'<data id="walk" version="1"><home>6.2 31.5 400 3</home><way><path>1 2 0 0;3 4 0 0</path></way><meta>'
        f"<audit>audit.csv</audit><instanceID>uuid:{n}</instanceID></meta></data>"
    ).encode()


@pytest.fixture
def walk(client: Client, country: SimpleNamespace) -> Any:
    """A form with two submissions that bring an audit each, and a browser for programs."""
    collect.publish_form(by=country.system, definition=FORM.encode(), scope="/SSD")
    for n, word in enumerate(("Juba", "Bor")):
        send(client, country.key, filled(n), **{"audit.csv": AUDIT.format(event="question", word=word).encode()})
    send(client, country.key, filled(3), **{"audit.csv": b'event,node\nquestion,"half'})
    work_once()
    key = new_key()
    access.give_key(by=country.system, actor=country.system, key=key)

    def get(path: str) -> Any:
        answer = client.get(f"{BASE}{path}", headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == 200, path
        return b"".join(answer.streaming_content) if answer.streaming else answer.content

    return get


def test_audits_are_one_table(walk: Any):
    rows = list(csv.DictReader(io.StringIO(walk("/submissions.audit.csv").decode())))

    assert [(one["instance ID"], one["event"], one["new-value"]) for one in rows] == [
        ("uuid:0", "question", "Juba"),
        ("uuid:0", "form exit", ""),
        ("uuid:1", "question", "Bor"),
        ("uuid:1", "form exit", ""),
        ("uuid:3", "question", ""),
    ]
    assert rows[0]["old-value"] == "=1+1", "word for word, for programs"


def test_the_archive_holds_the_table_and_not_each_audit(walk: Any):
    with zipfile.ZipFile(io.BytesIO(walk("/submissions.csv.zip"))) as archive:
        assert "walk - audit.csv" in archive.namelist()
        assert not [name for name in archive.namelist() if name.startswith("media/")]
        assert archive.read("walk - audit.csv").decode().count("\n") == 6


def test_places_come_as_well_known_text_where_that_is_asked_for(walk: Any):
    import json

    (first, *_rest) = json.loads(walk(".svc/Submissions?$wkt=true&$orderby=__system/submissionDate"))["value"]
    assert first["home"] == "POINT (31.5 6.2 400)"
    (way, *_rest) = json.loads(walk(".svc/Submissions.way?$wkt=true"))["value"]
    assert way["path"] == "LINESTRING (2 1 0, 4 3 0)"
    (plain, *_rest) = json.loads(walk(".svc/Submissions"))["value"]
    assert plain["home"]["type"] == "Point"

"""Whatever comes instead of what should: never a bug of ours. `MUTATIONS=10000` tries ten thousand."""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from types import SimpleNamespace
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
from django.test import Client

from tests.phones import HEADERS, form_body
from waystation.access import actions as access
from waystation.access.rules import new_key
from waystation.collect import actions as collect
from waystation.collect.models import Project
from waystation.front.worker import work_once

MUTATIONS = int(os.environ.get("MUTATIONS", "1200"))
FORM = """
| survey |                                |        |        |          |
|        | type                           | name   | label  | save_to  |
|        | select_one_from_file wells.csv | well   | Well   |          |
|        | integer                        | depth  | Depth  | depth    |
|        | begin_repeat                   | users  | Users  |          |
|        | text                           | name   | Name   |          |
|        | geopoint                       | home   | Home   |          |
|        | end_repeat                     |        |        |          |
| entities |           |             |           |             |                |
|          | list_name | label       | entity_id | create_if   | update_if      |
|          | wells     | ${depth}    | ${well}   | true()      | false()        |
| settings |         |         |
|          | form_id | version |
|          | wells   | 1       |
"""
WELL = "aa8b1c4e-0000-4000-8000-000000000001"
FILLED = (
    f'<data id="wells" version="1"><well/><depth>12</depth><users><name>Deng</name><home>6.2 31.5 0 0</home></users>'
    f'<users><name/><home/></users><meta><entity dataset="wells" id="{WELL}" create="1" baseVersion="" branchId="">'
    f"<label>12</label></entity><instanceID>uuid:one</instanceID></meta></data>"
).encode()
BASE = "/v1/projects/2"
ODATA = [
    "$filter=__system/submissionDate gt 2026-01-01T00:00:00Z and (not (__id eq 'x') or year(now()) eq 2026)",
    "$top=5&$skip=2&$count=true&$orderby=__system/submissionDate desc,__id asc",
    "$select=__id,users&$skiptoken=01eyJpbnN0YW5jZUlkIjoidXVpZDpvbmUifQ==",
    "$expand=*&$wkt=true&$filter=__system/reviewState ne null",
]


class Request(NamedTuple):
    """One request that is right as it is."""

    method: str
    path: str
    body: bytes = b""
    media: str = "application/json"
    query: str = ""


def said(**words: Any) -> bytes:
    return json.dumps(words).encode()


def requests(key: str) -> list[Request]:
    """One of each kind."""
    whole = [
        Request(
            "POST", f"/v1/key/{key}/projects/2/submission", form_body(FILLED, {"a.jpg": b"x"}), HEADERS["Content-Type"]
        ),
        Request("POST", f"{BASE}/forms/wells/submissions", FILLED, "application/xml"),
        Request("PUT", f"{BASE}/forms/wells/submissions/uuid:one", FILLED, "application/xml"),
        Request("POST", f"{BASE}/forms?ignoreWarnings=true", FORM.encode(), "text/markdown"),
        Request("POST", f"{BASE}/forms/wells/draft?ignoreWarnings=true", FORM.encode(), "text/markdown"),
        Request("POST", "/v1/sessions", said(email="officer", password="correct-horse-battery")),
        Request("POST", "/v1/users", said(email="b@example.org", password="correct-horse-battery", displayName="B")),
        Request("PATCH", "/v1/users/1", said(displayName="B")),
        Request("POST", "/v1/projects", said(name="P", description="d")),
        Request("PATCH", BASE, said(name="P", archived=True)),
        Request("POST", f"{BASE}/app-users", said(displayName="A", expiresAt="2027-01-01T00:00:00Z", pin=False)),
        Request("POST", f"{BASE}/app-users/bulk", said(displayNames=["A", "B"], forms=["wells"])),
        Request("POST", f"{BASE}/forms/wells/public-links", said(displayName="L", once=True)),
        Request("PATCH", f"{BASE}/forms/wells", said(state="closing")),
        Request("PATCH", f"{BASE}/forms/wells/submissions/uuid:one", said(reviewState="approved")),
        Request("POST", f"{BASE}/forms/wells/submissions/uuid:one/comments", said(body="Well done")),
        Request("POST", f"{BASE}/datasets", said(name="trees", approvalRequired=True)),
        Request("POST", f"{BASE}/datasets/wells/properties", said(name="kind", type="int")),
        Request("PATCH", f"{BASE}/datasets/wells", said(ownerOnly=True, closedBy={"property": "depth", "value": "0"})),
        Request("POST", f"{BASE}/datasets/wells/entities", said(label="W", data={"depth": "3"}, uuid=WELL[:-1] + "2")),
        Request(
            "POST",
            f"{BASE}/datasets/wells/entities",
            said(entities=[{"label": "A", "data": {"depth": "1"}}, {"label": "B", "data": {}}], source={"name": "x"}),
        ),
        Request(
            "PATCH", f"{BASE}/datasets/wells/entities/{WELL}", said(label="X", data={"depth": "9"}), query="force=true"
        ),
        Request(
            "PATCH", f"{BASE}/datasets/wells/entities/bulk", said(ids=[WELL], data={"depth": "9"}), query="force=true"
        ),
    ]
    asked = [
        Request("GET", f"{BASE}/forms/wells.svc/{table}", query=one)
        for one in ODATA
        for table in ("Submissions", "Submissions.users")
    ]
    asked += [Request("GET", f"{BASE}/datasets/wells.svc/Entities", query=one) for one in ODATA]
    paged = [
        Request("GET", path, query="limit=10&offset=1")
        for path in ("/v1/audits", f"{BASE}/devices", f"{BASE}/forms/wells/submissions")
    ]
    return [*whole, *asked, *paged]


PIECES = [
    b"", b"\0", b"\xff\xfe", "ا".encode(), b"'", b'"', b"<", b"&", b"]]>", b"{", b"null", b"[]", b"{}", b"-1", b"1e999",
    b"NaN", b"9" * 40, b"true", b"\\ud800", "\ue000\uf02f".encode(), b"../" * 5, b"%2F", b"%00", b"x" * 5000,
    b"<a/>" * 30, b"--", b"\r\n",
]  # fmt: skip


def mutated(body: bytes, chance: random.Random) -> bytes:
    """A body with a few places changed: cut, doubled, replaced, or with something strange in between."""
    for _change in range(chance.choice((1, 1, 2, 4))):
        at, end = sorted((chance.randrange(len(body) + 1), chance.randrange(len(body) + 1)))
        end = min(end, at + chance.choice((0, 1, 8, 400)))
        kind = chance.randrange(4)
        if kind == 0:
            body = body[:at] + body[end:]
        elif kind == 1:
            body = body[:end] + body[at:end] + body[end:]
        elif kind == 2:
            body = body[:at] + bytes(chance.randrange(256) for _byte in range(min(end - at, 16))) + body[end:]
        else:
            body = body[:at] + chance.choice(PIECES) + body[end:]
    return body


def other_values(body: bytes, chance: random.Random) -> bytes:
    """A JSON object one of whose values, at any depth, is of another kind."""
    whole = json.loads(body)
    inside = whole
    while True:
        name = chance.choice(list(inside) if isinstance(inside, dict) else range(len(inside)))
        if isinstance(inside[name], dict | list) and inside[name] and chance.random() < 0.7:
            inside = inside[name]
            continue
        inside[name] = chance.choice(
            [None, 0, -1, 1e308, True, "", " ", "\0", "x" * 3000, [], {}, [None], {"a": {"b": []}}, "\ud800", 10**30]
        )
        return json.dumps(whole).encode()


@pytest.fixture
def office(client: Client, country: SimpleNamespace) -> SimpleNamespace:
    """A project with a form that makes entities, one submission in it, and a key that may do everything."""
    project = collect.create_project(by=country.system, name="Wells")
    assert project == Project.objects.get(pk=2)
    draft = collect.create_form(by=country.system, project=project, definition=FORM.encode())
    collect.publish_draft(by=country.system, form=draft.form)
    collect.receive(collect.Sent(country.system, FILLED, (), 2))
    key = new_key()
    access.give_key(by=country.system, actor=country.system, key=key)
    work_once()
    return SimpleNamespace(client=client, key=key)


@pytest.mark.django_db(reset_sequences=True, transaction=True)
def test_no_mutated_request_is_a_bug(office, record_property):
    chance = random.Random(20261124)
    whole = requests(office.key)
    statuses: Counter[int] = Counter()
    for nth in range(MUTATIONS):
        one = whole[nth % len(whole)]
        body, query = one.body, one.query
        if body and one.media == "application/json" and chance.random() < 0.5:
            body = other_values(body, chance)
        elif body:
            body = mutated(body, chance)
        else:
            query = quote(mutated(query.encode(), chance), safe="$=&%+(),/'")
        answer = office.client.generic(
            one.method,
            f"{one.path}{'&' if '?' in one.path else '?'}{query}",
            body,
            one.media,
            headers={"Authorization": f"Bearer {office.key}"},
        )
        if answer.streaming:
            b"".join(answer.streaming_content)
        statuses[answer.status_code] += 1
        assert answer.status_code < 500 or answer.status_code == 501, (nth, one.method, one.path, query, body)
        if nth % 200 == 0:
            work_once()

    record_property("statuses", dict(sorted(statuses.items())))
    assert statuses[200] + statuses[201], "or nothing was tried at all"
    assert statuses.keys() - {501} < {200, 201, 400, 401, 403, 404, 409, 413, 422, 429}

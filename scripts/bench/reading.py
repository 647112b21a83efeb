"""Submissions read back: OData pages at any depth, and exports, of a form of 57 questions with a repeat."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator, Sequence
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final

from django.db import connection

from waystation.access import actions as access
from waystation.access.models import Actor
from waystation.access.queries import role_called
from waystation.access.rules import new_key
from waystation.collect import actions as collect
from waystation.collect.models import Submission

from . import made
from .installation import serving
from .machine import PROCESSES, Load

QUESTIONS, MEMBERS, TEMPLATES = 57, 4, 500
CENTRAL: Final[dict[str, float | None]] = {
    "first page of 250, counted": 0.90,
    "page of 1,000, expanded": 0.80,
    "page of 1,000 at 90 % depth": 1.7,
    "next page of 1,000 by its token": 1.7,
    "page of 1,000 of the repeat": 31.1,
    "all rows as OData": 27.2,
    "csv": 18.9,
    "zip of csv with the repeat": 50.7,
    "geojson": 2.3,
}
"""ODK Central with 101,034 submissions, seconds."""

CLONES = """
    insert into collect_submission ({columns})
    with recursive
    numbers(number) as (select %(first)s union all select number + 1 from numbers where number < %(last)s)
    select {values}
    from numbers
    join collect_submission template on template.id = %(lowest)s + number %% %(templates)s
"""


def measure(*, quick: bool) -> Iterator[Sequence[Any]]:
    """A row for each request, over 100,000 submissions and then over 1,000,000."""
    by = made.country()
    key = program(by)
    with serving() as (port, server):
        templates(by)
        for rows in [2_000] if quick else [100_000, 1_000_000]:
            clone(rows)
            for name, path in requests(rows).items():
                if rows > 100_000 and name in ("all rows as OData", "csv", "zip of csv with the repeat", "geojson"):  # noqa: PLR2004
                    continue
                load = Load(server)
                first, seconds, size = fetched(port, path, key)
                central = CENTRAL[name] if rows == 100_000 else None  # noqa: PLR2004
                yield [f"{rows:,}: {name}", first * 1000, seconds, size / 1e6, peak(server), load.others(), central]


def form() -> str:
    """The form, as a Markdown table."""
    lines = ["| survey |", "| | type | name | label |"]
    kinds = ["text", "integer", "decimal", "date", "select_one water", "select_multiple water"]
    lines += [f"| | {kinds[at % len(kinds)]} | q{at} | Question {at} |" for at in range(QUESTIONS - 4)]
    lines += ["| | geopoint | point | Where? |", "| | begin_repeat | member | Member |", "| | text | name | Name |"]
    lines += ["| | integer | age | Age |", "| | end_repeat | | |"]
    lines += ["| choices |", "| | list_name | name | label |", "| | water | well | Well |", "| | water | tap | Tap |"]
    lines += ["| settings |", "| | form_title | form_id | version |", "| | Households | households | 1 |"]
    return "\n".join(lines)


def filled(number: int) -> str:
    """One filled form of about 2.5 KB."""
    words = [f"Answer {number}", str(number % 97), f"{number % 89}.5", "2026-03-02", "well", "well tap"]
    answers = "".join(f"<q{at}>{words[at % len(words)]}</q{at}>" for at in range(QUESTIONS - 4))
    ages = [(number + one) % 90 for one in range(MEMBERS)]
    members = "".join(f"<member><name>Name {age}</name><age>{age}</age></member>" for age in ages)
    point = f"<point>{4 + number % 800 / 100} {25 + number % 1000 / 100} 0 0</point>"
    meta = f"<meta><instanceID>uuid:template-{number}</instanceID></meta>"
    return f'<data id="households" version="1">{answers}{point}{members}{meta}</data>'


def program(by: Actor) -> str:
    """The key of a program that may read everything."""
    actor = access.add_actor(by=by, username="reader", name="Reader", kind="program")
    access.grant(by=by, actor=actor, role=role_called("administrator"), scope="/")
    key = new_key()
    access.give_key(by=by, actor=actor, key=key)
    return key


def templates(by: Actor) -> None:
    """Some hundred submissions, received as any other."""
    collect.publish_form(by=by, definition=form().encode())
    for number in range(TEMPLATES):
        collect.receive(collect.Sent(by, filled(number).encode()))
    while Submission.objects.filter(state="waiting").exists():
        time.sleep(0.1)


def clone(rows: int) -> None:
    """Bring the form up to so many submissions, by SQL: a million take a minute."""
    columns = [field.column for field in Submission._meta.concrete_fields if field.column != "id"]
    quoted = [f'"{column}"' for column in columns]
    fresh = {"instance": "'uuid:bench-' || number", "sha256": "'bench-' || number"}
    values = [fresh.get(str(column), f'template."{column}"') for column in columns]
    told = {
        "first": Submission.objects.count() + 1,
        "last": rows,
        "lowest": Submission.objects.order_by("pk").values_list("pk", flat=True)[0],
        "templates": TEMPLATES,
    }
    with connection.cursor() as cursor:
        cursor.execute(CLONES.format(columns=", ".join(quoted), values=", ".join(values)), told)
        cursor.execute("analyze")


def requests(rows: int) -> dict[str, str]:
    """What is asked for, by name."""
    form = "/v1/projects/1/forms/households"
    table, deep = f"{form}.svc/Submissions", rows * 9 // 10
    return {
        "first page of 250, counted": f"{table}?$top=250&$count=true",
        "page of 1,000, expanded": f"{table}?$top=1000&$expand=*",
        "page of 1,000 at 90 % depth": f"{table}?$top=1000&$skip={deep}",
        "next page of 1,000 by its token": f"{table}?$top=1000&$skiptoken={token(rows // 10)}",
        "page of 1,000 of the repeat": f"{table}.member?$top=1000",
        "all rows as OData": table,
        "csv": f"{form}/submissions.csv",
        "zip of csv with the repeat": f"{form}/submissions.csv.zip?attachments=false",
        "geojson": f"{form}/submissions.geojson",
    }


def token(number: int) -> str:
    """What the link to a next page holds."""
    told = json.dumps({"instanceId": f"uuid:bench-{number}"}).encode()
    return "01" + base64.b64encode(told).decode().replace("=", "%3D").replace("+", "%2B")


def fetched(port: int, path: str, key: str) -> tuple[float, float, int]:
    """Seconds to the first byte and to the last, and how many bytes came."""
    link = HTTPConnection("127.0.0.1", port, timeout=600)
    began = time.perf_counter()
    link.request("GET", path.replace(" ", "%20"), headers={"Authorization": f"Bearer {key}"})
    answer = link.getresponse()
    first = answer.read(1)
    to_first, size = time.perf_counter() - began, len(first)
    while piece := answer.read(1 << 20):
        size += len(piece)
    if answer.status != 200:  # noqa: PLR2004
        raise SystemExit(f"{path}: {answer.status}")
    link.close()
    return to_first, time.perf_counter() - began, size


def peak(server: int) -> float | None:
    """The most memory, in MB, that one process of the server has held."""
    if not PROCESSES.exists():
        return None
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    lines = [line for child in children for line in Path(f"/proc/{child}/status").read_text().splitlines()]
    return max(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024

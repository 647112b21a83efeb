"""Sends submissions as phones do, for some seconds, over kept connections: a program of its own beside the server.

Reads its plan as JSON from standard input, writes what it saw as JSON to standard output. Knows nothing of Waystation.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Final

CREATED: Final = 201
BOUNDARY: Final = "waystation-bench"
REMARK: Final = "The chief of the village was met; the well is dry since March. " * 28
"""Makes the form one of 2.5 KB, as long as the peers' were."""

FORM: Final = """<?xml version="1.0"?>
<data xmlns:orx="http://openrosa.org/xforms" id="tracking.location_count" version="1">
<operation>BENCH</operation><round>{round}</round><day>2026-03-02</day><site>{site}</site><outcome>assessed</outcome>
<idp_households>{households}</idp_households><idp_individuals>{individuals}</idp_individuals>
<returnee_households>2</returnee_households><returnee_individuals>11</returnee_individuals>
<method>headcount</method><confidence>a</confidence><remark>{remark}</remark>
<orx:meta><orx:instanceID>uuid:bench-{number:08}</orx:instanceID></orx:meta></data>"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to send, where to, how long."""

    port: int
    path: str
    senders: int
    seconds: float
    attachment: int
    """Bytes of the photograph that goes with each; 0 for none."""
    first: int
    """The number of the first one: each is another count of another site or round."""
    sites: list[str]


@dataclass(slots=True)
class Seen:
    """What became of it."""

    milliseconds: list[float] = field(default_factory=list)
    """Of those answered 201."""
    failed: int = 0
    seconds: float = 0.0


def form(plan: Plan, number: int) -> bytes:
    """One filled form, unlike every other."""
    households = 1 + number % 400
    return FORM.format(
        number=number,
        round=1 + number // len(plan.sites),
        site=plan.sites[number % len(plan.sites)],
        households=households,
        individuals=households * 5,
        remark=REMARK,
    ).encode()


def body(plan: Plan, number: int, photograph: bytes) -> bytes:
    """The parts, as a phone packs them. No two photographs are the same."""
    parts = [("xml_submission_file", "form.xml", "text/xml", form(plan, number))]
    if photograph:
        parts.append(("gate.jpg", "gate.jpg", "image/jpeg", b"%016d" % number + photograph[16:]))
    packed = b""
    for name, file, kind, content in parts:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n'
        packed += f"{head}Content-Type: {kind}\r\n\r\n".encode() + content + b"\r\n"
    return packed + f"--{BOUNDARY}--\r\n".encode()


def send(plan: Plan, numbers: itertools.count[int], until: float, seen: Seen) -> None:
    """One sender: one after the other, until the time is over."""
    photograph = os.urandom(plan.attachment)
    headers = {"X-OpenRosa-Version": "1.0", "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    connection = HTTPConnection("127.0.0.1", plan.port, timeout=60)
    while time.perf_counter() < until:
        packed = body(plan, next(numbers), photograph)
        began = time.perf_counter()
        try:
            connection.request("POST", plan.path, packed, headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, HTTPException):
            connection.close()
            seen.failed += 1
            continue
        if answer.status == CREATED:
            seen.milliseconds.append((time.perf_counter() - began) * 1000)
        else:
            seen.failed += 1
    connection.close()


def run(plan: Plan) -> Seen:
    """All senders at once."""
    numbers = itertools.count(plan.first)
    each = [Seen() for _sender in range(plan.senders)]
    began = time.perf_counter()
    until = began + plan.seconds
    threads = [threading.Thread(target=send, args=(plan, numbers, until, seen)) for seen in each]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    together = Seen(failed=sum(seen.failed for seen in each), seconds=time.perf_counter() - began)
    together.milliseconds = [one for seen in each for one in seen.milliseconds]
    return together


if __name__ == "__main__":
    json.dump(asdict(run(Plan(**json.load(sys.stdin)))), sys.stdout)

"""The server is killed, again and again, while phones send: nothing that was answered 201 is lost.

A start takes two seconds, of which fifty would be a long test. So most servers are forked by a process that has loaded
everything (nursery.py), each the whole of `waystation serve`; some are started as anybody starts them.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from tests.nursery import Nursery, answers_at, end, nursing, open_round, phone_of, processes_of, rows, wait_until
from tests.phones import form_body, post
from tests.serving import Installation, free_port, installation

FORKED_LIVES, STARTED_LIVES = 50, 2
SENDERS = 4
SITES = 3_000
PROCESSES = 4  # the first one, two that answer, the worker


@dataclass
class Sent:
    """A filled form with its photographs, and whether a server has taken it over."""

    number: int
    xml: bytes
    files: dict[str, bytes]
    taken: bool = False

    @property
    def instance(self) -> str:
        """Its name."""
        return f"uuid:killed-{self.number}"


def filled(number: int, chance: random.Random) -> Sent:
    """A count of a site of its own, with two photographs, of which one in ten is a large one."""
    answers = {
        "operation": "SSD-MT",
        "round": 1,
        "day": "2026-03-02",
        "site": f"s{number}",
        "idp_individuals": number,
        "meta": f"<instanceID>uuid:killed-{number}</instanceID>",
    }
    inside = "".join(f"<{name}>{word}</{name}>" for name, word in answers.items())
    xml = f'<data id="tracking.location_count" version="1">{inside}</data>'.encode()
    large = 1_200_000 if chance.random() < 0.1 else 20_000
    return Sent(number, xml, {"a.jpg": chance.randbytes(5_000), "b.jpg": chance.randbytes(large)})


@dataclass
class Phones:
    """Senders that go on whatever happens. What got no answer is sent again, at once or at the very end."""

    address: str
    port: int
    sent: list[Sent] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    _numbers: Iterator[int] = field(default_factory=count)
    _stop: threading.Event = field(default_factory=threading.Event)

    def post(self, one: Sent) -> int:
        """Send once. Raises OSError or HTTPException where there is no answer."""
        return post(self.port, self.address, form_body(one.xml, one.files))[0]

    def send_again(self, several: Sequence[Sent]) -> set[int]:
        """Send each once more, and answer the different answers."""
        with ThreadPoolExecutor(SENDERS) as senders:
            return set(senders.map(self.post, several))

    def _try(self, one: Sent) -> None:
        with suppress(OSError, http.client.HTTPException):
            status = self.post(one)
            self.answers[status] += 1
            one.taken = one.taken or status == 201

    def _go_on(self) -> None:
        chance = random.Random()
        while not self._stop.is_set():
            one = filled(next(self._numbers), chance)
            self.sent.append(one)
            self._try(one)
            while not one.taken and not self._stop.is_set() and chance.random() < 0.95:
                time.sleep(0.02)
                self._try(one)
            time.sleep(0.08)

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Within this block they send."""
        senders = [threading.Thread(target=self._go_on) for _sender in range(SENDERS)]
        for sender in senders:
            sender.start()
        try:
            yield
        finally:
            self._stop.set()
            for sender in senders:
                sender.join()


def kept(here: Installation) -> dict[str, tuple[bytes, dict[str, bytes]]]:
    """Every submission of a phone that is there: its form and its files, byte by byte."""
    phones = "from collect_submission s where instance like 'uuid:%'"
    found: dict[str, tuple[bytes, dict[str, bytes]]] = {
        instance: (bytes(body), {}) for instance, body in rows(here, f"select instance, body {phones}")
    }
    files = phones.replace("where", "join collect_attachment a on a.submission_id = s.id where")
    for instance, name, sha256, size in rows(here, f"select instance, name, a.sha256, size {files}"):
        content = Path(here.folder, "files", sha256[:2], sha256).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (sha256, size)
        found[instance][1][name] = content
    return found


def counts(here: Installation) -> dict[str, int]:
    """How many rows are in the tables that a submission comes to."""
    tables = ("collect_submission", "collect_attachment", "tracking_assessment", "tracking_count")
    return {table: rows(here, f"select count(*) from {table}")[0][0] for table in tables}


def killed_again_and_again(here: Installation, nursery: Nursery, port: int) -> None:
    """Servers one after the other, each killed at a moment of chance; some live long enough to file a lot."""
    for life in range(FORKED_LIVES):
        group = nursery.serve(port)
        time.sleep(random.uniform(1, 2) if life % 10 == 0 else random.uniform(0, 0.5))
        end(group, port)
    for _life in range(STARTED_LIVES):
        server = here.start(port=port)
        time.sleep(random.uniform(0, 0.5))
        server.kill()
        wait_until(lambda: not answers_at(port))


def test_killing_the_server_loses_nothing_that_was_answered(tmp_path):
    with installation(tmp_path / "data") as here, nursing(here) as nursery:
        phones = Phones(phone_of(here, nursery), free_port())
        open_round(nursery, tmp_path, sites=SITES)

        with phones.sending():
            killed_again_and_again(here, nursery, phones.port)

        assert set(phones.answers) == {201}
        there, sent = kept(here), {one.instance: (one.xml, one.files) for one in phones.sent}
        assert [one.instance for one in phones.sent if one.taken and one.instance not in there] == [], "lost"
        assert [name for name, one in there.items() if one != sent[name]] == [], "half-written"

        group = nursery.serve(phones.port)
        assert phones.send_again([one for one in phones.sent if not one.taken]) <= {201}
        wait_until(lambda: rows(here, "select distinct state from collect_submission") == [("filed",)], seconds=180)
        before = counts(here)
        assert before["tracking_assessment"] == before["tracking_count"] == len(sent) <= SITES
        assert kept(here) == sent

        assert phones.send_again(phones.sent) == {201}
        end(group, phones.port)
        nursery.run("work", "--once")
        assert counts(here) == before
        assert "0 waiting, 0 given up" in nursery.run("check")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, Nursery, str]]:
    """An installation that a phone may send to, its nursery, and where the phone sends."""
    folder = tmp_path_factory.mktemp("office")
    with installation(folder / "data") as here, nursing(here) as nursery:
        yield here, nursery, phone_of(here, nursery)


def test_nothing_of_a_server_is_left_when_only_its_first_process_is_killed(office):
    _here, nursery, _address = office
    port = free_port()
    group = nursery.serve(port)
    wait_until(lambda: len(processes_of(group)) == PROCESSES)

    os.kill(group, signal.SIGKILL)

    wait_until(lambda: not processes_of(group), seconds=30)
    assert not answers_at(port)


def test_what_dies_beside_the_first_process_is_started_again(office):
    here, nursery, address = office
    with nursery.serving() as (port, group):
        wait_until(lambda: len(processes_of(group)) == PROCESSES)
        before = processes_of(group) - {group}

        for number in before:
            os.kill(number, signal.SIGKILL)
        wait_until(lambda: len(processes_of(group) - before) == PROCESSES)

        one = filled(1, random.Random())
        assert post(port, address, form_body(one.xml, one.files))[0] == 201
        wait_until(lambda: rows(here, "select state from collect_submission") == [("held",)])


def test_a_server_that_is_told_to_stop_takes_all_its_processes_along(office):
    _here, nursery, _address = office
    port = free_port()
    group = nursery.serve(port)
    wait_until(lambda: len(processes_of(group)) == PROCESSES)
    time.sleep(1)  # until all of them listen to signals

    os.kill(group, signal.SIGTERM)

    wait_until(lambda: not processes_of(group), seconds=30)

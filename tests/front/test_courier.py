"""Other systems are told what happens: signed, tried again, and never at doors that only this server can reach."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as chosen
from django.test import Client
from django.utils.timezone import now

from tests.conftest import filled
from tests.test_journey_of_one_count import send
from waystation.access import actions as access
from waystation.access.action import writing
from waystation.access.models import Entry
from waystation.access.rules import new_key
from waystation.collect import actions as collect
from waystation.collect.models import Delivery, Project, Submission, Webhook
from waystation.collect.problems import NoSuchEvent, NotAnAddress
from waystation.collect.rules.webhooks import PAUSES, checked_url, is_outside, pause_after, secret_of
from waystation.front import courier
from waystation.front.courier import deliver_once
from waystation.front.worker import work_once


class Ear(HTTPServer):
    """A server that hears what it is told, and answers as it should."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Hearing)
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.status = 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook?from=waystation"


class Hearing(BaseHTTPRequestHandler):
    """One message."""

    server: Ear

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append(({name.lower(): word for name, word in self.headers.items()}, body))
        self.send_response(self.server.status)
        self.send_header("Location", self.server.url)
        self.end_headers()
        self.wfile.write(b"heard")

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""


@pytest.fixture
def ear(settings: Any) -> Iterator[Ear]:
    """A real server on this machine, which the operator allows to be told."""
    settings.HOOKS_INSIDE = True
    with Ear() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()


def hook(country: SimpleNamespace, url: str, **said: Any) -> Webhook:
    return collect.add_webhook(by=country.system, project=Project.objects.get(), url=url, **said)


def told(ear: Ear) -> list[tuple[str, str]]:
    """What was told, by kind and submission."""
    words = [json.loads(body) for _headers, body in ear.heard]
    return [(one["type"], one["data"]["instanceId"]) for one in words]


def test_what_happens_to_a_submission_is_told(client: Client, country: SimpleNamespace, ear: Ear):
    hook(country, ear.url)
    send(client, country.key, filled("ssid_2", 40))
    work_once()
    submission = Submission.objects.get()
    collect.review(by=country.officer, submission=submission, state="approved")
    collect.delete(by=country.officer, submission=submission)
    collect.restore(by=country.officer, submission=submission)

    assert deliver_once() == 4

    assert sorted(told(ear)) == [
        ("submission.create", "uuid:00000001"),
        ("submission.delete", "uuid:00000001"),
        ("submission.restore", "uuid:00000001"),
        ("submission.review", "uuid:00000001"),
    ]
    ids = {"projectId", "xmlFormId", "instanceId", "currentInstanceId", "reviewState", "submitterId"}
    assert {name for _headers, body in ear.heard for name in json.loads(body)["data"]} == ids, "and never answers"
    assert set(Delivery.objects.values_list("state", "status", "answer")) == {("delivered", 200, "heard")}
    assert deliver_once() == 0


def test_every_message_is_signed(client: Client, country: SimpleNamespace, ear: Ear):
    made = hook(country, ear.url)
    send(client, country.key, filled("ssid_2", 40))
    work_once()
    deliver_once()

    ((headers, body),) = ear.heard
    key = base64.b64decode(secret_of(chosen.SECRET_KEY, made.pk).removeprefix("whsec_"))
    words = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    signed = base64.b64encode(hmac.new(key, words, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{signed}"


def test_only_what_was_chosen_is_told(client: Client, country: SimpleNamespace, ear: Ear):
    hook(country, ear.url, events=["submission.review"])
    paused = hook(country, ear.url)
    collect.set_webhook(by=country.system, webhook=paused, is_active=False)
    send(client, country.key, filled("ssid_2", 40))
    work_once()
    collect.review(by=country.officer, submission=Submission.objects.get(), state="rejected")
    deliver_once()

    assert told(ear) == [("submission.review", "uuid:00000001")]


def test_what_fails_is_tried_again_later_and_later_then_given_up(client, country, ear: Ear):
    made = hook(country, ear.url)
    ear.status = 500
    send(client, country.key, filled("ssid_2", 40))
    work_once()
    waits = []
    for _try in range(len(PAUSES) + 1):
        assert deliver_once() == 1
        assert deliver_once() == 0, "not before its time"
        one = Delivery.objects.get()
        waits.append(one.next_at and round((one.next_at - now()).total_seconds()))
        with writing("collect"):
            Delivery.objects.filter(state="waiting").update(next_at=now())
    assert waits[-1] is None
    assert waits[:-1] == pytest.approx([one.total_seconds() for one in PAUSES], abs=2)
    assert (one.state, one.status, one.tries) == ("given_up", 500, len(PAUSES) + 1)

    ear.status = 200
    collect.replay(by=country.system, webhook=made, deliveries=[one])
    deliver_once()
    assert Delivery.objects.get().state == "delivered"


def test_an_address_that_is_gone_is_not_tried_again(client, country, ear: Ear):
    hook(country, ear.url)
    ear.status = 410
    send(client, country.key, filled("ssid_2", 40))
    work_once()
    deliver_once()

    assert Delivery.objects.get().state == "given_up"


class Dripping(BaseHTTPRequestHandler):
    """One that never comes to an end."""

    def do_POST(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        with suppress(OSError):
            while True:
                self.wfile.write(b"X-Wait: yes\r\n")
                time.sleep(0.05)

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""


def test_one_that_drips_for_ever_is_left_and_holds_up_nobody(client, country, ear: Ear, monkeypatch):
    monkeypatch.setattr(courier, "PATIENCE", 0.5)
    with ThreadingHTTPServer(("127.0.0.1", 0), Dripping) as slow:
        threading.Thread(target=slow.serve_forever, daemon=True).start()
        hook(country, f"http://127.0.0.1:{slow.server_port}/")
        hook(country, ear.url)
        for n in range(3):
            send(client, country.key, filled("ssid_2", 40, n=n))
        work_once()
        began = time.monotonic()

        tried = deliver_once()

        assert time.monotonic() - began < 5
        slow.shutdown()
    assert (tried, len(told(ear))) == (4, 3), "three were heard, of the three others one was tried"
    assert Counter(Delivery.objects.values_list("state", flat=True)) == {"delivered": 3, "waiting": 3}


def test_the_next_address_of_a_host_is_tried_where_the_first_does_not_answer(client, country, ear: Ear, monkeypatch):
    look_up = socket.getaddrinfo

    def two(host: str, *words: Any, **said: Any) -> list[Any]:
        hosts = ("127.0.0.2", "127.0.0.1") if host == "two.example" else (host,)
        return [found for one in hosts for found in look_up(one, *words, **said)]

    monkeypatch.setattr("waystation.front.courier.socket.getaddrinfo", two)
    hook(country, f"http://two.example:{ear.server_port}/")
    send(client, country.key, filled("ssid_2", 40))
    work_once()
    deliver_once()

    assert Delivery.objects.get().state == "delivered"


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("64:ff9b::5db8:d822", True),
        ("2002:a00:1::", False),
        ("fec0::1", False),
        ("fe80::1%eth0", False),
        ("ff0e::1", False),
        ("fd00::1", False),
    ],
)
def test_an_address_is_outside_also_where_it_wraps_up_another(address: str, is_one: bool):
    assert is_outside(address) is is_one


def test_redirects_are_not_followed(client, country, ear: Ear):
    hook(country, ear.url)
    ear.status = 302
    send(client, country.key, filled("ssid_2", 40))
    work_once()
    deliver_once()

    assert len(ear.heard) == 1
    assert Delivery.objects.get().state == "waiting"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.7", "169.254.169.254", "192.168.1.1"])
def test_nobody_makes_this_server_knock_at_doors_inside(client, country, ear: Ear, settings: Any, host: str):
    settings.HOOKS_INSIDE = False
    hook(country, f"http://{host}:{ear.server_port}/")
    send(client, country.key, filled("ssid_2", 40))
    work_once()
    deliver_once()

    assert ear.heard == []
    assert "own network" in Delivery.objects.get().answer


def test_an_address_that_answers_nobody_is_tried_again(client, country, settings: Any):
    settings.HOOKS_INSIDE = True
    hook(country, "http://127.0.0.1:1/")
    send(client, country.key, filled("ssid_2", 40))
    work_once()
    deliver_once()

    one = Delivery.objects.get()
    assert (one.state, one.status, one.answer[:22]) == ("waiting", None, "ConnectionRefusedError")


@pytest.mark.parametrize("url", ["ftp://example.org/", "example.org", "http://", "http://a:b@example.org/", "x" * 600])
def test_an_address_must_be_one_of_the_web(url: str):
    with pytest.raises(NotAnAddress):
        checked_url(url)


def test_an_event_must_be_one_that_happens(country):
    with pytest.raises(NoSuchEvent):
        hook(country, "https://example.org/", events=["submission.eaten"])


def test_trying_takes_days_not_for_ever():
    assert sum(PAUSES, timedelta()) < timedelta(days=3)
    assert pause_after(len(PAUSES) + 1) is None


def test_webhooks_are_steered_by_programs(client: Client, country: SimpleNamespace, ear: Ear):
    key = new_key()
    access.give_key(by=country.system, actor=country.officer, key=key)
    by = {"Authorization": f"Bearer {key}"}
    base = f"/v1/projects/{Project.objects.get().pk}/webhooks"
    refused = client.post(base, {"url": ear.url}, "application/json", headers=by)
    assert refused.status_code == 403, "who may not everything there may not let all of it out"

    access.give_key(by=country.system, actor=country.system, key=(boss := new_key()))
    by = {"Authorization": f"Bearer {boss}"}
    made = client.post(base, {"url": ear.url, "events": ["entity.create"]}, "application/json", headers=by).json()
    assert made["secret"].startswith("whsec_")
    assert (
        client.patch(f"{base}/{made['id']}", {"active": False}, "application/json", headers=by).json()["active"]
        is False
    )
    (listed,) = client.get(base, headers=by).json()
    assert listed == {name: word for name, word in made.items() if name != "secret"} | {"active": False}
    assert client.get(f"{base}/{made['id']}/deliveries", headers=by).json() == []
    assert client.post(f"{base}/{made['id']}/replay", {}, "application/json", headers=by).json() == {"replayed": 0}
    assert client.delete(f"{base}/{made['id']}", headers=by).json() == {"success": True}
    assert not any("http" in str(entry.refs) for entry in Entry.objects.all())

"""Tells other systems what happened: posts what is due, a few at a time, and keeps what came of it.

An address is looked up once and then connected to as such, and one of the own network is refused unless the operator
allows it: nobody shall make this server knock at doors that only it can reach. Redirects are not followed.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import logging
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.utils.timezone import now

from waystation.access.queries import actor_called
from waystation.collect import actions as collect
from waystation.collect.models import Delivery
from waystation.collect.queries import due
from waystation.collect.rules.webhooks import secret_of, signature

from .roles import SYSTEM

log = logging.getLogger(__name__)

AT_ONCE = 8  # addresses that are told at the same moment
PORTION = 64  # deliveries between two looks
PATIENCE = 10  # seconds that an address may take
PAUSE = 1.0  # seconds between two looks when nothing is due
MOST_READ = 2_000  # bytes of an answer


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an address answered; without a status, why it did not."""

    status: int | None
    answer: str
    milliseconds: int


class InsideAddress(OSError):
    """An address of the own network."""


def post(delivery: Delivery) -> Outcome:
    """Tell an address one thing."""
    began = time.monotonic()
    try:
        status, answer = _posted(delivery)
    except (OSError, http.client.HTTPException, ValueError) as error:
        status, answer = None, f"{type(error).__name__}: {error}"
    return Outcome(status, answer, round((time.monotonic() - began) * 1000))


def _posted(delivery: Delivery) -> tuple[int, str]:
    parts = urlsplit(delivery.webhook.url)
    host = parts.hostname or ""
    connection = http.client.HTTPConnection(host, parts.port, timeout=PATIENCE)
    connection.sock = _connected(host, parts.port or (443 if parts.scheme == "https" else 80), parts.scheme)
    try:
        connection.request("POST", f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}", *_said(delivery))
        answer = connection.getresponse()
        return answer.status, answer.read(MOST_READ).decode(errors="replace")
    finally:
        connection.close()


def _said(delivery: Delivery) -> tuple[bytes, dict[str, str]]:
    """Body and headers of one message."""
    told = {"type": delivery.event, "timestamp": delivery.made_at.isoformat(), "data": delivery.said}
    body = json.dumps(told, ensure_ascii=False).encode()
    number, at = f"msg_{delivery.pk}", int(time.time())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Waystation",
        "webhook-id": number,
        "webhook-timestamp": str(at),
        "webhook-signature": signature(secret_of(settings.SECRET_KEY, delivery.webhook_id), number, at, body),
    }
    return body, headers


def _connected(host: str, port: int, scheme: str) -> socket.socket:
    """A connection to the first address of a host that may be told. Raises InsideAddress, OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(one[4][0]) for one in found]
    allowed = [one for one in addresses if settings.HOOKS_INSIDE or ipaddress.ip_address(one).is_global]
    if not allowed:
        raise InsideAddress(f"{host} lies in the own network")
    plain = socket.create_connection((allowed[0], port), timeout=PATIENCE)
    if scheme == "http":
        return plain
    return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


def deliver_once() -> int:
    """Tell all that is due. Returns how many messages were tried."""
    by = actor_called(SYSTEM)
    portion = due(now(), PORTION)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for delivery, outcome in zip(portion, pool.map(post, portion), strict=True):
            collect.note_delivery(
                by=by,
                delivery=delivery,
                status=outcome.status,
                answer=outcome.answer,
                milliseconds=outcome.milliseconds,
            )
    return len(portion)


def deliver(stop: threading.Event) -> None:
    """Tell what is due, for ever, until told to stop."""
    while not stop.is_set():
        close_old_connections()
        try:
            tried = deliver_once()
        except DatabaseError:
            log.exception("the database did not answer the courier")
            tried = 0
        if not tried:
            stop.wait(PAUSE)

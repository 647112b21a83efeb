"""Tells other systems what happened: posts what is due, a few addresses at a time, and keeps what came of it.

An address is looked up once and then connected to as such, and one of the own network is refused unless the operator
allows it: nobody shall make this server knock at doors that only it can reach. Redirects are not followed.

An address is told one thing after the other. One that is slow or does not answer holds up nobody else for long: what
waits for it is left for the next look.
"""

from __future__ import annotations

import http.client
import json
import logging
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.utils.timezone import now

from waystation.access.queries import actor_called
from waystation.collect import actions as collect
from waystation.collect.models import Delivery
from waystation.collect.queries import due
from waystation.collect.rules.webhooks import is_outside, secret_of, signature

from .roles import SYSTEM

log = logging.getLogger(__name__)

AT_ONCE = 16  # addresses that are told at the same moment
EACH = 16  # messages to an address between two looks
PATIENCE = 10.0  # seconds to be reached in, to hear a message in, and after which the others wait for the next look
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
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    connection = http.client.HTTPConnection(host, parts.port)
    connection.sock = _reached(host, parts.port or (443 if parts.scheme == "https" else 80))
    # A timeout of a socket begins anew with every byte, and who sends one a second could go on for ever.
    too_late = threading.Event()
    hang_up = threading.Timer(PATIENCE, _hang_up, [connection, too_late])
    hang_up.start()
    try:
        if parts.scheme == "https":
            secured = ssl.create_default_context()
            connection.sock = secured.wrap_socket(connection.sock, server_hostname=host, do_handshake_on_connect=False)
            connection.sock.do_handshake()
        connection.request("POST", path, *_said(delivery))
        with connection.getresponse() as answer:
            words = answer.read(MOST_READ).decode(errors="replace")
        if too_late.is_set():  # what was cut off looks like an end
            raise TimeoutError("it took too long")
        return answer.status, words
    finally:
        hang_up.cancel()
        connection.close()


def _hang_up(connection: http.client.HTTPConnection, too_late: threading.Event) -> None:
    too_late.set()
    with suppress(OSError, TypeError):  # it was closed a moment before
        # Not the method of SSLSocket, which is none for another thread.
        socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)


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


def _reached(host: str, port: int) -> socket.socket:
    """A connection to the first address of a host that may be told and answers. Raises InsideAddress, OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(one[4][0]) for one in found]
    allowed = [one for one in addresses if settings.HOOKS_INSIDE or is_outside(one)]
    failed: OSError = InsideAddress(f"{host} lies in the own network")
    for address in allowed:
        try:
            return socket.create_connection((address, port), timeout=PATIENCE / len(allowed))
        except OSError as error:
            failed = error
    raise failed


def deliver_once() -> int:
    """Tell what is due. Returns how many messages were tried."""
    by = actor_called(SYSTEM)
    portion = due(now(), EACH)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = list(pool.map(_told_in_turn, portion))
    tried = [pair for pairs in outcomes for pair in pairs]
    for delivery, outcome in tried:
        collect.note_delivery(
            by=by,
            delivery=delivery,
            status=outcome.status,
            answer=outcome.answer,
            milliseconds=outcome.milliseconds,
        )
    return len(tried)


def _told_in_turn(deliveries: Sequence[Delivery]) -> list[tuple[Delivery, Outcome]]:
    """Tell one address what is due, until it does not answer or took long enough."""
    began = time.monotonic()
    tried = []
    for delivery in deliveries:
        tried.append((delivery, post(delivery)))
        if tried[-1][1].status is None or time.monotonic() - began > PATIENCE:
            break
    return tried


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

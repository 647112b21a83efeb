"""How other systems are told what happened: which events there are, how often it is tried, how it is signed.

The headers are those of the Standard Webhooks specification 1.0, so that its libraries check them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from ..problems import NoSuchEvent, NotAnAddress

EVENTS: Final = (
    "submission.create",
    "submission.edit",
    "submission.review",
    "submission.delete",
    "submission.restore",
    "entity.create",
    "entity.update",
    "entity.delete",
)
SECONDS: Final = (10, 60, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 86_400)
PAUSES: Final = tuple(timedelta(seconds=seconds) for seconds in SECONDS)
"""How long to wait after each try that failed: 55 hours in all, so that an outage over a weekend loses nothing."""

GONE: Final = 410  # the address says that it wants nothing any more


def pause_after(tries: int) -> timedelta | None:
    """How long to wait after so many tries; None when it was tried often enough."""
    return PAUSES[tries - 1] if tries <= len(PAUSES) else None


def checked_url(word: str) -> str:
    """An address of the web. Raises NotAnAddress."""
    try:
        parts = urlsplit(word.strip())
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one or len(word) > 500:  # noqa: PLR2004  (what the column holds)
        raise NotAnAddress(url=word[:80])
    return word.strip()


NAT64: Final = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
"""Addresses of the new kind that a gateway takes for one of the old, which are their last four bytes (RFC 6052)."""


def is_outside(word: str) -> bool:
    """Whether an IP address is one of the public internet, also where it wraps up another one."""
    address = ipaddress.ip_address(word.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        within = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if any(address in network for network in NAT64):
            within = ipaddress.IPv4Address(address.packed[-4:])
        if within:
            return is_outside(str(within))
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def checked_events(words: list[str]) -> list[str]:
    """Events that there are. Raises NoSuchEvent."""
    for word in words:
        if word not in EVENTS:
            raise NoSuchEvent(event=str(word)[:80], known=", ".join(EVENTS))
    return sorted(set(words))


def secret_of(secret: str, webhook: int) -> str:
    """What signs all that a webhook tells, worked out from the installation's secret and kept nowhere."""
    made = hmac.digest(secret.encode(), f"webhook {webhook}".encode(), "sha256")
    return f"whsec_{base64.b64encode(made).decode()}"


def signature(secret: str, number: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature` of one message."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    made = hmac.new(key, f"{number}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(made).decode()}"

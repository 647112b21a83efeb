"""How tests read pages: a browser in which somebody is signed in, and the words that a page shows."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.test import Client

from waystation.access.models import Actor


def browser_of(actor: Actor | None = None, language: str = "en", **options: Any) -> Client:
    """A browser in which an actor is signed in; a passer-by's without one."""
    client = Client(headers={"accept": "text/html", "accept-language": language}, **options)
    if actor is not None:
        client.force_login(actor)
    return client


def words_of(answer: Any) -> str:
    """What a page says, without its tags, blanks folded."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def links_of(answer: Any) -> list[str]:
    """The addresses that a page leads to."""
    return [unescape(address) for address in re.findall(r'href="([^"]+)"', answer.content.decode())]

"""Server time of the main pages, as a browser has them: signed in, over a kept connection, compressed."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from statistics import median, quantiles
from typing import Any, Final
from urllib.parse import urlencode

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from waystation.access import actions as access
from waystation.access.models import Actor
from waystation.access.queries import actor_called
from waystation.access.rules import new_password
from waystation.front import commands, demo
from waystation.front.roles import SYSTEM
from waystation.sharing import actions as sharing
from waystation.tracking.models import Round

from . import made
from .installation import serving
from .machine import Load

OK, FOUND = 200, 302
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
PAGES: Final = {
    "home": "home",
    "map": "tracking:map",
    "map's areas": "tracking:areas_geojson",
    "round": "tracking:round",
    "sites": "places:sites",
    "tray": "collect:tray",
    "publications": "sharing:publications",
    "publication": "sharing:publication",
}


def measure(*, quick: bool) -> Iterator[Sequence[Any]]:
    """A row for each page."""
    officer, password = _data(quick=quick)
    words: dict[str, list[Any]] = {"tracking:round": [Round.objects.get().code], "sharing:publication": [1]}
    with serving() as (port, server):
        browser = Browser(port)
        browser.sign_in(officer.username, password)
        for name, route in PAGES.items():
            try:
                address = reverse(route, args=words.get(route))
            except NoReverseMatch:
                continue
            load = Load(server)
            times, size = browser.visits(address, 5 if quick else 30)
            yield [name, median(times), quantiles(times, n=20)[-1], _statements(officer, address), size, load.others()]


def _data(*, quick: bool) -> tuple[Actor, str]:
    """The demonstration, or a small country made up; who looks at it, with the password."""
    password = new_password()
    if quick:
        by = made.country()
        made.counts(made.rounds(by, 1)[0], 200)
        published = sharing.prepare(by=by, figure="tracking.people_by_area", scope="/SSD")
        sharing.approve(by=by, publication=published)
        return made.officer(by, password), password
    with redirect_stdout(io.StringIO()):
        demo.make(commands.load_sheet, "")
    officer = actor_called("officer")
    access.reset_password(by=actor_called(SYSTEM), actor=officer, password=password)
    return officer, password


def _statements(by: Actor, address: str) -> int:
    """How many SQL statements the page takes, the session's own included."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(by)
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


class Browser:
    """As much of one as is needed: a kept connection and cookies."""

    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection("localhost", port, timeout=60)
        self.cookies: SimpleCookie = SimpleCookie()

    def sign_in(self, username: str, password: str) -> None:
        """Through the page, as a person does."""
        _status, page = self.ask("GET", "/accounts/login/")
        token = TOKEN.search(page.decode())
        words = {"login": username, "password": password, "csrfmiddlewaretoken": token[1] if token else ""}
        status, _page = self.ask("POST", "/accounts/login/", urlencode(words))
        if status != FOUND:
            raise SystemExit("The officer could not sign in.")

    def visits(self, address: str, number: int) -> tuple[list[float], int]:
        """Milliseconds of so many visits after a first one, and the bytes of the page as it was sent."""
        times = []
        for _visit in range(1 + number):
            began = time.perf_counter()
            status, page = self.ask("GET", address, compressed=True)
            times.append((time.perf_counter() - began) * 1000)
            if status != OK:
                raise SystemExit(f"{address} was answered {status}.")
        return times[1:], len(page)

    def ask(self, method: str, address: str, words: str = "", *, compressed: bool = False) -> tuple[int, bytes]:
        """One request: the status, and the bytes of the answer."""
        headers = {"Accept": "text/html", "Cookie": self.cookies.output(attrs=[], header="", sep=";").strip()}
        if compressed:
            headers["Accept-Encoding"] = "gzip"
        if words:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, address, words or None, headers)
        answer = self.connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            self.cookies.load(cookie)
        return answer.status, answer.read()

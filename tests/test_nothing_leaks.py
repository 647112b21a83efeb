"""Who has no right over a county neither sees its sites anywhere nor learns that they exist."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver

from tests.collect.entities.test_on_phones import FORM as WELLS
from tests.collect.entities.test_on_phones import said
from tests.conftest import filled
from tests.test_journey_of_one_count import send
from waystation.access import actions as access
from waystation.access.queries import role_called
from waystation.access.rules import new_key
from waystation.collect import actions as collect
from waystation.collect.models import Submission
from waystation.front import cli
from waystation.front.worker import work_once
from waystation.sharing import actions as sharing
from waystation.sharing.models import Publication

PASSWORD = "correct-horse-battery"
WELL = "aa8b1c4e-0000-4000-8000-000000000001"


@pytest.fixture
def counted(client: Client, country: SimpleNamespace) -> SimpleNamespace:
    """Counts in both states, a held submission of each, and internal and public publications of the whole country."""
    juba = access.add_actor(by=country.system, username="phone-8", name="Phone 8", kind="phone")
    access.grant(by=country.system, actor=juba, role=role_called("enumerator"), scope="/SSD/SS01")
    key = new_key()
    access.give_key(by=country.system, actor=juba, key=key)
    send(client, country.key, filled("ssid_2", 400, n=1))
    send(client, key, filled("ssid_1", 733, n=2))
    send(client, country.key, filled("ssid_98", 40, n=3))
    send(client, key, filled("ssid_1", 7331, n=4))
    collect.publish_form(by=country.system, definition=WELLS.encode(), scope="/SSD")
    send(client, key, said(WELL, 73317))
    work_once()
    for figure, audience in (
        ("tracking.people_by_location", "internal"),
        ("tracking.people_by_location", "partners"),
        ("tracking.people_by_area", "public"),
    ):
        prepared = sharing.prepare(by=country.officer, figure=figure, scope="/SSD", audience=audience)
        sharing.approve(by=country.approver, publication=prepared)
    country.hidden = country.sites["ssid_1"]
    country.secrets = [
        "Gumbo",
        country.hidden.code,
        "ssid_1",
        "7331",
        "73317",
        WELL,
        f"/collect/submissions/{held('uuid:00000004')}/",
    ]
    return country


def held(instance: str) -> int:
    return Submission.objects.get(instance=instance).pk


def routes(patterns: Any = None, before: str = "/") -> Iterator[str]:
    """Every route of the product, with its words in angle brackets."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, here)
        else:
            yield here


WORD = re.compile(r"<(?:\w+:)?(\w+)>")


def addresses(country: SimpleNamespace) -> Iterator[str]:
    """Every address of the product that can be opened, with the words of the hidden county wherever it takes words."""
    words = {
        "code": [country.hidden.code, country.round.code],
        "pcode": ["SS0101"],
        "key": [country.key],
        "form_id": ["tracking.location_count", "wells"],
        "name": ["tracking.people_by_area", "tracking.people_by_location", "wells", "wells.csv", "sites.csv"],
        "uuid": [WELL],
        "webhook": [1],
        "person": [country.phone.pk],
        "suffix": ["csv", "json", "geojson", "xlsx"],
        "verb": ["places.set_status"],
        "pk": [*Submission.objects.values_list("pk", flat=True), *Publication.objects.values_list("pk", flat=True)],
        "project": [1],
        "draft": ["0" * 64],
        "instance": ["uuid:00000002", "uuid:00000004"],
        "kind": ["csv", "zip", "geojson", "xlsx"],
        "table": ["Submissions", "Entities"],
        "version": ["1"],
        "role": ["admin"],
        "actor": [country.phone.pk],
        "number": [country.phone.pk],
        "token": ["0" * 64],
    }
    queries = ["", "?q=Gumbo&search=Gumbo&area=SS0101&scope=/SSD/SS01&level=2&bbox=20,0,40,15&round=1", "?area=SS01"]
    for route in routes():
        for address in _filled(route, words):
            yield from (address + query for query in (queries[:1] if address.startswith("/v1/") else queries))


def _filled(route: str, words: dict[str, list[Any]]) -> list[str]:
    word = WORD.search(route)
    if word is None:
        return [route]
    assert word[1] in words, f"this test knows no word for {word[0]}: give it one"
    return [one for chosen in words[word[1]] for one in _filled(route.replace(word[0], quote(str(chosen)), 1), words)]


def body_of(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode("utf-8", "replace")


def without_the_question(body: str, address: str) -> str:
    """A page may repeat what its reader typed; that tells them nothing."""
    return body.replace(address.partition("?")[2].replace("&", "&amp;"), "") if "Gumbo" not in body else body


def found(body: str, country: SimpleNamespace, address: str) -> list[str]:
    asked = {secret for secret in country.secrets if secret in address}
    return [
        secret for secret in country.secrets if secret not in asked and re.search(rf"\b{re.escape(secret)}\b", body)
    ]


def test_no_address_of_the_product_shows_a_hidden_site(client, counted):
    client.login(username="clerk", password=PASSWORD)
    opened = 0
    for address in addresses(counted):
        answer = client.get(address, headers={"Accept": "text/html"})
        assert answer.status_code < 500, address
        assert found(body_of(answer), counted, address) == [], address
        opened += answer.status_code == 200
    assert opened >= 60


def test_the_same_walk_finds_the_site_for_who_may_see_it(client, counted):
    """So that the test above is known to be able to fail."""
    client.login(username="officer", password=PASSWORD)
    seen = {address for address in addresses(counted) if found(body_of(client.get(address)), counted, address)}

    assert len(seen) >= 5


def test_a_hidden_site_answers_as_one_that_does_not_exist(client, counted):
    client.login(username="clerk", password=PASSWORD)
    hidden = client.get(f"/places/sites/{counted.hidden.code}/", headers={"Accept": "text/html"})
    nowhere = client.get("/places/sites/S-0000000/", headers={"Accept": "text/html"})

    assert hidden.status_code == nowhere.status_code == 404

    def as_told(answer: Any, code: str) -> str:
        body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|X-CSRFToken": "\w+"', "", answer.content.decode())
        return body.replace(code, "CODE")

    assert as_told(hidden, counted.hidden.code) == as_told(nowhere, "S-0000000")


def test_a_program_cannot_tell_a_hidden_site_from_none(client, counted):
    key = new_key()
    access.give_key(by=counted.system, actor=counted.clerk, key=key)

    def told(code: str) -> tuple[int, str]:
        answer = client.post(
            "/do/places.set_status",
            json.dumps({"site": code, "status": "closed", "since": "2026-03-01"}),
            content_type="application/json",
            headers={"Authorization": f"Bearer {key}"},
        )
        return answer.status_code, answer.content.decode().replace(code, "CODE")

    assert told(counted.hidden.code) == told("S-0000000")


def test_the_command_line_shows_a_person_no_more_than_the_pages_do(counted, capsysbinary):
    code = cli.main(["export", "tracking.people_by_location", "--by", "clerk"])

    assert code == 66
    assert b"Gumbo" not in capsysbinary.readouterr().out


def test_a_passer_by_sees_published_public_figures_and_nothing_else(client, counted):
    for address in addresses(counted):
        if "/v1/key/" in address:
            continue
        answer = client.get(address, headers={"Accept": "text/html"})
        assert answer.status_code < 500, address
        assert found(body_of(answer), counted, address) == [], address

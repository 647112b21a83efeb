"""Anybody who has a public link fills its form in, in a browser that nobody has signed in with."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.nursery import rows

from .conftest import Demonstration, Visit, visit
from .test_fill import PATIENCE, complete

pytestmark = pytest.mark.browser

FORM = """
| survey |      |         |                    |                      |                  |
|        | type | name    | label::English (en) | label::Français (fr) | label::عربي (ar) |
|        | text | village | Name of the village | Nom du village       | اسم القرية       |
| settings |    |         |                    |                      |                  |
|        | form_id | version | form_title | default_language |     |
|        | door    | 1       | Villages   | English (en)     |     |
"""
WORDS = {"en": "Name of the village", "fr": "Nom du village", "ar": "اسم القرية"}


@pytest.fixture(scope="module")
def address(chromium: Browser, demonstration: Demonstration, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where the officer says that anybody may fill the form in."""
    form = tmp_path_factory.mktemp("door") / "door.md"
    form.write_text(FORM, encoding="utf-8")
    demonstration.installation.run("load", str(form), "--form")
    password = demonstration.installation.run("user", "add", "boss").stdout.split()[-1]
    demonstration.installation.run("grant", "boss", "administrator", "/")
    demonstration.passwords["boss"] = password
    context, page = visit(chromium, demonstration, Visit(1280, "en", "boss"))
    page.goto("/collect/projects/1/forms/door/")
    page.get_by_label("Name of the link").fill("Market day")
    page.get_by_role("button", name="Make a link").click()
    found = page.locator("code.address").first.inner_text()
    context.close()
    return found


@pytest.mark.parametrize("language", WORDS)
def test_a_passer_by_fills_the_form_in_and_the_server_has_it(chromium, demonstration, address, language):
    context, page = visit(chromium, demonstration, Visit(360, language, username=None))
    page.goto(address)
    page.get_by_label(WORDS[language]).fill(f"Malou {language}", timeout=PATIENCE)
    complete(page)
    expect(page.locator("#fill-became .badge-ok")).to_be_visible(timeout=PATIENCE)

    kept = [bytes(body) for (body,) in rows(demonstration.installation, "select body from collect_submission")]
    assert len([body for body in kept if f"<village>Malou {language}</village>".encode() in body]) == 1
    context.close()


def test_its_page_shows_nothing_of_what_others_may_see(chromium, demonstration, address):
    context, page = visit(chromium, demonstration, Visit(1280, "en", username=None))
    page.goto(address)
    page.get_by_label(WORDS["en"]).wait_for(timeout=PATIENCE)

    assert "Tray" not in page.inner_text("body")
    assert Path(address).name not in page.inner_text("body"), "the key is in the address only"
    context.close()

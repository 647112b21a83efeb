"""Every main page, as people look at it: on a phone and a desk, in three languages, by keyboard, without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from .conftest import AXE, Visit, visit

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/tracking/map/",
    "/tracking/rounds/",
    "/tracking/rounds/SSD-MT-R11/",
    "/places/sites/",
    "/collect/tray/",
    "/collect/forms/",
    "/collect/projects/1/",
    "/collect/projects/1/forms/tracking.location_count/",
    "/collect/projects/1/forms/tracking.location_count/table/",
    "/collect/projects/1/forms/tracking.location_count/progress/",
    "/collect/projects/1/forms/tracking.location_count/cleaning/?question=/site",
    "/publications/",
    "/publications/1/",
)
LANGUAGES = {"en": "ltr", "fr": "ltr", "ar": "rtl"}
WIDTHS = (360, 1280)

FIRST, LATER = 150_000, 30_000  # bytes over the wire, compressed
MAP_PAGE = "/tracking/map/"


def faults(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2, levels A and AA."""
    levels = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = page.evaluate("async (levels) => (await axe.run(document, {runOnly: levels})).violations", levels)
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_fit_read_the_right_way_and_are_accessible(chromium, demonstration, language, width):
    context, page = visit(chromium, demonstration, Visit(width, language))
    page.add_init_script(path=AXE)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    for address in PAGES:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        assert page.get_attribute("html", "dir") == LANGUAGES[language], address
        assert page.get_attribute("html", "lang") == language, address
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{address} is {wide} px too wide"
        assert faults(page) == [], address
    assert problems == []
    context.close()


@pytest.mark.parametrize("address", PAGES)
def test_every_page_has_its_content_without_scripts(chromium, demonstration, address):
    context, page = visit(chromium, demonstration, Visit(360, "en", scripts=False))
    page.goto(address)

    assert page.locator("main h1").count() == 1
    assert page.locator("main").inner_text().strip()
    if address == MAP_PAGE:
        assert page.locator("main svg").first.is_visible()
        assert page.locator("main table tbody tr").count() >= 10
    context.close()


def test_every_control_is_reached_by_the_tab_key_and_shows_that_it_is(chromium, demonstration):
    context, page = visit(chromium, demonstration, Visit(1280, "en"))
    for address in PAGES:
        page.goto(address)
        reached_by_keyboard(page, address)
    context.close()


def reached_by_keyboard(page: Page, address: str) -> None:
    """Every control of a page is."""
    wanted = page.evaluate(
        """() => [...document.querySelectorAll('a[href],button,input:not([type=hidden]),select,textarea,summary')]
            .filter(one => one.checkVisibility({visibilityProperty: true}) && !one.disabled && one.tabIndex >= 0)
            .length"""
    )
    page.evaluate("document.activeElement.blur()")
    reached = set()
    for _press in range(wanted + 20):
        page.keyboard.press("Tab")
        here = page.evaluate(
            """() => {
                const one = document.activeElement;
                if (!one || one === document.body) return null;
                const style = getComputedStyle(one);
                const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
                one.dataset.reached ??= String(Math.random());
                return [one.dataset.reached, ring || style.boxShadow !== 'none', one.outerHTML.slice(0, 120)];
            }"""
        )
        if here is None:
            continue
        assert here[1], f"{address}: no focus ring on {here[2]}"
        reached.add(here[0])
    assert len(reached) >= min(wanted, 200), address


def test_first_page_and_later_pages_are_light(chromium, demonstration):
    context, page = visit(chromium, demonstration, Visit(360, "en", username=None))
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda done: sizes.append(done["encodedDataLength"]))

    page.goto("/accounts/login/", wait_until="networkidle")
    first = sum(sizes)
    page.fill("input[name=login]", "officer")
    page.fill("input[name=password]", demonstration.passwords["officer"])
    page.press("input[name=password]", "Enter")
    page.wait_for_load_state("networkidle")
    assert sum(sizes) <= FIRST, f"{sum(sizes)} bytes until home"
    assert first <= FIRST
    for address in PAGES:
        sizes.clear()
        page.goto(address, wait_until="networkidle")
        if address != MAP_PAGE:
            assert sum(sizes) <= LATER, f"{address}: {sum(sizes)} bytes"
    context.close()


def test_no_page_asks_anything_of_the_outside_world(chromium, demonstration):
    context, page = visit(chromium, demonstration, Visit(1280, "en"))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for address in PAGES:
        page.goto(address, wait_until="networkidle")

    outside = [url for url in asked if not re.match(rf"{demonstration.address}/|data:|blob:", url)]
    assert outside == []
    context.close()


def test_the_map_draws_areas_and_people_and_tells_them_by_keyboard(chromium, demonstration):
    context, page = visit(chromium, demonstration, Visit(1280, "en"))
    page.goto(MAP_PAGE, wait_until="networkidle")

    canvas = page.locator("canvas.maplibregl-canvas")
    canvas.wait_for(state="visible", timeout=20_000)
    assert canvas.bounding_box()["width"] > 300
    canvas.focus()
    page.keyboard.press("Enter")
    page.get_by_text(re.compile(r"\d[\d,.]* ")).first.wait_for(timeout=5_000)
    context.close()


def test_a_language_is_chosen_and_kept(chromium, demonstration):
    context, page = visit(chromium, demonstration, Visit(1280, "en"))
    page.locator("select[name=language]").first.focus()
    page.locator("select[name=language]").first.select_option("fr")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the button that shows itself to the keyboard
    page.wait_for_selector("html[lang=fr]")
    page.goto("/tracking/rounds/")

    assert page.get_attribute("html", "lang") == "fr"
    context.close()

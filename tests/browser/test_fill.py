"""Filling in forms in a real browser: in three languages, by keyboard, without a network, and with a dying server."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, expect

from tests.nursery import rows, wait_until

from .conftest import AXE, Demonstration, Visit, visit
from .test_pages import LANGUAGES, WIDTHS, faults

pytestmark = pytest.mark.browser

LIST, SITE = "/collect/fill/", "/collect/fill/places.site/"
KINDS = "/collect/fill/tests.all_kinds/"
FORM = Path(__file__).parents[1] / "data/collect/all_kinds.md"
PATIENCE = 20_000
HEAVIEST = 900_000  # bytes over the wire until a form can be filled in for the first time

WORDS = {
    "en": ("Day of the visit", "Name of the site", "P-code of the area", "Displacement site", "Verified, open"),
    "fr": ("Jour de la visite", "Nom du site", "P-code de la zone", "Site de déplacement", "Vérifié, ouvert"),
    "ar": ("يوم الزيارة", "اسم الموقع", "رمز المنطقة", "موقع نزوح", "مؤكد ومفتوح"),
}


def opened(page: Page, address: str = SITE) -> None:
    """A form, ready to be filled in, and kept on the device."""
    page.goto(address)
    page.locator(".odk-form").wait_for(timeout=PATIENCE)
    expect(page.locator("#fill-kept")).to_be_visible(timeout=PATIENCE)


def is_kept(page: Page, path: str) -> bool:
    """Whether the device keeps a page."""
    return bool(page.evaluate("async (path) => Boolean(await caches.match(path, {ignoreVary: true}))", path))


def fill_in(page: Page, name: str, language: str = "en") -> None:
    """A site, in the words of the reader's language."""
    day, site, area, kind, status = WORDS[language]
    page.get_by_label(day).fill("2026-03-12")
    page.get_by_label(day).press("Tab")
    page.get_by_label(site, exact=True).fill(name)
    page.get_by_label(area).fill("SS0302")
    page.get_by_text(kind, exact=True).click()
    page.get_by_text(status, exact=True).click()


def complete(page: Page) -> None:
    """Press the button of the form."""
    page.locator(".odk-form .footer button").click()
    page.locator("#fill-end:not([hidden])").wait_for(timeout=PATIENCE)


def becomes(page: Page, state: str, where: str = "#fill-became") -> None:
    """Until the form that was just filled in is in a state."""
    expect(page.locator(f"{where} .badge").first).to_have_text(state, timeout=PATIENCE)


def answers_of(demonstration: Demonstration, name: str) -> list[dict[str, str]]:
    """What the server keeps of the sites of a name, by question."""
    found = []
    for (body,) in rows(demonstration.installation, "select body from collect_submission where length(body) > 0"):
        form = ElementTree.fromstring(bytes(body))
        answers = {one.tag: one.text or "" for one in form}
        if answers.get("name", answers.get("village")) == name:
            found.append(answers)
    return found


@pytest.fixture
def device(chromium: Browser, demonstration: Demonstration) -> Iterator[Page]:
    """The officer's phone, at the list of forms."""
    context, page = visit(chromium, demonstration, Visit(360, "en"))
    page.goto(LIST)
    yield page
    context.close()


def sendings(context: BrowserContext) -> list[Request]:
    """What will be sent from now on."""
    sent: list[Request] = []
    context.on("request", lambda request: sent.append(request) if request.url.endswith("/fill/send") else None)
    return sent


# Filling in and sending


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_kept_equals_what_was_entered_in_each_language(chromium, demonstration, language):
    context, page = visit(chromium, demonstration, Visit(360, language))
    opened(page)
    assert page.locator("#fill-engine").get_attribute("lang") == language
    assert page.locator("#fill-engine").get_attribute("dir") == LANGUAGES[language]

    fill_in(page, f"Bor {language}", language)
    complete(page)
    expect(page.locator("#fill-became .badge-ok")).to_be_visible(timeout=PATIENCE)

    (answers,) = answers_of(demonstration, f"Bor {language}")
    entered = {"day": "2026-03-12", "area": "SS0302", "kind": "site", "status": "verified_open", "ssid": ""}
    assert answers.items() >= entered.items()
    context.close()


def test_a_form_is_filled_in_and_sent_by_keyboard_alone(demonstration, device):
    opened(device)
    day, site, area, kind, status = WORDS["en"]
    device.get_by_label(day).focus()
    device.keyboard.type("2026-03-12")
    device.keyboard.press("Escape")
    for label, words in ((site, "Keyboard"), (area, "SS0302"), (kind, " "), (status, " "), ("Send", "\n")):
        reach(device, label)
        device.keyboard.press("Space") if words == " " else None
        device.keyboard.press("Enter") if words == "\n" else None
        device.keyboard.type(words.strip())
    becomes(device, "sent")

    assert answers_of(demonstration, "Keyboard")[0]["day"] == "2026-03-12"


def reach(page: Page, name: str) -> None:
    """Press Tab, and arrows among choices, until the focus is on what has a name."""
    named = """(name) => {
        const one = document.activeElement;
        const labels = [...(one.labels ?? [])].map((label) => label.innerText.trim());
        return [...labels, one.innerText?.trim()].includes(name);
    }"""
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(named, name):
            return
        for _choice in range(8 if page.evaluate("document.activeElement.type === 'radio'") else 0):
            if page.evaluate(named, name):
                return
            page.keyboard.press("ArrowDown")
    raise AssertionError(f"{name} was not reached")


def test_defaults_come_from_the_address_with_or_without_the_server_knowing(demonstration, device):
    opened(device, f"{SITE}?d[area]=SS0302#d[/data/name]=Default&d[/data/no/such]=x")

    assert device.get_by_label("P-code of the area").input_value() == "SS0302"
    assert device.get_by_label("Name of the site").input_value() == "Default"
    assert device.get_by_label("Another name").input_value() == ""


def test_every_kind_of_question_is_kept_as_it_was_answered(demonstration, device):
    publish(device)
    opened(device, KINDS)
    device.get_by_label("Village").fill("All kinds")
    device.get_by_label("People").press_sequentially("12")
    device.get_by_label("Litres", exact=True).press_sequentially("30.5")
    device.get_by_label("Litres", exact=True).press("Tab")
    device.get_by_text("Water", exact=True).first.click()
    device.get_by_text("Food", exact=True).first.click()
    question(device, "Is there a well?").get_by_text("No", exact=True).click()
    question(device, "Minimal").get_by_role("combobox").click()
    device.get_by_role("option", name="Yes").click()
    device.locator("input[type=file]").first.set_input_files(
        {"name": "well.png", "mimeType": "image/png", "buffer": picture(device)}
    )
    device.get_by_label("Head").fill("Ayen")
    device.get_by_role("button", name="Add").click()
    device.get_by_label("Head").nth(1).fill("Deng")
    complete(device)
    becomes(device, "sent")

    (answers,) = answers_of(demonstration, "All kinds")
    assert answers["username"] == "officer"
    entered = {"people": "12", "litres": "30.5", "needs": "water food", "well": "no", "quick": "yes"}
    assert answers.items() >= entered.items()
    ((body, files),) = rows(
        demonstration.installation,
        "select s.body, (select count(*) from collect_attachment a where a.submission_id = s.id and a.size > 0)"
        " from collect_submission s join collect_form f on f.id = s.form_id where f.form_id = 'tests.all_kinds'",
    )
    heads = [one.text for one in ElementTree.fromstring(bytes(body)).iter("head")]
    assert (heads, files) == (["Ayen", "Deng"], 1)


def question(page: Page, label: str) -> Locator:
    """One question with its answer."""
    return page.locator(".question-container", has_text=label)


def publish(page: Page) -> None:
    """The form of all kinds of questions, published from its page."""
    page.goto("/collect/forms/")
    page.locator("input[name=file]").set_input_files(FORM)
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("is published in version").wait_for()


def picture(page: Page) -> bytes:
    """A picture larger than the form takes."""
    drawn = page.evaluate(
        """async () => {
            const canvas = new OffscreenCanvas(800, 600);
            canvas.getContext("2d").fillRect(0, 0, 400, 300);
            return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
        }"""
    )
    return bytes(drawn)


# Drafts


def test_a_draft_outlives_the_page_and_goes_on_under_its_own_id(demonstration, device):
    opened(device)
    fill_in(device, "Draft")
    device.get_by_role("button", name="Keep as a draft").click()
    expect(device.locator("#fill-said")).to_contain_text("Kept as a draft")

    device.goto(LIST)
    becomes(device, "draft", "#drafts-list")
    device.get_by_role("link", name="Go on").click()
    expect(device.get_by_label("Name of the site")).to_have_value("Draft", timeout=PATIENCE)
    complete(device)
    becomes(device, "sent")

    assert len(answers_of(demonstration, "Draft")) == 1
    device.goto(LIST)
    assert device.locator("#drafts").is_hidden()


def test_what_was_begun_is_kept_when_the_page_is_left_and_an_untouched_form_is_not(device):
    opened(device)
    device.goto("about:blank")
    opened(device)
    device.get_by_label("Name of the site").fill("Left")
    device.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(device.locator("#fill-said")).to_contain_text("Kept as a draft")

    device.goto(LIST)

    expect(device.locator("#drafts-list li")).to_have_count(1)
    device.once("dialog", lambda asked: asked.accept())
    device.locator("#drafts-list [data-forget]").click()
    expect(device.locator("#drafts-list li")).to_have_count(0)


# Without a network


def test_without_a_network_forms_are_filled_in_and_later_sent_exactly_once(demonstration, device):
    opened(device)
    sent = sendings(device.context)
    device.context.set_offline(True)
    device.reload()
    device.locator(".odk-form").wait_for(timeout=PATIENCE)
    fill_in(device, "Offline")
    complete(device)
    becomes(device, "waiting")
    device.goto(LIST)
    becomes(device, "waiting", "#outbox-list")
    assert answers_of(demonstration, "Offline") == []

    device.context.set_offline(False)

    becomes(device, "sent", "#outbox-list")
    device.reload()
    becomes(device, "sent", "#outbox-list")
    assert len(answers_of(demonstration, "Offline")) == 1
    assert len(sent) == 1


def test_a_form_that_was_never_opened_is_kept_for_offline_from_the_list(device):
    row = device.locator("tr", has_text="Location count")
    row.get_by_role("button", name="Keep for offline").click()
    expect(row.get_by_text("can be filled in")).to_be_visible(timeout=PATIENCE)

    device.context.set_offline(True)
    device.goto("/collect/fill/tracking.location_count/")

    expect(device.locator(".odk-form")).to_be_visible(timeout=PATIENCE)


def test_several_pages_of_one_device_send_a_form_once(demonstration, device):
    opened(device)
    sent = sendings(device.context)
    device.context.set_offline(True)
    fill_in(device, "Once")
    complete(device)
    others = [device.context.new_page() for _ in range(3)]
    for page in others:
        page.goto(LIST)

    device.context.set_offline(False)

    for page in others:
        becomes(page, "sent", "#outbox-list")
    assert len(sent) == 1
    assert len(answers_of(demonstration, "Once")) == 1


@contextmanager
def own_server(demonstration: Demonstration) -> Iterator[Demonstration]:
    """A server that may be killed, before the same data."""
    server = demonstration.installation.start()
    try:
        yield replace(demonstration, server=server)
    finally:
        server.kill(signal.SIGTERM)


def test_nothing_is_lost_or_doubled_when_the_server_dies_meanwhile(chromium, demonstration):
    with own_server(demonstration) as mortal:
        context, page = visit(chromium, mortal, Visit(360, "en"))
        opened(page)
        fill_in(page, "Killed")
        mortal.server.kill()
        complete(page)
        becomes(page, "waiting")
    again = demonstration.installation.start(port=mortal.server.port)
    try:
        page.goto(f"{again.address}{LIST}")
        becomes(page, "sent", "#outbox-list")
    finally:
        context.close()
        again.kill(signal.SIGTERM)

    assert len(answers_of(demonstration, "Killed")) == 1


def test_the_browser_sends_by_itself_when_no_page_is_open(demonstration, device):
    opened(device)
    device.context.set_offline(True)
    fill_in(device, "Background")
    complete(device)
    becomes(device, "waiting")
    elsewhere = device.context.new_page()
    device.close()
    session = elsewhere.context.new_cdp_session(elsewhere)
    seen: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: seen.extend(
            one["registrationId"] for one in told["registrations"] if one["scopeURL"].startswith(demonstration.address)
        ),
    )
    session.send("ServiceWorker.enable")
    elsewhere.wait_for_timeout(200)

    elsewhere.context.set_offline(False)
    event = {"origin": demonstration.address, "registrationId": seen[-1], "tag": "send", "lastChance": False}
    session.send("ServiceWorker.dispatchSyncEvent", event)

    wait_until(lambda: len(answers_of(demonstration, "Background")) == 1)


# Refused, and mended


def test_a_refused_form_says_why_and_is_mended(demonstration, device):
    opened(device)
    fill_in(device, "Refused")
    device.get_by_label("Another name").evaluate(
        "(field, words) => { field.value = words; field.dispatchEvent(new Event('input', {bubbles: true})); }",
        "x" * 5_100_000,
    )
    complete(device)
    becomes(device, "needs you")
    assert "bytes were sent" in device.locator("#fill-became").inner_text()

    device.get_by_role("link", name="Mend it").click()
    device.locator("#fill-refused").wait_for(timeout=PATIENCE)
    device.get_by_label("Another name").fill("short", timeout=PATIENCE)
    complete(device)
    becomes(device, "sent")

    (answers,) = answers_of(demonstration, "Refused")
    assert answers["other_name"] == "short"


# Whose it is


def test_a_device_shows_nobody_what_another_filled_in_and_keeps_it_for_them(chromium, demonstration, device):
    run = demonstration.installation.run
    username, password = run("user", "add", "enumerator-1").stdout.split()
    run("grant", "enumerator-1", "enumerator", "/SSD")
    opened(device)
    device.get_by_label("Name of the site").fill("Secret")
    device.get_by_role("button", name="Keep as a draft").click()
    expect(device.locator("#fill-said")).to_contain_text("Kept as a draft")

    device.once("dialog", lambda asked: asked.accept())
    sign_out(device)
    sign_in(device, username, password)
    device.goto(LIST)
    expect(device.locator("#outbox-empty")).to_be_visible()
    assert device.locator("#drafts").is_hidden()
    assert not is_kept(device, SITE)

    sign_out(device)
    sign_in(device, "officer", demonstration.passwords["officer"])
    device.goto(LIST)
    becomes(device, "draft", "#drafts-list")


def sign_out(page: Page) -> None:
    """By the menu of the page."""
    page.locator(".top-phone summary").click()
    page.locator(".top-phone form[action$='/logout/'] button").click()
    page.wait_for_url(re.compile("/accounts/login/|/$"))


def sign_in(page: Page, username: str, password: str) -> None:
    """By the page for it."""
    page.goto("/accounts/login/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(re.compile("/$"))


def test_whoever_signs_out_while_something_waits_is_warned_and_may_stay(device):
    opened(device)
    device.context.set_offline(True)
    fill_in(device, "Waits")
    complete(device)
    becomes(device, "waiting")
    device.goto(LIST)
    becomes(device, "waiting", "#outbox-list")
    asked: list[str] = []
    device.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    device.locator(".top-phone summary").click()
    device.locator(".top-phone form[action$='/logout/'] button").click()

    assert asked == ["Forms on this device that were not sent: 1. They stay here until you sign in again. Sign out?"]
    assert device.url.endswith(LIST)


def test_all_that_the_device_keeps_can_be_removed(device):
    opened(device)
    device.get_by_label("Name of the site").fill("Removed")
    device.get_by_role("button", name="Keep as a draft").click()
    expect(device.locator("#fill-said")).to_contain_text("Kept as a draft")
    device.goto(LIST)
    expect(device.locator("#drafts-list li")).to_have_count(1)

    device.once("dialog", lambda asked: asked.accept())
    device.get_by_role("button", name="Remove all of it from this device").click()

    expect(device.locator("#device-forget")).to_be_hidden()
    assert device.locator("#drafts-list li").count() == 0


# For everybody


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_fit_run_the_right_way_and_are_accessible(chromium, demonstration, language, width):
    context, page = visit(chromium, demonstration, Visit(width, language))
    page.add_init_script(path=AXE)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    for address in (LIST, SITE):
        page.goto(address)
        if address == SITE:
            page.locator(".odk-form .footer button").click()
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert page.get_attribute("html", "dir") == LANGUAGES[language]
        assert wide <= 0, f"{address} is {wide} px too wide"
        assert faults(page) == [], address
    assert problems == []
    context.close()


def test_a_form_of_all_kinds_is_accessible_and_asks_nothing_of_the_outside_world(device):
    publish(device)
    asked: list[str] = []
    device.on("request", lambda request: asked.append(request.url))
    device.add_init_script(path=AXE)
    opened(device, KINDS)
    device.wait_for_load_state("networkidle")

    assert faults(device) == []
    device.context.grant_permissions(["geolocation"])
    device.context.set_geolocation({"latitude": 6.2, "longitude": 31.56})
    device.get_by_role("button", name="Get location").first.click()
    expect(device.get_by_role("dialog")).to_have_css("opacity", "1")
    assert faults(device) == []
    here = device.evaluate("location.origin")
    assert [url for url in asked if not url.startswith((f"{here}/", "data:", "blob:"))] == []


def test_the_engine_is_loaded_once_and_only_where_a_form_is_filled_in(chromium, demonstration):
    context, page = visit(chromium, demonstration, Visit(360, "en"))
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda done: sizes.append(done["encodedDataLength"]))
    opened(page)
    first = sum(sizes)
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    sizes.clear()
    page.reload()
    page.locator(".odk-form").wait_for(timeout=PATIENCE)

    assert first <= HEAVIEST
    assert sum(sizes) <= 30_000
    context.close()

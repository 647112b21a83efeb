"""Fills in any form on its page, through the fields that a person uses, and remembers what was entered."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator, Page


# What the engine shows at this moment, in its order. Answers are never set here, only through the fields.
SHOWN = """() => {
    const found = new Map();
    const walk = (vnode) => {
        if (!vnode || typeof vnode !== "object") return;
        if (Array.isArray(vnode)) return vnode.forEach(walk);
        const asked = vnode.component?.props?.question;
        if (asked?.currentState && !found.has(asked.nodeId)) {
            const state = asked.currentState;
            found.set(asked.nodeId, {
                id: asked.nodeId,
                path: state.reference,
                kind: asked.nodeType,
                type: asked.valueType ?? "",
                written: asked.appearances ? [...asked.appearances] : [],
                readonly: Boolean(state.readonly),
                options: (state.valueOptions ?? []).map((one) => one.value),
                broken: asked.validationState?.violation?.condition ?? "",
                unsupported: asked.nodeType === "unsupported-control" || asked.nodeType.includes("unsupported"),
            });
        }
        walk(vnode.component?.subTree);
        walk(vnode.children);
        walk(vnode.ssContent);
        if (vnode.suspense) walk(vnode.suspense.activeBranch);
    };
    walk(document.getElementById("fill-engine")._vnode);
    return [...found.values()];
}"""
PATIENCE = 20_000  # milliseconds
NUMBERS = ("2", "1", "30", "0", "18", "5", "100", "1000")
TEXTS = ("Bor", "0912345678", "912345678", "12345", "a@example.org")
DAYS = ("2026-03-12", "2021-03-12", "2026-11-01")
MOST_TRIED = 6


@dataclass
class Entered:
    """What a person entered into a form, by the path of each question; and what the page could not take."""

    answers: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    not_taken: dict[str, str] = field(default_factory=dict)


def shown(page: Page) -> list[dict[str, Any]]:
    """The questions on the page."""
    asked: list[dict[str, Any]] = page.evaluate(SHOWN)
    return asked


def fill_in_all(page: Page, *, most: int = 900) -> Entered:
    """Answer every question that is asked, those too that come with an answer, until none is left."""
    entered = Entered()
    add_repeats(page)
    for _pass in range(40):
        left = [one for one in shown(page) if one["path"] not in entered.kinds and not one["readonly"]]
        if not left or len(entered.kinds) > most:
            break
        for one in left:
            answer(page, one, entered)
    still = {one["path"] for one in shown(page)}
    entered.answers = {path: value for path, value in entered.answers.items() if path in still}
    return entered


def add_repeats(page: Page) -> None:
    """A second one of everything that may be repeated."""
    for button in page.locator(".odk-form .repeat button:has-text('Add')").all():
        button.click()


def answer(page: Page, asked: dict[str, Any], entered: Entered) -> None:
    """Answer one question so that its own rules take the answer; note it if there is no field for it."""
    path = asked["path"]
    entered.kinds[path] = f"{asked['kind']} {asked['type']}".strip()
    box = page.locator(f"[id='{asked['id']}_container']")
    if not box.count() or not box.first.is_visible():
        entered.kinds.pop(path)
        return
    for value in tries(asked):
        given = enter(page, box.first, asked, value)
        if given is None:
            if asked["kind"] != "note":
                entered.not_taken[path] = entered.kinds[path]
            return
        entered.answers[path] = given
        now = next((one for one in shown(page) if one["path"] == path), None)
        if now is None or not now["broken"]:
            return


def tries(asked: dict[str, Any]) -> list[Any]:
    """What one might answer, the likeliest first."""
    if asked["kind"] in {"select", "rank"}:
        options = asked["options"]
        first = sorted(options, key=lambda one: not one.startswith("yes"))
        return first[:MOST_TRIED]
    if asked["type"] in {"int", "decimal"}:
        return list(NUMBERS)
    if asked["type"] == "date":
        return list(DAYS)
    return list(TEXTS) if asked["kind"] == "input" else ["x"]


def enter(page: Page, box: Locator, asked: dict[str, Any], value: str) -> str | None:
    """Enter one answer through whatever field the question has. What is entered; None where it has no field."""
    if asked["kind"] == "select":
        return chosen(page, box, asked, value)
    if asked["kind"] == "trigger":
        box.locator("input[type=checkbox]").first.check()
        return "OK"
    if asked["kind"] != "input":
        return None
    if asked["type"] == "geopoint":
        return located(page, box)
    typed = box.locator("input, textarea")
    if not typed.count():
        return None
    typed.first.fill("")
    typed.first.press_sequentially(value) if asked["type"] in {"int", "decimal"} else typed.first.fill(value)
    typed.first.press("Tab")
    return value


def chosen(page: Page, box: Locator, asked: dict[str, Any], value: str) -> str:
    """Choose one: a button, a box to tick, or a line of a list that opens."""
    at = asked["options"].index(value)
    fields = box.locator("input[type=radio], input[type=checkbox]")
    if fields.count() == len(asked["options"]):
        for other in box.locator("input[type=checkbox]:checked").all():
            other.uncheck(force=True)
        fields.nth(at).check(force=True)
        return value
    box.locator("[role=combobox], .p-multiselect").first.click()
    page.get_by_role("option").nth(at).click()
    page.keyboard.press("Escape")
    return value


def located(page: Page, box: Locator) -> str | None:
    """Where the device is."""
    button = box.locator("button").first
    if not button.count():
        return None
    button.click()
    dialog = page.get_by_role("dialog")
    dialog.wait_for(timeout=PATIENCE)
    dialog.locator("button", has_text=re.compile("Save|Enregistrer|حفظ")).first.click()
    dialog.wait_for(state="hidden", timeout=PATIENCE)
    return "6.2 31.56"

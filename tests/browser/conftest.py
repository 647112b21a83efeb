"""A real server with the demonstration in it, and a real Chromium before it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.serving import Installation, Server, installation

ROOT = Path(__file__).parents[2]
AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]


@dataclass(frozen=True)
class Demonstration:
    """The running demonstration and how to sign in to it."""

    installation: Installation
    server: Server
    passwords: dict[str, str]
    phone: str

    @property
    def address(self) -> str:
        """Where it answers."""
        return self.server.address


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """South Sudan's round 11, made by the command that the README names, and served."""
    with installation(tmp_path_factory.mktemp("demonstration") / "data") as made:
        told = made.run("demo", "--no-serve").stdout
        passwords = dict(re.findall(r"^  (\w+) +((?:\w{4}-){4}\w{4}) ", told, re.MULTILINE))
        phone = re.search(r"/v1/key/\w+/projects/1", told)
        assert phone is not None, told
        with made.serving() as server:
            yield Demonstration(made, server, passwords, phone.group())


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium. Not for longer than a module: the driver's event loop would bar Django's database."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@dataclass(frozen=True)
class Visit:
    """How somebody looks at the pages."""

    width: int
    language: str
    username: str | None = "officer"
    scripts: bool = True


def visit(chromium: Browser, demonstration: Demonstration, how: Visit) -> tuple[BrowserContext, Page]:
    """A page of somebody who has signed in, in their language."""
    context = chromium.new_context(
        viewport={"width": how.width, "height": 800},
        locale=how.language,
        base_url=demonstration.address,
        java_script_enabled=how.scripts,
    )
    page = context.new_page()
    if how.username:
        page.goto("/accounts/login/")
        page.fill("input[name=login]", how.username)
        page.fill("input[name=password]", demonstration.passwords[how.username])
        page.press("input[name=password]", "Enter")
        page.wait_for_url(f"{demonstration.address}/")
    return context, page

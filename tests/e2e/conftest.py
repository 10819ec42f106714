"""A browser before a running server, with the demo world behind it; nothing but our own host may be asked.

What they do is really written, by the server's own threads; after each file the world is put back as it was built.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from tablebanking import demo
from tests import kept_world
from tests.conftest import PHONES, World, by_first_names
from users.models import User

# Playwright's own loop runs in this thread; Django would refuse its database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A refused form answers 422 and a stranger's page 404; Chromium writes both to its console.
ANSWERED = "Failed to load resource: the server responded with a status of 4"
# A machine may be slow, and nobody waits longer than she must: only what never comes takes this long.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert found, "Chromium is needed for the browser tests: apt-get install chromium"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield chromium
        chromium.close()


@dataclass
class Visitor:
    """Somebody at a browser, and everything that went wrong there."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        self.page.goto(self.base + path)
        return self.page

    def sign_in(self, name: str) -> "Visitor":
        page = self.go("/sign-in/")
        page.get_by_label("Phone number").fill(PHONES[name])
        page.get_by_label("Password").fill(demo.PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        page.wait_for_url(self.base + "/")
        return self

    def press(self, button: Locator) -> Page:
        """Press what asks the server, and wait until the answer stands there whole."""
        with self.page.expect_navigation():
            button.click()
        return self.page

    def width(self) -> int:
        """How wide the page really is; wider than the window means scrolling sideways."""
        self.page.wait_for_load_state()
        return int(self.page.evaluate("document.documentElement.scrollWidth"))


class Door:
    """Lets visitors in, each with a browser profile of her own."""

    def __init__(self, browser: Browser, base: str) -> None:
        self.browser, self.base = browser, base
        self.contexts: list[BrowserContext] = []
        self.visitors: list[Visitor] = []

    def visitor(self, *, width: int = 1280, dark: bool = False, script: bool = True, **options: Any) -> Visitor:
        context = self.browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            locale="en-GB",
            **options,
        )
        context.set_default_timeout(PATIENCE)
        visitor = Visitor(context.new_page(), self.base)
        visitor.page.on("console", lambda said: self._heard(visitor, said.type, said.text))
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        visitor.page.on("request", lambda asked: self._asked(visitor, asked.url))
        self.contexts.append(context)
        self.visitors.append(visitor)
        return visitor

    def _heard(self, visitor: Visitor, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and not text.startswith(ANSWERED):
            visitor.complaints.append(text)

    def _asked(self, visitor: Visitor, url: str) -> None:
        if not url.startswith((self.base, "data:")):
            visitor.complaints.append(f"asked {url}")

    def close(self) -> None:
        for context in self.contexts:
            context.close()


@pytest.fixture(scope="module")
def server(_demo_world: None, django_db_blocker: DjangoDbBlocker) -> Iterator[LiveServer]:
    with django_db_blocker.unblock():
        running = LiveServer("localhost")
        yield running
        running.stop()
        kept_world.restore()


@pytest.fixture
def db(server: LiveServer, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Really written and never rolled back: the server reads it from threads of its own."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def world(db: None) -> World:
    """As the test before has left it, but that everybody reads English again: a language stays with who chose it."""
    cache.clear()
    User.objects.exclude(language="en").update(language="en")
    return by_first_names()


@pytest.fixture
def door(browser: Browser, world: World, server: LiveServer) -> Iterator[Door]:
    """Closing it, nobody may have met an error, a blocked script or style, or a foreign host."""
    opened = Door(browser, server.url)
    yield opened
    opened.close()
    assert [complaint for visitor in opened.visitors for complaint in visitor.complaints] == []

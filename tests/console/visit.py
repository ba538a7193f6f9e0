"""One visitor's tab: what it asked for, what it complained of, and whether it stayed with the gateway."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect

from tests.deploy.waiting import wait_until

WIDE, PHONE, NARROW = (1440, 900), (360, 740), (320, 640)
SETTLED_MS = 20_000
"""Far beyond what a page takes on a loaded machine."""

expect.set_options(timeout=SETTLED_MS)


class Come(Protocol):
    """Opens a tab: logged in and at a page, if told."""

    def __call__(
        self, token: str | None = None, route: str = "", width: tuple[int, int] = WIDE
    ) -> "Visit": ...


class Visit:
    """A tab in a browser profile of its own. ``close`` raises for whatever went wrong meanwhile."""

    def __init__(self, browser: Browser, origin: str, *, width: tuple[int, int] = WIDE) -> None:
        self.origin = origin
        self._context = browser.new_context(
            viewport={"width": width[0], "height": width[1]},
            locale="id-ID",
            timezone_id="Asia/Jakarta",
            reduced_motion="reduce",
        )
        self._context.set_default_timeout(SETTLED_MS)
        self.page: Page = self._context.new_page()
        self.addresses: list[str] = []
        self._complaints: list[str] = []
        self._expected: list[str] = []
        self.page.on("request", self._asked)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self._complaints.append(f"uncaught: {error}"))

    def _asked(self, request: Request) -> None:
        self.addresses.append(request.url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._complaints.append(f"{message.type}: {message.text} {message.location.get('url', '')}")

    def log_in(self, token: str, route: str = "") -> None:
        """Come as `jangkau console` sends people: with the token behind the #. Then go to a page."""
        self.page.goto(f"{self.origin}/console/#token={token}")
        self.settled()
        if route:
            self.go(route)

    def go(self, route: str) -> None:
        """Another page of the console, as ``#/kesehatan``, as a link would lead there."""
        self.page.evaluate(
            """(route) => new Promise((done) => {
                if (location.hash === route) return done();
                addEventListener("hashchange", () => done(), {once: true});
                location.hash = route;
            })""",
            route,
        )
        self.settled()

    def settled(self) -> None:
        """Wait until the page shows what it loaded."""
        expect(self.main).to_have_attribute("aria-busy", "false")
        expect(self.title).to_be_visible()

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    @property
    def title(self) -> Locator:
        return self.page.locator("main h1")

    def expects(self, pattern: str) -> None:
        """Complaints that belong to the test, as the browser's own words about a 401."""
        self._expected.append(pattern)

    def resize(self, size: tuple[int, int]) -> None:
        """Another window: width and height in CSS pixels."""
        self.page.set_viewport_size({"width": size[0], "height": size[1]})

    def picture(self, name: str) -> None:
        """If somebody wants to look: the whole page in the folder that SCREENSHOTS names."""
        if folder := os.environ.get("SCREENSHOTS"):
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    def allow_clipboard(self) -> None:
        """As a visitor who lets the page write to the clipboard."""
        self._context.grant_permissions(["clipboard-read", "clipboard-write"], origin=self.origin)

    def wait_for_complaints(self, count: int) -> None:
        """Wait until the tab has complained so often."""
        wait_until(lambda: self._heard(count), f"{count} complaints, not {self._complaints}")

    def _heard(self, count: int) -> bool:
        self.page.evaluate("0")  # lets the browser's events through
        return len(self._complaints) >= count

    def mark(self) -> Callable[[], bool]:
        """Answers later whether this document was never loaded anew."""
        self.page.evaluate("window.neverReloaded = true")
        return lambda: bool(self.page.evaluate("window.neverReloaded === true"))

    def sticking_out(self) -> list[str]:
        """If the page is wider than the window: what reaches beyond its edge without a frame that scrolls."""
        return list(
            self.page.evaluate(
                """() => {
                    const root = document.documentElement;
                    if (root.scrollWidth <= root.clientWidth) return [];
                    const far = [...document.body.querySelectorAll("*")]
                        .filter((each) => each.getBoundingClientRect().right > root.clientWidth + 1);
                    return [`page of ${root.scrollWidth}`, ...far.slice(0, 5)
                        .map((each) => `${each.tagName}.${each.className}`)];
                }"""
            )
        )

    def everything_kept(self) -> str:
        """All that the tab keeps or shows of itself to others: storage, cookies, addresses, title."""
        held = self.page.evaluate(
            """() => JSON.stringify({
                session: {...sessionStorage}, local: {...localStorage}, state: history.state,
                address: location.href, title: document.title, referrer: document.referrer, name: window.name,
                asked: performance.getEntries().map((entry) => entry.name),
            })"""
        )
        return json.dumps([held, self.addresses, self._context.cookies(), self._context.storage_state()])

    def accessibility_faults(self) -> list[str]:
        """Serious and critical findings of axe-core on the page as it is."""
        self.page.evaluate(AXE_SCRIPT)
        found = self.page.evaluate("axe.run({resultTypes: ['violations']})")
        return [
            f"{each['id']} ({each['impact']}): {node['target']} {node['failureSummary']}"
            for each in found["violations"]
            if each["impact"] in ("serious", "critical")
            for node in each["nodes"]
        ]

    def close(self) -> None:
        """Close the tab; raises AssertionError for complaints and for requests to others."""
        self._context.close()
        unexpected = [
            each for each in self._complaints if not any(re.search(word, each) for word in self._expected)
        ]
        assert not unexpected, unexpected
        elsewhere = [each for each in self.addresses if not self._ours(each)]
        assert not elsewhere, elsewhere

    def _ours(self, address: str) -> bool:
        parts = urlsplit(address)
        return parts.scheme == "data" or f"{parts.scheme}://{parts.netloc}" == self.origin

"""Somebody at a real browser, who knows a page by what stands on it: labels, buttons and links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from halyard_desk import PASSWORD, Desk
from playwright.sync_api import Browser, Locator, Page, expect

_PATIENCE_MS = 30_000
"""A busy machine is slow; nobody waits so long on one that is not."""


@dataclass
class Person:
    """One browser of their own."""

    page: Page

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def go(self, path: str) -> None:
        """To an address that was kept or sent."""
        self.page.goto(path)

    def open(self, name: str) -> None:
        """Follow the link that says so."""
        self.main.get_by_role("link", name=name).first.click()

    def unfold(self, name: str) -> None:
        self.main.locator("summary:visible").filter(has_text=name).first.click()

    def write(self, label: str, text: str) -> None:
        self._field(label).fill(text)

    def choose(self, label: str, option: str) -> None:
        self._field(label).select_option(label=option)

    def tick(self, label: str) -> None:
        self._field(label).check()

    def press(self, name: str) -> None:
        self.main.get_by_role("button", name=name, exact=True).click()

    def reads(self, *words: str) -> None:
        """All of these stand on the page, to be seen."""
        for each in words:
            expect(self.main).to_contain_text(each, use_inner_text=True, timeout=_PATIENCE_MS)

    def misses(self, *words: str) -> None:
        for each in words:
            expect(self.main).not_to_contain_text(each, timeout=_PATIENCE_MS)

    def milestone(self, name: str) -> str:
        """The row of a milestone, as it is read."""
        header = self.page.get_by_role("rowheader", name=name)
        row = self.main.get_by_role("row").filter(has=header)
        return " ".join(row.inner_text().split())

    def due(self, name: str) -> datetime:
        """When a milestone is due."""
        header = self.page.get_by_role("rowheader", name=name)
        at = self.main.get_by_role("row").filter(has=header).locator("time")
        return datetime.fromisoformat(at.get_attribute("datetime") or "")

    def value(self, label: str) -> str:
        """What stands in a field."""
        return self._field(label).input_value()

    def section(self, name: str) -> Locator:
        return self.main.get_by_role("region", name=name)

    def tab_to(self, name: str, most: int = 80) -> None:
        """Press Tab until what has the keyboard is called so."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            if f"{self.page.evaluate(_CALLED)} ".startswith(f"{name} "):
                return
        raise AssertionError(f"nobody comes to {name} by the keyboard")

    def key(self, *keys: str) -> None:
        for each in keys:
            self.page.keyboard.press(each)

    def types(self, words: str) -> None:
        """What goes to whatever has the keyboard."""
        self.page.keyboard.type(words)

    def has_the_keyboard(self, name: str) -> bool:
        """Whether what is called so has it, and is seen."""
        if not self.page.evaluate("document.activeElement.checkVisibility()"):
            return False
        return f"{self.page.evaluate(_CALLED)} ".startswith(f"{name} ")

    def _field(self, label: str) -> Locator:
        fields = self.main.locator("input:visible, select:visible, textarea:visible")
        called = re.compile(rf"^\s*{re.escape(label)}(\s+optional)?\s*$")
        return fields.and_(self.main.get_by_label(called)).first


_CALLED = r"""(() => {
    const e = document.activeElement;
    return ((e.labels && e.labels[0]) || e).textContent.trim().replace(/\s+/g, " ");
})()"""


@contextmanager
def signed_in(browser: Browser, desk: Desk, email: str, to: str = "/") -> Iterator[Person]:
    """Somebody who signs in by hand, and comes to where they wanted."""
    context = browser.new_context(base_url=desk.address, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(_PATIENCE_MS)
    page.goto(to)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    try:
        yield Person(page)
    finally:
        context.close()

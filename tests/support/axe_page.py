"""What axe finds in a page of a browser."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page


def serious_faults(page: Page) -> list[str]:
    """What is serious or critical in a page as it is shown now; its contrast was looked at. The
    program goes into a page once, however often the page is looked at."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_program())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert "color-contrast" in {rule["id"] for rule in found["passes"]}
    return [
        f"{rule['id']}: {rule['help']} {[node['target'] for node in rule['nodes'][:3]]}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
    ]


@cache
def _program() -> str:
    return Path(AXE_FILE_PATH).read_text("utf-8")

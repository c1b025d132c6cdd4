"""What axe finds in a page of a browser."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page

COLOUR_RULES = ("color-contrast", "link-in-text-block")
"""The rules that read colours: all that another colour scheme can break."""


def serious_faults(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """What is serious or critical in a page as it is shown now, by these rules or by all; its
    contrast was looked at. The program goes into a page once, however often it is looked at."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_program())
    asked = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    found = page.evaluate("asked => axe.run(document, asked)", asked)
    assert "color-contrast" in {rule["id"] for rule in found["passes"]}
    return [
        f"{rule['id']}: {rule['help']} {[node['target'] for node in rule['nodes'][:3]]}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
    ]


@cache
def _program() -> str:
    return Path(AXE_FILE_PATH).read_text("utf-8")

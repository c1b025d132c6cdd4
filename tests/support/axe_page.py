"""What is wrong with a page of a browser: what axe finds, and what does not fit."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page

COLOUR_RULES = ("color-contrast", "link-in-text-block")
"""The rules that read colours: all that another colour scheme can break."""
WIDTHS = (1280, 390)
NARROWEST = 320
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
_TOO_SMALL = """[...document.querySelectorAll('a, button, input, select, summary')]
    .filter(e => e.type !== 'hidden' && e.checkVisibility() && !e.matches('.skip'))
    .map(e => [e.textContent, Math.round(e.getBoundingClientRect().height)])
    .filter(([_, height]) => height < 24)"""


def faults_in_every_look(page: Page, dark: Sequence[str] = ()) -> list[str]:
    """What is wrong with a page, wide and narrow, light and dark: what axe finds serious, what
    cannot be hit, and what scrolls sideways even on the smallest screen. In the dark all rules are
    asked, or these."""
    faults = []
    for width, scheme in itertools.product(WIDTHS, SCHEMES):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = serious_faults(page, dark if scheme == "dark" else ())
        if scheme == "light":
            found += too_small(page)
        faults += [f"{width} {scheme}: {each}" for each in found]
    return [*faults, *scrolled_sideways(page)]


def too_small(page: Page) -> list[str]:
    """What a finger misses."""
    return [f"{text} is {height} pixels high" for text, height in page.evaluate(_TOO_SMALL)]


def scrolled_sideways(page: Page) -> list[str]:
    """The widths for which a page is too wide."""
    found = []
    for width in (*WIDTHS, NARROWEST):
        page.set_viewport_size({"width": width, "height": 900})
        taken = page.evaluate("document.documentElement.scrollWidth")
        if taken > width:
            found.append(f"scrolls sideways: {taken} of {width}")
    return found


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

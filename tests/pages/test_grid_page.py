"""The public grid in a real browser: narrow and wide, light and dark, without scripts."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from axe_page import serious_faults
from playwright.sync_api import Browser, Page

WIDTHS = (1280, 390)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def opened(
    browser: Browser, path: Path, width: int = 1280, scheme: Literal["light", "dark"] = "light"
) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto(path.as_uri())
    return page


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_serious(
    browser: Browser, grid_page: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    page = opened(browser, grid_page, width, scheme)
    serious = serious_faults(page)
    page.close()
    assert serious == []


@pytest.mark.parametrize("width", [*WIDTHS, 320])
def test_nothing_scrolls_sideways(browser: Browser, grid_page: Path, width: int) -> None:
    page = opened(browser, grid_page, width)
    scrolled = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert scrolled <= width


@pytest.mark.parametrize("width", WIDTHS)
def test_every_target_is_at_least_24_pixels_high(
    browser: Browser, grid_page: Path, width: int
) -> None:
    page = opened(browser, grid_page, width)
    small = page.evaluate(
        """[...document.querySelectorAll('main a, main summary')]
        .map(e => [e.textContent, Math.round(e.getBoundingClientRect().height)])
        .filter(([_, height]) => height < 24)"""
    )
    page.close()
    assert small == []


def test_a_link_with_a_promise_id_opens_the_promise(browser: Browser, grid_page: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{grid_page.as_uri()}#halyard/enterprise/S1.restore")
    target = page.locator(":target")
    words, is_seen = (
        target.inner_text(),
        target.evaluate(
            "e => e.getBoundingClientRect().top >= 0 && e.getBoundingClientRect().bottom <= 900"
        ),
    )
    page.close()
    assert words.startswith("4 hours, day and night")
    assert is_seen


def test_prices_promises_and_buttons_of_the_cards_line_up(
    browser: Browser, grid_page: Path
) -> None:
    page = opened(browser, grid_page)
    for part in (".price", ".key-facts > div:nth-child(3)", ".headlines", ".button"):
        tops = page.locator(f".plan {part}").evaluate_all(
            "found => found.map(e => Math.round(e.getBoundingClientRect().top))"
        )
        assert len(tops) == 3
        assert len(set(tops)) == 1, part
    page.close()


def test_a_narrow_table_is_a_list_and_still_a_table_for_assistive_technology(
    browser: Browser, grid_page: Path
) -> None:
    page = opened(browser, grid_page, 390)
    cell = page.locator("[id='halyard/priority/S1.restore']")
    label = cell.evaluate("e => getComputedStyle(e, '::before').content")
    roles = page.locator("table").first.aria_snapshot()
    page.close()
    assert label == '"Priority"'
    assert "- table" in roles
    assert "rowheader" in roles
    assert "cell" in roles


def test_a_catalog_cannot_run_anything_in_the_page(browser: Browser, tmp_path: Path) -> None:
    from tierline.catalog.document import parse_document
    from tierline.catalog.grid import grid_of
    from tierline.catalog.load import parse_catalog
    from tierline.web.grid import grid_html

    attack = "<img src=x onerror=alert(1)><script>alert(1)</script>\\\"'><style>*{display:none}"
    text = (
        f'format: tierline/catalog/1\ncatalog: acme\nversion: 2026-01-01\ncompany: "{attack}"\n'
        f'notes: ["{attack}"]\ntiers: {{gold: {{name: "{attack}"}}}}\n'
    )
    path = tmp_path / "attack.html"
    path.write_bytes(grid_html(grid_of(parse_catalog(parse_document(text, "attack")))))
    page = browser.new_page()
    alarms: list[str] = []
    page.on("dialog", lambda dialog: (alarms.append(dialog.message), dialog.dismiss())[1])
    page.on("request", lambda request: alarms.append(request.url))
    page.goto(path.as_uri())
    elements = page.evaluate("document.querySelectorAll('img, script, style').length")
    page.close()
    assert alarms == [path.as_uri()]
    assert elements == 1

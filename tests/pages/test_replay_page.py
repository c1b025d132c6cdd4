"""The replay page in a real browser: narrow and wide, light and dark."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from axe_page import serious_faults
from playwright.sync_api import Browser, Page

from tierline import bootstrap
from tierline.actions.replay import Draft, replay
from tierline.catalog.load import load_catalog
from tierline.milestones.terms import terms_of
from tierline.web.replay import replay_html

WIDTHS = (1280, 390)


@pytest.fixture(scope="module")
def replay_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample year with its draft."""
    sample = bootstrap.sample_files()
    reading = bootstrap.read_log(sample.log, bootstrap.read_mapping(sample.mapping))
    draft = Draft("draft.yaml", terms_of(load_catalog(sample.draft)))
    done = replay(
        reading.log, terms_of(load_catalog(sample.catalog)), [draft], refused=reading.refused
    )
    path = tmp_path_factory.mktemp("pages") / "replay.html"
    path.write_bytes(replay_html(done, reading.intake()))
    return path


def opened(
    browser: Browser, path: Path, width: int = 1280, scheme: Literal["light", "dark"] = "light"
) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    return page


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing_serious_with_everything_unfolded(
    browser: Browser, replay_page: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    page = opened(browser, replay_page, width, scheme)
    serious = serious_faults(page)
    page.close()
    assert serious == []


@pytest.mark.parametrize("width", [*WIDTHS, 320])
def test_nothing_scrolls_sideways(browser: Browser, replay_page: Path, width: int) -> None:
    page = opened(browser, replay_page, width)
    scrolled = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert scrolled <= width


@pytest.mark.parametrize("width", WIDTHS)
def test_no_label_of_a_picture_leaves_the_page(
    browser: Browser, replay_page: Path, width: int
) -> None:
    page = opened(browser, replay_page, width)
    outside = page.evaluate(
        """width => [...document.querySelectorAll('svg text')]
        .map(e => [e.textContent, e.getBoundingClientRect()])
        .filter(([_, box]) => box.width && (box.left < 0 || box.right > width))
        .map(([text]) => text)""",
        width,
    )
    page.close()
    assert outside == []


def test_the_first_screen_shows_the_sentence_and_the_picture(
    browser: Browser, replay_page: Path
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(replay_page.as_uri())
    box = page.locator("#attainment-by-month svg").bounding_box()
    said = page.locator("header").inner_text()
    page.close()
    assert box is not None
    assert box["y"] + box["height"] < 900
    assert "milestones were met" in said

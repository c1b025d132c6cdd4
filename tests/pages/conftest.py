"""A real browser for page tests, and the page that they open."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

import tierline
from tierline.catalog.grid import grid_of
from tierline.catalog.load import load_catalog
from tierline.web.grid import grid_html

_ROOT = Path(__file__).parents[2]
_SAMPLE = Path(tierline.__file__).parent / "sample" / "halyard-2025-07-01.yaml"


def _browser_path() -> str:
    """The browser's path, or the reason why there is none: a skip, and in CI a failure."""
    found = subprocess.run(
        [_ROOT / "bin" / "chromium", "--find"], capture_output=True, text=True, check=False
    )
    if found.returncode == 0:
        return found.stdout.strip()
    reason = f"no browser: {found.stderr.strip()}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the session; pages are files, so nothing needs the network."""
    path = _browser_path()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield started
        started.close()


@pytest.fixture(scope="session")
def grid_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's public grid as a file."""
    path = tmp_path_factory.mktemp("pages") / "grid.html"
    path.write_bytes(grid_html(grid_of(load_catalog(_SAMPLE))))
    return path

"""A served application with one small offer, two accounts, and a token for each role."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from served import Served, serve_small_world


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serve_small_world(tmp_path / "data") as opened:
        yield opened

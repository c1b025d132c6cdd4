"""The manual names every figure that `/metrics` has, and none that it has not."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
_SOURCES = ("metrics.py", "traffic.py")


def test_every_figure_is_explained() -> None:
    manual = (ROOT / "docs" / "operations.md").read_text("utf-8")
    sources = [(ROOT / "src/tierline/api" / name).read_text("utf-8") for name in _SOURCES]
    declared = {name for text in sources for name in re.findall(r'"(tierline_[a-z_]+)"', text)}
    explained = {
        name.removesuffix("_total") for name in re.findall(r"`(tierline_[a-z_]+)`", manual)
    }
    assert explained == declared

"""The mappings that ship: one for each desk whose exports are read."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tierline.connectors.event_log.mapping import EventLogMapping
from tierline.connectors.event_log.mapping_file import load_mapping

VENDORS = tuple(sorted(file.stem for file in Path(__file__).parent.glob("*.yaml")))
"""Their keys, by which `--from` names them."""


def mapping_text(vendor: str) -> str:
    """The file as it ships, to begin one's own from."""
    return _path(vendor).read_text(encoding="utf-8")


@cache
def mapping_of(vendor: str) -> EventLogMapping:
    """The mapping of a desk."""
    return load_mapping(_path(vendor))


def _path(vendor: str) -> Path:
    return Path(__file__).parent / f"{vendor}.yaml"

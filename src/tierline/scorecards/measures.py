"""The metric dictionary: what every figure of a report means, how it is computed, who answers for
it. The entries stand in `measures.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Measure:
    """One registered figure."""

    key: str
    name: str
    definition: str
    formula: str
    unit: str
    owner: str


@cache
def measures() -> dict[str, Measure]:
    """All registered measures by key, in the order of the dictionary."""
    text = resources.files("tierline.scorecards").joinpath("measures.toml").read_text("utf-8")
    return {key: Measure(key, **entry) for key, entry in tomllib.loads(text).items()}


def measure(key: str) -> Measure:
    """A registered measure. KeyError where a report shows a figure that nobody has defined."""
    return measures()[key]

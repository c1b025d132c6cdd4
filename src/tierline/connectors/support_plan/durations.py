"""Durations of a support plan: `15m 4h 2d` elapsed, `4bh 2bd` in business hours and days."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tierline.kernel.durations import Duration

_FORM = re.compile(r"(\d{1,5})\s*(b?)(m|h|d)(?:\s+(or as agreed))?", re.IGNORECASE)
_UNIT_SECONDS = {"m": 60, "h": 3600}


@dataclass(frozen=True, slots=True)
class StatedDuration:
    """A duration, whether its unit counts business time, and whether the two sides may differ."""

    duration: Duration
    is_business: bool
    is_negotiable: bool


def read_duration(text: str) -> StatedDuration | None:
    """The duration that a cell states, or None where it is not of the grammar."""
    match = _FORM.fullmatch(text.strip())
    if match is None:
        return None
    count, unit = int(match[1]), match[3].lower()
    length = Duration(days=count) if unit == "d" else Duration(seconds=count * _UNIT_SECONDS[unit])
    return StatedDuration(length, bool(match[2]), bool(match[4]))

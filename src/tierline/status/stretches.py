"""Stretches of time as lists that neither touch nor overlap, and how long they are."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Stretch = tuple[int, int]
"""[start, end) in microseconds since 1970."""


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time as stretches that neither touch nor overlap, in their order."""
    found: list[Stretch] = []
    for start, end in sorted(each for each in stretches if each[0] < each[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def cut_to(stretches: Iterable[Stretch], start: int, end: int) -> list[Stretch]:
    """What of them lies in [start, end)."""
    return [
        (max(begun, start), min(ended, end))
        for begun, ended in stretches
        if begun < end and ended > start
    ]


def without(stretches: Sequence[Stretch], cut: Sequence[Stretch]) -> list[Stretch]:
    """What of the stretches is in none of the others; both joined."""
    found: list[Stretch] = []
    for start, end in stretches:
        at = start
        for cut_start, cut_end in cut:
            if cut_end <= at or cut_start >= end:
                continue
            if cut_start > at:
                found.append((at, cut_start))
            at = max(at, cut_end)
        if at < end:
            found.append((at, end))
    return found


def length_within(stretches: Sequence[Stretch], start: int, end: int, *, whole_us: int = 1) -> int:
    """How much of [start, end) they are; of each no more than whole units of `whole_us`."""
    first = max(0, bisect_right(stretches, (start, start)) - 1)
    length = 0
    for begun, ended in stretches[first:]:
        if begun >= end:
            break
        part = max(0, min(ended, end) - max(begun, start))
        length += part - part % whole_us
    return length

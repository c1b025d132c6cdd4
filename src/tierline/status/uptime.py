"""Uptime: how much of a stretch of time a component was there for its users, exactly.

A component is down in a partial and in a major outage, and in maintenance that nobody announced
before it began. Planned maintenance is neither up nor down: what falls into it is not counted
against us, and said beside the figure. Slow is not down.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

from tierline.kernel.instants import to_micros
from tierline.status.component import Condition

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tierline.status.incident import Spell

PERCENT_PLACES = 3
_DOWN = frozenset({Condition.partial_outage, Condition.major_outage})
Stretch = tuple[int, int]
"""[start, end) in microseconds since 1970."""


@dataclass(frozen=True, slots=True)
class Uptime:
    """Of a stretch: what was watched, was down, and was planned maintenance, in microseconds."""

    watched_us: int
    down_us: int
    planned_us: int

    @property
    def percent(self) -> Decimal | None:
        """Of what was watched, cut off after three places, so that a second too much never reads
        as 100; None where nothing was watched."""
        if not self.watched_us:
            return None
        smallest = Decimal(1).scaleb(-PERCENT_PLACES)
        up = Decimal(self.watched_us - self.down_us) * 100
        return (up / self.watched_us).quantize(smallest, ROUND_FLOOR)


class Record:
    """What happened to one component until `now`, made once and asked for many stretches."""

    def __init__(self, spells: Iterable[Spell], *, watched: Stretch, now: int) -> None:
        self._watched = (watched[0], min(watched[1], now))
        known = [
            (each, (to_micros(each.start), now if each.end is None else to_micros(each.end)))
            for each in spells
        ]
        self._spells = sorted(((place, each.condition) for each, place in known))
        self._planned = _joined(place for each, place in known if each.is_planned)
        self._down = _without(_joined(place for each, place in known if _is_down(each)),
                              self._planned)  # fmt: skip

    def uptime(self, start: int, end: int) -> Uptime:
        """Of [start, end), as far as it was watched and has passed."""
        start, end = max(start, self._watched[0]), min(end, self._watched[1])
        if end <= start:
            return Uptime(0, 0, 0)
        down = _length_within(self._down, start, end)
        return Uptime(end - start, down, _length_within(self._planned, start, end))

    def worst(self, start: int, end: int) -> Condition:
        """The heaviest condition in [start, end)."""
        found = [
            condition for (begun, ended), condition in self._spells if begun < end and ended > start
        ]
        return max(found, key=lambda each: each.weight, default=Condition.operational)

    def was_watched(self, start: int, end: int) -> bool:
        """Whether any of [start, end) was."""
        return max(start, self._watched[0]) < min(end, self._watched[1])


def _is_down(spell: Spell) -> bool:
    is_sudden = spell.condition is Condition.under_maintenance and not spell.is_planned
    return spell.condition in _DOWN or is_sudden


def _joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time as stretches that neither touch nor overlap, in their order."""
    found: list[Stretch] = []
    for start, end in sorted(each for each in stretches if each[0] < each[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _without(stretches: Sequence[Stretch], cut: Sequence[Stretch]) -> list[Stretch]:
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


def _length_within(stretches: Sequence[Stretch], start: int, end: int) -> int:
    first = max(0, bisect_right(stretches, (start, start)) - 1)
    length = 0
    for begun, ended in stretches[first:]:
        if begun >= end:
            break
        length += max(0, min(ended, end) - max(begun, start))
    return length

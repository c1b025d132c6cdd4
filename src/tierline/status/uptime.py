"""Uptime: how much of a stretch of time a component was there for its users, exactly.

A component is down in a partial and in a major outage, and in maintenance that nobody announced
before it began. Planned maintenance is neither up nor down: what falls into it is not counted
against us, and said beside the figure. Slow is not down.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

from tierline.kernel.instants import to_micros
from tierline.status.component import Condition
from tierline.status.stretches import joined, length_within, without

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tierline.status.incident import Spell
    from tierline.status.stretches import Stretch

PERCENT_PLACES = 3
_DOWN = frozenset({Condition.partial_outage, Condition.major_outage})


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
        self._to_watch = watched
        self._watched = (watched[0], min(watched[1], now))
        known = [
            (each, (to_micros(each.start), now if each.end is None else to_micros(each.end)))
            for each in spells
        ]
        self._spells = sorted(((place, each.condition) for each, place in known))
        self._planned = joined(place for each, place in known if each.is_planned)
        self._down = without(joined(place for each, place in known if is_down(each)),
                              self._planned)  # fmt: skip

    def uptime(self, start: int, end: int) -> Uptime:
        """Of [start, end), as far as it was watched and has passed."""
        start, end = max(start, self._watched[0]), min(end, self._watched[1])
        if end <= start:
            return Uptime(0, 0, 0)
        down = length_within(self._down, start, end)
        return Uptime(end - start, down, length_within(self._planned, start, end))

    def down_us(self, start: int, end: int, *, whole_us: int = 1) -> int:
        """How long it was down in [start, end), of each time no more than whole units."""
        start, end = max(start, self._watched[0]), min(end, self._watched[1])
        return length_within(self._down, start, end, whole_us=whole_us) if start < end else 0

    def length_us(self, start: int, end: int) -> int:
        """How much of [start, end) is to be watched, be it to come."""
        return max(0, min(end, self._to_watch[1]) - max(start, self._to_watch[0]))

    def seen(self, start: int, end: int) -> Stretch:
        """What of [start, end) has passed and was watched; empty where nothing was."""
        start, end = max(start, self._watched[0]), min(end, self._watched[1])
        return start, max(start, end)

    @property
    def planned(self) -> Sequence[Stretch]:
        """Planned maintenance, in its order."""
        return self._planned

    def worst(self, start: int, end: int) -> Condition:
        """The heaviest condition in [start, end)."""
        found = [
            condition for (begun, ended), condition in self._spells if begun < end and ended > start
        ]
        return max(found, key=lambda each: each.weight, default=Condition.operational)

    def was_watched(self, start: int, end: int) -> bool:
        """Whether any of [start, end) was."""
        return max(start, self._watched[0]) < min(end, self._watched[1])


def together(parts: Iterable[Uptime]) -> Uptime:
    """Of several components: their time is added up, so that each counts for as long as it was
    watched, and an outage of one of six for a sixth."""
    known = list(parts)
    return Uptime(
        sum(each.watched_us for each in known),
        sum(each.down_us for each in known),
        sum(each.planned_us for each in known),
    )


def is_down(spell: Spell) -> bool:
    """Whether it counts against us, but for what was planned at the same time."""
    is_sudden = spell.condition is Condition.under_maintenance and not spell.is_planned
    return spell.condition in _DOWN or is_sudden

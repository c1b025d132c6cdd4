"""Periods: anchor + n x interval on the customer's wall clock, never the previous end + interval.

A month that is too short for the anchor's day ends on its last day, and the next one is counted
from the anchor again: 31 January, 28 February, 31 March.
"""

from __future__ import annotations

import calendar
from datetime import UTC, date, timedelta
from functools import lru_cache

from tierline.calendars.local_time import resolve_local, zone_named
from tierline.catalog.statement import Period
from tierline.kernel.instants import SECOND_US, from_micros, to_micros

_ELAPSED_US = {
    Period.second: SECOND_US,
    Period.minute: 60 * SECOND_US,
    Period.hour: 3_600 * SECOND_US,
}
_DAYS = {Period.day: 1, Period.week: 7}
MONTHS = {Period.month: 1, Period.quarter: 3, Period.year: 12}


class Cycle:
    """The periods of one length from one anchor. Get it from `cycle_of`, so that it is shared."""

    __slots__ = ("_window", "anchor", "per", "zone")

    def __init__(self, anchor: int, per: Period, zone: str) -> None:
        self.anchor = anchor
        self.per = per
        self.zone = zone
        # The period asked for last, kept because the next question is nearly always about it.
        self._window = (0, 0)

    def around(self, at: int) -> tuple[int, int]:
        """The period [start, end) in which `at` lies."""
        window = self._window
        if not window[0] <= at < window[1]:
            window = self._window = self._found(at)
        return window

    def _found(self, at: int) -> tuple[int, int]:
        length = _ELAPSED_US.get(self.per)
        if length is not None:
            start = at - (at - self.anchor) % length
            return start, start + length
        number = self._about(at)
        while self._edge(number) > at:
            number -= 1
        while self._edge(number + 1) <= at:
            number += 1
        return self._edge(number), self._edge(number + 1)

    def _about(self, at: int) -> int:
        """The number of the period by the dates alone; off by one at most near an edge."""
        zone = zone_named(self.zone)
        first = from_micros(self.anchor).astimezone(zone).date()
        day = from_micros(at).astimezone(zone).date()
        if self.per in _DAYS:
            return (day - first).days // _DAYS[self.per]
        months = (day.year - first.year) * 12 + day.month - first.month
        return months // MONTHS[self.per]

    def _edge(self, number: int) -> int:
        """The start of a period: the anchor's wall time, `number` intervals on."""
        zone = zone_named(self.zone)
        shown = from_micros(self.anchor).astimezone(zone)
        second = shown.hour * 3_600 + shown.minute * 60 + shown.second
        if number == 0:
            return self.anchor  # also where clocks show the anchor's time twice
        moved = resolve_local(self._day(shown.date(), number), second, zone)
        return to_micros(moved.astimezone(UTC)) + shown.microsecond

    def _day(self, first: date, number: int) -> date:
        if self.per in _DAYS:
            return first + timedelta(days=number * _DAYS[self.per])
        year, month = divmod(first.year * 12 + first.month - 1 + number * MONTHS[self.per], 12)
        last = calendar.monthrange(year, month + 1)[1]
        return date(year, month + 1, min(first.day, last))


class Cycles(dict[str, Cycle]):
    """The cycles from one anchor by the word of their length (`month`), each made when asked."""

    __slots__ = ("anchor", "zone")

    def __init__(self, anchor: int, zone: str) -> None:
        super().__init__()
        self.anchor = anchor
        self.zone = zone

    def __missing__(self, per: str) -> Cycle:
        """The cycle of a length. Raises ValueError for a word that is no period."""
        cycle = self[per] = Cycle(self.anchor, Period(per), self.zone)
        return cycle


@lru_cache(maxsize=1 << 16)
def cycles_of(anchor: int, zone: str) -> Cycles:
    """The cycles of an anchor (microseconds) in an IANA time zone, shared by all who have it."""
    return Cycles(anchor, zone)


def cycle_of(anchor: int, per: Period, zone: str) -> Cycle:
    """The cycle of an anchor (microseconds), a length and an IANA time zone."""
    return cycles_of(anchor, zone)[per.value]

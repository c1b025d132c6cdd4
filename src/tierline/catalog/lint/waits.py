"""How long a customer may wait by the wall clock before a target is due, over a year of starts.

A target of one business day and one of 24 hours cannot be compared by their numbers: over a
weekend the first takes three days. So targets are compared by the wait of every start of a year:
one each hour, and both sides of every edge at which the wait jumps.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tierline.calendars.business_hours import ALWAYS_OPEN
from tierline.calendars.calendar import Calendar, calendar_for
from tierline.catalog.hours import business_day_seconds, business_hours_of
from tierline.kernel.errors import Invalid
from tierline.kernel.instants import SECOND_US, from_micros, to_micros

if TYPE_CHECKING:
    from tierline.catalog.catalog import Catalog
    from tierline.catalog.resolved import ResolvedTarget

Micros = NDArray[np.int64]
HOUR_US = 3_600 * SECOND_US
_YEAR_US = 365 * 24 * HOUR_US


@dataclass(frozen=True)
class Waits:
    """Waits under the targets of one catalog, in the year that begins with its version."""

    catalog: Catalog
    targets: tuple[ResolvedTarget, ...]
    """Every target that may be asked for: all of them are timed from the same starts."""
    _calendars: dict[str, Calendar | None] = field(default_factory=dict)
    _windows: dict[str | None, list[tuple[int, int]]] = field(default_factory=dict)
    _waits: dict[tuple[str | None, int], Micros | None] = field(default_factory=dict)

    @cached_property
    def year(self) -> tuple[int, int]:
        """First instant and end of the year that is looked at."""
        first = to_micros(_midnight(self.catalog.version))
        return first, first + _YEAR_US

    def calendar(self, hours: str | None) -> Calendar | None:
        """The calendar of a key; always open for None; None where unknown or never open."""
        if hours is None:
            return calendar_for(ALWAYS_OPEN)
        if hours not in self._calendars:
            self._calendars[hours] = self._compiled(hours)
        return self._calendars[hours]

    def allowance_us(self, target: ResolvedTarget) -> int | None:
        """Open time of a target; None where there is none or its hours are unknown."""
        within = target.statement.within
        if within is None or self.calendar(target.hours) is None:
            return None
        if target.hours is None or within.days == 0:
            return within.elapsed_seconds() * SECOND_US
        day = self._days.get(target.hours)
        return None if day is None else within.open_seconds(day) * SECOND_US

    def longest_us(self, target: ResolvedTarget) -> int | None:
        """The longest wall time from a start to its due time."""
        waits = self._of(target)
        return None if waits is None else int(waits.max())

    def compared(self, first: ResolvedTarget, second: ResolvedTarget) -> Comparison | None:
        """Both targets over the same starts; None where one of them cannot be timed."""
        left, right = self._of(first), self._of(second)
        if left is None or right is None:
            return None
        behind = left - right
        place = int(np.argmax(behind))
        return Comparison(
            int(left.max()),
            int(right.max()),
            bool((behind > 0).any()),
            bool((behind < 0).any()),
            float(np.mean(behind[self._hourly] > 0)),
            from_micros(int(self._starts[place])),
            int(left[place]),
            int(right[place]),
        )

    def open_windows(self, hours: str | None) -> list[tuple[int, int]]:
        """Open windows of the year; empty where the hours are unknown or never open."""
        if hours not in self._windows:
            calendar, (first, end) = self.calendar(hours), self.year
            found = calendar.micro_periods(first, until=end) if calendar else ()
            self._windows[hours] = list(found)
        return self._windows[hours]

    def open_us(self, hours: str | None) -> int:
        """Open time in the year; 0 where the hours are unknown or never open."""
        calendar = self.calendar(hours)
        return calendar.open_micros(*self.year) if calendar is not None else 0

    def _compiled(self, hours: str) -> Calendar | None:
        statement = self.catalog.business_hours.get(hours)
        if statement is None:
            return None
        try:
            calendar = calendar_for(business_hours_of(statement))
            calendar.open_micros(*self.year)
        except Invalid:
            return None  # a rule of its own says that these hours never open
        return calendar

    @cached_property
    def _days(self) -> dict[str, int]:
        """Seconds of a business day by hours; hours without an open weekday have no such day."""
        found = {}
        for key, statement in self.catalog.business_hours.items():
            with suppress(Invalid):
                found[key] = business_day_seconds(statement)
        return found

    @cached_property
    def _starts(self) -> Micros:
        begin, end = self.year
        timed = {(target.hours, self.allowance_us(target)) for target in self.targets}
        parts = [np.arange(begin, end, HOUR_US, dtype=np.int64)]
        parts += [self._jumps(hours, allowance) for hours, allowance in timed]
        starts = np.unique(np.concatenate(parts))
        return starts[(starts >= begin) & (starts < end)]

    @cached_property
    def _hourly(self) -> NDArray[np.bool_]:
        """Which of the starts begin an hour."""
        hourly: NDArray[np.bool_] = (self._starts - self.year[0]) % HOUR_US == 0
        return hourly

    def _of(self, target: ResolvedTarget) -> Micros | None:
        """The wait from each start."""
        key = target.hours, self.allowance_us(target) or 0
        if key not in self._waits:
            self._waits[key] = self._timed(*key)
        return self._waits[key]

    def _timed(self, hours: str | None, allowance: int) -> Micros | None:
        calendar = self.calendar(hours)
        if calendar is None or not allowance:
            return None
        try:
            return calendar.add_us(self._starts, allowance) - self._starts
        except Invalid:
            return None  # so long that it is never due within the years of a calendar

    def _jumps(self, hours: str | None, allowance: int | None) -> Micros:
        """Starts from which open time runs out just at a closing edge, and just after it."""
        calendar = self.calendar(hours)
        if calendar is None or allowance is None or calendar.hours.always_open:
            return np.empty(0, dtype=np.int64)
        closes = np.array([end for _, end in self.open_windows(hours)], dtype=np.int64)
        if len(closes) == 0:
            return closes
        positions = calendar.position_us(closes)
        reachable = positions[positions - allowance > positions[0]] - allowance
        starts = calendar.instant_us(reachable)
        return np.concatenate([closes, starts, starts + SECOND_US])


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two targets over the same starts; lengths in microseconds of wall time."""

    longest_first: int
    longest_second: int
    is_slower: bool
    """Whether the first takes longer from some start."""
    is_quicker: bool
    """Whether it takes less long from some start."""
    share_slower: float
    """Part of the hours of the year at whose beginning the first takes longer."""
    example_start: datetime
    """The start from which the first falls behind most."""
    example_first: int
    example_second: int


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)

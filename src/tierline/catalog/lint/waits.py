"""How long a customer may wait by the wall clock before a target is due, over a year of starts.

A target of one business day and one of 24 hours cannot be compared by their numbers: over a
weekend the first takes three days. So targets are compared by the wait of every start of a year:
one each hour, and both sides of every edge at which the wait jumps.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
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
    """Waits under the hours of one catalog, in the year that begins with its version."""

    catalog: Catalog
    _calendars: dict[str, Calendar | None] = field(default_factory=dict)
    _known: dict[tuple[str, int, str, int], Micros] = field(default_factory=dict)

    @property
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
        within, calendar = target.statement.within, self.calendar(target.hours)
        if within is None or calendar is None:
            return None
        if target.hours is None or within.days == 0:
            return within.elapsed_seconds() * SECOND_US
        try:
            day = business_day_seconds(self.catalog.business_hours[target.hours])
        except Invalid:
            return None  # a business day of hours without an open weekday has no length
        return within.open_seconds(day) * SECOND_US

    def longest_us(self, target: ResolvedTarget) -> int | None:
        """The longest wall time from a start to its due time."""
        waits = self._waits(target, target)
        return None if waits is None else int(waits.max())

    def compared(self, first: ResolvedTarget, second: ResolvedTarget) -> Comparison | None:
        """Both targets over the same starts; None where one of them cannot be timed."""
        left, right = self._waits(first, second), self._waits(second, first)
        if left is None or right is None:
            return None
        slower = np.flatnonzero(left > right)
        example = int(np.argmax(left - right))
        starts = self._starts(first, second)
        return Comparison(
            int(left.max()),
            int(right.max()),
            len(slower) / len(left),
            from_micros(int(starts[example])),
            int(left[example]),
            int(right[example]),
        )

    def open_windows(self, hours: str | None) -> list[tuple[int, int]]:
        """Open windows of the year; empty where the hours are unknown or never open."""
        calendar = self.calendar(hours)
        if calendar is None:
            return []
        first, end = self.year
        return list(calendar.micro_periods(first, until=end))

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

    def _waits(self, target: ResolvedTarget, other: ResolvedTarget) -> Micros | None:
        calendar, allowance = self.calendar(target.hours), self.allowance_us(target)
        if calendar is None or not allowance:
            return None
        key = (*self._key(target), *self._key(other))
        if key not in self._known:
            starts = self._starts(target, other)
            try:
                self._known[key] = calendar.add_us(starts, allowance) - starts
            except Invalid:
                return None
        return self._known[key]

    def _starts(self, first: ResolvedTarget, second: ResolvedTarget) -> Micros:
        begin, end = self.year
        parts = [np.arange(begin, end, HOUR_US, dtype=np.int64)]
        parts += [self._jumps(target) for target in (first, second)]
        starts = np.unique(np.concatenate(parts))
        return starts[(starts >= begin) & (starts < end)]

    def _jumps(self, target: ResolvedTarget) -> Micros:
        """Starts from which open time runs out just at a closing edge, and just after it."""
        calendar, allowance = self.calendar(target.hours), self.allowance_us(target)
        if calendar is None or allowance is None or calendar.hours.always_open:
            return np.empty(0, dtype=np.int64)
        closes = np.array([end for _, end in self.open_windows(target.hours)], dtype=np.int64)
        if len(closes) == 0:
            return closes
        positions = calendar.position_us(closes)
        reachable = positions[positions - allowance > positions[0]] - allowance
        starts = calendar.instant_us(reachable)
        return np.concatenate([closes, starts, starts + SECOND_US])

    def _key(self, target: ResolvedTarget) -> tuple[str, int]:
        return target.hours or "", self.allowance_us(target) or 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two targets over the same starts; lengths in microseconds of wall time."""

    longest_first: int
    longest_second: int
    share_slower: float
    """Part of the starts from which the first takes longer."""
    example_start: datetime
    """The start from which the first falls behind most."""
    example_first: int
    example_second: int


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)

"""Two targets timed from the same starts, under the hours of two versions.

One business day and 24 hours cannot be compared by their figures; what counts for a customer is
when the answer is due by the wall clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tierline.calendars.business_hours import ALWAYS_OPEN
from tierline.calendars.calendar import calendar_for
from tierline.catalog.hours import business_day_seconds, business_hours_of
from tierline.kernel.errors import Invalid
from tierline.kernel.instants import SECOND_US, to_micros

if TYPE_CHECKING:
    from tierline.catalog.hours_statement import HoursStatement
    from tierline.kernel.durations import Duration

_STEP_US = 15 * 60 * SECOND_US
_YEAR_US = 365 * 86_400 * SECOND_US


@dataclass(frozen=True, slots=True)
class Timed:
    """A duration on hours; without hours every hour counts."""

    within: Duration
    hours: HoursStatement | None

    def due_us(self, starts: NDArray[np.int64]) -> NDArray[np.int64]:
        """When it is due from each start. Raises Invalid where the hours never open."""
        hours = business_hours_of(self.hours) if self.hours else ALWAYS_OPEN
        return calendar_for(hours).add_us(starts, self.open_seconds() * SECOND_US)

    def open_seconds(self) -> int:
        """The open time that is promised. Raises Invalid where a business day has no length."""
        if self.hours is None or self.within.days == 0:
            return self.within.elapsed_seconds()
        return self.within.open_seconds(business_day_seconds(self.hours))


@dataclass(frozen=True, slots=True)
class Shift:
    """From which part of the starts the new target is due later, and earlier, than the old."""

    share_later: float
    share_earlier: float


def shift_of(old: Timed, new: Timed, first_day: date) -> Shift | None:
    """Both timed from each quarter of an hour of a year; None where one cannot be timed."""
    first = to_micros(datetime(first_day.year, first_day.month, first_day.day, tzinfo=UTC))
    starts = np.arange(first, first + _YEAR_US, _STEP_US, dtype=np.int64)
    try:
        later = new.due_us(starts) - old.due_us(starts)
    except Invalid:
        return None
    return Shift(float(np.mean(later > 0)), float(np.mean(later < 0)))

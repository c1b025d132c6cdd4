"""Two calendars at once: when both are open; and one calendar counted by the wall clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

from tierline.calendars.calendar import Calendar, Period, calendar_for
from tierline.kernel.errors import Invalid
from tierline.kernel.instants import from_micros, to_micros


def shared_periods(
    first: Calendar,
    second: Calendar,
    start: datetime,
    *,
    count: int | None = None,
    until: datetime | None = None,
) -> tuple[Period, ...]:
    """Windows open in both calendars from `start` on, each in its own zone, in order of time.

    At most `count` of them, clipped to `until`; one of the two is needed.
    """
    if count is None and until is None:
        raise Invalid("State a count or an end for the periods.", code="endless")
    limit = None if until is None else to_micros(until)
    walk = _overlaps(
        first.micro_periods(to_micros(start), until=limit),
        second.micro_periods(to_micros(start), until=limit),
    )
    return tuple((from_micros(opens), from_micros(closes)) for opens, closes in islice(walk, count))


def in_zone_of(calendar: Calendar, other: Calendar) -> Calendar:
    """The same hours, read by the clocks on the wall in the zone of `other`."""
    return calendar_for(replace(calendar.hours, time_zone=other.hours.time_zone))


def wall_clock_seconds(
    calendar: Calendar, start: datetime, end: datetime, *, signed: bool = False
) -> int:
    """Open seconds as the clock on the wall shows them: a day has 24 hours also when clocks change.

    Contracts that say "between 9 and 17" and mean the face of the clock want this; the default
    everywhere else is elapsed time.
    """
    shown = calendar_for(replace(calendar.hours, time_zone="UTC"))
    return shown.open_seconds(_shown(start, calendar), _shown(end, calendar), signed=signed)


def _shown(instant: datetime, calendar: Calendar) -> datetime:
    return instant.astimezone(calendar.zone).replace(tzinfo=UTC)


def _overlaps(
    first: Iterator[tuple[int, int]], second: Iterator[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    left, right = next(first, None), next(second, None)
    while left is not None and right is not None:
        opens, closes = max(left[0], right[0]), min(left[1], right[1])
        if opens < closes:
            yield opens, closes
        if left[1] <= right[1]:
            left = next(first, None)
        else:
            right = next(second, None)

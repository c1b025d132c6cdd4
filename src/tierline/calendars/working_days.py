"""Arithmetic in working days: dates on which at least one window opens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Literal

from tierline.calendars.calendar import FIRST_YEAR, LAST_YEAR, Calendar, NeverOpens
from tierline.calendars.local_time import resolve_local
from tierline.kernel.errors import Invalid

Snap = Literal["forward", "backward"]

_DAY = timedelta(days=1)
_LONGEST_CLOSURE_DAYS = 366 * 10


def business_dates(calendar: Calendar, after: date, count: int) -> list[date]:
    """The next `count` working days after a date, which itself is not among them."""
    walk = _working_days(calendar, after, 1)
    return [next(walk) for _ in range(_bounded(count))]


def add_business_days(
    calendar: Calendar, start: datetime, days: int, *, snap: Snap | None = None
) -> datetime:
    """The same local time, `days` working days later (earlier where negative).

    `snap` moves the answer forward to the next open moment or backward to the last one. With 0
    days the date stays.
    """
    local = start.astimezone(calendar.zone)
    day = _nth_working_day(calendar, local.date(), days)
    moved = start if day == local.date() else _at_time_of(local, day, calendar)
    if snap is None:
        return moved
    return calendar.next_open(moved) if snap == "forward" else calendar.prev_open(moved)


def shift_working_days(calendar: Calendar, start: date, days: int) -> date:
    """The date `days` working days later (earlier where negative); 0 stays put.

    A start that is no working day counts from the next one in the direction of the shift.
    """
    if days == 0 or calendar.opens_on(start):
        return _nth_working_day(calendar, start, days)
    return _nth_working_day(calendar, start, days + (1 if days > 0 else -1))


def working_days_between(calendar: Calendar, start: date, end: date) -> int:
    """Working days after `start` up to and including `end`; negative where `end` is before."""
    if end < start:
        return -working_days_between(calendar, end, start)
    length = _bounded((end - start).days)
    return sum(calendar.opens_on(start + _DAY * (step + 1)) for step in range(length))


def _nth_working_day(calendar: Calendar, start: date, days: int) -> date:
    if days == 0:
        return start
    walk = _working_days(calendar, start, 1 if days > 0 else -1)
    for _ in range(_bounded(abs(days)) - 1):
        next(walk)
    return next(walk)


def _working_days(calendar: Calendar, start: date, sign: int) -> Iterator[date]:
    """Working days from `start`, without it; `NeverOpens` after ten years without one."""
    day, closed_for = start, 0
    while closed_for <= _LONGEST_CLOSURE_DAYS:
        day += _DAY * sign
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            break
        closed_for += 1
        if calendar.opens_on(day):
            closed_for = 0
            yield day
    raise NeverOpens(f"These hours have no working day in the ten years from {start} on.")


def _at_time_of(local: datetime, day: date, calendar: Calendar) -> datetime:
    seconds = local.hour * 3600 + local.minute * 60 + local.second
    return resolve_local(day, seconds, calendar.zone) + timedelta(microseconds=local.microsecond)


def _bounded(days: int) -> int:
    most = (LAST_YEAR - FIRST_YEAR + 1) * 366
    if not 0 <= days <= most:
        raise Invalid(f"{days} is not a count of days between 0 and {most}.", code="bad_length")
    return days

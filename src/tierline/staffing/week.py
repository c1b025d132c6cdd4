"""An ordinary week: hours and people on the quarters of an hour of one, without holidays."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from tierline.calendars.calendar import calendar_for
from tierline.calendars.local_time import zone_named
from tierline.kernel.instants import SECOND_US, from_micros, to_micros
from tierline.staffing.desk import SLOTS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray

    from tierline.calendars.business_hours import BusinessHours
    from tierline.routing.agent import Agent

HOURS = SLOTS // 4
_SLOT_US = 900 * SECOND_US
_HOUR_US = 4 * _SLOT_US
_HALF = 0.5


def monday_of(at: datetime) -> int:
    """The Monday 00:00 UTC before an instant, in microseconds."""
    day = at - timedelta(
        days=at.weekday(),
        hours=at.hour,
        minutes=at.minute,
        seconds=at.second,
        microseconds=at.microsecond,
    )
    return to_micros(day)


def open_week(hours: BusinessHours, monday: int) -> NDArray[np.float64]:
    """What part of each slot is open, but for holidays and other single days."""
    ordinary = replace(
        hours,
        holidays=(),
        recurring_holidays=(),
        country=None,
        subdivision=None,
        public_holidays=None,
        breaks=(),
        overrides=(),
    )
    edges = monday + np.arange(SLOTS + 1, dtype=np.int64) * _SLOT_US
    opened = calendar_for(ordinary).open_us_between(edges[:-1], edges[1:])
    found: NDArray[np.float64] = opened / _SLOT_US
    return found


def on_duty(people: Iterable[Agent], monday: int) -> NDArray[np.int64]:
    """How many are at work in each slot: for the greater part of it."""
    found = np.zeros(SLOTS, dtype=np.int64)
    for agent in people:
        found += open_week(agent.hours, monday) >= _HALF
    return found


def hours_of_week(opened: NDArray[np.int64], zone: str, monday: int) -> NDArray[np.int64]:
    """The hours of the week of `monday` at which instants fall whose people live by a zone: what
    came at nine there comes at nine, whatever the clocks show in this week."""
    shift = np.zeros(len(opened), dtype=np.int64)
    if zone and len(opened):
        clock = zone_named(zone)
        days, of_row = np.unique(opened // (24 * _HOUR_US), return_inverse=True)
        at_noon = (days * 24 + 12) * _HOUR_US
        offsets = np.array([_offset(int(each), clock) for each in at_noon], dtype=np.int64)
        shift = offsets[of_row] - _offset(monday, clock)
    found: NDArray[np.int64] = ((opened + shift - monday) // _HOUR_US) % HOURS
    return found


def _offset(at: int, zone: ZoneInfo) -> int:
    offset = from_micros(at).astimezone(zone).utcoffset() or timedelta()
    return offset // timedelta(microseconds=1)

"""Instants as a wall clock shows them: months and hours of the week, for whole columns."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from tierline.kernel.instants import SECOND_US
from tierline.scorecards.groups import Dimension

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray

    from tierline.calendars.business_hours import BusinessHours

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOURS_A_WEEK = 168
_HOUR_US = 3600 * SECOND_US
_DAY_US = 24 * _HOUR_US
_THURSDAY = 3
"""1970-01-01, from which days are counted, was a Thursday."""


def report_zone(hours: Mapping[str, BusinessHours]) -> str:
    """The catalog's time zone: that of its first hours with a closing time, else UTC."""
    stated = (each.time_zone for each in hours.values() if not each.always_open)
    return next(stated, "UTC")


def local_micros(instants: NDArray[np.int64], zone: ZoneInfo) -> NDArray[np.int64]:
    """Microseconds since 1970 as clocks in `zone` show them.

    The zone is asked at most twice for each day that occurs, and for single instants only on days
    on which the clocks change.
    """
    days, of_row = np.unique(instants // _DAY_US, return_inverse=True)
    at_start = np.array([_offset(int(day) * _DAY_US, zone) for day in days], dtype=np.int64)
    at_end = np.array([_offset(int(day + 1) * _DAY_US - 1, zone) for day in days], dtype=np.int64)
    offsets = at_start[of_row]
    changing = np.flatnonzero((at_start != at_end)[of_row])
    offsets[changing] = [_offset(int(instants[row]), zone) for row in changing]
    return instants + offsets


def months_of(local: NDArray[np.int64]) -> Dimension:
    """The calendar month of local instants: `2016-05`."""
    months = local.astype("datetime64[us]").astype("datetime64[M]")
    present, codes = np.unique(months, return_inverse=True)
    return Dimension(codes, tuple(str(month) for month in present))


def hours_of_week(local: NDArray[np.int64]) -> NDArray[np.int64]:
    """0 is Monday from 00:00, 167 is Sunday from 23:00."""
    hours: NDArray[np.int64] = (local // _HOUR_US + 24 * _THURSDAY) % HOURS_A_WEEK
    return hours


def _offset(micros: int, zone: ZoneInfo) -> int:
    shown = datetime.fromtimestamp(micros / SECOND_US, tz=UTC).astimezone(zone).utcoffset()
    assert shown is not None  # noqa: S101 - an aware datetime always has an offset
    return int(shown.total_seconds()) * SECOND_US

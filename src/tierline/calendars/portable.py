"""Hours as plain JSON values and back, exact, so that a receipt carries its calendar with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypedDict

from tierline.calendars.business_hours import (
    WEEKDAYS,
    BusinessHours,
    DatedWindows,
    PublicHolidays,
    Window,
    Windows,
    week_of,
)
from tierline.kernel.errors import Invalid

WindowPairs = list[list[int]]


class PortablePublicHolidays(TypedDict):
    """Public holidays written out for whole years."""

    first_year: int
    last_year: int
    dates: list[str]


class PortableHours(TypedDict):
    """All fields of `BusinessHours`; windows are pairs of seconds after midnight."""

    time_zone: str
    week: dict[str, WindowPairs]
    holidays: list[str]
    recurring_holidays: list[list[int]]
    country: str | None
    subdivision: str | None
    public_holidays: PortablePublicHolidays | None
    breaks: dict[str, WindowPairs]
    overrides: dict[str, WindowPairs]
    overrides_beat_holidays: bool
    always_open: bool


def to_jsonable(hours: BusinessHours) -> PortableHours:
    """The whole statement. To need no holidays library later, pass `expanded(hours, ...)`."""
    written = hours.public_holidays
    return {
        "time_zone": hours.time_zone,
        "week": {day: _pairs(hours.week[number]) for number, day in enumerate(WEEKDAYS)},
        "holidays": [day.isoformat() for day in hours.holidays],
        "recurring_holidays": [list(day) for day in hours.recurring_holidays],
        "country": hours.country,
        "subdivision": hours.subdivision,
        "public_holidays": None
        if written is None
        else {
            "first_year": written.first_year,
            "last_year": written.last_year,
            "dates": [day.isoformat() for day in written.dates],
        },
        "breaks": _dated_pairs(hours.breaks),
        "overrides": _dated_pairs(hours.overrides),
        "overrides_beat_holidays": hours.overrides_beat_holidays,
        "always_open": hours.always_open,
    }


def from_jsonable(portable: PortableHours) -> BusinessHours:
    """The statement that `to_jsonable` wrote; a damaged one is `Invalid`."""
    try:
        return _hours(portable)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Invalid(
            f"These business hours are damaged ({type(error).__name__}: {error}).",
            code="damaged_hours",
        ) from None


def _hours(portable: PortableHours) -> BusinessHours:
    written = portable["public_holidays"]
    return BusinessHours(
        time_zone=portable["time_zone"],
        week=week_of({day: _windows(portable["week"][day]) for day in WEEKDAYS}),
        holidays=tuple(map(date.fromisoformat, portable["holidays"])),
        recurring_holidays=tuple(
            (int(month), int(day)) for month, day in portable["recurring_holidays"]
        ),
        country=portable["country"],
        subdivision=portable["subdivision"],
        public_holidays=None
        if written is None
        else PublicHolidays(
            int(written["first_year"]),
            int(written["last_year"]),
            tuple(map(date.fromisoformat, written["dates"])),
        ),
        breaks=_dated(portable["breaks"]),
        overrides=_dated(portable["overrides"]),
        overrides_beat_holidays=bool(portable["overrides_beat_holidays"]),
        always_open=bool(portable["always_open"]),
    )


def _pairs(windows: Windows) -> WindowPairs:
    return [[window.opens, window.closes] for window in windows]


def _windows(pairs: WindowPairs) -> Windows:
    return tuple(Window(int(opens), int(closes)) for opens, closes in pairs)


def _dated_pairs(days: DatedWindows) -> dict[str, WindowPairs]:
    return {day.isoformat(): _pairs(windows) for day, windows in days}


def _dated(days: Mapping[str, WindowPairs]) -> DatedWindows:
    return tuple((date.fromisoformat(day), _windows(days[day])) for day in sorted(days))

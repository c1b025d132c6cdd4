"""The statement of when work is done: values only, no arithmetic. `calendar.py` compiles it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tierline.kernel.durations import DAY_SECONDS
from tierline.kernel.errors import Invalid

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """Open from `opens` up to, and not including, `closes`: seconds after local midnight.

    `closes` is 86,400 for 24:00. Where it is not after `opens`, the window ends on the next day;
    it belongs as a whole to the day on which it opens.
    """

    opens: int
    closes: int

    @property
    def is_overnight(self) -> bool:
        """Whether it ends on the day after the one on which it opens."""
        return self.closes <= self.opens

    def ends_after(self) -> int:
        """The closing edge in seconds after the midnight before the opening edge."""
        return self.closes + DAY_SECONDS if self.is_overnight else self.closes


Windows = tuple[Window, ...]
DatedWindows = tuple[tuple[date, Windows], ...]
Week = tuple[Windows, Windows, Windows, Windows, Windows, Windows, Windows]

CLOSED_WEEK: Week = ((), (), (), (), (), (), ())


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """The public holidays of a country written out, so that nobody needs the library again.

    Complete for the years `first_year` to `last_year`, both included; arithmetic outside them is
    refused.
    """

    first_year: int
    last_year: int
    dates: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """Which hours of the week count, in one time zone, and on which dates that differs.

    An override replaces the windows that open on its date (none: closed); it beats a holiday
    unless `overrides_beat_holidays` is False. A holiday closes its date. A break is cut out of
    whatever is open then. Where `always_open`, nothing else is looked at.
    """

    time_zone: str = "UTC"
    week: Week = CLOSED_WEEK
    holidays: tuple[date, ...] = ()
    recurring_holidays: tuple[tuple[int, int], ...] = ()
    country: str | None = None
    subdivision: str | None = None
    public_holidays: PublicHolidays | None = None
    breaks: DatedWindows = ()
    overrides: DatedWindows = ()
    overrides_beat_holidays: bool = True
    always_open: bool = False

    def business_day_seconds(self) -> int:
        """Open seconds of the standard open weekday: the commonest length, of several the longest.

        86,400 where always open. Hours without an open weekday have no such length: `Invalid`.
        """
        if self.always_open:
            return DAY_SECONDS
        lengths = Counter(length for day in self.week if (length := open_length(day)) > 0)
        if not lengths:
            raise Invalid(
                "These hours have no open weekday, so a business day has no length. State targets "
                "in hours, or open a weekday.",
                code="no_business_day",
            )
        return max(lengths, key=lambda length: (lengths[length], length))


ALWAYS_OPEN = BusinessHours(always_open=True)


def open_length(windows: Sequence[Window]) -> int:
    """Seconds covered by the windows on a day whose clocks do not change; overlaps count once."""
    total, reached = 0, 0
    for window in sorted(windows):
        total += max(0, window.ends_after() - max(window.opens, reached))
        reached = max(reached, window.ends_after())
    return total


def week_of(days: Mapping[str, Sequence[Window]]) -> Week:
    """A week from `mon` to `sun`; a day that is not named is closed."""
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = (
        tuple(days.get(day, ())) for day in WEEKDAYS
    )
    return (monday, tuesday, wednesday, thursday, friday, saturday, sunday)


def dated(days: Mapping[date, Sequence[Window]]) -> DatedWindows:
    """Windows by date in the order of the dates, as `breaks` and `overrides` hold them."""
    return tuple((day, tuple(days[day])) for day in sorted(days))

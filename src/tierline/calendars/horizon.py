"""The timeline of a statement of hours, compiled as far as it was asked for, and never further.

Nothing searches without end: what the years of a calendar do not hold is an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from threading import Lock

import numpy as np

from tierline.calendars.business_hours import BusinessHours
from tierline.calendars.edges import open_edges, year_start
from tierline.calendars.timeline import Timeline
from tierline.kernel.errors import Invalid
from tierline.kernel.instants import format_micros, from_micros

FIRST_YEAR, LAST_YEAR = 1900, 2200


class NeverOpens(Invalid):
    """The hours have no open time where it was asked for. Raised instead of searching on."""

    code = "never_opens"


class NeverCloses(Invalid):
    """The hours stay open to the end of the years that a calendar knows."""

    code = "never_closes"


class Horizon:
    """Grows one timeline in both directions; a grown one gives the same positions.

    The years are 1900 to 2200, or those for which public holidays are written out.
    """

    def __init__(self, hours: BusinessHours) -> None:
        self._hours = hours
        self._years = _years_of(hours)
        self.edges = year_start(self._years[0]), year_start(self._years[1] + 1)
        self._timeline: Timeline | None = None
        self._origin: int | None = None
        self._lock = Lock()

    def covering(self, first: int, last: int) -> Timeline:
        """A timeline that can place both instants."""
        timeline = self._timeline
        if timeline is not None and timeline.low <= first and last <= timeline.high:
            return timeline
        low, high = self.edges
        if first < low or last > high:
            raise Invalid(
                f"{_shown(first if first < low else last)} lies outside the years "
                f"{self._years[0]} to {self._years[1]} that this calendar states.",
                code="outside_calendar",
            )
        return self._extended(_year(first) - 1, _year(last) + 1)

    def reaching(
        self, first: int, last: int, *, before: bool = False, beyond: bool = False
    ) -> Timeline:
        """A timeline that holds the positions, and open time `before` or `beyond` them if asked."""
        timeline = self._timeline
        assert timeline is not None  # noqa: S101 - a position exists only after covering
        while timeline.last_position < last + beyond:
            timeline = self._further(timeline, 1)
        while timeline.first_position > first - before:
            timeline = self._further(timeline, -1)
        return timeline

    def _further(self, timeline: Timeline, sign: int) -> Timeline:
        """The next larger timeline in a direction, twice as long each time."""
        first, last = _year(timeline.low), _year(timeline.high - 1)
        length = last - first + 1
        if (last >= self._years[1]) if sign > 0 else (first <= self._years[0]):
            raise self._exhausted(sign)
        return self._extended(first - length * (sign < 0), last + length * (sign > 0))

    def _exhausted(self, sign: int) -> NeverOpens:
        edge = f"until the end of {self._years[1]}" if sign > 0 else f"since {self._years[0]}"
        if self._hours.public_holidays is not None:
            return NeverOpens(
                f"The public holidays of these hours are written out {edge}, and this needs open "
                "time beyond. Write out more years."
            )
        return NeverOpens(
            f"These hours do not have that much open time {edge}: the target is too long, or the "
            "hours never open again."
        )

    def _extended(self, first_year: int, last_year: int) -> Timeline:
        with self._lock:
            if self._timeline is not None:
                first_year = min(first_year, _year(self._timeline.low))
                last_year = max(last_year, _year(self._timeline.high - 1))
            self._timeline = self._compiled(first_year, last_year)
            return self._timeline

    def _compiled(self, first_year: int, last_year: int) -> Timeline:
        first, last = max(first_year, self._years[0]), min(last_year, self._years[1])
        if self._hours.always_open:
            span = self.edges
            return Timeline(np.array(span[:1]), np.array(span[1:]), span, origin=0)
        if not _may_open(self._hours):
            raise NeverOpens("These hours have no window at all, so nothing is ever due on them.")
        opens, closes = open_edges(self._hours, first, last)
        if len(opens) == 0:
            if (first, last) == self._years:
                raise NeverOpens(f"These hours are never open between {first} and {last}.")
            length = last - first + 1
            return self._compiled(first - length, last + length)
        span = year_start(first), year_start(last + 1)
        self._origin = span[0] if self._origin is None else self._origin
        return Timeline(opens, closes, span, origin=self._origin)

    def windows_after(self, instant: int) -> Iterator[tuple[int, int]]:
        """Windows that close after the instant, in order, to the end of the calendar's years."""
        timeline = self.covering(instant, instant)
        while True:
            window = timeline.window_closing_after(instant)
            is_last = timeline.high >= self.edges[1]
            if window is not None and (window[1] < timeline.high or is_last):
                yield window
                instant = window[1]
            elif is_last:
                return
            else:
                timeline = self._further(timeline, 1)

    def windows_before(self, instant: int) -> Iterator[tuple[int, int]]:
        """Windows that open before the instant, the last first, to the calendar's first year."""
        timeline = self.covering(instant, instant)
        while True:
            window = timeline.window_opening_before(instant)
            is_first = timeline.low <= self.edges[0]
            if window is not None and (window[0] > timeline.low or is_first):
                yield window
                instant = window[0]
            elif is_first:
                return
            else:
                timeline = self._further(timeline, -1)


def _years_of(hours: BusinessHours) -> tuple[int, int]:
    written = hours.public_holidays
    if written is None:
        return FIRST_YEAR, LAST_YEAR
    return max(FIRST_YEAR, written.first_year), min(LAST_YEAR, written.last_year)


def _may_open(hours: BusinessHours) -> bool:
    return any(hours.week) or any(windows for _, windows in hours.overrides)


def _year(instant: int) -> int:
    return from_micros(instant).year


def _shown(instant: int) -> str:
    try:
        return format_micros(instant)
    except OverflowError:
        return f"The instant {instant}"

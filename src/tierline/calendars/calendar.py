"""Hours, compiled: the arithmetic of open time, for one instant and for a column of a million.

Instants are aware datetimes (scalar face) or microseconds since 1970 in int64 (columnar face).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from tierline.calendars.business_hours import BusinessHours
from tierline.calendars.edges import (
    DayRules,
    day_rules,
    resolved_windows,
    year_start,
)
from tierline.calendars.horizon import FIRST_YEAR, LAST_YEAR, Horizon, NeverCloses, NeverOpens
from tierline.calendars.local_time import local_date, zone_named
from tierline.calendars.validation import value_faults
from tierline.kernel.errors import Invalid
from tierline.kernel.instants import SECOND_US, format_micros, from_micros, to_micros

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "Boundary",
    "Calendar",
    "NeverCloses",
    "NeverOpens",
    "Period",
    "calendar_for",
]

Micros = NDArray[np.int64]
Boundary = Literal["near", "far"]
Period = tuple[datetime, datetime]

_LONGEST_US = year_start(LAST_YEAR + 1) - year_start(FIRST_YEAR)
_MOST_PERIODS = 1_000_000


class Calendar:
    """Open time under one statement of hours, between the years 1900 and 2200.

    Windows are compiled a few years at a time, when first needed; that changes no answer.
    `boundary` decides where open time runs out exactly at an edge: `near` is the edge reached
    first (adding: the closing edge), `far` the one after the closed time (adding: the next opening
    edge). Adding nothing gives the first open moment, subtracting nothing the last.
    """

    def __init__(self, hours: BusinessHours) -> None:
        faults = value_faults(hours)
        if faults:
            raise Invalid("; ".join(map(str, faults)), faults, code="bad_hours")
        self.hours = hours
        self.zone: ZoneInfo = zone_named(hours.time_zone)
        self._horizon = Horizon(hours)
        self._rules: dict[int, DayRules] = {}
        self._breaks: list[tuple[int, int]] | None = None

    # one instant ------------------------------------------------------------------------------

    def add(self, start: datetime, open_seconds: int, *, boundary: Boundary = "near") -> datetime:
        """The instant at which `open_seconds` of open time have passed since `start`."""
        return from_micros(
            self.add_micros(to_micros(start), open_seconds * SECOND_US, boundary=boundary)
        )

    def subtract(
        self, end: datetime, open_seconds: int, *, boundary: Boundary = "near"
    ) -> datetime:
        """The instant from which `open_seconds` of open time pass until `end`."""
        return from_micros(
            self.subtract_micros(to_micros(end), open_seconds * SECOND_US, boundary=boundary)
        )

    def open_seconds(self, start: datetime, end: datetime, *, signed: bool = False) -> int:
        """Whole open seconds from `start` to `end`; before it 0, or negative if `signed`."""
        micros = self.open_micros(to_micros(start), to_micros(end), signed=True)
        if micros < 0:
            return -(-micros // SECOND_US) if signed else 0
        return micros // SECOND_US

    def is_open(self, at: datetime) -> bool:
        """Whether `at` is inside a window; the opening edge is, the closing edge is not."""
        instant = to_micros(at)
        window = self._horizon.covering(instant, instant).window_closing_after(instant)
        return window is not None and window[0] <= instant

    def on_break(self, at: datetime) -> bool:
        """Whether a break of the statement covers `at`, open or not otherwise."""
        instant = to_micros(at)
        if self._breaks is None:
            self._breaks = resolved_windows(self.hours.breaks, self.zone)
        return any(cut_from <= instant < cut_to for cut_from, cut_to in self._breaks)

    def on_holiday(self, at: datetime) -> bool:
        """Whether the local date of `at` is a holiday, even where an override opens it."""
        return self.is_holiday(local_date(at, self.zone))

    def is_holiday(self, day: date) -> bool:
        """Whether the date is a holiday, even where an override opens it."""
        return day in self._rules_of(day.year).holidays

    def opens_on(self, day: date) -> bool:
        """Whether the date is a working day: some open time is left of the windows it opens."""
        if self.hours.always_open:
            return True
        windows = self._rules_of(day.year).windows_on(day)
        if not windows or not self.hours.breaks:
            return bool(windows)
        opened = resolved_windows(((day, windows),), self.zone)
        return any(self.open_micros(opens, closes) > 0 for opens, closes in opened)

    def next_open(self, at: datetime) -> datetime:
        """The first open moment at or after `at`."""
        return self.add(at, 0)

    def prev_open(self, at: datetime) -> datetime:
        """The last moment with open time just before it: `at` itself, or the last closing edge."""
        return self.subtract(at, 0)

    def next_close(self, at: datetime) -> datetime:
        """The first closing edge after `at`."""
        instant = to_micros(at)
        for _, closes in self._horizon.windows_after(instant):
            if closes == self._horizon.edges[1]:
                break
            return from_micros(closes)
        raise NeverCloses(f"These hours do not close again after {format_micros(instant)}.")

    def next_opening_edge(self, at: datetime) -> datetime:
        """The first opening edge after `at`, past the window that `at` is in."""
        instant = to_micros(at)
        for opens, _ in self._horizon.windows_after(instant):
            if opens > instant:
                return from_micros(opens)
        raise NeverOpens(f"These hours do not open anew after {format_micros(instant)}.")

    def periods(
        self,
        start: datetime,
        direction: Literal["forward", "backward"] = "forward",
        *,
        count: int | None = None,
        until: datetime | None = None,
    ) -> tuple[Period, ...]:
        """Open windows from `start` on, clipped to `start` and `until`, nearest first.

        At most `count` of them; one of `count` and `until` is needed. A window that never closes
        ends with the last year of the calendar.
        """
        if count is None and until is None:
            raise Invalid("State a count or an end for the periods.", code="endless")
        limit = None if until is None else to_micros(until)
        walk = self.micro_periods(to_micros(start), direction=direction, until=limit)
        most = _MOST_PERIODS if count is None else count
        return tuple(
            (from_micros(opens), from_micros(closes))
            for _, (opens, closes) in zip(range(most), walk, strict=False)
        )

    # the same in microseconds -----------------------------------------------------------------

    def add_micros(self, start: int, open_us: int, *, boundary: Boundary = "near") -> int:
        """`add` in microseconds since 1970 and open microseconds."""
        if not 0 <= open_us <= _LONGEST_US:
            raise _bad_length(open_us)
        timeline = self._horizon.covering(start, start)
        position = timeline.position(start) + open_us
        is_inside = position < timeline.last_position  # nearly always: no call to find it out
        if open_us == 0 or boundary == "far":
            timeline = (
                timeline if is_inside else self._horizon.reaching(position, position, beyond=True)
            )
            return timeline.latest(position)
        return (timeline if is_inside else self._horizon.reaching(position, position)).earliest(
            position
        )

    def subtract_micros(self, end: int, open_us: int, *, boundary: Boundary = "near") -> int:
        """`subtract` in microseconds since 1970 and open microseconds."""
        if not 0 <= open_us <= _LONGEST_US:
            raise _bad_length(open_us)
        position = self._horizon.covering(end, end).position(end) - open_us
        if open_us == 0 or boundary == "far":
            return self._horizon.reaching(position, position, before=True).earliest(position)
        return self._horizon.reaching(position, position).latest(position)

    def open_micros(self, start: int, end: int, *, signed: bool = False) -> int:
        """Open microseconds from `start` to `end`, exact."""
        timeline = self._horizon.covering(min(start, end), max(start, end))
        passed = timeline.position(end) - timeline.position(start)
        return passed if signed else max(0, passed)

    def micro_periods(
        self, start: int, *, direction: str = "forward", until: int | None = None
    ) -> Iterator[tuple[int, int]]:
        """`periods` in microseconds, one by one, as far as the calendar's years go."""
        if direction == "backward":
            for opens, closes in self._horizon.windows_before(start):
                if until is not None and closes <= until:
                    return
                yield max(opens, until if until is not None else opens), min(closes, start)
        else:
            for opens, closes in self._horizon.windows_after(start):
                if until is not None and opens >= until:
                    return
                yield max(opens, start), min(closes, until if until is not None else closes)

    # columns ----------------------------------------------------------------------------------

    def position_us(self, instants: Micros) -> Micros:
        """Open microseconds from a fixed origin to each instant: monotone, for differences only."""
        if len(instants) == 0:
            return instants.astype(np.int64)
        return self._horizon.covering(int(instants.min()), int(instants.max())).positions(instants)

    def instant_us(self, positions: Micros, *, boundary: Boundary = "near") -> Micros:
        """The instants of positions: where several share one, the first, or with `far` the last."""
        if len(positions) == 0:
            return positions.astype(np.int64)
        low, high = int(positions.min()), int(positions.max())
        if boundary == "far":
            return self._horizon.reaching(low, high, beyond=True).all_latest(positions)
        return self._horizon.reaching(low, high, before=True).all_earliest(positions)

    def add_us(
        self, starts: Micros, open_us: Micros | int, *, boundary: Boundary = "near"
    ) -> Micros:
        """`add` for each start; `open_us` is one length in microseconds or one for each."""
        if len(starts) == 0:
            return starts.astype(np.int64)
        for extreme in (int(np.min(open_us)), int(np.max(open_us))):
            if not 0 <= extreme <= _LONGEST_US:
                raise _bad_length(extreme)
        positions = self.position_us(starts)
        positions += open_us
        if boundary == "far":
            return self.instant_us(positions, boundary="far")
        nothing = np.equal(open_us, 0)
        if nothing.all():
            return self.instant_us(positions, boundary="far")
        if not nothing.any():
            return self.instant_us(positions)
        due = np.empty_like(positions)
        due[nothing] = self.instant_us(positions[nothing], boundary="far")
        due[~nothing] = self.instant_us(positions[~nothing])
        return due

    def open_us_between(self, starts: Micros, ends: Micros, *, signed: bool = False) -> Micros:
        """Open microseconds from each start to its end; 0 where the end is before, or `signed`."""
        passed = self.position_us(ends) - self.position_us(starts)
        return passed if signed else np.maximum(passed, 0, out=passed)

    def _rules_of(self, year: int) -> DayRules:
        if year not in self._rules:
            self._rules[year] = day_rules(self.hours, year, year)
        return self._rules[year]


@lru_cache(maxsize=1024)
def calendar_for(hours: BusinessHours) -> Calendar:
    """The calendar of a statement of hours, compiled once in a process."""
    return Calendar(hours)


def _bad_length(open_us: int) -> Invalid:
    shown = f"{open_us // SECOND_US:,}" if abs(open_us) < 10**18 else "That many"
    return Invalid(
        f"{shown} seconds is not a length of open time between 0 and "
        f"{LAST_YEAR - FIRST_YEAR + 1} years.",
        code="bad_length",
    )

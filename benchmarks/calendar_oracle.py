"""Does the calendar agree with a clock that is walked second by second?

The oracle shares no code with `tierline.calendars`. It walks the seconds of a week through the
zone, one after the other, notes what the clock on the wall shows, and marks each second open or
closed by the statement alone; every answer is then read off that row of seconds. A local time that
the clock never showed is moved forward by the length of the gap around it; one that it showed
twice is the first.

    python benchmarks/calendar_oracle.py --cases 100000

Prints the count of cases, of answers compared and of disagreements; exit code 1 on any.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from multiprocessing import get_context
from zoneinfo import ZoneInfo, available_timezones

import holidays
import numpy as np
from numpy.typing import NDArray

from tierline.calendars.business_hours import BusinessHours, Window, dated, week_of
from tierline.calendars.calendar import Calendar
from tierline.calendars.shared_periods import shared_periods

DAY = 86_400
US = 1_000_000
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CASES_PER_WEEK = 40
LONG_COLUMN = 2_100  # long enough that the calendar uses its table of buckets
SHORT_COLUMN = 200
SINGLE = 4
PLACES = (("US", None), ("DE", "BY"), ("BR", None), ("JP", None), ("GB", "SCT"), (None, None))


# the clock on the wall, walked ----------------------------------------------------------------


@dataclass
class WalkedWeek:
    """What the wall clock of a zone shows at every second around eight dates."""

    zone_name: str
    first: date
    origin: int = 0  # UTC second of index 0
    first_shown: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    wall_origin: int = 0
    dates_shown: list[tuple[int, int, date]] = field(default_factory=list)

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range(8)]

    @property
    def valid(self) -> tuple[int, int]:
        """Seconds for which every window that can matter opens on one of the eight dates."""
        midnight = seconds_of(self.first)
        return midnight + DAY + 12 * 3600, midnight + 7 * DAY + 10 * 3600

    def index_of(self, day: date, second: int) -> int:
        """Index of the first second at which the wall shows this; a gap is jumped by its length."""
        wall = seconds_of(day) + second - self.wall_origin
        if self.first_shown[wall] >= 0:
            return int(self.first_shown[wall])
        before, after = wall, wall
        while self.first_shown[before] < 0:
            before -= 1
        while self.first_shown[after] < 0:
            after += 1
        gap = after - before - 1
        return int(self.first_shown[wall + gap])


def walk(zone_name: str, first: date) -> WalkedWeek:
    """Walk from a day before the first date to two days after the last."""
    zone = ZoneInfo(zone_name)
    week = WalkedWeek(zone_name, first)
    week.origin = seconds_of(first) - DAY - 15 * 3600
    count = 12 * DAY + 6 * 3600
    walls = np.empty(count, np.int64)
    for minute in range(count // 60):  # zones of these years change at whole minutes of UTC
        second = week.origin + minute * 60
        east = datetime.fromtimestamp(second, zone).utcoffset() or timedelta()
        shown = second + east.days * DAY + east.seconds
        walls[minute * 60 : minute * 60 + 60] = np.arange(shown, shown + 60)
    week.wall_origin = int(walls.min())
    week.first_shown = np.full(int(walls.max()) - week.wall_origin + 1, -1, np.int64)
    backwards = np.arange(count)[::-1]  # written last: the first time that it was shown
    week.first_shown[walls[::-1] - week.wall_origin] = backwards
    return week


def seconds_of(day: date) -> int:
    return (day - date(1970, 1, 1)).days * DAY


# the statement, asked second by second --------------------------------------------------------


def windows_on(hours: BusinessHours, day: date) -> tuple[Window, ...]:
    override = dict(hours.overrides).get(day)
    holiday = is_holiday(hours, day)
    if override is not None and not (holiday and not hours.overrides_beat_holidays):
        return override
    return () if holiday else hours.week[day.weekday()]


def is_holiday(hours: BusinessHours, day: date) -> bool:
    return (
        day in hours.holidays
        or (day.month, day.day) in hours.recurring_holidays
        or (hours.country is not None and day in public(hours.country, hours.subdivision, day.year))
    )


@cache
def public(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))


def open_row(hours: BusinessHours, week: WalkedWeek) -> NDArray[np.bool_]:
    """One truth value for every valid second: open or not."""
    low, high = week.valid
    row = np.zeros(high - low, bool)
    if hours.always_open:
        return ~row
    for day in week.days:
        for window in windows_on(hours, day):
            paint(row, week, day, window, True)
    return row & ~break_row(hours, week)


def break_row(hours: BusinessHours, week: WalkedWeek) -> NDArray[np.bool_]:
    """One truth value for every valid second: inside a break or not."""
    low, high = week.valid
    row = np.zeros(high - low, bool)
    for day, cuts in hours.breaks:
        for cut in cuts:
            paint(row, week, day, cut, True)
    return row


def paint(row: NDArray[np.bool_], week: WalkedWeek, day: date, window: Window, value: bool) -> None:
    closes = window.closes + (DAY if window.closes <= window.opens else 0)
    shift = week.origin - week.valid[0]
    first = max(0, week.index_of(day, window.opens) + shift)
    last = max(0, week.index_of(day, closes) + shift)
    row[first:last] = value


class Answers:
    """Read off the row; instants are microseconds from the first valid second."""

    def __init__(self, row: NDArray[np.bool_]) -> None:
        self.row = row
        self.before = np.zeros(len(row) + 1, np.int64)
        np.cumsum(row, out=self.before[1:])
        self.before *= US
        changes = np.flatnonzero(row[1:] != row[:-1]) + 1
        self.rises = changes[row[changes]] * US
        self.falls = changes[~row[changes]] * US

    def position(self, at: NDArray[np.int64]) -> NDArray[np.int64]:
        second = at // US
        return self.before[second] + np.where(self.row[second], at % US, 0)

    def earliest(self, position: NDArray[np.int64]) -> NDArray[np.int64]:
        second = np.searchsorted(self.before, position, side="left") - 1
        return second * US + position - self.before[second]

    def latest(self, position: NDArray[np.int64]) -> NDArray[np.int64]:
        second = np.searchsorted(self.before, position, side="right") - 1
        return second * US + position - self.before[second]


# random statements ----------------------------------------------------------------------------


def random_week(rng: random.Random) -> WalkedWeek:
    """Eight dates in a random zone, four times of five around a night on which clocks change."""
    for _ in range(3):  # half of all zones no longer change their clocks
        zone_name, year = rng.choice(_zones()), rng.randrange(1980, 2037)
        changes = _changes(zone_name, year)
        if changes:
            break
    if changes and rng.random() < 0.8:
        first = rng.choice(changes) - timedelta(days=rng.randrange(2, 6))
    else:
        first = date(year, 1, 1) + timedelta(days=rng.randrange(365))
    return walk(zone_name, first)


@cache
def _zones() -> tuple[str, ...]:
    regions = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Pacific/",
               "Indian/", "Antarctica/")  # fmt: skip
    return tuple(sorted(each for each in available_timezones() if each.startswith(regions)))


def _changes(zone_name: str, year: int) -> list[date]:
    zone = ZoneInfo(zone_name)
    noons = [datetime(year, 1, 2, 12, tzinfo=zone) + timedelta(days=n) for n in range(363)]
    offsets = [noon.utcoffset() for noon in noons]
    return [noons[n].date() for n in range(1, len(noons)) if offsets[n] != offsets[n - 1]]


def random_hours(rng: random.Random, week: WalkedWeek) -> BusinessHours:
    if rng.random() < 0.02:
        return BusinessHours(week.zone_name, always_open=True)
    country, subdivision = rng.choice(PLACES) if rng.random() < 0.2 else (None, None)
    to_second = rng.random() < 0.3
    closed = rng.random() * 0.5

    def some(most: int) -> tuple[Window, ...]:
        return tuple(random_window(rng, to_second) for _ in range(rng.randint(1, most)))

    def some_days(chance: float) -> list[date]:
        return [day for day in week.days if rng.random() < chance]

    return BusinessHours(
        week.zone_name,
        week=week_of({day: some(3) for day in WEEKDAYS if rng.random() > closed}),
        holidays=tuple(some_days(0.1)),
        recurring_holidays=tuple((day.month, day.day) for day in some_days(0.05)),
        country=country,
        subdivision=subdivision,
        breaks=dated({day: some(2) for day in some_days(0.15)}),
        overrides=dated({day: some(2) if rng.random() < 0.8 else () for day in some_days(0.15)}),
        overrides_beat_holidays=rng.random() < 0.7,
    )


def random_window(rng: random.Random, to_second: bool) -> Window:
    kind = rng.random()
    step = 1 if to_second else rng.choice((60, 900, 1800, 3600))
    if kind < 0.1:
        return Window(0, DAY)
    if kind < 0.4:  # the small hours, in which clocks change
        opens = rng.randrange(0, 4 * 3600, step)
        closes = opens + rng.randrange(step, 3 * 3600 + step, step)
    elif kind < 0.55:  # overnight
        opens = rng.randrange(18 * 3600, DAY, step)
        closes = rng.randrange(0, 8 * 3600, step)
    else:
        opens = rng.randrange(6 * 3600, 18 * 3600, step)
        closes = min(DAY, opens + rng.randrange(step, 10 * 3600 + step, step))
    return Window(opens, closes if closes != opens else closes + step)


# compared -------------------------------------------------------------------------------------


class Comparison:
    """Every answer of one case beside the oracle's; differences are kept as text."""

    def __init__(self, hours: BusinessHours, week: WalkedWeek, rng: random.Random) -> None:
        self.hours, self.week = hours, week
        self.calendar = Calendar(hours)
        self.row = open_row(hours, week)
        self.oracle = Answers(self.row)
        self.origin = week.valid[0] * US
        self.random = np.random.default_rng(rng.getrandbits(32))
        self.compared = 0
        self.differences: list[str] = []

    def run(self) -> None:
        length = len(self.row) * US
        count = LONG_COLUMN if self.random.random() < 0.2 else SHORT_COLUMN
        at = self.random.integers(0, length, count)
        at[::2] -= at[::2] % US
        edges = np.concatenate((self.oracle.rises, self.oracle.falls))
        if len(edges):  # exactly at an edge is where rules differ
            at[::5] = self.random.choice(edges, len(at[::5]))
        self.states(at[:SINGLE])
        if not self.row.any():
            return
        until = self.random.permutation(at)
        self.open_time(at, until)
        self.additions(at)
        self.subtractions(at)
        self.edges(at[:SINGLE])

    def states(self, at: NDArray[np.int64]) -> None:
        zone = ZoneInfo(self.week.zone_name)
        cut = break_row(self.hours, self.week)
        for instant in at.tolist():
            moment = self.moment(instant)
            if self.row.any():
                self.same("is_open", instant, self.calendar.is_open(moment),
                          bool(self.row[instant // US]))  # fmt: skip
            self.same("on_break", instant, self.calendar.on_break(moment), bool(cut[instant // US]))
            day = moment.astimezone(zone).date()
            self.same("on_holiday", instant, self.calendar.on_holiday(moment),
                      is_holiday(self.hours, day))  # fmt: skip

    def open_time(self, start: NDArray[np.int64], end: NDArray[np.int64]) -> None:
        expected = self.oracle.position(end) - self.oracle.position(start)
        origin = self.origin
        got = self.calendar.open_us_between(start + origin, end + origin, signed=True)
        self.same_column("open_us_between", start, got, expected)
        for n in range(SINGLE):
            seconds = self.calendar.open_seconds(self.moment(start[n]), self.moment(end[n]))
            self.same("open_seconds", start[n], seconds, max(0, int(expected[n])) // US)

    def additions(self, start: NDArray[np.int64]) -> None:
        position, total = self.oracle.position(start), int(self.oracle.before[-1])
        open_us = self.lengths(total - position)
        for boundary in ("near", "far"):
            target = position + open_us
            expected = np.where(
                (open_us == 0) | (boundary == "far"),
                self.oracle.latest(np.minimum(target, total - 1)),
                self.oracle.earliest(np.maximum(target, 1)),
            )
            known = target < total
            self.known_column("add", start, open_us, expected, known, boundary)

    def subtractions(self, end: NDArray[np.int64]) -> None:
        position = self.oracle.position(end)
        open_us = self.lengths(position)
        for boundary in ("near", "far"):
            target = position - open_us
            expected = np.where(
                (open_us == 0) | (boundary == "far"),
                self.oracle.earliest(np.maximum(target, 1)),
                self.oracle.latest(np.maximum(target, 0)),
            )
            for n in np.flatnonzero(target > 0)[: SINGLE * 2].tolist():
                got = self.calendar.subtract_micros(
                    int(end[n]) + self.origin, int(open_us[n]), boundary=boundary
                )
                self.same(f"subtract {boundary}", end[n], got - self.origin, int(expected[n]))

    def known_column(
        self,
        name: str,
        start: NDArray[np.int64],
        open_us: NDArray[np.int64],
        expected: NDArray[np.int64],
        known: NDArray[np.bool_],
        boundary: str,
    ) -> None:
        """What ends beyond the walked week is not compared: the oracle does not know it."""
        if not known.any():
            return
        column = self.calendar.add_us(start[known] + self.origin, open_us[known], boundary=boundary)
        self.same_column(
            f"{name}_us {boundary}", start[known], column - self.origin, expected[known]
        )
        for n in np.flatnonzero(known)[: SINGLE * 2].tolist():
            got = self.calendar.add_micros(
                int(start[n]) + self.origin, int(open_us[n]), boundary=boundary
            )
            self.same(f"{name} {boundary}", start[n], got - self.origin, int(expected[n]))

    def edges(self, at: NDArray[np.int64]) -> None:
        for instant in at.tolist():
            moment = self.moment(instant)
            for name, edges in (("next_close", self.oracle.falls),
                                ("next_opening_edge", self.oracle.rises)):  # fmt: skip
                later = edges[edges > instant]
                if len(later):
                    got = getattr(self.calendar, name)(moment)
                    self.same(name, instant, got, self.moment(int(later[0])))
        if len(self.oracle.rises) > 1:
            start, end = (self.moment(int(self.oracle.rises[n])) for n in (0, -1))
            rises = self.oracle.rises[:-1]
            falls = self.oracle.falls[self.oracle.falls > rises[0]][: len(rises)]
            expected = [
                (self.moment(int(a)), self.moment(int(b)))
                for a, b in zip(rises, falls, strict=True)
            ]
            self.same("periods", 0, list(self.calendar.periods(start, until=end)), expected)
            both = shared_periods(self.calendar, self.calendar, start, until=end)
            self.same("shared_periods", 0, list(both), expected)

    def lengths(self, most: NDArray[np.int64]) -> NDArray[np.int64]:
        """Lengths from 0 to a little more than is left; many end exactly at an edge."""
        length = (self.random.random(len(most)) * most).astype(np.int64)
        length[::3] -= length[::3] % US
        length[::7] = 0
        exact = self.oracle.before[self.oracle.falls // US] if len(self.oracle.falls) else None
        if exact is not None:
            total = int(self.oracle.before[-1])
            here = total - most if most.max() <= total else most
            chosen = self.random.choice(exact, len(length[::4]))
            length[::4] = np.clip(chosen - here[::4], 0, None)
        return np.minimum(length, np.maximum(most, 0))

    def moment(self, instant: int) -> datetime:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(instant) + self.origin)

    def same(self, name: str, at: int, got: object, expected: object) -> None:
        self.compared += 1
        if got != expected:
            self.differences.append(f"{name} at {self.moment(at)}: {got}, not {expected}")

    def same_column(self, name: str, at: NDArray[np.int64], got: NDArray[np.int64],
                    expected: NDArray[np.int64]) -> None:  # fmt: skip
        self.compared += len(got)
        wrong = np.flatnonzero(got != expected)
        if len(wrong):
            first = int(wrong[0])
            self.differences.append(
                f"{name} at {self.moment(at[first])}: {got[first]}, not {expected[first]} "
                f"({len(wrong)} of {len(got)})"
            )


def run_week(seed: int, cases: int = CASES_PER_WEEK) -> tuple[int, int, list[str]]:
    """Cases, answers and disagreements of one random week of one random zone."""
    rng = random.Random(seed)  # noqa: S311 - reproducible cases, nothing secret
    week = random_week(rng)
    compared, differences = 0, []
    for number in range(cases):
        hours = random_hours(rng, week)
        comparison = Comparison(hours, week, rng)
        comparison.run()
        compared += comparison.compared
        differences += [
            f"seed {seed} case {number} {week.zone_name} {week.first}: {each}"
            for each in comparison.differences
        ]
    return cases, compared, differences


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--cases", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--processes", type=int, default=2)
    chosen = options.parse_args()
    seeds = range(chosen.seed, chosen.seed + -(-chosen.cases // CASES_PER_WEEK))
    started, totals, kinds = time.perf_counter(), [0, 0, 0], Counter[str]()
    with get_context("spawn").Pool(chosen.processes) as pool:
        for cases, compared, differences in pool.imap_unordered(run_week, seeds, chunksize=8):
            totals = [totals[0] + cases, totals[1] + compared, totals[2] + len(differences)]
            for difference in differences:
                if sum(kinds.values()) < 20:
                    print(difference)
                kinds[difference.split(": ", 1)[1].split(" at ")[0]] += 1
    seconds = time.perf_counter() - started
    print(f"{totals[0]:,} random calendars, {totals[1]:,} answers compared in {seconds:,.0f} s")
    print(f"{totals[2]:,} disagreements with the second-by-second oracle")
    for kind, count in kinds.most_common():
        print(f"  {kind}: {count:,}")
    return 1 if totals[2] else 0


if __name__ == "__main__":
    sys.exit(main())

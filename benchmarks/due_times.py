"""How much faster than public tools are due times, in bulk and one at a time?

100,000 starts over four years, public holidays, two zones with daylight saving, targets of 1 to 29
open hours. Contenders: `businesstimedelta`, pandas' `CustomBusinessHour`, and a bare
`numpy.searchsorted` of the same starts over the same windows (which finds a window and computes
nothing). All answers are compared before anything is timed.

    python benchmarks/due_times.py

Every figure is the best of several batches, with the same loop around nothing subtracted. Exit
code 1 where answers differ or a floor is missed.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day

import businesstimedelta
import numpy as np
import pandas as pd
import pytz
from numpy.typing import NDArray

from tierline.calendars.business_hours import BusinessHours, Window, week_of
from tierline.calendars.calendar import Calendar
from tierline.calendars.edges import open_edges
from tierline.calendars.holiday_dates import public_holidays

STARTS = 100_000
CONTENDER_BATCH = 1_000  # for each zone; the slow ones would take an hour for all starts
SINGLE_BATCH = 10_000
HOURS = (1, 3, 5, 13, 29)  # never a whole day of 8: at an edge the contenders have other rules
FIRST_YEAR, LAST_YEAR = 2014, 2017
ZONES = (("America/New_York", "US", None), ("Europe/Berlin", "DE", "BY"))

FLOORS = {
    "bulk, against businesstimedelta": 2_000,
    "bulk, against pandas CustomBusinessHour": 1_000,
    "one at a time, against businesstimedelta": 100,
}
CEILING = 3.0


@dataclass
class Zone:
    """The same hours and holidays in the form that each contender wants."""

    name: str
    calendar: Calendar
    starts: NDArray[np.int64]
    open_hours: NDArray[np.int64]
    holidays: frozenset[date]

    @property
    def opens(self) -> NDArray[np.int64]:
        return open_edges(self.calendar.hours, FIRST_YEAR - 1, LAST_YEAR + 1)[0]

    def moments(self, count: int) -> list[datetime]:
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        return [epoch + timedelta(microseconds=int(each)) for each in self.starts[:count]]


def zones() -> list[Zone]:
    random = np.random.default_rng(2016)
    week = week_of(dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), (Window(32_400, 61_200),)))
    first = int(datetime(FIRST_YEAR, 1, 2, tzinfo=UTC).timestamp())
    last = int(datetime(LAST_YEAR, 12, 1, tzinfo=UTC).timestamp())
    made = []
    for name, country, subdivision in ZONES:
        count = STARTS // len(ZONES)
        made.append(
            Zone(
                name,
                Calendar(BusinessHours(name, week, country=country, subdivision=subdivision)),
                random.integers(first, last, count) * 1_000_000,
                random.choice(HOURS, count),
                public_holidays(country, subdivision, FIRST_YEAR - 1, LAST_YEAR + 3),
            )
        )
    return made


# the contenders: one due time for each start --------------------------------------------------


def by_businesstimedelta(zone: Zone) -> Callable[[list[datetime]], list[datetime]]:
    workday = businesstimedelta.WorkDayRule(
        start_time=time_of_day(9),
        end_time=time_of_day(17),
        working_days=[0, 1, 2, 3, 4],
        tz=pytz.timezone(zone.name),
    )
    closed = businesstimedelta.HolidayRule(zone.holidays, tz=pytz.timezone(zone.name))
    rules = businesstimedelta.Rules([workday, closed])
    lengths = [businesstimedelta.BusinessTimeDelta(rules, hours=int(h)) for h in zone.open_hours]
    return lambda starts: [start + length for start, length in zip(starts, lengths, strict=False)]


def by_pandas(zone: Zone) -> Callable[[list[pd.Timestamp]], list[pd.Timestamp]]:
    closed = sorted(zone.holidays)
    offsets = {
        hours: pd.offsets.CustomBusinessHour(n=hours, start="09:00", end="17:00", holidays=closed)
        for hours in HOURS
    }
    lengths = [offsets[int(hours)] for hours in zone.open_hours]
    return lambda starts: [start + length for start, length in zip(starts, lengths, strict=False)]


def by_calendar_singly(zone: Zone) -> Callable[[list[datetime]], list[datetime]]:
    seconds = [int(hours) * 3_600 for hours in zone.open_hours]
    add = zone.calendar.add
    return lambda starts: [
        add(start, length) for start, length in zip(starts, seconds, strict=False)
    ]


def nothing(zone: Zone) -> Callable[[list[datetime]], list[datetime]]:
    seconds = [int(hours) * 3_600 for hours in zone.open_hours]
    return lambda starts: [start for start, _ in zip(starts, seconds, strict=False)]


# measured -------------------------------------------------------------------------------------


def best(run: Callable[[], object], times: int) -> float:
    """Seconds of the quickest of some runs."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        run()
        taken.append(time.perf_counter() - started)
    return min(taken)


def per_due_time(
    made: list[Zone],
    contender: Callable[[Zone], Callable[[list[datetime]], object]],
    batch: int,
    times: int,
    prepared: Callable[[Zone, list[datetime]], list[datetime]] = lambda _, starts: starts,
) -> float:
    """Seconds for each due time in batches of `batch` for each zone, the empty loop subtracted."""
    total = 0.0
    for zone in made:
        starts = prepared(zone, zone.moments(batch))
        run, empty = contender(zone), nothing(zone)
        total += best(lambda run=run, starts=starts: run(starts), times)
        total -= best(lambda empty=empty, starts=starts: empty(starts), times)
    return total / (batch * len(made))


def to_local_timestamps(zone: Zone, starts: list[datetime]) -> list[pd.Timestamp]:
    return [pd.Timestamp(start).tz_convert(zone.name) for start in starts]


def disagreements(made: list[Zone]) -> Iterator[str]:
    for zone in made:
        due = zone.calendar.add_us(zone.starts, zone.open_hours * 3_600_000_000)
        starts = zone.moments(CONTENDER_BATCH)
        ours = [datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(d)) for d in due]
        others = {
            "one at a time": by_calendar_singly(zone)(zone.moments(SINGLE_BATCH)),
            "businesstimedelta": by_businesstimedelta(zone)(starts),
            "pandas": by_pandas(zone)(to_local_timestamps(zone, starts)),
        }
        for name, theirs in others.items():
            for start, mine, other in zip(zone.moments(len(theirs)), ours, theirs, strict=False):
                if mine != other:
                    yield f"{name} in {zone.name} from {start}: {other}, not {mine}"


def main() -> int:
    warnings.simplefilter("ignore")  # pandas warns that its offset is slow; that is the question
    made = zones()
    differences = list(disagreements(made))
    print(*differences[:10], sep="\n", end="\n" if differences else "")
    windows = sum(len(zone.opens) for zone in made)
    print(
        f"{STARTS:,} starts, {FIRST_YEAR} to {LAST_YEAR}, {len(made)} zones with daylight saving, "
        f"{windows:,} windows; {len(differences)} disagreements among "
        f"{2 * CONTENDER_BATCH * len(made) + SINGLE_BATCH * len(made):,} answers compared"
    )
    lengths = [zone.open_hours * 3_600_000_000 for zone in made]
    opens = [zone.opens for zone in made]
    bulk = best(
        lambda: [z.calendar.add_us(z.starts, us) for z, us in zip(made, lengths, strict=True)], 15
    )
    bare = best(
        lambda: [
            np.searchsorted(edges, zone.starts, side="right")
            for zone, edges in zip(made, opens, strict=True)
        ],
        15,
    )
    single = per_due_time(made, by_calendar_singly, SINGLE_BATCH, 5)
    theirs = per_due_time(made, by_businesstimedelta, CONTENDER_BATCH, 2)
    pandas = per_due_time(made, by_pandas, CONTENDER_BATCH, 2, to_local_timestamps)
    print(f"in bulk            {bulk / STARTS * 1e9:10,.1f} ns  batch {STARTS // len(made):,}")
    print(f"bare searchsorted  {bare / STARTS * 1e9:10,.1f} ns  batch {STARTS // len(made):,}")
    print(f"one at a time      {single * 1e9:10,.0f} ns  batch {SINGLE_BATCH:,}")
    print(f"businesstimedelta  {theirs * 1e9:10,.0f} ns  batch {CONTENDER_BATCH:,}")
    print(f"CustomBusinessHour {pandas * 1e9:10,.0f} ns  batch {CONTENDER_BATCH:,}")
    ratios = (theirs * STARTS / bulk, pandas * STARTS / bulk, theirs / single)
    kept = not differences
    for (name, floor), ratio in zip(FLOORS.items(), ratios, strict=True):
        verdict = "PASS" if ratio >= floor else "FAIL"
        kept &= ratio >= floor
        print(f"{verdict} {name}: {ratio:,.0f} times as fast (floor {floor:,})")
    slower = bulk / bare
    kept &= slower <= CEILING
    verdict = "PASS" if slower <= CEILING else "FAIL"
    print(
        f"{verdict} against a bare searchsorted: {slower:.2f} times its time (at most {CEILING:g})"
    )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())

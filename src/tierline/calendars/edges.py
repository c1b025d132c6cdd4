"""From the statement of hours to instants: the sorted, merged edges of all open windows of a span.

Days without anything special are resolved as columns; days on which clocks change, and days with
an override, edge by edge through the zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from tierline.calendars.business_hours import BusinessHours, DatedWindows, Windows
from tierline.calendars.holiday_dates import holiday_dates
from tierline.calendars.local_time import resolve_local, zone_named
from tierline.kernel.durations import DAY_SECONDS
from tierline.kernel.instants import SECOND_US, to_micros

Micros = NDArray[np.int64]

_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class DayRules:
    """Which windows open on a date of some span of years: override, holiday or weekday."""

    hours: BusinessHours
    overrides: dict[date, Windows]
    holidays: frozenset[date]

    def windows_on(self, day: date) -> Windows:
        """The windows that open on `day`, before breaks are cut out."""
        override = self.overrides.get(day)
        is_holiday = day in self.holidays
        if override is not None and (self.hours.overrides_beat_holidays or not is_holiday):
            return override
        return () if is_holiday else self.hours.week[day.weekday()]


def day_rules(hours: BusinessHours, first_year: int, last_year: int) -> DayRules:
    """The rules for every date of the years, both included."""
    return DayRules(hours, dict(hours.overrides), holiday_dates(hours, first_year, last_year))


def open_edges(hours: BusinessHours, first_year: int, last_year: int) -> tuple[Micros, Micros]:
    """Opening and closing edges, in microseconds, of the windows of the years, both included.

    Windows that touch or overlap are one; windows whose edges meet or cross in a gap of the clocks
    are none. A window over the end of the span is cut there (by UTC).
    """
    rules = day_rules(hours, max(first_year - 1, 1), last_year + 1)
    opens, closes = _all_edges(rules, first_year, last_year)
    opens, closes = merged(opens, closes)
    cuts = _resolved_breaks(hours, first_year, last_year)
    if cuts:
        opens, closes = _without(opens, closes, cuts)
    return _clipped(opens, closes, year_start(first_year), year_start(last_year + 1))


def merged(opens: Micros, closes: Micros) -> tuple[Micros, Micros]:
    """Intervals sorted and joined where they touch; empty and crossed ones are dropped."""
    lasting = closes > opens
    opens, closes = opens[lasting], closes[lasting]
    order = np.argsort(opens, kind="stable")
    opens, reached = opens[order], np.maximum.accumulate(closes[order])
    apart = opens[1:] > reached[:-1]
    return (
        opens[np.concatenate(([True], apart))[: len(opens)]],
        reached[np.concatenate((apart, [True]))[: len(opens)]],
    )


def year_start(year: int) -> int:
    """Midnight UTC of 1 January in microseconds since 1970."""
    return (date(year, 1, 1).toordinal() - _EPOCH_ORDINAL) * DAY_SECONDS * SECOND_US


def _all_edges(rules: DayRules, first_year: int, last_year: int) -> tuple[Micros, Micros]:
    """Unsorted edges of all windows that may touch the span: two days more at each end."""
    first = date(first_year, 1, 1).toordinal() - 2
    ordinals = np.arange(first, date(last_year, 12, 31).toordinal() + 3, dtype=np.int64)
    zone = zone_named(rules.hours.time_zone)
    offsets = _midnight_offsets(rules.hours.time_zone, first, len(ordinals) + 2)
    ticks_evenly = (offsets[:-2] == offsets[1:-1]) & (offsets[1:-1] == offsets[2:])
    special = ~ticks_evenly
    for day in (*rules.overrides, *rules.holidays):
        if 0 <= (index := day.toordinal() - first) < len(special):
            special[index] = True
    parts = list(_plain_edges(rules.hours, ordinals[~special], offsets[:-2][~special]))
    parts.append(_edge_by_edge(rules, ordinals[special], zone))
    return (
        np.concatenate([opens for opens, _ in parts]),
        np.concatenate([closes for _, closes in parts]),
    )


def _plain_edges(
    hours: BusinessHours, ordinals: Micros, offsets: Micros
) -> Iterator[tuple[Micros, Micros]]:
    midnights = (ordinals - _EPOCH_ORDINAL) * DAY_SECONDS - offsets
    weekdays = (ordinals + 6) % 7
    for weekday, windows in enumerate(hours.week):
        starts = midnights[weekdays == weekday]
        for window in windows:
            yield (
                (starts + window.opens) * SECOND_US,
                (starts + window.ends_after()) * SECOND_US,
            )


def _edge_by_edge(rules: DayRules, ordinals: Micros, zone: ZoneInfo) -> tuple[Micros, Micros]:
    days = (date.fromordinal(int(ordinal)) for ordinal in ordinals)
    edges = list(_resolved(((day, rules.windows_on(day)) for day in days), zone))
    both = np.array(edges, dtype=np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _resolved(days: Iterable[tuple[date, Windows]], zone: ZoneInfo) -> Iterator[tuple[int, int]]:
    for day, windows in days:
        for window in windows:
            yield (
                to_micros(resolve_local(day, window.opens, zone)),
                to_micros(resolve_local(day, window.ends_after(), zone)),
            )


def resolved_windows(days: DatedWindows, zone: ZoneInfo) -> list[tuple[int, int]]:
    """Dated windows as sorted, merged pairs of microseconds; those lost in a gap are dropped."""
    both = np.array(list(_resolved(days, zone)), dtype=np.int64).reshape(-1, 2)
    opens, closes = merged(both[:, 0], both[:, 1])
    return list(zip(opens.tolist(), closes.tolist(), strict=True))


def _resolved_breaks(
    hours: BusinessHours, first_year: int, last_year: int
) -> list[tuple[int, int]]:
    near = tuple(
        (day, windows)
        for day, windows in hours.breaks
        if first_year - 1 <= day.year <= last_year + 1
    )
    return resolved_windows(near, zone_named(hours.time_zone)) if near else []


def _without(opens: Micros, closes: Micros, cuts: list[tuple[int, int]]) -> tuple[Micros, Micros]:
    """The open windows with the cuts taken out; both are sorted and merged."""
    kept: list[tuple[int, int]] = []
    next_cut = 0
    for opens_at, closes_at in zip(opens.tolist(), closes.tolist(), strict=True):
        reached = opens_at
        while next_cut < len(cuts) and cuts[next_cut][1] <= reached:
            next_cut += 1
        for cut_from, cut_to in cuts[next_cut:]:
            if cut_from >= closes_at:
                break
            if cut_from > reached:
                kept.append((reached, cut_from))
            reached = max(reached, cut_to)
        if reached < closes_at:
            kept.append((reached, closes_at))
    both = np.array(kept, dtype=np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _clipped(opens: Micros, closes: Micros, low: int, high: int) -> tuple[Micros, Micros]:
    opens, closes = np.maximum(opens, low), np.minimum(closes, high)
    lasting = closes > opens
    return opens[lasting], closes[lasting]


def _midnight_offsets(time_zone: str, first_ordinal: int, count: int) -> Micros:
    """Seconds east of UTC at each local midnight. No zone goes there and back within two days."""
    first, last = date.fromordinal(first_ordinal), date.fromordinal(first_ordinal + count - 1)
    years = [_offsets_of_year(time_zone, year) for year in range(first.year, last.year + 1)]
    skipped = first_ordinal - date(first.year, 1, 1).toordinal()
    return np.concatenate(years)[skipped : skipped + count]


@lru_cache(maxsize=4096)
def _offsets_of_year(time_zone: str, year: int) -> Micros:
    zone = zone_named(time_zone)
    start = date(year, 1, 1).toordinal()
    count = date(year, 12, 31).toordinal() - start + 1
    offsets = np.empty(count, dtype=np.int64)
    for index in range(count):
        day = date.fromordinal(start + index)
        east = datetime(day.year, day.month, day.day, tzinfo=zone).utcoffset()
        offsets[index] = east.days * DAY_SECONDS + east.seconds if east is not None else 0
    return offsets

"""The columnar face of the rule: a whole log judged at once.

The same cuts as in `fold.py`, made on arrays. Every event row stands for the stretch up to the
next event of its case; rows between which nothing changes are joined before a calendar is asked,
so the cost is a few vector operations a kind and a calendar look-up a change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tierline.calendars.calendar import calendar_for
from tierline.cases.history import CUSTOMER_TIME_ZONE
from tierline.milestones.promises import promises_of
from tierline.milestones.rows import last_where, rows_of
from tierline.milestones.rules_by_tier import (
    by_tier,
    floor_us,
    length_by_tier,
    recomputes,
    restarts,
)
from tierline.milestones.segments import segments_of
from tierline.milestones.table import KINDS, NEVER, MilestoneTable, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tierline.calendars.calendar import Calendar
    from tierline.cases.log import CaseLog
    from tierline.catalog.statement import MilestoneKind
    from tierline.milestones.promises import Promises
    from tierline.milestones.rows import Rows
    from tierline.milestones.segments import Segments
    from tierline.milestones.terms import Terms


@dataclass(frozen=True)
class _Use:
    """Open time that counted, added up over all segments one after the other."""

    before: NDArray[np.int64]
    """Up to the start of each segment."""
    total: NDArray[np.int64]
    """Up to its end."""
    base: NDArray[np.int64]
    """By cycle: up to its start."""
    in_cycle: NDArray[np.int64]


def judge(log: CaseLog, terms: Terms) -> MilestoneTable:
    """All milestones of all cases as they stand at the log's `as_of`."""
    rows = rows_of(log, terms)
    calendars, in_zone = _calendars(log, terms)
    tables = [
        table
        for kind in KINDS
        if any(key[2] is kind for key in terms.targets)
        and (table := _judge_kind(kind, log, rows, terms, calendars, in_zone)) is not None
    ]
    return _joined(tables, terms)


def _calendars(log: CaseLog, terms: Terms) -> tuple[list[Calendar], NDArray[np.int16] | None]:
    """The calendars of the terms, then those of each customer zone; and, where the log names
    zones, a table [hours, zone] -> calendar, whose last column serves cases without a zone."""
    calendars = [calendar_for(hours) for hours in terms.hours.values()]
    zones = log.attributes.get(CUSTOMER_TIME_ZONE)
    if zones is None or not terms.local_hours:
        return calendars, None
    own = np.arange(len(terms.hours), dtype=np.int16)
    table = np.repeat(own[:, None], len(zones.names) + 1, axis=1)
    for column, zone in enumerate(zones.names):
        for key, hours in terms.hours_in(zone).items():
            table[list(terms.hours).index(key), column] = len(calendars)
            calendars.append(calendar_for(hours))
    return calendars, table


def _judge_kind(
    kind: MilestoneKind,
    log: CaseLog,
    rows: Rows,
    terms: Terms,
    calendars: Sequence[Calendar],
    in_zone: NDArray[np.int16] | None,
) -> dict[str, NDArray[np.int64]] | None:
    promises = promises_of(kind, terms)
    segments = segments_of(kind, log, rows, terms, promises)
    if segments is None:
        return None
    hours = _hours(segments, promises, terms)
    if in_zone is not None:
        zone = log.attributes[CUSTOMER_TIME_ZONE].codes[segments.case[segments.cycle]]
        hours = in_zone[hours, zone]
    use = _used(segments, hours, calendars)
    allowance = _allowance(segments, promises, use, terms)
    return {
        "case": segments.case,
        "kind": np.full(len(segments.case), KINDS.index(kind)),
        "cycle": _numbers(segments.case),
        "tier": segments.tier[segments.last],
        "severity": segments.severity[segments.last],
        "started": segments.start[segments.first],
        "stopped": np.where(segments.is_open, NEVER, segments.end[segments.last]),
        "used": use.in_cycle,
        "allowance": allowance,
        "due": _due(segments, use, allowance, hours, calendars),
        "breached": _breached(segments, use, allowance, hours, calendars),
        "verdict": _verdict(segments, use, allowance),
    }


def _hours(segments: Segments, promises: Promises, terms: Terms) -> NDArray[np.int16]:
    """The calendar of each segment. Without a target the one before holds; where there was none
    yet, the first that comes. Under `recompute_from_start` the last one holds for all."""
    hours = promises.hours[segments.target]
    final_tier = segments.tier[segments.last]
    recompute = by_tier(final_tier, terms, recomputes)
    cycle = segments.cycle
    if recompute.any():
        hours = np.where(recompute[cycle], hours[segments.last][cycle], hours)
    if (hours < 0).any():
        known = np.flatnonzero(hours >= 0)
        before = last_where(hours >= 0)
        has_before = (hours[before] >= 0) & (before >= segments.first[cycle])
        after = known[np.minimum(np.searchsorted(known, np.arange(len(hours))), len(known) - 1)]
        hours = np.where(has_before, hours[before], hours[after])
    return hours.astype(np.int16)


def _used(segments: Segments, hours: NDArray[np.int16], calendars: Sequence[Calendar]) -> _Use:
    used = np.zeros(len(segments.start), dtype=np.int64)
    for code, calendar in enumerate(calendars):
        here = np.flatnonzero(segments.counts & (hours == code))
        if len(here):
            used[here] = calendar.open_us_between(segments.start[here], segments.end[here])
    total = np.cumsum(used)
    before = total - used
    base = before[segments.first]
    return _Use(before, total, base, total[segments.last] - base)


def _allowance(
    segments: Segments, promises: Promises, use: _Use, terms: Terms
) -> NDArray[np.int64]:
    """The open time granted in all, by cycle: used time is banked, never lost."""
    allowance = promises.allowance[segments.target[segments.last]]
    changed = np.zeros(len(segments.start), dtype=np.bool_)
    changed[1:] = segments.target[1:] != segments.target[:-1]
    changed[segments.first] = False
    if not changed.any():
        return allowance
    last_change = np.full(len(allowance), -1, dtype=np.int64)
    places = np.flatnonzero(changed)
    last_change[segments.cycle[places]] = places
    banked = np.where(last_change >= 0, use.before[last_change] - use.base, 0)
    tier = segments.tier[segments.last]
    from_change = (last_change >= 0) & by_tier(tier, terms, restarts)
    floor = length_by_tier(tier, terms, floor_us)
    floored = (last_change >= 0) & (floor >= 0)
    allowance = np.where(from_change, banked + allowance, allowance)
    return np.where(floored, np.maximum(allowance, banked + floor), allowance)


def _verdict(segments: Segments, use: _Use, allowance: NDArray[np.int64]) -> NDArray[np.int64]:
    verdict = np.where(segments.is_open, Verdict.running, Verdict.met)
    verdict[segments.is_paused] = Verdict.paused
    verdict[use.in_cycle > allowance] = Verdict.missed
    return verdict


def _due(
    segments: Segments,
    use: _Use,
    allowance: NDArray[np.int64],
    hours: NDArray[np.int16],
    calendars: Sequence[Calendar],
) -> NDArray[np.int64]:
    """In the segment in which used time reaches the allowance; where none does, the clock goes on
    from the end of the last, unless it is paused there."""
    reached = np.searchsorted(use.total, use.base + allowance)
    inside = reached <= segments.last
    at = np.where(inside, reached, segments.last)
    start = np.where(inside, segments.start[at], segments.end[at])
    left = allowance + use.base - np.where(inside, use.before[at], use.total[at])
    due = _added(start, left, hours[at], calendars)
    due[~inside & segments.is_paused] = NEVER
    return due


def _breached(
    segments: Segments,
    use: _Use,
    allowance: NDArray[np.int64],
    hours: NDArray[np.int16],
    calendars: Sequence[Calendar],
) -> NDArray[np.int64]:
    """Where more was used than allowed, the first microsecond beyond."""
    breached = np.full(len(allowance), NEVER, dtype=np.int64)
    missed = np.flatnonzero(use.in_cycle > allowance)
    beyond = (use.base + allowance)[missed] + 1
    at = np.searchsorted(use.total, beyond)
    breached[missed] = _added(segments.start[at], beyond - use.before[at], hours[at], calendars)
    return breached


def _added(
    starts: NDArray[np.int64],
    lengths: NDArray[np.int64],
    hours: NDArray[np.int16],
    calendars: Sequence[Calendar],
) -> NDArray[np.int64]:
    due = np.full(len(starts), NEVER, dtype=np.int64)
    for code, calendar in enumerate(calendars):
        here = np.flatnonzero(hours == code)
        if len(here):
            due[here] = calendar.add_us(starts[here], lengths[here])
    return due


def _numbers(case: NDArray[np.int64]) -> NDArray[np.int64]:
    """Which cycle of its case each one is, from 0."""
    begins = np.ones(len(case), dtype=np.bool_)
    begins[1:] = case[1:] != case[:-1]
    return np.arange(len(case)) - last_where(begins)


_TYPES = {
    "case": np.int64,
    "kind": np.int8,
    "cycle": np.int32,
    "tier": np.int16,
    "severity": np.int16,
    "started": np.int64,
    "stopped": np.int64,
    "used": np.int64,
    "allowance": np.int64,
    "due": np.int64,
    "breached": np.int64,
    "verdict": np.int8,
}


def _joined(tables: Sequence[dict[str, NDArray[np.int64]]], terms: Terms) -> MilestoneTable:
    columns = {
        name: np.concatenate([table[name] for table in tables]).astype(dtype, copy=False)
        if tables
        else np.zeros(0, dtype=dtype)
        for name, dtype in _TYPES.items()
    }
    return MilestoneTable(terms.tiers, terms.severities, **columns)

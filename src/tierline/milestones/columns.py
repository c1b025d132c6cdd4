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
from tierline.cases.event import EventKind
from tierline.cases.history import CUSTOMER_TIME_ZONE
from tierline.catalog.clock_rules import CalendarChangeRule, ClockStart, ReopenRule, RetargetRule
from tierline.catalog.statement import MilestoneKind
from tierline.kernel.instants import SECOND_US
from tierline.milestones.roles import CASE_ENDS, RESPONSES, Role, roles_of
from tierline.milestones.rows import Rows, first_in_case, is_one_of, last_where, rows_of
from tierline.milestones.table import KINDS, NEVER, MilestoneTable, Verdict
from tierline.milestones.terms import DEFAULT_RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from tierline.calendars.calendar import Calendar
    from tierline.cases.log import CaseLog
    from tierline.catalog.clock_rules import ClockRules
    from tierline.milestones.terms import Terms


@dataclass(frozen=True)
class _Promises:
    """The targets of one kind as look-up tables; a target's code is its place in the lists."""

    of: NDArray[np.int16]
    """[tier, severity] -> target code; the last row and column (-1) promise nothing."""
    allowance: NDArray[np.int64]
    hours: NDArray[np.int16]
    """Target code -> calendar code; the last entry (-1) is no target."""


@dataclass(frozen=True)
class _Segments:
    """Stretches in which nothing changes, ordered by cycle and time."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    target: NDArray[np.int16]
    counts: NDArray[np.bool_]
    tier: NDArray[np.int16]
    severity: NDArray[np.int16]
    first: NDArray[np.int64]
    """By cycle: its first segment."""
    last: NDArray[np.int64]
    case: NDArray[np.int64]
    """By cycle."""
    is_open: NDArray[np.bool_]
    """By cycle: not stopped at the end of the log."""

    @property
    def cycle(self) -> NDArray[np.int64]:
        """The cycle of each segment."""
        return np.repeat(np.arange(len(self.first)), self.last - self.first + 1)


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
    promises = _promises(kind, terms)
    segments = _segments(kind, log, rows, terms, promises)
    if segments is None:
        return None
    hours = _hours(segments, promises, terms)
    if in_zone is not None:
        zone = log.attributes[CUSTOMER_TIME_ZONE].codes[segments.case[segments.cycle]]
        hours = in_zone[hours, zone]
    used = np.zeros(len(segments.start), dtype=np.int64)
    for code, calendar in enumerate(calendars):
        here = np.flatnonzero(segments.counts & (hours == code))
        if len(here):
            used[here] = calendar.open_us_between(segments.start[here], segments.end[here])
    total = np.cumsum(used)
    before = total - used
    base = before[segments.first]
    used_in_cycle = total[segments.last] - base
    allowance = _allowance(segments, promises, before, base, terms)
    end = segments.end[segments.last]
    verdict = np.where(segments.is_open, Verdict.running, Verdict.met)
    verdict[segments.is_open & ~segments.counts[segments.last]] = Verdict.paused
    verdict[used_in_cycle > allowance] = Verdict.missed

    # The segment in which used time reaches the allowance; else the clock goes on from the end.
    reached = np.searchsorted(total, base + allowance)
    inside = reached <= segments.last
    at = np.where(inside, reached, segments.last)
    due_from = np.where(inside, segments.start[at], end)
    left = allowance + base - np.where(inside, before[at], total[segments.last])
    due = _added(due_from, left, hours[at], calendars)
    due[~inside & (verdict == Verdict.paused)] = NEVER
    breached = np.full(len(end), NEVER, dtype=np.int64)
    missed = np.flatnonzero(verdict == Verdict.missed)
    beyond = (base + allowance)[missed] + 1
    at = np.searchsorted(total, beyond)
    left = beyond - before[at]
    breached[missed] = _added(segments.start[at], left, hours[at], calendars)
    return {
        "case": segments.case,
        "kind": np.full(len(end), KINDS.index(kind)),
        "cycle": _numbers(segments.case),
        "tier": segments.tier[segments.last],
        "severity": segments.severity[segments.last],
        "started": segments.start[segments.first],
        "stopped": np.where(segments.is_open, NEVER, end),
        "used": used_in_cycle,
        "allowance": allowance,
        "due": due,
        "breached": breached,
        "verdict": verdict,
    }


def _promises(kind: MilestoneKind, terms: Terms) -> _Promises:
    of = np.full((len(terms.tiers) + 1, len(terms.severities) + 1), -1, dtype=np.int16)
    place_of_hours = {key: place for place, key in enumerate(terms.hours)}
    allowances: list[int] = []
    hours: list[int] = []
    for (tier, severity, of_kind), target in terms.targets.items():
        if of_kind is kind:
            of[terms.tiers.index(tier), terms.severities.index(severity)] = len(allowances)
            allowances.append(target.allowance_us)
            hours.append(place_of_hours[target.hours])
    return _Promises(of, np.array([*allowances, 0]), np.array([*hours, -1], dtype=np.int16))


def _segments(
    kind: MilestoneKind, log: CaseLog, rows: Rows, terms: Terms, promises: _Promises
) -> _Segments | None:
    """Cut the rows in which the kind is active into cycles and joined segments."""
    active, begins = _activity(kind, log, rows, terms)
    row = np.flatnonzero(active)
    begins = begins[row]
    target = promises.of[rows.tier[row], rows.severity[row]]
    last = np.append(np.flatnonzero(begins)[1:], len(row)) - 1
    promised = target[last] >= 0 if len(row) else np.zeros(0, dtype=np.bool_)
    if not promised.any():
        return None
    if not promised.all():
        keep = np.repeat(promised, np.diff(np.append(np.flatnonzero(begins), len(row))))
        row, begins, target = row[keep], begins[keep], target[keep]
        last = np.append(np.flatnonzero(begins)[1:], len(row)) - 1
    counts = _counts(kind, rows, row, terms)
    cut = begins.copy()
    cut[1:] |= (target[1:] != target[:-1]) | (counts[1:] != counts[:-1])
    cut[1:] |= np.diff(row) > 1
    place = np.flatnonzero(cut)
    final = np.append(place[1:], len(row)) - 1
    first = np.searchsorted(place, np.flatnonzero(begins))
    return _Segments(
        start=log.at[row[place]],
        end=rows.end[row[final]],
        target=target[place],
        counts=counts[place],
        tier=rows.tier[row[final]],
        severity=rows.severity[row[final]],
        first=first,
        last=np.append(first[1:], len(place)) - 1,
        case=rows.case[row[last]],
        is_open=rows.is_last[row[last]],
    )


def _activity(
    kind: MilestoneKind, log: CaseLog, rows: Rows, terms: Terms
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """By row: whether a cycle of the kind runs after it, and whether one begins with it."""
    role = np.array(roles_of(kind), dtype=np.int8)[log.kind]
    if kind is MilestoneKind.next_response:
        answered = first_in_case(log, is_one_of(log, RESPONSES))[rows.case]
        role[(role == Role.start) & (np.arange(len(role)) < answered)] = Role.nothing
    if kind is MilestoneKind.post_mortem:
        ended = first_in_case(log, is_one_of(log, CASE_ENDS))[rows.case]
        role[(role == Role.start) & (np.arange(len(role)) != ended)] = Role.nothing
    starts, stops = role == Role.start, role == Role.stop
    reopens = log.kind == EventKind.reopened if kind is MilestoneKind.resolution else None
    if reopens is not None and reopens.any():
        starts &= ~(reopens & _by_tier(rows.tier, terms, _is_final))
    active = starts[last_where(starts | stops)]
    was_active = np.empty_like(active)
    was_active[1:] = active[:-1]
    was_active[rows.is_first] = False
    begins = starts & ~was_active
    if reopens is not None and reopens.any():
        begins &= ~_resumes(log, rows, terms, stops & was_active)
    splits = (role == Role.split) & active
    return active, begins | splits


def _resumes(log: CaseLog, rows: Rows, terms: Terms, stops: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Rows that reopen a case soon enough to go on with its last cycle."""
    within = _length_by_tier(rows.tier, terms, _resume_within)
    since = log.at - log.at[last_where(stops)]
    resumes: NDArray[np.bool_] = (log.kind == EventKind.reopened) & (since <= within)
    return resumes


def _counts(
    kind: MilestoneKind, rows: Rows, row: NDArray[np.int64], terms: Terms
) -> NDArray[np.bool_]:
    """Which rows count: not paused for this kind, and not waiting for triage."""
    counts = np.ones(len(row), dtype=np.bool_)
    if rows.waiting_on is not None and rows.asked is not None:
        stops = _pause_table(kind, rows, terms)
        waiting, asked = rows.waiting_on[row], rows.asked[row]
        counts &= ~stops[rows.tier[row], waiting, asked.astype(np.int8)]
    if rows.before_triage is not None:
        waits = _by_tier(rows.tier[row], terms, _starts_at_triage)
        counts &= ~(rows.before_triage[row] & waits)
    return counts


def _pause_table(kind: MilestoneKind, rows: Rows, terms: Terms) -> NDArray[np.bool_]:
    """[tier, reason, asked] -> whether the clock stands still; the last rows stand for none."""
    table = np.zeros((len(terms.tiers) + 1, len(rows.reasons) + 1, 2), dtype=np.bool_)
    for place, tier in enumerate(terms.tiers):
        for reason, pause in terms.rules[tier].pauses.items():
            if kind in pause.stops and reason in rows.reasons:
                code = rows.reasons.index(reason)
                table[place, code] = [not pause.needs_question, True]
    return table


def _hours(segments: _Segments, promises: _Promises, terms: Terms) -> NDArray[np.int16]:
    """The calendar of each segment. Without a target the one before holds; where there was none
    yet, the first that comes. Under `recompute_from_start` the last one holds for all."""
    hours = promises.hours[segments.target]
    final_tier = segments.tier[segments.last]
    recompute = _by_tier(final_tier, terms, _recomputes)
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


def _allowance(
    segments: _Segments,
    promises: _Promises,
    before: NDArray[np.int64],
    base: NDArray[np.int64],
    terms: Terms,
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
    banked = np.where(last_change >= 0, before[last_change] - base, 0)
    tier = segments.tier[segments.last]
    from_change = (last_change >= 0) & _by_tier(tier, terms, _restarts)
    floor = _length_by_tier(tier, terms, _floor)
    floored = (last_change >= 0) & (floor >= 0)
    allowance = np.where(from_change, banked + allowance, allowance)
    return np.where(floored, np.maximum(allowance, banked + floor), allowance)


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


def _by_tier(
    tier: NDArray[np.int16],
    terms: Terms,
    question: Callable[[ClockRules], bool],
) -> NDArray[np.bool_]:
    """What the rules of each row's tier answer; an unknown tier (-1) has the default rules."""
    found: NDArray[np.bool_] = np.array([question(rules) for rules in _rules(terms)])[tier]
    return found


def _length_by_tier(
    tier: NDArray[np.int16], terms: Terms, length: Callable[[ClockRules], int]
) -> NDArray[np.int64]:
    """A length in microseconds that the rules of each row's tier state."""
    found: NDArray[np.int64] = np.array([length(rules) for rules in _rules(terms)])[tier]
    return found


def _rules(terms: Terms) -> list[ClockRules]:
    return [*(terms.rules[key] for key in terms.tiers), DEFAULT_RULES]


def _is_final(rules: ClockRules) -> bool:
    return rules.reopen.rule is ReopenRule.final


def _resume_within(rules: ClockRules) -> int:
    """Microseconds after resolution in which a reopened case resumes; -1 where it never does."""
    if rules.reopen.rule is not ReopenRule.resume:
        return -1
    return rules.reopen.within.elapsed_seconds() * SECOND_US


def _starts_at_triage(rules: ClockRules) -> bool:
    return rules.starts is ClockStart.severity_set


def _recomputes(rules: ClockRules) -> bool:
    return rules.calendar_change is CalendarChangeRule.recompute_from_start


def _restarts(rules: ClockRules) -> bool:
    return rules.retarget is RetargetRule.from_change


def _floor(rules: ClockRules) -> int:
    """Least microseconds left after a change; -1 where the rule has no floor."""
    if rules.retarget is not RetargetRule.from_original_start_with_floor:
        return -1
    return rules.retarget_floor.elapsed_seconds() * SECOND_US


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

"""The rows of a log cut, for one kind of milestone, into cycles and into stretches in which nothing
changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tierline.cases.event import EventKind
from tierline.catalog.statement import MilestoneKind
from tierline.milestones.roles import CASE_ENDS, RESPONSES, Role, roles_of
from tierline.milestones.rows import Rows, first_in_case, is_one_of, last_where
from tierline.milestones.rules_by_tier import (
    by_tier,
    is_final,
    length_by_tier,
    resume_within_us,
    starts_at_triage,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tierline.cases.log import CaseLog
    from tierline.milestones.promises import Promises
    from tierline.milestones.terms import Terms


@dataclass(frozen=True)
class Segments:
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

    @property
    def is_paused(self) -> NDArray[np.bool_]:
        """By cycle: open, and its time does not count at the end of the log."""
        return self.is_open & ~self.counts[self.last]


def segments_of(
    kind: MilestoneKind, log: CaseLog, rows: Rows, terms: Terms, promises: Promises
) -> Segments | None:
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
    return Segments(
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
        starts &= ~(reopens & by_tier(rows.tier, terms, is_final))
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
    within = length_by_tier(rows.tier, terms, resume_within_us)
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
        waits = by_tier(rows.tier[row], terms, starts_at_triage)
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

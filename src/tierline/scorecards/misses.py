"""Missed milestones, the worst first, each with the time that stood still in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tierline.kernel.instants import from_micros
from tierline.milestones.fold import milestones_of
from tierline.milestones.table import KINDS, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tierline.cases.log import CaseLog
    from tierline.milestones.fold import Milestone
    from tierline.milestones.table import MilestoneTable
    from tierline.milestones.terms import Terms


@dataclass(frozen=True, slots=True)
class PausedFor:
    """Time for which one clock stood still, by reason. Lengths are microseconds."""

    reason: str
    times: int
    length: int


@dataclass(frozen=True, slots=True)
class Miss:
    """A missed milestone with its ledger. The milestone's spans say when the clock ran."""

    case_id: str
    account: str
    milestone: Milestone
    pauses: tuple[PausedFor, ...]

    @property
    def over(self) -> int:
        """Open time used beyond the allowance, microseconds."""
        return self.milestone.used - self.milestone.allowance


def missed_rows(table: MilestoneTable) -> NDArray[np.int64]:
    """Rows of all missed milestones, by open time beyond the allowance, longest first."""
    rows = np.flatnonzero(table.verdict == Verdict.missed)
    over = table.used[rows] - table.allowance[rows]
    order: NDArray[np.int64] = rows[np.argsort(-over, kind="stable")]
    return order


def worst_rows(table: MilestoneTable, missed: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """The first `most` of the missed rows of each kind, in the order of the missed rows: one kind
    with a long clock would fill any list of the worst."""
    found = [missed[table.kind[missed] == kind][:most] for kind in np.unique(table.kind[missed])]
    if not found:
        return missed
    chosen = np.concatenate(found)
    kept: NDArray[np.int64] = missed[np.isin(missed, chosen)]
    return kept


def worst_of_each(misses: Sequence[Miss], most: int) -> tuple[Miss, ...]:
    """The first `most` of each kind, in order."""
    seen: Counter[str] = Counter()
    found = []
    for miss in misses:
        kind = miss.milestone.kind.value
        seen[kind] += 1
        if seen[kind] <= most:
            found.append(miss)
    return tuple(found)


def misses_of(
    rows: NDArray[np.int64], log: CaseLog, table: MilestoneTable, terms: Terms
) -> tuple[Miss, ...]:
    """The ledgers of a few rows, from the live fold of their cases."""
    return tuple(_miss(int(row), log, table, terms) for row in rows)


def milestones_of_case(case_id: str, log: CaseLog, terms: Terms) -> tuple[Milestone, ...]:
    """Every milestone of one case with its ledger, for the lanes of a picture."""
    history = log.history(log.place_of(case_id))
    return tuple(milestones_of(history, terms, from_micros(log.as_of)))


def _miss(row: int, log: CaseLog, table: MilestoneTable, terms: Terms) -> Miss:
    place = int(table.case[row])
    history = log.history(place)
    kind, cycle = KINDS[table.kind[row]], int(table.cycle[row])
    milestone = next(
        each
        for each in milestones_of(history, terms, from_micros(log.as_of))
        if each.kind is kind and each.cycle == cycle
    )
    account = history.attributes.get("account", "")
    return Miss(history.case_id, account, milestone, _pauses(milestone))


def _pauses(milestone: Milestone) -> tuple[PausedFor, ...]:
    found: dict[str, PausedFor] = {}
    for before, span in zip((None, *milestone.spans), milestone.spans, strict=False):
        if span.state == "running":
            continue
        reason = span.reason or span.state
        held = found.get(reason, PausedFor(reason, 0, 0))
        goes_on = before is not None and (before.state, before.reason) == (span.state, span.reason)
        times = held.times + (not goes_on)
        found[reason] = PausedFor(reason, times, held.length + span.end - span.start)
    return tuple(found.values())

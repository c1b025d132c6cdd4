"""Our verdicts beside those of the tool that the log came from, and beside always saying "met"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tierline.milestones.table import Verdict
from tierline.scorecards.groups import Dimension, groups_of
from tierline.scorecards.intervals import Interval, wilson_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tierline.cases.log import CaseLog
    from tierline.catalog.statement import MilestoneKind
    from tierline.milestones.table import MilestoneTable

UNSTATED = -1
"""The old tool says nothing of a case, or we have no decided milestone for it."""


@dataclass(frozen=True, slots=True)
class Confusion:
    """Cases by both verdicts. Only cases that both sides have decided are counted."""

    group: tuple[str, ...]
    both_met: int
    both_missed: int
    only_ours_missed: int
    only_theirs_missed: int

    @property
    def compared(self) -> int:
        """n of the agreement."""
        return self.both_met + self.both_missed + self.only_ours_missed + self.only_theirs_missed

    @property
    def agreeing(self) -> int:
        """Cases with the same verdict on both sides."""
        return self.both_met + self.both_missed

    @property
    def share(self) -> float | None:
        """Agreeing of compared."""
        return self.agreeing / self.compared if self.compared else None

    @property
    def interval(self) -> Interval | None:
        """95% interval of the agreement."""
        return wilson_interval(self.agreeing, self.compared)

    @property
    def baseline(self) -> float | None:
        """The agreement that always saying "met" would have reached."""
        met = self.both_met + self.only_ours_missed
        return met / self.compared if self.compared else None


@dataclass(frozen=True)
class Agreement:
    """The comparison for one kind of milestone."""

    kind: str
    overall: Confusion
    groups: tuple[Confusion, ...]
    """By severity, and by whether the case ever waited."""
    undecided: int
    """Cases with a verdict of the old tool and none of ours: open, not promised or excluded."""
    disagreeing: NDArray[np.int64]
    """Indexes of the cases with two different verdicts."""
    ours: NDArray[np.int8]
    """By case: 1 met, 0 missed, UNSTATED."""
    theirs: NDArray[np.int8]


def agreement_of(
    kind: MilestoneKind,
    theirs: NDArray[np.int8],
    table: MilestoneTable,
    dimensions: Sequence[Dimension] = (),
) -> Agreement:
    """Compare by case: `theirs` is 1 met, 0 missed, UNSTATED; a case is met where each of its
    milestones of the kind is. `dimensions` are by case."""
    ours = verdict_by_case(kind, table, len(theirs))
    compared = np.flatnonzero((ours != UNSTATED) & (theirs != UNSTATED))
    undecided = int(((ours == UNSTATED) & (theirs != UNSTATED)).sum())
    chosen = [Dimension(each.codes[compared], each.names) for each in dimensions]
    mine, old = ours[compared], theirs[compared]
    return Agreement(
        kind=kind.value,
        overall=_confusions(mine, old, ())[0],
        groups=_confusions(mine, old, chosen) if chosen else (),
        undecided=undecided,
        disagreeing=compared[mine != old],
        ours=ours,
        theirs=theirs,
    )


def old_verdicts(kind: MilestoneKind, log: CaseLog) -> NDArray[np.int8] | None:
    """What the attribute `verdict_<kind>` of the log says by case: 1 met, 0 missed, UNSTATED. None
    where the log has no such attribute."""
    labels = log.attributes.get(f"verdict_{kind.value}")
    if labels is None:
        return None
    code = {"met": 1, "missed": 0}
    table = [*(code.get(name, UNSTATED) for name in labels.names), UNSTATED]
    return np.array(table, dtype=np.int8)[labels.codes]


def verdict_by_case(kind: MilestoneKind, table: MilestoneTable, cases: int) -> NDArray[np.int8]:
    """1 where all milestones of the kind are met, 0 where one is missed, else UNSTATED."""
    of_kind = np.flatnonzero(table.of_kind(kind))
    case, verdict = table.case[of_kind], table.verdict[of_kind]
    answer = np.full(cases, UNSTATED, dtype=np.int8)
    answer[case[verdict == Verdict.met]] = 1
    answer[case[verdict >= Verdict.running]] = UNSTATED
    answer[case[verdict == Verdict.missed]] = 0
    return answer


def _confusions(
    ours: NDArray[np.int8], theirs: NDArray[np.int8], dimensions: Sequence[Dimension]
) -> tuple[Confusion, ...]:
    groups = groups_of(dimensions, len(ours))
    counts = groups.counts(ours * 2 + theirs, 4)
    return tuple(
        Confusion(name, int(row[3]), int(row[0]), int(row[1]), int(row[2]))
        for name, row in zip(groups.names, counts, strict=True)
    )

"""Attainment: the share of milestones met, with counts of everything that is not in the share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tierline.milestones.table import NEVER
from tierline.scorecards.groups import Dimension, Groups, groups_of
from tierline.scorecards.intervals import Evidence, Interval, evidence, wilson_interval
from tierline.scorecards.outcomes import Outcome
from tierline.scorecards.percentiles import NOTHING, percentiles_by_group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tierline.milestones.table import MilestoneTable
    from tierline.scorecards.outcomes import Outcomes


@dataclass(frozen=True, slots=True)
class Lengths:
    """Median and 90th percentile of stopped milestones of one kind; microseconds."""

    count: int
    """How many milestones have stopped: the n of both percentiles."""
    used_p50: int
    used_p90: int
    elapsed_p50: int
    elapsed_p90: int


@dataclass(frozen=True, slots=True)
class Attainment:
    """How one group stands."""

    group: tuple[str, ...]
    """The group's name in each dimension; empty for everything."""
    counts: tuple[int, ...]
    """Rows by Outcome."""
    lengths: Lengths | None
    """None where the group has several kinds (a median over different promises says nothing) or
    nothing has stopped."""

    @property
    def met(self) -> int:
        """Stopped inside the allowance."""
        return self.counts[Outcome.met]

    @property
    def missed(self) -> int:
        """Used more than the allowance, stopped or not."""
        return self.counts[Outcome.missed]

    @property
    def decided(self) -> int:
        """n of the share: met and missed. Running and paused milestones may still go either way."""
        return self.met + self.missed

    @property
    def share(self) -> float | None:
        """Met of decided, or None where nothing is decided."""
        return self.met / self.decided if self.decided else None

    @property
    def interval(self) -> Interval | None:
        """95% interval of the share."""
        return wilson_interval(self.met, self.decided)

    @property
    def evidence(self) -> Evidence:
        """How much the share can carry."""
        return evidence(self.met, self.decided)


def attainment_by(
    dimensions: Sequence[Dimension], outcomes: Outcomes, table: MilestoneTable
) -> tuple[Attainment, ...]:
    """One row for each group that occurs, in the order of the dimensions' names."""
    groups = groups_of(dimensions, len(outcomes))
    counts = groups.counts(outcomes.outcome, len(Outcome))
    lengths = _lengths(groups, outcomes, table)
    return tuple(
        Attainment(name, tuple(int(count) for count in row), lengths[place])
        for place, (name, row) in enumerate(zip(groups.names, counts, strict=True))
    )


def _lengths(groups: Groups, outcomes: Outcomes, table: MilestoneTable) -> list[Lengths | None]:
    of_row = groups.of_row[: outcomes.judged]
    one_kind = _has_one_kind(groups, outcomes)
    rows = np.flatnonzero((table.stopped != NEVER) & one_kind[of_row])
    group = of_row[rows]
    used = percentiles_by_group(table.used[rows], group, len(groups), (50, 90))
    elapsed = table.stopped[rows] - table.started[rows]
    passed = percentiles_by_group(elapsed, group, len(groups), (50, 90))
    sizes = np.bincount(group, minlength=len(groups))
    return [
        None if used[place, 0] == NOTHING else _length(sizes[place], used[place], passed[place])
        for place in range(len(groups))
    ]


def _has_one_kind(groups: Groups, outcomes: Outcomes) -> NDArray[np.bool_]:
    size = len(outcomes.kind.names) + 1  # what is of no kind (-1) is the last one
    kinds = groups.counts(outcomes.kind.codes % size, size)
    one: NDArray[np.bool_] = (kinds > 0).sum(axis=1) == 1
    return one


def _length(count: int, used: NDArray[np.int64], passed: NDArray[np.int64]) -> Lengths:
    return Lengths(int(count), int(used[0]), int(used[1]), int(passed[0]), int(passed[1]))

"""Judged milestones of a whole log, as columns: one row for each cycle of each milestone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from tierline.catalog.statement import MilestoneKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

KINDS: tuple[MilestoneKind, ...] = tuple(MilestoneKind)
"""Position in this tuple is the code of a kind."""

NEVER = -1
"""Stands for an instant that did not come: a milestone that has not stopped, a due time that
cannot be named."""


class Verdict(IntEnum):
    """How a milestone stands. `missed` is a fact of time: from `due` on, stopped or not."""

    met = 0
    missed = 1
    running = 2
    paused = 3


@dataclass(frozen=True)
class MilestoneTable:
    """Columns of equal length, ordered by kind, then case, then cycle. Instants and lengths are
    microseconds. `tiers` and `severities` give the names behind the codes."""

    tiers: tuple[str, ...]
    severities: tuple[str, ...]
    case: NDArray[np.int64]
    """Index of the case in the log."""
    kind: NDArray[np.int8]
    """Position in KINDS."""
    cycle: NDArray[np.int32]
    """Which round of this kind in its case, from 0."""
    tier: NDArray[np.int16]
    """The tier whose target was judged: the one in force at the end of the cycle."""
    severity: NDArray[np.int16]
    started: NDArray[np.int64]
    stopped: NDArray[np.int64]
    """NEVER where it has not stopped."""
    used: NDArray[np.int64]
    """Open, unpaused time from start to stop (or to the log's `as_of`)."""
    allowance: NDArray[np.int64]
    """The target in force, as open time; after a retarget it includes what the rule grants."""
    due: NDArray[np.int64]
    """The instant at which `used` reaches `allowance`; where the milestone stopped before, the
    instant at which it would have, had the clock gone on from there."""
    breached: NDArray[np.int64]
    """The first instant at which more was used than allowed; NEVER where it was not missed."""
    verdict: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.case)

    def of_kind(self, kind: MilestoneKind) -> NDArray[np.bool_]:
        """Mask of the rows of one kind."""
        mask: NDArray[np.bool_] = self.kind == KINDS.index(kind)
        return mask

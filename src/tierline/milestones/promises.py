"""The targets of one kind of milestone as tables that a column of tiers and severities looks up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tierline.catalog.statement import MilestoneKind
    from tierline.milestones.terms import Terms


@dataclass(frozen=True)
class Promises:
    """The targets of one kind as look-up tables; a target's code is its place in the lists."""

    of: NDArray[np.int16]
    """[tier, severity] -> target code; the last row and column (-1) promise nothing."""
    allowance: NDArray[np.int64]
    hours: NDArray[np.int16]
    """Target code -> calendar code; the last entry (-1) is no target."""


def promises_of(kind: MilestoneKind, terms: Terms) -> Promises:
    of = np.full((len(terms.tiers) + 1, len(terms.severities) + 1), -1, dtype=np.int16)
    place_of_hours = {key: place for place, key in enumerate(terms.hours)}
    allowances: list[int] = []
    hours: list[int] = []
    for (tier, severity, of_kind), target in terms.targets.items():
        if of_kind is kind:
            of[terms.tiers.index(tier), terms.severities.index(severity)] = len(allowances)
            allowances.append(target.allowance_us)
            hours.append(place_of_hours[target.hours])
    return Promises(of, np.array([*allowances, 0]), np.array([*hours, -1], dtype=np.int16))

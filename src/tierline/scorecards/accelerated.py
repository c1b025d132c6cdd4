"""How many cases of a judged log owe an accelerated response."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tierline.milestones.table import KINDS, Verdict

if TYPE_CHECKING:
    from tierline.milestones.table import MilestoneTable
    from tierline.milestones.terms import Terms


def accelerated_cases(table: MilestoneTable, terms: Terms) -> int:
    """Cases with a miss that owes one; a case owes it once."""
    owing = np.zeros(len(table), dtype=np.bool_)
    for (tier, severity, kind), target in terms.targets.items():
        if target.acceleration is None or tier not in table.tiers:
            continue
        owing |= (
            (table.tier == table.tiers.index(tier))
            & (table.severity == table.severities.index(severity))
            & (table.kind == KINDS.index(kind))
        )
    return len(np.unique(table.case[owing & (table.verdict == Verdict.missed)]))

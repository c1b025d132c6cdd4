"""Internal budgets: how much of a customer's target a line of support may use up by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tierline.catalog.statement import MilestoneKind
from tierline.kernel.instants import from_micros
from tierline.milestones.fold import reached_at
from tierline.milestones.table import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from decimal import Decimal

    from tierline.milestones.fold import Milestone
    from tierline.milestones.terms import Terms
    from tierline.routing.plan import Levels

KINDS = (MilestoneKind.restore, MilestoneKind.resolution)
"""The targets that are shared out among the lines: what comes before them is the first one's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineBudget:
    """What a line has of a target. `until` is None while the clock stands still; `used_percent` is
    of the whole target, in whole percent."""

    level: int
    percent: Decimal
    milestone: MilestoneKind
    until: datetime | None
    used_percent: int
    is_over: bool


def line_budget(
    levels: Levels, level: int, milestones: Iterable[Milestone], terms: Terms
) -> LineBudget | None:
    """The budget of the line that has a case, in the target that is due first; None where the line
    has none, or nothing is to be restored or resolved. `terms` are in the customer's zone."""
    percent = levels.budgets.get(level)
    running = [each for each in milestones if each.kind in KINDS and each.stopped == NEVER]
    if percent is None or not running:
        return None
    target = min(running, key=lambda each: (each.due == NEVER, each.due))
    budget = int(target.allowance * percent / 100)
    until = reached_at(target, budget, terms)
    return LineBudget(
        level=level,
        percent=percent,
        milestone=target.kind,
        until=None if until == NEVER else from_micros(until),
        used_percent=100 * target.used // target.allowance,
        is_over=target.used > budget,
    )

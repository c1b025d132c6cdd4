"""The internal budget of whoever has a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.actions.line_budgets import LineBudget, line_budget
from tierline.cases.standing import ENDED

if TYPE_CHECKING:
    from tierline.queries.cases import WholeCase
    from tierline.queries.routing import Holder
    from tierline.store.records import Reads, Records


def budget_of(reads: Reads | Records, whole: WholeCase, holder: Holder | None) -> LineBudget | None:
    """What the line of its holder has of the customer's target; None where nobody who is recorded
    as an agent has the case, or the routing plan states none."""
    case, terms = whole.case, whole.terms
    is_over = case.standing.state in ENDED
    if is_over or terms is None or holder is None or holder.agent is None:
        return None
    _, plan = reads.routing.plan()
    levels = plan.levels(whole.tier, whole.standing.severity)
    zoned = terms.in_zone(case.history.customer_time_zone)
    return line_budget(levels, holder.agent.level, whole.milestones, zoned)

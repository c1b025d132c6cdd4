"""What a line of support may use up of a customer's target."""

from __future__ import annotations

from datetime import timedelta

from small_world import MONDAY, PAUSED, REPLY, RESOLVED, RESUMED, WAIT, case, terms

from tierline.actions.line_budgets import LineBudget, line_budget
from tierline.cases.event import EventKind
from tierline.catalog.statement import MilestoneKind
from tierline.milestones.fold import milestones_of
from tierline.routing.plan import Levels

TERMS = terms()
LEVELS = Levels.model_validate({"budgets": {"1": 25, "2": 75}})
HOUR = timedelta(hours=1)

Step = tuple[float, EventKind] | tuple[float, EventKind, str]


def budget(level: int, hours: float, *steps: Step) -> LineBudget | None:
    """Of a case with eight hours to its resolution, so long after it was raised."""
    history = case("c", "silver", "S1", *steps)
    found = milestones_of(history, TERMS, MONDAY + hours * HOUR)
    return line_budget(LEVELS, level, found, TERMS)


def test_a_line_has_its_share_of_the_target_and_the_next_one_more() -> None:
    first, second = budget(1, 1), budget(2, 1)
    assert first is not None
    assert second is not None
    assert (first.until, second.until) == (MONDAY + 2 * HOUR, MONDAY + 6 * HOUR)
    assert first.milestone is MilestoneKind.resolution
    assert (first.used_percent, first.is_over) == (12, False)
    assert budget(3, 1) is None


def test_it_is_used_up_when_the_clock_has_run_so_long_and_not_while_it_stands_still() -> None:
    late = budget(1, 2.5)
    assert late is not None
    assert (late.is_over, late.until) == (True, MONDAY + 2 * HOUR)
    waiting = budget(1, 5, (0.5, REPLY), (1, PAUSED, WAIT))
    assert waiting is not None
    assert (waiting.is_over, waiting.until) == (False, None)
    goes_on = budget(1, 5.5, (0.5, REPLY), (1, PAUSED, WAIT), (5, RESUMED))
    assert goes_on is not None
    assert goes_on.until == MONDAY + 6 * HOUR


def test_what_is_resolved_has_none() -> None:
    assert budget(1, 3, (0.5, REPLY), (2, RESOLVED)) is None

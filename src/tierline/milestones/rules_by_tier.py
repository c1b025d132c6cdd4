"""What the rules of tiers say, for a column of tiers at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tierline.catalog.clock_rules import CalendarChangeRule, ClockStart, ReopenRule, RetargetRule
from tierline.kernel.instants import SECOND_US
from tierline.milestones.terms import DEFAULT_RULES

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tierline.catalog.clock_rules import ClockRules
    from tierline.milestones.terms import Terms


def by_tier(
    tier: NDArray[np.int16],
    terms: Terms,
    question: Callable[[ClockRules], bool],
) -> NDArray[np.bool_]:
    """What the rules of each row's tier answer; an unknown tier (-1) has the default rules."""
    found: NDArray[np.bool_] = np.array([question(rules) for rules in _rules(terms)])[tier]
    return found


def length_by_tier(
    tier: NDArray[np.int16], terms: Terms, length: Callable[[ClockRules], int]
) -> NDArray[np.int64]:
    """A length in microseconds that the rules of each row's tier state."""
    found: NDArray[np.int64] = np.array([length(rules) for rules in _rules(terms)])[tier]
    return found


def _rules(terms: Terms) -> list[ClockRules]:
    return [*(terms.rules[key] for key in terms.tiers), DEFAULT_RULES]


def is_final(rules: ClockRules) -> bool:
    return rules.reopen.rule is ReopenRule.final


def resume_within_us(rules: ClockRules) -> int:
    """Microseconds after resolution in which a reopened case resumes; -1 where it never does."""
    if rules.reopen.rule is not ReopenRule.resume:
        return -1
    return rules.reopen.within.elapsed_seconds() * SECOND_US


def starts_at_triage(rules: ClockRules) -> bool:
    return rules.starts is ClockStart.severity_set


def recomputes(rules: ClockRules) -> bool:
    return rules.calendar_change is CalendarChangeRule.recompute_from_start


def restarts(rules: ClockRules) -> bool:
    return rules.retarget is RetargetRule.from_change


def floor_us(rules: ClockRules) -> int:
    """Least microseconds left after a change; -1 where the rule has no floor."""
    if rules.retarget is not RetargetRule.from_original_start_with_floor:
        return -1
    return rules.retarget_floor.elapsed_seconds() * SECOND_US

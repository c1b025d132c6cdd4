"""A notice that a count has reached a share of its limit: told once in a period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from tierline.entitlements.decision import included_units

if TYPE_CHECKING:
    from tierline.entitlements.decision import Counter
    from tierline.entitlements.rule import Rule

WHOLE = Decimal(100)
NEVER = Decimal("Infinity")


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitNotice:
    """`level` is in percent of what is included; `limit` what the contract gave then, without what
    was carried over. `period_start` is in microseconds."""

    account: str
    feature: str
    period_start: int
    level: Decimal
    limit: Decimal
    included: Decimal
    used: Decimal
    noticed_at: datetime


@dataclass(frozen=True, slots=True)
class Levels:
    """Levels that are to be told now, and how much use brings the next one."""

    due: tuple[Decimal, ...]
    next: Decimal


def levels_of(rule: Rule, counter: Counter, told: Mapping[Decimal, Decimal]) -> Levels:
    """The levels of a count. `told` are those of the period that were told before, each with the
    highest limit at which it was: only a higher one makes it worth telling again (0139)."""
    included = Decimal(included_units(rule, counter))
    if rule.limit is None or not included:
        return Levels((), NEVER)
    limit, used = Decimal(rule.limit), Decimal(counter.used)
    untold = [
        level
        for level in sorted({*rule.warn_at_percent, WHOLE})
        if level not in told or told[level] < limit
    ]
    due = tuple(level for level in untold if used * WHOLE >= included * level)
    later = [included * level / WHOLE for level in untold if level not in due]
    return Levels(due, min(later, default=NEVER))

"""The order in which waiting cases go out: what is worst and most promised first, with a floor.

A case for which an accelerated response is owed goes before the others of its severity. Of every
hundred picks a stated share goes by age alone, spread evenly. So whoever waits longest is next
after a bounded number of picks, however much that ranks higher keeps coming in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from tierline.routing.need import CaseNeed

_NEVER = datetime.max.replace(tzinfo=UTC)


def is_turn_of_age(number: int, percent: int) -> bool:
    """Whether the pick of this number (from 0) goes by age: `percent` of any hundred do."""
    return (number + 1) * percent // 100 > number * percent // 100


def next_of(waiting: Sequence[CaseNeed], number: int, percent: int) -> CaseNeed:
    """The case that goes out at this pick. The worst severity goes before the floor: it is never
    left; and so does what is owed an accelerated response, of which there are few. `waiting` is not
    empty."""
    first = min(waiting, key=rank)
    if first.is_worst or first.owed_for is not None or not is_turn_of_age(number, percent):
        return first
    return min(waiting, key=lambda need: (need.opened_at, need.case))


def rank(need: CaseNeed) -> tuple[int, bool, int, datetime, datetime, str]:
    """Priority, computed and never stored: severity, then what is owed an accelerated response,
    then tier, then what is due first."""
    return (
        need.severity_rank,
        need.owed_for is None,
        -need.tier_rank,
        need.due_at or _NEVER,
        need.opened_at,
        need.case,
    )

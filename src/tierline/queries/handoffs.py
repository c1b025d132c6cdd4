"""How often cases go from one to another, by tier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from tierline.store.cases import case_table
from tierline.store.routing import case_routing_table
from tierline.store.unit_of_work import Snapshot

_case, _routing = case_table.c, case_routing_table.c


@dataclass(frozen=True, slots=True, kw_only=True)
class TierHandoffs:
    """Cases of a tier (empty: nothing was promised) that somebody has had, and their handoffs:
    in all, of the case in the middle, and of the one with the most."""

    tier: str
    cases: int
    handoffs: int
    median: int
    most: int


def handoffs_by_tier(
    snapshot: Snapshot, *, start: datetime, end: datetime
) -> tuple[TierHandoffs, ...]:
    """For cases opened from `start` until `end`; one query. Of an even number the median is the
    lower of the two in the middle."""
    chosen = (
        sa.select(_case.tier, _routing.handoffs, sa.func.count().label("cases"))
        .join(case_routing_table, _routing.case_id == _case.id)
        .where(_case.opened_at >= start, _case.opened_at < end, _routing.places > 0)
        .group_by(_case.tier, _routing.handoffs)
        .order_by(_case.tier, _routing.handoffs)
    )
    found: dict[str, list[tuple[int, int]]] = {}
    for row in snapshot.execute(chosen):
        found.setdefault(row.tier, []).append((row.handoffs, row.cases))
    return tuple(_of_tier(tier, counts) for tier, counts in found.items())


def _of_tier(tier: str, counts: list[tuple[int, int]]) -> TierHandoffs:
    """`counts` are pairs of handoffs and cases with so many, the fewest handoffs first."""
    cases = sum(count for _, count in counts)
    middle, passed, median = (cases + 1) // 2, 0, 0
    for handoffs, count in counts:
        passed += count
        if passed >= middle:
            median = handoffs
            break
    return TierHandoffs(
        tier=tier,
        cases=cases,
        handoffs=sum(handoffs * count for handoffs, count in counts),
        median=median,
        most=counts[-1][0],
    )

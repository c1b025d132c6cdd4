"""How customers found their cases, by tier, and what cases took."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tierline.cases.effort import CONTENT_FROM
from tierline.store.cases import case_table
from tierline.store.effort import case_rating_table, time_entry_table

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from tierline.store.unit_of_work import Snapshot

_case, _rating, _entry = case_table.c, case_rating_table.c, time_entry_table.c


@dataclass(frozen=True, slots=True, kw_only=True)
class TierSatisfaction:
    """The answers of a tier: how many, how many of them content, and the sum of the scores."""

    tier: str
    answers: int
    content: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TierEffort:
    """Minutes that were entered for the cases of a tier, in the plan and billable."""

    tier: str
    cases: int
    in_plan_minutes: int
    billable_minutes: int


def satisfaction_by_tier(
    snapshot: Snapshot,
    *,
    start: datetime,
    end: datetime,
    accounts: Collection[str] | None = None,
) -> tuple[TierSatisfaction, ...]:
    """Answers that came from `start` until before `end`."""
    content = sa.func.sum(sa.case((_rating.score >= CONTENT_FROM, 1), else_=0))
    chosen = (
        sa.select(
            _case.tier,
            sa.func.count().label("answers"),
            content.label("content"),
            sa.func.sum(_rating.score).label("total"),
        )
        .join(case_table, _case.id == _rating.case_id)
        .where(_rating.answered_at >= start, _rating.answered_at < end)
        .group_by(_case.tier)
        .order_by(_case.tier)
    )
    if accounts is not None:
        chosen = chosen.where(_case.account_id.in_(sorted(accounts)))
    return tuple(
        TierSatisfaction(
            tier=row.tier, answers=row.answers, content=int(row.content), total=int(row.total)
        )
        for row in snapshot.execute(chosen)
    )


def effort_by_tier(
    snapshot: Snapshot,
    *,
    start: datetime,
    end: datetime,
    accounts: Collection[str] | None = None,
) -> tuple[TierEffort, ...]:
    """Time that was entered from `start` until before `end` and counts."""
    billable = sa.func.sum(sa.case((_entry.is_billable == 1, _entry.minutes), else_=0))
    chosen = (
        sa.select(
            _case.tier,
            sa.func.count(sa.distinct(_entry.case_id)).label("cases"),
            sa.func.sum(_entry.minutes).label("minutes"),
            billable.label("billable"),
        )
        .join(case_table, _case.id == _entry.case_id)
        .where(_entry.removed_at.is_(None), _entry.recorded_at >= start, _entry.recorded_at < end)
        .group_by(_case.tier)
        .order_by(_case.tier)
    )
    if accounts is not None:
        chosen = chosen.where(_case.account_id.in_(sorted(accounts)))
    return tuple(
        TierEffort(
            tier=row.tier,
            cases=row.cases,
            in_plan_minutes=int(row.minutes) - int(row.billable),
            billable_minutes=int(row.billable),
        )
        for row in snapshot.execute(chosen)
    )

"""Kept cases as what breaches are learned from, and the report of how well that went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tierline.kernel.errors import Invalid
from tierline.kernel.instants import to_micros
from tierline.queries.adherence import EARLIEST
from tierline.queries.case_columns import kept_cases
from tierline.scorecards.breach_backtest import Backtest, backtest
from tierline.scorecards.breach_risk import BreachRisk, learned
from tierline.scorecards.desk import Stretch
from tierline.scorecards.together import judged_together
from tierline.store.cases import case_table

if TYPE_CHECKING:
    from collections.abc import Collection

    from tierline.milestones.table import MilestoneTable
    from tierline.scorecards.desk import KeptCases
    from tierline.store.unit_of_work import Snapshot

HISTORY = timedelta(365)
"""What is learned from: cases that were opened so long before."""
MOST_CASES = 50_000
"""The newest of them, where there are more."""
USUAL = timedelta(90)
_opened = case_table.c.opened_at


@dataclass(frozen=True, slots=True)
class BacktestReport:
    """What was learned of the cases of [learned_from, since), held against those of
    [since, until)."""

    learned_from: datetime
    since: datetime
    until: datetime
    result: Backtest


def learned_risk(snapshot: Snapshot, at: datetime) -> BreachRisk:
    """What the cases of the year before an instant teach, as they stood at it."""
    kept, table = _milestones(snapshot, _first(snapshot, at), until=at, as_of=at)
    return learned(table, kept.zone, until=to_micros(at))


def backtested(
    snapshot: Snapshot,
    now: datetime,
    since: datetime | None,
    until: datetime | None,
    *,
    accounts: Collection[str] | None = None,
) -> BacktestReport:
    """How a prediction made at `since` would have done until `until`; absent: the last 90 days.
    Raises Invalid where that ends before it begins, or is longer than a year."""
    end = min(until or now, now)
    cut = since or max(end, EARLIEST) - USUAL
    if not timedelta() < end - cut <= HISTORY or cut < EARLIEST:
        raise Invalid(
            "It is held against a stretch of up to a year that ends after it begins.",
            code="bad_stretch",
        )
    first = _first(snapshot, cut)
    kept, table = _milestones(snapshot, first, until=end, as_of=now, accounts=accounts)
    learned_until, until_us = to_micros(cut), to_micros(now)
    risk = learned(table, kept.zone, until=learned_until)
    result = backtest(risk, table, kept.zone, learned_until=learned_until, until=until_us)
    return BacktestReport(first, cut, end, result)


def _first(snapshot: Snapshot, at: datetime) -> datetime:
    """When the oldest case was opened that is still learned from, or a year ago."""
    year = at - HISTORY
    newest = sa.select(_opened).where(_opened >= year, _opened < at)
    reached = snapshot.execute(newest.order_by(_opened.desc()).offset(MOST_CASES).limit(1)).scalar()
    return year if reached is None else max(year, reached)


def _milestones(
    snapshot: Snapshot,
    since: datetime,
    *,
    until: datetime,
    as_of: datetime,
    accounts: Collection[str] | None = None,
) -> tuple[KeptCases, MilestoneTable]:
    kept = kept_cases(snapshot, Stretch(since, until, as_of), accounts=accounts)
    return kept, judged_together(kept.parts, kept.opened).table

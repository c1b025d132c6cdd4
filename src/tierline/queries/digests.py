"""How things stand for the reader of a digest: what waits, and what is at risk today."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from tierline.cases.standing import CaseState
from tierline.queries.at_risk import listed_cases
from tierline.queries.cases import OPEN_STATES
from tierline.queries.routing import CaseView, both, narrowed_to, reasons_of
from tierline.routing.digest import DigestCase, DigestPicture
from tierline.store.cases import case_table

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from tierline.queries.at_risk import AtRisk
    from tierline.scorecards.breach_risk import BreachRisk
    from tierline.store.records import Reads
    from tierline.store.unit_of_work import Snapshot

MOST_CASES = 20
"""Of each list; what is more is counted."""
_OURS = (CaseState.new, CaseState.open)
_OPEN = tuple(CaseState(state) for state in OPEN_STATES)
_case = case_table.c


def picture_for(
    reads: Reads, risk: BreachRisk, user: str, now: datetime, until: datetime, *, is_own: bool
) -> DigestPicture:
    """What waits for us, and what is due until then or missed: of the cases that somebody has
    (`is_own`); else what nobody has, and what is at risk on the whole desk."""
    mine = narrowed_to(CaseView.mine, user, now)
    waits = mine if is_own else narrowed_to(CaseView.unassigned, user, now)
    due = both(mine if is_own else None, _case.next_due_at < until)
    waiting = _listed(reads, None, now, waits, _OURS)
    at_risk = _listed(reads, risk, now, due, _OPEN)
    return DigestPicture(
        is_own=is_own,
        waiting=_cases(reads, waiting, now, has_reasons=False),
        waiting_count=_count(reads.snapshot, waits, _OURS),
        at_risk=_cases(reads, at_risk, now, has_reasons=True),
        at_risk_count=_count(reads.snapshot, due, _OPEN),
    )


def _listed(
    reads: Reads,
    risk: BreachRisk | None,
    now: datetime,
    narrowed: sa.ColumnElement[bool] | None,
    states: Collection[CaseState],
) -> AtRisk:
    return listed_cases(
        reads, risk, now, after=None, limit=MOST_CASES,
        accounts=None, state=None, states=states, narrowed=narrowed,
    )  # fmt: skip


def _cases(
    reads: Reads, found: AtRisk, now: datetime, *, has_reasons: bool
) -> tuple[DigestCase, ...]:
    rows = found.page.items
    likely = found.likelihoods
    reasons = reasons_of(reads.snapshot, rows, likely, now) if has_reasons else {}
    return tuple(
        DigestCase(
            id=row.id,
            number=row.number,
            severity=row.severity,
            due_at=row.next_due_at,
            reason=reasons.get(row.id, ""),
        )
        for row in rows
    )


def _count(
    snapshot: Snapshot, narrowed: sa.ColumnElement[bool] | None, states: Collection[CaseState]
) -> int:
    chosen = sa.select(sa.func.count()).select_from(case_table)
    chosen = chosen.where(_case.state.in_([each.value for each in states]))
    if narrowed is not None:
        chosen = chosen.where(narrowed)
    return int(snapshot.execute(chosen).scalar_one())

"""How the accounts of cases stood when they were opened, and whether these got a clock."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tierline.accounts.coverage import CoverageState
from tierline.store.cases import case_table

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.store.unit_of_work import Snapshot

_case = case_table.c
PROMISED = frozenset({CoverageState.covered, CoverageState.grace})
"""Cases of these are held to a promise; of the others nobody starts a clock by default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageCount:
    """Cases by how their account stood: all of them, and those that are held to a promise."""

    coverage: CoverageState
    cases: int
    with_a_clock: int


def case_coverage(
    snapshot: Snapshot,
    *,
    since: datetime,
    until: datetime | None = None,
    accounts: Collection[str] | None = None,
) -> list[CoverageCount]:
    """Cases opened in [since, until), or since then, in the order of the states."""
    clocks = sa.func.count(_case.terms_digest).label("clocks")
    chosen = (
        sa.select(_case.coverage, sa.func.count().label("cases"), clocks)
        .where(_case.opened_at >= since)
        .group_by(_case.coverage)
    )
    if until is not None:
        chosen = chosen.where(_case.opened_at < until)
    if accounts is not None:
        chosen = chosen.where(_case.account_id.in_(sorted(accounts)))
    found = {row.coverage: row for row in snapshot.execute(chosen)}
    return [
        CoverageCount(
            coverage=state,
            cases=found[state.value].cases,
            with_a_clock=found[state.value].clocks,
        )
        for state in CoverageState
        if state.value in found
    ]

"""Severities that data or a regulation lifted: what was triaged, and would be milder without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tierline.actions.triage import HeldTable, held_table
from tierline.cases.triage import lifted_by
from tierline.store.cases import case_table
from tierline.store.triage import case_triage_of, case_triage_table

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from tierline.cases.triage import CaseTriage
    from tierline.store.records import Reads

_triage, _case = case_triage_table.c, case_table.c
_LIMIT_ROWS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftedSeverity:
    """`by` is the circumstance whose value alone made the difference, `severity` what the table
    says, and `without` what it would say if that were at its mildest."""

    case: str
    number: int
    account: str
    at: datetime
    by: str
    value: str
    severity: str
    without: str
    reason: str


def lifted_severities(
    reads: Reads,
    *,
    since: datetime,
    until: datetime,
    accounts: Collection[str] | None = None,
) -> tuple[LiftedSeverity, ...]:
    """Of what was triaged in [since, until), by instant: each circumstance that lifted the severity
    by itself."""
    chosen = (
        sa.select(case_triage_table, _case.number, _case.account_id)
        .join(case_table, _case.id == _triage.case_id)
        .where(_triage.at >= since, _triage.at < until)
        .order_by(_triage.at, _triage.case_id, _triage.place)
        .limit(_LIMIT_ROWS)
    )
    if accounts is not None:
        chosen = chosen.where(_case.account_id.in_(sorted(accounts)))
    tables: dict[tuple[str, str], HeldTable] = {}
    return tuple(
        LiftedSeverity(
            case=row["case_id"],
            number=row["number"],
            account=row["account_id"] or "",
            at=row["at"],
            by=column,
            value=triage.result.inputs[column].value,
            severity=triage.result.severity,
            without=without,
            reason=triage.result.reason,
        )
        for row in reads.snapshot.execute(chosen).mappings()
        for triage in (case_triage_of(row),)
        for column, without in _lifts(reads, triage, tables)
    )


def _lifts(
    reads: Reads, triage: CaseTriage, tables: dict[tuple[str, str], HeldTable]
) -> list[tuple[str, str]]:
    key = triage.catalog, triage.version
    if key not in tables:
        tables[key] = held_table(reads, *key)
    held = tables[key]
    return list(lifted_by(held.triage, triage.result, held.severities))

"""Assessments in the database: appended, never changed. The evidence stands beside them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from tierline.accounts.criticality import Assessment, Part
from tierline.kernel.instants import from_micros, to_micros
from tierline.store.columns import Instant, Words
from tierline.store.evidence import add_evidence, evidence_about
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

assessment_table = table(
    "assessment",
    sa.Column("id", Words, primary_key=True),
    sa.Column("account_id", Words, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("part", Words, nullable=False),
    sa.Column("value", Words, nullable=False),
    sa.Column("reviewer", Words, nullable=False),
    sa.Column("reviewed_on", Words, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.Index("assessment_account_id", "account_id", "part", "reviewed_on"),
)
_column = assessment_table.c
_INSERT = assessment_table.insert()
ERASED = "erased"
"""What is shown where evidence named a person who was erased."""


class CriticalityReads:
    """Reads of assessments."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def of_account(self, account: str) -> tuple[Assessment, ...]:
        """Every assessment of an account, in the order of recording."""
        return tuple(self.of_accounts([account]).get(account, ()))

    def of_accounts(self, accounts: Sequence[str]) -> dict[str, list[Assessment]]:
        """The same of some accounts, by account."""
        chosen = sa.select(assessment_table).where(_column.account_id.in_(accounts))
        ordered = chosen.order_by(_column.recorded_at, _column.id)
        rows = self._snapshot.execute(ordered).mappings().all()
        evidence = evidence_about(self._snapshot, [row["id"] for row in rows])
        found: dict[str, list[Assessment]] = {}
        for row in rows:
            assessment = _assessment(row, evidence.get(row["id"], ERASED))
            found.setdefault(assessment.account, []).append(assessment)
        return found


class CriticalityRecords(CriticalityReads):
    """Assessments inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def add(self, assessments: Sequence[Assessment]) -> None:
        """Append assessments."""
        self._unit.write(
            _INSERT,
            [
                {
                    "id": each.id,
                    "account_id": each.account,
                    "part": each.part.value,
                    "value": each.value,
                    "reviewer": each.reviewer,
                    "reviewed_on": each.reviewed_on.isoformat(),
                    "recorded_at": from_micros(each.recorded_at),
                }
                for each in assessments
            ],
        )
        add_evidence(self._unit, [(each.id, each.account, each.evidence) for each in assessments])


def _assessment(row: sa.RowMapping, evidence: str) -> Assessment:
    return Assessment(
        id=row["id"],
        account=row["account_id"],
        part=Part(row["part"]),
        value=row["value"],
        evidence=evidence,
        reviewer=row["reviewer"],
        reviewed_on=date.fromisoformat(row["reviewed_on"]),
        recorded_at=to_micros(row["recorded_at"]),
    )

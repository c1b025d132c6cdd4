"""Health reports in the database, each as it was drawn up: none is ever changed.

The content names cases by number and nobody by name, so that erasing a person touches none of it.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from tierline.actions.health_reports import KeptReport
from tierline.kernel.errors import NotFound
from tierline.kernel.ids import HealthReportId
from tierline.kernel.instants import from_micros, to_micros
from tierline.scorecards.health_report import HealthReport
from tierline.store.columns import Instant, Words
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

health_report_table = table(
    "health_report",
    sa.Column("id", Words, primary_key=True),
    sa.Column("account_id", Words, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("contract_id", Words, sa.ForeignKey("contract.id"), nullable=False),
    sa.Column("start_at", Instant, nullable=False),
    sa.Column("end_at", Instant, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("made_by", Words, nullable=False),
    sa.Column("digest", Words, nullable=False),
    sa.Column("content", Words, nullable=False),
    sa.UniqueConstraint("contract_id", "start_at", "end_at"),
    sa.Index("health_report_account_id", "account_id", "end_at", "id"),
)
_column = health_report_table.c
_LISTED = [each for each in _column if each.name != "content"]
_INSERT = health_report_table.insert()


class HealthReportReads:
    """Reads of health reports."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def get(self, report: str) -> tuple[KeptReport, HealthReport]:
        """A report and what it says. Raises NotFound."""
        chosen = sa.select(health_report_table).where(_column.id == report)
        row = self._snapshot.execute(chosen).mappings().first()
        if row is None:
            raise NotFound(f"There is no health report '{report}'.")
        return report_of(row), HealthReport.model_validate_json(row["content"])

    def ends_of(self, contracts: Iterable[str] | None, since: int) -> set[tuple[str, int, int]]:
        """Which periods of contracts (None: of all) are reported of already, of those that end from
        then on."""
        chosen = sa.select(_column.contract_id, _column.start_at, _column.end_at).where(
            _column.end_at >= from_micros(since)
        )
        if contracts is not None:
            chosen = chosen.where(_column.contract_id.in_(sorted(contracts)))
        return {
            (row.contract_id, to_micros(row.start_at), to_micros(row.end_at))
            for row in self._snapshot.execute(chosen)
        }


class HealthReportRecords(HealthReportReads):
    """Health reports inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def keep(self, kept: KeptReport, content: str) -> None:
        """Write a report down for ever."""
        self._unit.write(
            _INSERT,
            {
                "id": kept.id,
                "account_id": kept.account,
                "contract_id": kept.contract,
                "start_at": kept.start,
                "end_at": kept.end,
                "made_at": kept.made_at,
                "made_by": kept.made_by,
                "digest": kept.digest,
                "content": content,
            },
        )


def report_of(row: sa.RowMapping) -> KeptReport:
    """The report of a row, without its content."""
    return KeptReport(
        id=HealthReportId(row["id"]),
        account=row["account_id"],
        contract=row["contract_id"],
        start=row["start_at"],
        end=row["end_at"],
        made_at=row["made_at"],
        made_by=row["made_by"],
        digest=row["digest"],
    )

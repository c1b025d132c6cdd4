"""What is kept of cases from another desk beside their facts: fields of its own, its verdicts."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from tierline.actions.imported_case import KeptCase
from tierline.store.cases import case_table
from tierline.store.columns import Document, Instant, Words
from tierline.store.prepared_reads import any_of
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

imported_case_table = table(
    "imported_case",
    sa.Column("case_id", Words, sa.ForeignKey("support_case.id"), primary_key=True),
    sa.Column("source", Words, nullable=False),
    sa.Column("external_id", Words, nullable=False),
    sa.Column("address", Words, nullable=False),
    sa.Column("kept", Document, nullable=False),
    sa.Column("verdicts", Document, nullable=False),
    sa.Column("imported_at", Instant, nullable=False),
)
_column, _case = imported_case_table.c, case_table.c
_IMPORTED_AT = sa.select(_column.case_id, _column.imported_at).where(
    _column.case_id.in_(any_of("ids"))
)
_INSERT = imported_case_table.insert()
_FORGET = imported_case_table.delete().where(_column.case_id == sa.bindparam("its_case"))
_CLEAR = (
    imported_case_table.update()
    .where(_column.case_id == sa.bindparam("its_case"))
    .values(kept=sa.bindparam("new_kept"), address=sa.bindparam("new_address"))
)


class ImportedCaseReads:
    """Reads of imported cases."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def find(self, case: str) -> KeptCase | None:
        """What is kept of a case; None where it was raised here."""
        chosen = sa.select(imported_case_table).where(_column.case_id == case)
        row = self._snapshot.execute(chosen).mappings().one_or_none()
        return None if row is None else _kept_of(row)

    def imported_at(self, case: str) -> datetime | None:
        """When a case came from another desk, the last time; None where it was raised here."""
        return self.imported_at_of([case]).get(case)

    def imported_at_of(self, cases: Collection[str]) -> dict[str, datetime]:
        """The same of several; one that was raised here is not there."""
        rows = self._snapshot.rows(_IMPORTED_AT, {"ids": sorted(cases)})
        return {row.case_id: row.imported_at for row in rows}

    def naming(
        self, account: str, contacts: Collection[str], words: Sequence[str]
    ) -> dict[str, str]:
        """By case: what is kept of cases of an account that contacts raised, or that names them."""
        chosen = (
            sa.select(_column.case_id, _column.kept, _column.address, _case.contact_id)
            .join(case_table, _case.id == _column.case_id)
            .where(_case.account_id == account)
        )
        lowered = [word.lower() for word in words]
        found = {}
        for row in self._snapshot.execute(chosen):
            text = json.dumps(row.kept, ensure_ascii=False) + row.address
            if row.contact_id in contacts or any(word in text.lower() for word in lowered):
                found[row.case_id] = text
        return found


class ImportedCaseRecords(ImportedCaseReads):
    """The same inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def keep(self, cases: Iterable[KeptCase]) -> None:
        """Keep this of cases, in place of what was kept before."""
        rows = [
            {
                "case_id": each.case,
                "source": each.source,
                "external_id": each.external_id,
                "address": each.address,
                "kept": dict(each.kept),
                "verdicts": dict(each.verdicts),
                "imported_at": each.imported_at,
            }
            for each in cases
        ]
        self._unit.write(_FORGET, [{"its_case": row["case_id"]} for row in rows])
        self._unit.write(_INSERT, rows)

    def erase_people(self, account: str, contacts: Collection[str], words: Sequence[str]) -> None:
        """Clear what contacts of an account raised, and what names them."""
        found = self.naming(account, contacts, words)
        self._unit.write(
            _CLEAR, [{"its_case": case, "new_kept": {}, "new_address": ""} for case in found]
        )


def _kept_of(row: sa.RowMapping) -> KeptCase:
    return KeptCase(
        case=row["case_id"],
        source=row["source"],
        external_id=row["external_id"],
        address=row["address"],
        kept=row["kept"],
        verdicts=row["verdicts"],
        imported_at=row["imported_at"],
    )

"""Legal holds in the database: as long as one stands, nobody whom it covers is erased."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from tierline.accounts.legal_hold import LegalHold
from tierline.kernel.errors import NotFound
from tierline.store.columns import Instant, Words
from tierline.store.evidence import add_evidence, evidence_about
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

legal_hold_table = table(
    "legal_hold",
    sa.Column("id", Words, primary_key=True),
    sa.Column("account_id", Words, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("contact_id", Words, sa.ForeignKey("contact.id")),
    sa.Column("placed_at", Instant, nullable=False),
    sa.Column("placed_by", Words, nullable=False),
    sa.Column("lifted_at", Instant),
    sa.Column("lifted_by", Words),
    sa.Index("legal_hold_account_id", "account_id"),
)
_column = legal_hold_table.c
_INSERT = legal_hold_table.insert()
_LIFT = (
    legal_hold_table.update()
    .where(_column.id == sa.bindparam("hold"), _column.lifted_at.is_(None))
    .values(lifted_at=sa.bindparam("new_at"), lifted_by=sa.bindparam("new_by"))
)


class LegalHoldReads:
    """Reads of holds."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def get(self, hold: str) -> LegalHold:
        """The hold of an id. Raises NotFound."""
        found = self._holds(_column.id == hold)
        if not found:
            raise NotFound(f"There is no legal hold '{hold}'.")
        return found[0]

    def of_account(self, account: str) -> tuple[LegalHold, ...]:
        """All holds of an account, those that were lifted too."""
        return self._holds(_column.account_id == account)

    def standing(self, accounts: Sequence[str]) -> tuple[LegalHold, ...]:
        """Holds of these accounts that are not lifted."""
        return self._holds(sa.and_(_column.account_id.in_(accounts), _column.lifted_at.is_(None)))

    def _holds(self, condition: sa.ColumnElement[bool]) -> tuple[LegalHold, ...]:
        chosen = sa.select(legal_hold_table).where(condition)
        rows = self._snapshot.execute(chosen.order_by(_column.placed_at, _column.id)).all()
        reasons = evidence_about(self._snapshot, [row.id for row in rows])
        return tuple(
            LegalHold(
                id=row.id,
                account=row.account_id,
                contact=row.contact_id,
                reason=reasons.get(row.id, ""),
                placed_at=row.placed_at,
                placed_by=row.placed_by,
                lifted_at=row.lifted_at,
                lifted_by=row.lifted_by,
            )
            for row in rows
        )


class LegalHoldRecords(LegalHoldReads):
    """Holds inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def add(self, hold: LegalHold) -> None:
        """Write a new hold."""
        self._unit.write(
            _INSERT,
            {
                "id": hold.id,
                "account_id": hold.account,
                "contact_id": hold.contact,
                "placed_at": hold.placed_at,
                "placed_by": hold.placed_by,
                "lifted_at": hold.lifted_at,
                "lifted_by": hold.lifted_by,
            },
        )
        add_evidence(self._unit, [(hold.id, hold.account, hold.reason)])

    def lift(self, hold: str, *, at: datetime, by: str) -> bool:
        """End a hold; False where it was lifted before."""
        return self._unit.write(_LIFT, {"hold": hold, "new_at": at, "new_by": by}) == 1

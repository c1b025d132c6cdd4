"""Partner access in the database."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from tierline.access.partner_access import PartnerAccess
from tierline.store.columns import Instant, Words
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

partner_access_table = table(
    "partner_access",
    sa.Column("account_id", Words, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("partner_id", Words, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("start_at", Instant, primary_key=True),
    sa.Column("end_at", Instant),
    sa.Column("given_by", Words, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Index("partner_access_partner_id", "partner_id"),
)
_MOST_SHOWN = 200
_column = partner_access_table.c
_INSERT = partner_access_table.insert()
_END = (
    partner_access_table.update()
    .where(
        _column.account_id == sa.bindparam("account"),
        _column.partner_id == sa.bindparam("partner"),
        _column.ended_at.is_(None),
    )
    .values(ended_at=sa.bindparam("ended"))
)


class PartnerAccessReads:
    """Reads of partner access."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def accounts_open_to(self, partner: str, *, at: datetime) -> frozenset[str]:
        """The accounts that a partner sees at an instant."""
        chosen = sa.select(_column.account_id).where(
            _column.partner_id == partner,
            _column.ended_at.is_(None),
            _column.start_at <= at,
            sa.or_(_column.end_at.is_(None), _column.end_at > at),
        )
        return frozenset(self._snapshot.execute(chosen).scalars())

    def of_account(self, account: str) -> tuple[PartnerAccess, ...]:
        """What an account gave, the newest first; at most 200."""
        chosen = sa.select(partner_access_table).where(_column.account_id == account)
        newest = (_column.start_at.desc(), _column.partner_id)
        rows = self._snapshot.execute(chosen.order_by(*newest).limit(_MOST_SHOWN))
        return tuple(
            PartnerAccess(
                account=row.account_id,
                partner=row.partner_id,
                start=row.start_at,
                end=row.end_at,
                given_by=row.given_by,
                ended_at=row.ended_at,
            )
            for row in rows
        )


class PartnerAccessRecords(PartnerAccessReads):
    """Partner access inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit
        self.has_changed = False

    def add(self, access: PartnerAccess) -> None:
        """Give access."""
        self.has_changed = True
        self._unit.write(
            _INSERT,
            {
                "account_id": access.account,
                "partner_id": access.partner,
                "start_at": access.start,
                "end_at": access.end,
                "given_by": access.given_by,
                "ended_at": access.ended_at,
            },
        )

    def end(self, account: str, partner: str, *, at: datetime) -> int:
        """End all access of a partner to an account; how much there was."""
        self.has_changed = True
        values = {"account": account, "partner": partner, "ended": at}
        return self._unit.write(_END, values)

"""Reservations in the database. The rows are the truth; `reserved_total` is their sum by period,
kept in the same transaction, and can be made again from them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa

from tierline.entitlements.reservation import Reservation
from tierline.kernel.errors import NotFound
from tierline.kernel.ids import ReservationId
from tierline.kernel.instants import from_micros, to_micros
from tierline.store.columns import Instant, Scaled, Words
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

_PLACES = 6
reservation_table = table(
    "reservation",
    sa.Column("id", Words, primary_key=True),
    sa.Column("account_id", Words, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("feature", Words, nullable=False),
    sa.Column("period_start", Instant, nullable=False),
    sa.Column("quantity", Scaled(_PLACES), nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("used_quantity", Scaled(_PLACES)),
    sa.Index(
        "reservation_open",
        "account_id",
        "feature",
        "expires_at",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    ),
)
reserved_total_table = table(
    "reserved_total",
    sa.Column("account_id", Words, primary_key=True),
    sa.Column("feature", Words, primary_key=True),
    sa.Column("period_start", Instant, primary_key=True),
    sa.Column("quantity", Scaled(_PLACES), nullable=False),
)
_column, _total = reservation_table.c, reserved_total_table.c
_KEYS = ("account_id", "feature", "period_start")
_INSERT = reservation_table.insert()
_END = (
    reservation_table.update()
    .where(_column.id == sa.bindparam("reservation"), _column.ended_at.is_(None))
    .values(ended_at=sa.bindparam("ended"), used_quantity=sa.bindparam("used"))
)

_HELD = sa.select(_total.quantity).where(
    _total.account_id == sa.bindparam("whose"),
    _total.feature == sa.bindparam("of"),
    _total.period_start == sa.bindparam("since"),
)


class ReservationReads:
    """Reads of reservations."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def get(self, reservation: str) -> Reservation:
        """The reservation of an id. Raises NotFound."""
        chosen = sa.select(reservation_table).where(_column.id == reservation)
        row = self._snapshot.execute(chosen).mappings().first()
        if row is None:
            raise NotFound(f"There is no reservation '{reservation}'.")
        return _reservation(row)

    def total(self, account: str, feature: str, period_start: int) -> Decimal:
        """Units of a period that are used by, or held for, reservations."""
        asked = {"whose": account, "of": feature, "since": from_micros(period_start)}
        row = self._snapshot.row(_HELD, asked)
        return Decimal(0) if row is None else row.quantity

    def expired(self, account: str, feature: str, now: datetime) -> tuple[Reservation, ...]:
        """Reservations that were neither used nor released before they ran out."""
        chosen = sa.select(reservation_table).where(
            _column.account_id == account,
            _column.feature == feature,
            _column.ended_at.is_(None),
            _column.expires_at <= now,
        )
        rows = self._snapshot.execute(chosen).mappings()
        return tuple(_reservation(row) for row in rows)


class ReservationRecords(ReservationReads):
    """Reservations inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit
        self.changed: set[tuple[str, str]] = set()
        """Account and feature of what was changed in this unit."""
        self.counted: dict[tuple[str, str, int], Decimal] = {}
        """What was added in this unit by account, feature and start of the period."""

    def add(self, reservation: Reservation) -> None:
        """Hold units."""
        self._unit.write(
            _INSERT,
            {
                "id": reservation.id,
                "account_id": reservation.account,
                "feature": reservation.feature,
                "period_start": from_micros(reservation.period_start),
                "quantity": Decimal(reservation.quantity),
                "made_at": reservation.made_at,
                "expires_at": reservation.expires_at,
                "ended_at": None,
                "used_quantity": None,
            },
        )
        self._count(reservation, Decimal(reservation.quantity))

    def end(self, reservation: Reservation, *, used: Decimal, at: datetime) -> bool:
        """Count what was used and let the rest go; 0 releases it. False where it has ended."""
        ended = self._unit.write(_END, {"reservation": reservation.id, "ended": at, "used": used})
        if ended == 0:
            return False
        self._count(reservation, used - reservation.quantity)
        return True

    def _count(self, reservation: Reservation, more: Decimal) -> None:
        add = self._unit.insert_or_add(reserved_total_table, keys=_KEYS, sums=("quantity",))
        self._unit.write(
            add,
            {
                "account_id": reservation.account,
                "feature": reservation.feature,
                "period_start": from_micros(reservation.period_start),
                "quantity": more,
            },
        )
        self.changed.add((reservation.account, reservation.feature))
        period = reservation.account, reservation.feature, reservation.period_start
        self.counted[period] = self.counted.get(period, Decimal(0)) + more


def _reservation(row: sa.RowMapping) -> Reservation:
    return Reservation(
        id=ReservationId(row["id"]),
        account=row["account_id"],
        feature=row["feature"],
        period_start=to_micros(row["period_start"]),
        quantity=row["quantity"],
        made_at=row["made_at"],
        expires_at=row["expires_at"],
        ended_at=row["ended_at"],
        used=row["used_quantity"],
    )

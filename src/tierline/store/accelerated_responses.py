"""Accelerated responses in the database: each is owed once for a case, and used once.

`lapsed_at` is no more than a note that its end was told: what has lapsed follows from `until`.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from tierline.catalog.statement import MilestoneKind
from tierline.milestones.accelerated import AcceleratedResponse
from tierline.store.accounts import account_table
from tierline.store.cases import case_table
from tierline.store.columns import Document, Instant, Whole, Words
from tierline.store.prepared_reads import Ask
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

accelerated_response_table = table(
    "accelerated_response",
    sa.Column("case_id", Words, sa.ForeignKey(case_table.c.id), primary_key=True),
    sa.Column("number", Whole, nullable=False),
    sa.Column("account_id", Words, sa.ForeignKey(account_table.c.id), nullable=False),
    sa.Column("milestone", Words, nullable=False),
    sa.Column("promise_id", Words, nullable=False),
    sa.Column("severities", Document, nullable=False),
    sa.Column("owed_at", Instant, nullable=False),
    sa.Column("until", Instant, nullable=False),
    sa.Column("used_case_id", Words, sa.ForeignKey(case_table.c.id)),
    sa.Column("used_at", Instant),
    sa.Column("lapsed_at", Instant),
    sa.Index("accelerated_response_account_id", "account_id", "owed_at"),
    sa.Index("accelerated_response_used_case_id", "used_case_id", unique=True),
)
_owed = accelerated_response_table.c
_OF_CASE = sa.select(accelerated_response_table).where(_owed.case_id == sa.bindparam("its_case"))
_UNUSED = sa.select(accelerated_response_table).where(
    _owed.account_id == sa.bindparam("its_account"),
    _owed.used_case_id.is_(None),
    _owed.until > sa.bindparam("after", type_=Instant),
)
_USED_FOR = sa.select(accelerated_response_table).where(
    _owed.used_case_id == sa.bindparam("its_case")
)
_USE = (
    accelerated_response_table.update()
    .where(_owed.case_id == sa.bindparam("its_case"), _owed.used_case_id.is_(None))
    .values(used_case_id=sa.bindparam("new_case"), used_at=sa.bindparam("new_at", type_=Instant))
)
_LAPSE = (
    accelerated_response_table.update()
    .where(
        _owed.case_id == sa.bindparam("its_case"),
        _owed.used_case_id.is_(None),
        _owed.lapsed_at.is_(None),
    )
    .values(lapsed_at=sa.bindparam("new_at", type_=Instant))
)


def owed_number(case: sa.ColumnElement[str]) -> sa.ColumnElement[int]:
    """The number of the case whose miss lets another one go first, as a column of a query over
    cases. `case` is the column with the id of that other one."""
    chosen = sa.select(_owed.number).where(_owed.used_case_id == case)
    return chosen.scalar_subquery().label("owed_for")


def asked_of_unused(account: str, after: datetime) -> Ask:
    """What asks for those that an account was owed after an instant, and has not used."""
    return _UNUSED, {"its_account": account, "after": after}


class AcceleratedResponseReads:
    """Reads of accelerated responses."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def of_case(self, case: str) -> AcceleratedResponse | None:
        """What is owed for the misses of a case; None where nothing is."""
        row = self._snapshot.row(_OF_CASE, {"its_case": case})
        return None if row is None else accelerated_response_of(row)

    def unused(self, account: str, after: datetime) -> tuple[AcceleratedResponse, ...]:
        """What an account was owed after an instant, and has not used."""
        rows = self._snapshot.rows(*asked_of_unused(account, after))
        return tuple(accelerated_response_of(row) for row in rows)

    def used_for(self, case: str) -> AcceleratedResponse | None:
        """The one by which a case goes first; None where it does not."""
        row = self._snapshot.row(_USED_FOR, {"its_case": case})
        return None if row is None else accelerated_response_of(row)


class AcceleratedResponseRecords(AcceleratedResponseReads):
    """The same inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def owe(self, owed: AcceleratedResponse) -> bool:
        """Write one down; False where one stands there for its case already."""
        insert = self._unit.insert_new(accelerated_response_table, "case_id")
        row = {
            "case_id": owed.case,
            "number": owed.number,
            "account_id": owed.account,
            "milestone": owed.milestone.value,
            "promise_id": owed.promise_id,
            "severities": list(owed.severities),
            "owed_at": owed.owed_at,
            "until": owed.until,
            "used_case_id": None,
            "used_at": None,
            "lapsed_at": None,
        }
        return self._unit.write(insert, row) == 1

    def use(self, case: str, *, for_case: str, at: datetime) -> bool:
        """Use the one that is owed for a case; False where somebody else has."""
        values = {"its_case": case, "new_case": for_case, "new_at": at}
        return self._unit.write(_USE, values) == 1

    def lapse(self, case: str, *, at: datetime) -> bool:
        """Note that it is told that one has lapsed; False where it was used, or it is told."""
        return self._unit.write(_LAPSE, {"its_case": case, "new_at": at}) == 1


def accelerated_response_of(row: sa.Row[tuple[object, ...]]) -> AcceleratedResponse:
    """The accelerated response of a row."""
    return AcceleratedResponse(
        case=row.case_id,
        number=row.number,
        account=row.account_id,
        milestone=MilestoneKind(row.milestone),
        promise_id=row.promise_id,
        severities=tuple(row.severities),
        owed_at=row.owed_at,
        until=row.until,
        used_for=row.used_case_id,
        used_at=row.used_at,
    )

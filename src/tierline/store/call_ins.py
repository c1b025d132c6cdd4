"""Call-ins of cases in the database: their facts, in the order in which they were written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from tierline.routing.call_in import CallInEvent, CallInKind, Part
from tierline.store.columns import Instant, Whole, Words
from tierline.store.prepared_reads import Row
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

case_call_in_event_table = table(
    "case_call_in_event",
    sa.Column("case_id", Words, sa.ForeignKey("support_case.id"), primary_key=True),
    sa.Column("place", Whole, primary_key=True, autoincrement=False),
    sa.Column("number", Whole, nullable=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("domain", Words, nullable=False),
    sa.Column("tier", Words, nullable=False),
    sa.Column("user_id", Words, sa.ForeignKey("user.id")),
    sa.Column("part", Words, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", Words, nullable=False),
)
_column = case_call_in_event_table.c
_OF_CASE = (
    sa.select(case_call_in_event_table)
    .where(_column.case_id == sa.bindparam("its_case"))
    .order_by(_column.place)
)


def call_in_event_of(row: Row) -> CallInEvent:
    """The fact of a row."""
    return CallInEvent(
        number=row["number"],
        kind=CallInKind(row["kind"]),
        domain=row["domain"],
        tier=row["tier"],
        user=row["user_id"],
        part=Part(row["part"]) if row["part"] else None,
        at=row["at"],
        by=row["by"],
    )


class CallInReads:
    """Reads of call-ins."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def of_case(self, case: str) -> tuple[CallInEvent, ...]:
        """What happened with the call-ins of a case, in its order."""
        rows = self._snapshot.rows(_OF_CASE, {"its_case": case})
        return tuple(call_in_event_of(row) for row in rows)


class CallInRecords(CallInReads):
    """The same inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def note(self, case: str, place: int, events: Sequence[CallInEvent]) -> None:
        """Write down what happened, from a place on. Where somebody else was quicker it is a
        Conflict, and the unit is tried again."""
        self._unit.write(case_call_in_event_table.insert(), list(_rows(case, place, events)))


def _rows(case: str, first: int, events: Iterable[CallInEvent]) -> Iterable[dict[str, object]]:
    for place, each in enumerate(events, start=first):
        yield {
            "case_id": case,
            "place": place,
            "number": each.number,
            "kind": each.kind.value,
            "domain": each.domain,
            "tier": each.tier,
            "user_id": each.user,
            "part": each.part.value if each.part else "",
            "at": each.at,
            "by": each.by,
        }

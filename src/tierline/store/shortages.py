"""What was lacking of people when it was looked at last, of which the leads know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from tierline.kernel.instants import from_micros, to_micros
from tierline.routing.shortage import Told
from tierline.store.columns import Document, Instant, Words
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

told_shortage_table = table(
    "told_shortage",
    sa.Column("about", Words, primary_key=True),
    sa.Column("stretches", Document, nullable=False),
    sa.Column("looked_at", Instant, nullable=False),
    sa.Column("told_at", Instant, nullable=False),
)
_REMOVE = told_shortage_table.delete().where(
    told_shortage_table.c.about == sa.bindparam("its_about")
)


class ShortageReads:
    """Reads of what leads were told of."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def told(self) -> dict[str, Told]:
        """All of it, by matter."""
        rows = self._snapshot.execute(sa.select(told_shortage_table)).mappings()
        return {row["about"]: _told_of(row) for row in rows}


class ShortageRecords(ShortageReads):
    """The same inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def keep(self, known: Iterable[Told]) -> None:
        """Write what is known of matters from now on."""
        insert = self._unit.insert_or_set(told_shortage_table, "about")
        self._unit.write(insert, [_row_of(each) for each in known])

    def forget(self, matters: Sequence[str]) -> None:
        """These are over: where they come back, that is told."""
        self._unit.write(_REMOVE, [{"its_about": about} for about in matters])


def _row_of(told: Told) -> dict[str, object]:
    return {
        "about": told.about,
        "stretches": [[to_micros(start), to_micros(end)] for start, end in told.stretches],
        "looked_at": told.looked_at,
        "told_at": told.told_at,
    }


def _told_of(row: sa.RowMapping) -> Told:
    return Told(
        about=row["about"],
        stretches=tuple((from_micros(start), from_micros(end)) for start, end in row["stretches"]),
        looked_at=row["looked_at"],
        told_at=row["told_at"],
    )

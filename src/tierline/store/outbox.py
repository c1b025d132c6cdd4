"""The outbox: the sealed journal, read in the order of its positions.

Seals have positions without gaps, so a reader that keeps one number misses nothing and sees nothing
twice: whatever is written into the journal is, in the same unit, in the outbox (decision 0123).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from tierline.kernel.errors import Conflict
from tierline.kernel.facts import Fact
from tierline.store.columns import Whole, Words
from tierline.store.journal import fact_of, fact_table, unsealed_table
from tierline.store.prepared_reads import any_of
from tierline.store.schema import table
from tierline.store.seals import head_of, seal_table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

bookmark_table = table(
    "bookmark",
    sa.Column("reader", Words, primary_key=True),
    sa.Column("position", Whole, nullable=False),
)
_column = bookmark_table.c
_POSITION = sa.select(_column.position).where(_column.reader == sa.bindparam("its_reader"))
_UNSEALED = sa.select(unsealed_table.c.fact_id).limit(1)
_place, _fact = seal_table.c.position, fact_table.c
_NEXT = (
    sa.select(_place, *fact_table.c)
    .join(fact_table, seal_table.c.fact_id == _fact.id)
    .where(_place > sa.bindparam("seen"))
    .order_by(_place)
    .limit(sa.bindparam("most"))
)
_SUBJECTS = (
    sa.select(_fact.subject)
    .distinct()
    .join(seal_table, seal_table.c.fact_id == _fact.id)
    .where(
        _place > sa.bindparam("seen"),
        _place <= sa.bindparam("upto"),
        _fact.kind.in_(any_of("kinds")),
    )
    .order_by(_fact.subject)
)
_MOVE = (
    bookmark_table.update()
    .where(_column.reader == sa.bindparam("moved"), _column.position == sa.bindparam("seen"))
    .values(position=sa.bindparam("to"))
)


@dataclass(frozen=True, slots=True)
class Published:
    """A fact and its place in the journal."""

    position: int
    fact: Fact


class OutboxReads:
    """Reads of the outbox."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def position(self, reader: str) -> int:
        """How far a reader has come; 0 at its beginning."""
        found = self._snapshot.row(_POSITION, {"its_reader": reader})
        return 0 if found is None else int(found.position)

    def head(self) -> int:
        """The last position that there is."""
        return head_of(self._snapshot).position

    def has_unsealed(self) -> bool:
        """Whether a fact waits for its seal."""
        return self._snapshot.row(_UNSEALED, {}) is not None

    def oldest_unsealed(self) -> datetime | None:
        """When the fact was recorded that waits for its seal longest; None where none waits."""
        chosen = (
            sa.select(fact_table.c.recorded_at)
            .join(unsealed_table, unsealed_table.c.fact_id == fact_table.c.id)
            .order_by(unsealed_table.c.fact_id)
            .limit(1)
        )
        return self._snapshot.execute(chosen).scalar()

    def after(self, position: int, *, limit: int) -> tuple[Published, ...]:
        """The next facts behind a position, in order."""
        rows = self._snapshot.rows(_NEXT, {"seen": position, "most": limit})
        return tuple(Published(row.position, fact_of(row)) for row in rows)

    def subjects_after(self, position: int, kinds: Collection[str], *, upto: int) -> list[str]:
        """Of whom there are facts of these kinds behind a position, in order."""
        asked = {"seen": position, "upto": upto, "kinds": sorted(kinds)}
        return [row.subject for row in self._snapshot.rows(_SUBJECTS, asked)]


class OutboxRecords(OutboxReads):
    """The outbox inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def move(self, reader: str, *, seen: int, to: int) -> None:
        """Move a reader on. Conflict where it does not stand at `seen` any more."""
        insert = self._unit.insert_new(bookmark_table, "reader")
        self._unit.write(insert, {"reader": reader, "position": 0})
        if self._unit.write(_MOVE, {"moved": reader, "seen": seen, "to": to}) != 1:
            raise Conflict(f"The reader '{reader}' was moved by somebody else.", code="moved_on")

"""Blocks of senders, and what is held back by them or by a filter: to be let in for a month."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tierline.cases.blocked_sender import BlockedSender, patterns_for
from tierline.kernel.errors import NotFound
from tierline.kernel.ids import BlockId
from tierline.store.columns import Document, Instant, Words
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

blocked_sender_table = table(
    "blocked_sender",
    sa.Column("id", Words, primary_key=True),
    sa.Column("pattern", Words, nullable=False),
    sa.Column("reason", Words, nullable=False),
    sa.Column("owner", Words, nullable=False),
    sa.Column("blocked_at", Instant, nullable=False),
    sa.Column("until", Instant),
    sa.Column("lifted_at", Instant),
    sa.Column("lifted_by", Words),
    sa.Index("blocked_sender_pattern", "pattern", "id"),
)
held_mail_table = table(
    "held_mail",
    sa.Column("mail_id", Words, sa.ForeignKey("mail.id"), primary_key=True),
    sa.Column("content", Document, nullable=False),
)
_block, _held = blocked_sender_table.c, held_mail_table.c
_INSERT, _HOLD = blocked_sender_table.insert(), held_mail_table.insert()
_LIFT = (
    blocked_sender_table.update()
    .where(_block.id == sa.bindparam("its_id"))
    .values(lifted_at=sa.bindparam("at", type_=Instant), lifted_by=sa.bindparam("by"))
)
_LET_GO = held_mail_table.delete().where(_held.mail_id == sa.bindparam("its_mail"))
_CLEAR = (
    blocked_sender_table.update()
    .where(_block.id == sa.bindparam("its_id"))
    .values(pattern=sa.bindparam("new_text"), reason=sa.bindparam("new_text"))
)


class BlockedSenderReads:
    """Reads of blocks, and of what is held."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def get(self, block: str) -> BlockedSender:
        """The block of an id. Raises NotFound."""
        chosen = sa.select(blocked_sender_table).where(_block.id == block)
        row = self._snapshot.execute(chosen).mappings().first()
        if row is None:
            raise NotFound(f"There is no block '{block}'.")
        return block_of(row)

    def against(self, address: str, at: datetime) -> BlockedSender | None:
        """What holds mail of an address back at an instant: the narrowest block of all."""
        patterns = patterns_for(address)
        chosen = sa.select(blocked_sender_table).where(_block.pattern.in_(patterns))
        rows = self._snapshot.execute(chosen.order_by(_block.id)).mappings()
        found = [each for each in map(block_of, rows) if each.is_in_force(at)]
        return min(found, key=lambda each: patterns.index(each.pattern), default=None)

    def held(self, mail: str) -> Any:
        """What is kept of a mail that was held back, to let it in; None where nothing is."""
        return self._snapshot.execute(
            sa.select(_held.content).where(_held.mail_id == mail)
        ).scalar_one_or_none()


class BlockedSenderRecords(BlockedSenderReads):
    """The same inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def add(self, block: BlockedSender) -> None:
        """Write a new block."""
        self._unit.write(
            _INSERT,
            {
                "id": block.id,
                "pattern": block.pattern,
                "reason": block.reason,
                "owner": block.owner,
                "blocked_at": block.blocked_at,
                "until": block.until,
                "lifted_at": block.lifted_at,
                "lifted_by": block.lifted_by,
            },
        )

    def lift(self, block: str, *, at: datetime, by: str) -> None:
        """Write that a block is over."""
        self._unit.write(_LIFT, {"its_id": block, "at": at, "by": by})

    def hold(self, mail: str, content: Any) -> None:
        """Keep what letting a mail in needs."""
        self._unit.write(_HOLD, {"mail_id": mail, "content": content})

    def let_go(self, mails: Collection[str]) -> None:
        """Keep it no longer."""
        self._unit.write(_LET_GO, [{"its_mail": each} for each in sorted(mails)])

    def erase_people(self, addresses: Collection[str], instead: str) -> None:
        """Clear blocks of these addresses: they are over, since nobody can be told by them."""
        chosen = sa.select(_block.id).where(_block.pattern.in_(sorted(addresses)))
        rows = [{"its_id": each, "new_text": instead}
                for each in self._unit.execute(chosen).scalars()]  # fmt: skip
        self._unit.write(_CLEAR, rows)


def block_of(row: sa.RowMapping) -> BlockedSender:
    """The block of a row."""
    return BlockedSender(
        id=BlockId(row["id"]),
        pattern=row["pattern"],
        reason=row["reason"],
        owner=row["owner"],
        blocked_at=row["blocked_at"],
        until=row["until"],
        lifted_at=row["lifted_at"],
        lifted_by=row["lifted_by"],
    )

"""Keys that clients gave their requests, and what was answered to each, for a day.

A key is written in the unit that makes the change it stands for: either both are there, or neither.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from tierline.store.columns import Document, Instant, Words
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

KEPT_FOR = timedelta(hours=24)
idempotency_key_table = table(
    "idempotency_key",
    sa.Column("id", Words, primary_key=True),
    sa.Column("asked", Words, nullable=False),
    sa.Column("answer", Document),
    sa.Column("about", Words),
    sa.Column("made_at", Instant, nullable=False),
    sa.Index("idempotency_key_about", "about"),
    sa.Index("idempotency_key_made_at", "made_at"),
)
_column = idempotency_key_table.c
_TAKE_OVER = (
    idempotency_key_table.update()
    .where(
        _column.id == sa.bindparam("key"),
        _column.made_at == sa.bindparam("seen_at", type_=Instant),
    )
    .values(
        asked=sa.bindparam("new_asked"),
        answer=sa.null(),
        about=sa.null(),
        made_at=sa.bindparam("new_at", type_=Instant),
    )
)
_FINISH = (
    idempotency_key_table.update()
    .where(_column.id == sa.bindparam("key"))
    .values(answer=sa.bindparam("new_answer", type_=Document), about=sa.bindparam("new_about"))
)
_FORGET_ANSWER = (
    idempotency_key_table.update()
    .where(_column.about == sa.bindparam("record"))
    .values(answer=sa.null(), about=sa.null())
)


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key that was used: the digest of what was asked, and the answer. None where the answer
    is kept nowhere, because it held a secret or somebody's data."""

    asked: str
    answer: dict[str, Any] | None


_ANY = sa.select(_column.id).limit(1)


class IdempotencyReads:
    """Reads of keys."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def are_there_any(self) -> bool:
        """Whether a key is kept at all."""
        return self._snapshot.row(_ANY, {}) is not None


class IdempotencyRecords(IdempotencyReads):
    """Keys inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def begin(self, key: str, asked: str, now: datetime) -> KnownKey | None:
        """Take a key; what is known of it, where somebody has it. Another unit that takes it at
        the same time waits for this one, or runs again after it."""
        insert = self._unit.insert_new(idempotency_key_table, "id")
        row = {"id": key, "asked": asked, "answer": None, "about": None, "made_at": now}
        while self._unit.write(insert, row) == 0:
            found = self._known(key)
            if found is None:  # an old one was just forgotten
                continue
            if found.made_at > now - KEPT_FOR:
                return KnownKey(found.asked, found.answer)
            taken = {"key": key, "new_asked": asked, "new_at": now, "seen_at": found.made_at}
            if self._unit.write(_TAKE_OVER, taken) == 1:
                break
        return None

    def _known(self, key: str) -> sa.Row[Any] | None:
        chosen = sa.select(idempotency_key_table).where(_column.id == key)
        return self._unit.execute(chosen).one_or_none()

    def finish(self, key: str, answer: dict[str, Any], about: str | None = None) -> None:
        """Keep what is answered to a key that this unit took; `about` is the contact or account
        whose people it may name."""
        self._unit.write(_FINISH, {"key": key, "new_answer": answer, "new_about": about})

    def forget_answers(self, about: Iterable[str]) -> None:
        """Keep no answer about one of these records; that it was given stays known."""
        self._unit.write(_FORGET_ANSWER, [{"record": each} for each in sorted(set(about))])

    def forget_before(self, instant: datetime, *, limit: int) -> int:
        """Forget the oldest keys that were taken until an instant; how many."""
        oldest = (
            sa.select(_column.id)
            .where(_column.made_at <= instant)
            .order_by(_column.made_at)
            .limit(limit)
        )
        found = list(self._unit.execute(oldest).scalars())
        if found:
            self._unit.execute(idempotency_key_table.delete().where(_column.id.in_(found)))
        return len(found)

"""Chats and shared channels: who is there, when a chat ended, and which thread is which case."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from tierline.cases.chat import HERE_FOR, ChatEnd, ChatMark, OutsideMessage
from tierline.store.cases import case_event_table
from tierline.store.columns import Instant, Whole, Words
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

chat_end_table = table(
    "chat_end",
    sa.Column("case_id", Words, sa.ForeignKey("support_case.id"), primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", Words, nullable=False),
)
chat_presence_table = table(
    "chat_presence",
    sa.Column("case_id", Words, sa.ForeignKey("support_case.id"), primary_key=True),
    sa.Column("user_id", Words, sa.ForeignKey("user.id"), primary_key=True),
    sa.Column("is_ours", Whole, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
)
outside_thread_table = table(
    "outside_thread",
    sa.Column("source", Words, primary_key=True),
    sa.Column("thread", Words, primary_key=True),
    sa.Column("case_id", Words, sa.ForeignKey("support_case.id"), nullable=False),
    sa.Index("outside_thread_case_id", "case_id"),
)
outside_message_table = table(
    "outside_message",
    sa.Column("source", Words, primary_key=True),
    sa.Column("thread", Words, primary_key=True),
    sa.Column("message", Words, primary_key=True),
    sa.Column("case_id", Words, sa.ForeignKey("support_case.id"), nullable=False),
    sa.Column("digest", Words, nullable=False),
    sa.Index("outside_message_case_id", "case_id"),
)
_end, _there, _event = chat_end_table.c, chat_presence_table.c, case_event_table.c
_thread, _message = outside_thread_table.c, outside_message_table.c
_INSERT_END, _INSERT_MESSAGE = chat_end_table.insert(), outside_message_table.insert()
_SEEN = (
    chat_presence_table.update()
    .where(_there.case_id == sa.bindparam("its_case"), _there.user_id == sa.bindparam("its_user"))
    .values(seen_at=sa.bindparam("new_at", type_=Instant))
)
_GONE = chat_presence_table.delete().where(
    _there.case_id == sa.bindparam("its_case"), _there.user_id == sa.bindparam("its_user")
)
_POINT = (
    outside_thread_table.update()
    .where(
        _thread.source == sa.bindparam("its_source"), _thread.thread == sa.bindparam("its_thread")
    )
    .values(case_id=sa.bindparam("new_case"))
)
_NOTE = "private_note"


class ChatReads:
    """Reads of chats."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def end_of(self, case: str) -> ChatEnd | None:
        """When a chat was ended; None where it goes on."""
        row = self._snapshot.execute(sa.select(chat_end_table).where(_end.case_id == case)).first()
        return None if row is None else ChatEnd(row.at, row.by)

    def marks(self, cases: Collection[str], now: datetime) -> dict[str, ChatMark]:
        """How chats stand; three queries."""
        wanted = sorted(cases)
        counted = (
            sa.select(_event.case_id, sa.func.count().label("facts"))
            .where(_event.case_id.in_(wanted), _event.kind != _NOTE)
            .group_by(_event.case_id)
        )
        facts = {row.case_id: row.facts for row in self._snapshot.execute(counted)}
        there = sa.select(chat_presence_table).where(
            _there.case_id.in_(wanted), _there.seen_at > now - HERE_FOR
        )
        sides: dict[tuple[str, bool], list[str]] = {}
        for row in self._snapshot.execute(there.order_by(_there.user_id)):
            sides.setdefault((row.case_id, bool(row.is_ours)), []).append(row.user_id)
        ends = sa.select(_end.case_id).where(_end.case_id.in_(wanted))
        ended = set(self._snapshot.execute(ends).scalars())
        return {
            case: ChatMark(
                facts.get(case, 0),
                tuple(sides.get((case, True), ())),
                tuple(sides.get((case, False), ())),
                case in ended,
            )
            for case in wanted
        }

    def case_of_thread(self, source: str, thread: str) -> str | None:
        """The case that a thread of another tool is now; None where it is none yet."""
        chosen = sa.select(_thread.case_id).where(
            _thread.source == source, _thread.thread == thread
        )
        return self._snapshot.execute(chosen).scalar()

    def outside_message(self, source: str, thread: str, message: str) -> OutsideMessage | None:
        """A message that was taken before."""
        chosen = sa.select(outside_message_table).where(
            _message.source == source, _message.thread == thread, _message.message == message
        )
        row = self._snapshot.execute(chosen).first()
        return None if row is None else OutsideMessage(row.case_id, row.digest)


class ChatRecords(ChatReads):
    """The same inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def end(self, case: str, *, at: datetime, by: str) -> None:
        """Write that a chat is over."""
        self._unit.write(_INSERT_END, {"case_id": case, "at": at, "by": by})

    def see(self, case: str, user: str, *, is_ours: bool, at: datetime) -> None:
        """Somebody is there."""
        new = self._unit.insert_new(chat_presence_table, "case_id", "user_id")
        row = {"case_id": case, "user_id": user, "is_ours": int(is_ours), "seen_at": at}
        self._unit.write(new, [row])
        self._unit.write(_SEEN, {"its_case": case, "its_user": user, "new_at": at})

    def leave(self, case: str, user: str) -> None:
        """Somebody went."""
        self._unit.write(_GONE, {"its_case": case, "its_user": user})

    def point(self, source: str, thread: str, case: str) -> None:
        """A thread of another tool is this case from now on."""
        new = self._unit.insert_new(outside_thread_table, "source", "thread")
        self._unit.write(new, [{"source": source, "thread": thread, "case_id": case}])
        self._unit.write(_POINT, {"its_source": source, "its_thread": thread, "new_case": case})

    def take(self, key: tuple[str, str, str], taken: OutsideMessage) -> None:
        """Write that a message (tool, thread, id) was taken. The same again is a Conflict."""
        source, thread, message = key
        self._unit.write(
            _INSERT_MESSAGE,
            {
                "source": source,
                "thread": thread,
                "message": message,
                "case_id": taken.case,
                "digest": taken.digest,
            },
        )

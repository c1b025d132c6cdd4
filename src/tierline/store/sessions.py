"""Sessions in the database, and the tries to sign in that did not end well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa

from tierline.access.session import Session
from tierline.access.throttle import Tries
from tierline.kernel.errors import NotFound
from tierline.kernel.ids import SessionId, UserId
from tierline.store.columns import Instant, Words
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

session_table = table(
    "session",
    sa.Column("id", Words, primary_key=True),
    sa.Column("digest", Words, nullable=False, unique=True),
    sa.Column("user_id", Words, sa.ForeignKey("user.id"), nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("last_seen_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("confirmed_at", Instant),
    sa.Column("ended_at", Instant),
    sa.Index("session_user_id", "user_id"),
    sa.Index("session_expires_at", "expires_at"),
)
sign_in_try_table = table(
    "sign_in_try",
    sa.Column("key", Words, primary_key=True),
    sa.Column("at", Instant, primary_key=True),
    sa.Index("sign_in_try_at", "at"),
)
_column, _try = session_table.c, sign_in_try_table.c
_INSERT = session_table.insert()
_OPEN = _column.ended_at.is_(None)
_END = (
    session_table.update()
    .where(_column.id == sa.bindparam("session"), _OPEN)
    .values(ended_at=sa.bindparam("ended"))
)
_END_OF_USER = (
    session_table.update()
    .where(_column.user_id == sa.bindparam("user"), _OPEN)
    .values(ended_at=sa.bindparam("ended"))
)
_SEE = (
    session_table.update()
    .where(_column.id == sa.bindparam("session"), _column.last_seen_at < sa.bindparam("seen"))
    .values(last_seen_at=sa.bindparam("seen"))
)
_FORGET = session_table.delete().where(_column.expires_at < sa.bindparam("before"))
_FORGIVE = sign_in_try_table.delete().where(_try.key == sa.bindparam("its_key"))
_FORGIVE_ONE = sign_in_try_table.delete().where(
    _try.key == sa.bindparam("its_key"), _try.at == sa.bindparam("its_instant")
)
_FORGET_TRIES = sign_in_try_table.delete().where(_try.at < sa.bindparam("before"))


class SessionReads:
    """Reads of sessions."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def get(self, session: str) -> Session:
        """The session of an id. Raises NotFound."""
        chosen = sa.select(session_table).where(_column.id == session)
        row = self._snapshot.execute(chosen).mappings().first()
        if row is None:
            raise NotFound(f"There is no session '{session}'.")
        return session_of(row)

    def by_digest(self, digest: str) -> Session | None:
        """The session of a cookie."""
        chosen = sa.select(session_table).where(_column.digest == digest)
        row = self._snapshot.execute(chosen).mappings().first()
        return None if row is None else session_of(row)

    def tries(self, keys: Iterable[str], *, since: datetime) -> dict[str, Tries]:
        """How often something was tried under each key since an instant, and when last."""
        count, last = sa.func.count().label("count"), sa.func.max(_try.at).label("last")
        chosen = sa.select(_try.key, count, last).where(_try.key.in_(list(keys)), _try.at >= since)
        rows = self._snapshot.execute(chosen.group_by(_try.key)).mappings()
        return {row["key"]: Tries(int(row["count"]), row["last"]) for row in rows}


class SessionRecords(SessionReads):
    """Sessions inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit
        self.has_ended = False

    def add(self, session: Session, digest: str) -> None:
        """Write a new session."""
        self._unit.write(
            _INSERT,
            {
                "id": session.id,
                "digest": digest,
                "user_id": session.user,
                "made_at": session.made_at,
                "last_seen_at": session.last_seen_at,
                "expires_at": session.expires_at,
                "confirmed_at": session.confirmed_at,
                "ended_at": session.ended_at,
            },
        )

    def end(self, session: str, *, at: datetime) -> bool:
        """Sign out; False where it has ended."""
        self.has_ended = True
        return self._unit.write(_END, {"session": session, "ended": at}) == 1

    def end_of_user(self, user: str, *, at: datetime) -> int:
        """Sign a user out everywhere; of how many sessions."""
        self.has_ended = True
        return self._unit.write(_END_OF_USER, {"user": user, "ended": at})

    def see_all(self, seen: Mapping[str, datetime]) -> None:
        """Note when sessions were seen; an earlier instant changes nothing."""
        self._unit.write(
            _SEE, [{"session": session, "seen": at} for session, at in sorted(seen.items())]
        )

    def end_all(self, over: Mapping[str, datetime]) -> None:
        """End sessions whose time has run out."""
        self._unit.write(
            _END, [{"session": session, "ended": at} for session, at in sorted(over.items())]
        )

    def add_try(self, keys: Iterable[str], *, at: datetime) -> None:
        """Count a try under each key."""
        insert = self._unit.insert_new(sign_in_try_table, "key", "at")
        self._unit.write(insert, [{"key": key, "at": at} for key in keys])

    def forgive(self, keys: Iterable[str]) -> None:
        """Let the tries go that were counted under these keys."""
        self._unit.write(_FORGIVE, [{"its_key": key} for key in keys])

    def forgive_one(self, key: str, *, at: datetime) -> None:
        """Let the one try go that was counted at an instant."""
        self._unit.write(_FORGIVE_ONE, {"its_key": key, "its_instant": at})

    def forget(self, *, before: datetime, tries_before: datetime) -> None:
        """Let go of what nobody asks for any more: sessions and tries that are long over."""
        self._unit.write(_FORGET, {"before": before})
        self._unit.write(_FORGET_TRIES, {"before": tries_before})


def session_of(row: sa.RowMapping) -> Session:
    """The session of a row."""
    return Session(
        id=SessionId(row["id"]),
        user=UserId(row["user_id"]),
        made_at=row["made_at"],
        last_seen_at=row["last_seen_at"],
        expires_at=row["expires_at"],
        confirmed_at=row["confirmed_at"],
        ended_at=row["ended_at"],
    )

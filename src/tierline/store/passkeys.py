"""Passkeys in the database, and the challenges that wait for an answer of one."""

from __future__ import annotations

import base64
from datetime import datetime

import sqlalchemy as sa

from tierline.access.passkey import Ceremony, Challenge, Passkey
from tierline.kernel.ids import PasskeyId, UserId
from tierline.store.columns import Instant, Whole, Words
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

passkey_table = table(
    "passkey",
    sa.Column("id", Words, primary_key=True),
    sa.Column("user_id", Words, sa.ForeignKey("user.id"), nullable=False),
    sa.Column("name", Words, nullable=False),
    sa.Column("credential", Words, nullable=False, unique=True),
    sa.Column("key", Words, nullable=False),
    sa.Column("counter", Whole, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("used_at", Instant),
    sa.Index("passkey_user_id", "user_id"),
)
passkey_challenge_table = table(
    "passkey_challenge",
    sa.Column("digest", Words, primary_key=True),
    sa.Column("ceremony", Words, primary_key=True),
    sa.Column("content", Words, nullable=False),
    sa.Column("user_id", Words, sa.ForeignKey("user.id")),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Index("passkey_challenge_expires_at", "expires_at"),
    sa.Index("passkey_challenge_user_id", "user_id"),
)
_column, _challenge = passkey_table.c, passkey_challenge_table.c
_INSERT = passkey_table.insert()
_INSERT_CHALLENGE = passkey_challenge_table.insert()
_REMOVE = passkey_table.delete().where(_column.id == sa.bindparam("passkey"))
_NOTE_USE = (
    passkey_table.update()
    .where(_column.id == sa.bindparam("passkey"), _column.counter == sa.bindparam("known"))
    .values(counter=sa.bindparam("shown"), used_at=sa.bindparam("used"))
)
_TAKE = passkey_challenge_table.delete().where(
    _challenge.digest == sa.bindparam("its_digest"),
    _challenge.ceremony == sa.bindparam("its_ceremony"),
)
_FORGET = passkey_challenge_table.delete().where(_challenge.expires_at <= sa.bindparam("past"))


class PasskeyReads:
    """Reads of passkeys."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def of_user(self, user: str) -> tuple[Passkey, ...]:
        """A user's passkeys, the oldest first."""
        chosen = sa.select(passkey_table).where(_column.user_id == user).order_by(_column.id)
        return tuple(_passkey(row) for row in self._snapshot.execute(chosen).mappings())

    def by_credential(self, credential: str) -> Passkey | None:
        """The passkey that a device knows by this id."""
        chosen = sa.select(passkey_table).where(_column.credential == credential)
        row = self._snapshot.execute(chosen).mappings().first()
        return None if row is None else _passkey(row)


class PasskeyRecords(PasskeyReads):
    """Passkeys inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def add(self, passkey: Passkey) -> None:
        """Write a new passkey."""
        self._unit.write(
            _INSERT,
            {
                "id": passkey.id,
                "user_id": passkey.user,
                "name": passkey.name,
                "credential": passkey.credential,
                "key": passkey.key,
                "counter": passkey.counter,
                "made_at": passkey.made_at,
                "used_at": passkey.used_at,
            },
        )

    def remove(self, passkey: str) -> None:
        """Take a passkey away."""
        self._unit.write(_REMOVE, {"passkey": passkey})

    def note_use(self, passkey: str, *, known: int, counter: int, at: datetime) -> bool:
        """Write how often it has signed; False where another use came between."""
        values = {"passkey": passkey, "known": known, "shown": counter, "used": at}
        return self._unit.write(_NOTE_USE, values) == 1

    def put_challenge(self, digest: str, challenge: Challenge) -> None:
        """Write a challenge in place of an older one of the same cookie."""
        self._unit.write(_TAKE, {"its_digest": digest, "its_ceremony": challenge.ceremony.value})
        self._unit.write(
            _INSERT_CHALLENGE,
            {
                "digest": digest,
                "ceremony": challenge.ceremony.value,
                "content": base64.b64encode(challenge.content).decode(),
                "user_id": challenge.user,
                "expires_at": challenge.expires_at,
            },
        )

    def take_challenge(self, digest: str, ceremony: Ceremony) -> Challenge | None:
        """A challenge, taken away: of two who ask at once one gets it."""
        chosen = sa.select(passkey_challenge_table).where(
            _challenge.digest == digest, _challenge.ceremony == ceremony.value
        )
        row = self._unit.execute(chosen).first()
        taken = self._unit.write(_TAKE, {"its_digest": digest, "its_ceremony": ceremony.value})
        if row is None or taken != 1:
            return None
        return Challenge(
            ceremony=ceremony,
            content=base64.b64decode(row.content),
            user=row.user_id,
            expires_at=row.expires_at,
        )

    def forget_challenges(self, *, before: datetime) -> None:
        """Take away those whose time is over."""
        self._unit.write(_FORGET, {"past": before})


def _passkey(row: sa.RowMapping) -> Passkey:
    return Passkey(
        id=PasskeyId(row["id"]),
        user=UserId(row["user_id"]),
        name=row["name"],
        credential=row["credential"],
        key=row["key"],
        counter=row["counter"],
        made_at=row["made_at"],
        used_at=row["used_at"],
    )

"""Invitations and password resets in the database: the digest of each link, never the link."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from tierline.access.invitation import Invitation, PasswordReset
from tierline.access.role import Role
from tierline.kernel.errors import NotFound
from tierline.kernel.ids import InvitationId, UserId
from tierline.store.columns import Document, Instant, Words
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

invitation_table = table(
    "invitation",
    sa.Column("id", Words, primary_key=True),
    sa.Column("digest", Words, nullable=False, unique=True),
    sa.Column("email", Words),
    sa.Column("roles", Document, nullable=False),
    sa.Column("account_id", Words, sa.ForeignKey("account.id")),
    sa.Column("made_by", Words, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Index("invitation_account_id", "account_id"),
    sa.Index("invitation_email", "email"),
    sa.Index("invitation_made_by", "made_by"),
)
password_reset_table = table(
    "password_reset",
    sa.Column("digest", Words, primary_key=True),
    sa.Column("user_id", Words, sa.ForeignKey("user.id"), nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("used_at", Instant),
    sa.Index("password_reset_user_id", "user_id"),
)
_column, _reset = invitation_table.c, password_reset_table.c
_INSERT = invitation_table.insert()
_INSERT_RESET = password_reset_table.insert()
_OPEN = _column.ended_at.is_(None)
_END = (
    invitation_table.update()
    .where(_column.id == sa.bindparam("invitation"), _OPEN)
    .values(ended_at=sa.bindparam("ended"))
)
_END_FOR_EMAIL = (
    invitation_table.update()
    .where(_column.email == sa.bindparam("address"), _OPEN)
    .values(ended_at=sa.bindparam("ended"))
)
_END_OF_FIRST = (
    invitation_table.update()
    .where(_column.email.is_(None), _OPEN)
    .values(ended_at=sa.bindparam("ended"))
)
_USE_RESETS = (
    password_reset_table.update()
    .where(_reset.user_id == sa.bindparam("user"), _reset.used_at.is_(None))
    .values(used_at=sa.bindparam("used"))
)


class InvitationReads:
    """Reads of invitations."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def get(self, invitation: str) -> Invitation:
        """The invitation of an id. Raises NotFound."""
        found = self._one(_column.id == invitation)
        if found is None:
            raise NotFound(f"There is no invitation '{invitation}'.")
        return found

    def by_digest(self, digest: str) -> Invitation | None:
        """The invitation of a link."""
        return self._one(_column.digest == digest)

    def reset_by_digest(self, digest: str) -> PasswordReset | None:
        """The password reset of a link."""
        chosen = sa.select(password_reset_table).where(_reset.digest == digest)
        row = self._snapshot.execute(chosen).first()
        if row is None:
            return None
        return PasswordReset(
            user=UserId(row.user_id),
            made_at=row.made_at,
            expires_at=row.expires_at,
            used_at=row.used_at,
        )

    def _one(self, condition: sa.ColumnElement[bool]) -> Invitation | None:
        chosen = sa.select(invitation_table).where(condition)
        row = self._snapshot.execute(chosen).mappings().first()
        return None if row is None else invitation_of(row)


class InvitationRecords(InvitationReads):
    """Invitations inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def add(self, invitation: Invitation, digest: str) -> None:
        """Write a new invitation."""
        self._unit.write(
            _INSERT,
            {
                "id": invitation.id,
                "digest": digest,
                "email": invitation.email,
                "roles": sorted(invitation.roles),
                "account_id": invitation.account,
                "made_by": invitation.made_by,
                "made_at": invitation.made_at,
                "expires_at": invitation.expires_at,
                "ended_at": invitation.ended_at,
            },
        )

    def end(self, invitation: str, *, at: datetime) -> bool:
        """Accept it or take it back; False where it has ended."""
        return self._unit.write(_END, {"invitation": invitation, "ended": at}) == 1

    def end_for_email(self, email: str, *, at: datetime) -> None:
        """Take back what is open for an address."""
        self._unit.write(_END_FOR_EMAIL, {"address": email, "ended": at})

    def end_made_by(self, makers: Sequence[str], *, at: datetime) -> None:
        """Take back what these made."""
        chosen = sa.select(_column.id).where(_column.made_by.in_(makers), _OPEN)
        found = self._unit.execute(chosen.order_by(_column.id)).scalars()
        self._unit.write(_END, [{"invitation": each, "ended": at} for each in found])

    def end_of_first(self, *, at: datetime) -> None:
        """Take back every code for setting the installation up."""
        self._unit.write(_END_OF_FIRST, {"ended": at})

    def add_reset(self, reset: PasswordReset, digest: str) -> None:
        """Write a new password reset."""
        self._unit.write(
            _INSERT_RESET,
            {
                "digest": digest,
                "user_id": reset.user,
                "made_at": reset.made_at,
                "expires_at": reset.expires_at,
                "used_at": reset.used_at,
            },
        )

    def use_resets(self, user: str, *, at: datetime) -> int:
        """Use up every open link of a user; how many there were."""
        return self._unit.write(_USE_RESETS, {"user": user, "used": at})


def invitation_of(row: sa.RowMapping) -> Invitation:
    """The invitation of a row."""
    return Invitation(
        id=InvitationId(row["id"]),
        email=row["email"],
        roles=frozenset(Role(role) for role in row["roles"]),
        account=row["account_id"],
        made_by=row["made_by"],
        made_at=row["made_at"],
        expires_at=row["expires_at"],
        ended_at=row["ended_at"],
    )

"""Tokens in the database: the digest of each secret, never the secret."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from tierline.access.permission import Permission
from tierline.access.role import Role
from tierline.access.token import Token
from tierline.kernel.errors import NotFound
from tierline.kernel.ids import TokenId
from tierline.store.columns import Document, Instant, Words
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

token_table = table(
    "token",
    sa.Column("id", Words, primary_key=True),
    sa.Column("digest", Words, nullable=False, unique=True),
    sa.Column("shown", Words, nullable=False),
    sa.Column("name", Words, nullable=False),
    sa.Column("role", Words, nullable=False),
    sa.Column("scopes", Document),
    sa.Column("account_id", Words, sa.ForeignKey("account.id")),
    sa.Column("made_by", Words, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("expires_at", Instant),
    sa.Column("last_used_at", Instant),
    sa.Column("revoked_at", Instant),
    sa.Index("token_account_id", "account_id"),
    sa.Index("token_made_by", "made_by"),
)
_column = token_table.c
_INSERT = token_table.insert()
_OPEN = _column.revoked_at.is_(None)
_REVOKE = (
    token_table.update()
    .where(_column.id == sa.bindparam("token"), _OPEN)
    .values(revoked_at=sa.bindparam("revoked"))
)
_MARK_USED = (
    token_table.update()
    .where(
        _column.id == sa.bindparam("token"),
        sa.or_(_column.last_used_at.is_(None), _column.last_used_at < sa.bindparam("used")),
    )
    .values(last_used_at=sa.bindparam("used"))
)


class TokenReads:
    """Reads of tokens."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def get(self, token: str) -> Token:
        """The token of an id. Raises NotFound."""
        found = self._one(_column.id == token)
        if found is None:
            raise NotFound(f"There is no token '{token}'.")
        return found

    def by_digest(self, digest: str) -> Token | None:
        """The token of a secret."""
        return self._one(_column.digest == digest)

    def digest_of(self, token: str) -> str | None:
        """What is kept of a token's secret; None where there is no such token."""
        chosen = sa.select(_column.digest).where(_column.id == token)
        return self._snapshot.execute(chosen).scalar()

    def _one(self, condition: sa.ColumnElement[bool]) -> Token | None:
        row = self._snapshot.execute(sa.select(token_table).where(condition)).mappings().first()
        return None if row is None else token_of(row)


class TokenRecords(TokenReads):
    """Tokens inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit
        self.has_revoked = False

    def add(self, token: Token, digest: str) -> None:
        """Write a new token."""
        self._unit.write(
            _INSERT,
            {
                "id": token.id,
                "digest": digest,
                "shown": token.shown,
                "name": token.name,
                "role": token.role.value,
                "scopes": None if token.scopes is None else sorted(token.scopes),
                "account_id": token.account,
                "made_by": token.made_by,
                "made_at": token.made_at,
                "expires_at": token.expires_at,
                "last_used_at": None,
                "revoked_at": None,
            },
        )

    def revoke(self, token: str, *, at: datetime) -> bool:
        """Let a token open nothing any more; False where it was revoked before."""
        self.has_revoked = True
        return self._unit.write(_REVOKE, {"token": token, "revoked": at}) == 1

    def revoke_made_by(self, makers: Sequence[str], *, at: datetime) -> tuple[str, ...]:
        """Revoke all tokens that these made; which."""
        self.has_revoked = True
        chosen = sa.select(_column.id).where(_column.made_by.in_(makers), _OPEN)
        found = tuple(self._unit.execute(chosen.order_by(_column.id)).scalars())
        self._unit.write(_REVOKE, [{"token": token, "revoked": at} for token in found])
        return found

    def mark_used(self, used: Mapping[str, datetime]) -> None:
        """Note when tokens were last used; an earlier instant changes nothing."""
        self._unit.write(
            _MARK_USED, [{"token": token, "used": at} for token, at in sorted(used.items())]
        )


def token_of(row: sa.RowMapping) -> Token:
    """The token of a row."""
    scopes = row["scopes"]
    return Token(
        id=TokenId(row["id"]),
        shown=row["shown"],
        name=row["name"],
        role=Role(row["role"]),
        scopes=None if scopes is None else frozenset(Permission(scope) for scope in scopes),
        account=row["account_id"],
        made_by=row["made_by"],
        made_at=row["made_at"],
        expires_at=row["expires_at"],
        last_used_at=row["last_used_at"],
        revoked_at=row["revoked_at"],
    )

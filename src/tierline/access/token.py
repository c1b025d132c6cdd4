"""A token: what a program shows to be let in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tierline.access.permission import Permission
from tierline.access.role import Role
from tierline.kernel.ids import TokenId


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """`shown` are its first letters; the secret itself is kept nowhere. `scopes` None: all that the
    role may. `account` None: all accounts that the role sees."""

    id: TokenId
    shown: str
    name: str
    role: Role
    scopes: frozenset[Permission] | None
    account: str | None
    made_by: str
    made_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether it still lets anybody in. Where the clock has jumped back, the last use says
        what time it is at least."""
        latest = now if self.last_used_at is None else max(now, self.last_used_at)
        return self.revoked_at is None and (self.expires_at is None or latest < self.expires_at)

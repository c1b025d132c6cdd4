"""Invitations and password resets: links that are good once, for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tierline.access.role import Role
from tierline.kernel.ids import InvitationId, UserId

INVITED_FOR = timedelta(days=7)
RESET_WITHIN = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Somebody may become a user with these roles. `email` None: whoever sets the installation up
    for the first time, and says so themselves."""

    id: InvitationId
    email: str | None
    roles: frozenset[Role]
    account: str | None
    made_by: str
    made_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether it can still be accepted."""
        return self.ended_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordReset:
    """A user may choose another password."""

    user: UserId
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether it can still be used."""
        return self.used_at is None and self.made_at <= now < self.expires_at

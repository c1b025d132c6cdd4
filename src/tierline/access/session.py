"""A session: a signed-in browser, and how long it stays so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tierline.kernel.ids import SessionId, UserId

LONGEST_SESSION = timedelta(days=14)
LONGEST_IDLE = timedelta(hours=24)
TIME_FOR_SECOND_FACTOR = timedelta(minutes=10)
SEEN_EVERY = timedelta(minutes=1)
"""How exactly `last_seen_at` is kept: a page view is not a write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """`confirmed_at` is None while the second factor is awaited; until then it opens nothing."""

    id: SessionId
    user: UserId
    made_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    confirmed_at: datetime | None
    ended_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether it lives, confirmed or not. Where the clock has jumped back, when it was last
        seen says what time it is at least."""
        latest = max(now, self.last_seen_at)
        if self.ended_at is not None or latest >= self.expires_at:
            return False
        return latest < self.last_seen_at + LONGEST_IDLE

    def is_confirmed(self, now: datetime) -> bool:
        """Whether its user is signed in."""
        return self.confirmed_at is not None and self.is_open(now)

    def is_stale(self, now: datetime) -> bool:
        """Whether it is time to write down that it was seen."""
        return now - self.last_seen_at >= SEEN_EVERY

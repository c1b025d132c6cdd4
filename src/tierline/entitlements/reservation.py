"""A reservation: units held for something that is about to be done, then used or let go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tierline.entitlements.decision import Units
from tierline.kernel.ids import ReservationId

RESERVED_FOR_SECONDS = 300
LONGEST_RESERVATION_SECONDS = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """`period_start` (microseconds) names the period that the units count in. It ends when it is
    finalised (`used` units count) or released (none do), or by itself at `expires_at`."""

    id: ReservationId
    account: str
    feature: str
    period_start: int
    quantity: Units
    made_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    used: Decimal | None = None

    def state(self, now: datetime) -> str:
        """`held`, `expired`, `released` or `finalised`."""
        if self.ended_at is None:
            return "held" if now < self.expires_at else "expired"
        return "finalised" if self.used else "released"

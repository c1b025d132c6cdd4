"""Partner access: one account lets the partners among another account's users see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerAccess:
    """`partner` (an account) may see `account` from `start` to `end`, or until it is ended."""

    account: str
    partner: str
    start: datetime
    end: datetime | None
    given_by: str
    ended_at: datetime | None = None

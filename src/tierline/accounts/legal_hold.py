"""A legal hold: people who must not be erased for now, because somebody may ask a court."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalHold:
    """On one contact, or on everybody of an account where `contact` is None."""

    id: str
    account: str
    contact: str | None
    reason: str
    placed_at: datetime
    placed_by: str
    lifted_at: datetime | None = None
    lifted_by: str | None = None

    def covers(self, account: str, contact: str) -> bool:
        """Whether it stands and keeps this contact."""
        is_for = self.contact is None or self.contact == contact
        return self.lifted_at is None and self.account == account and is_for

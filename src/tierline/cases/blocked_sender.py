"""A block: mail of an address, or of everybody at a domain, that is held back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tierline.kernel.ids import BlockId


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockedSender:
    """`pattern` is an address in its plain form, or `@domain` for the domain and all below it.
    `owner` set it and answers for it; it ends at `until` (None: once somebody lifts it)."""

    id: BlockId
    pattern: str
    reason: str
    owner: str
    blocked_at: datetime
    until: datetime | None = None
    lifted_at: datetime | None = None
    lifted_by: str | None = None

    def is_in_force(self, at: datetime) -> bool:
        """Whether it holds mail back at an instant."""
        return self.lifted_at is None and (self.until is None or at < self.until)


def patterns_for(address: str) -> tuple[str, ...]:
    """Every pattern that an address in its plain form falls under, the narrowest first."""
    labels = address.rpartition("@")[2].split(".")
    domains = (".".join(labels[start:]) for start in range(len(labels) - 1))
    return (address, *(f"@{domain}" for domain in domains))

"""Facts of a case's life."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class EventKind(IntEnum):
    """What happened. The numbers are the codes of the columnar log and never change."""

    opened = 0
    """`value` is the first severity."""
    severity_set = 1
    """We agreed the severity at triage; `value` is the severity."""
    severity_changed = 2
    tier_changed = 3
    """The account's tier changed while the case was open; `value` is the new tier."""
    acknowledged = 4
    public_reply = 5
    """A person on our side wrote something that the customer can see."""
    private_note = 6
    automatic_reply = 7
    customer_message = 8
    paused = 9
    """`value` is the reason."""
    paused_without_question = 10
    """Somebody set a waiting state and asked the customer nothing; `value` is the reason."""
    resumed = 11
    restored = 12
    """Service works again, if by a workaround."""
    resolved = 13
    reopened = 14
    closed = 15
    post_mortem_published = 16
    identified = 17
    """We found out whose case it is."""


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One fact: when, what, and the severity, tier or pause reason that it carries."""

    at: datetime
    kind: EventKind
    value: str = ""
    recorded_at: datetime | None = field(default=None, compare=False)
    """When it became known to us; None where nobody said."""

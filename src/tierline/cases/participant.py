"""Who else takes part in a case: who gets copies of answers, and who of ours follows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tierline.cases.event import EventKind

COPIES_LIMIT = 20
"""So many addresses get copies in one case at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """An address that gets what we say in public, by mail: a contact, or anybody else. It reads
    nothing else of the case, now or later."""

    email: str
    since: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """One of our own people who is told of what happens in a case that others work on."""

    user: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Merge:
    """A case that goes with another one, `into`."""

    case: str
    into: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Split:
    """A case that began as a message in another one, `origin`."""

    case: str
    origin: str
    message: str
    at: datetime
    by: str


FOLLOWED = {
    EventKind.customer_message: "The customer wrote in it.",
    EventKind.public_reply: "The customer was answered.",
    EventKind.severity_changed: "Its severity was changed.",
    EventKind.restored: "Service works again.",
    EventKind.resolved: "It was resolved.",
    EventKind.reopened: "It was opened again.",
    EventKind.closed: "It was closed for good.",
}
"""What followers are told of, in words that hold nothing of what was written."""

"""Who has a case, and how it went from hand to hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto


class How(StrEnum):
    """How a case came to somebody, or back into the queue."""

    routed = auto()
    """By the plan, when it was opened or triaged."""
    picked = auto()
    """From the queue: by the plan, or by somebody who took the next one."""
    taken = auto()
    """Somebody took this very case."""
    handed_over = auto()
    """With a summary, from one to another."""
    queued = auto()
    """Nobody may have it now, or whoever had it gave it back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One step of a case's ownership. `user` is None where it waits in the queue; `note` is the
    place of the note with the summary of a handover; `pick` is the number of the pick from the
    queue; `why_not` says of others why they did not get it, by user."""

    case: str
    place: int
    user: str | None
    how: How
    reason: str
    at: datetime
    by: str
    why_not: tuple[tuple[str, str], ...] = ()
    note: int | None = None
    pick: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership:
    """How a case stands: who has it, which skills it needs, what is missing for somebody to have
    it, how many steps it took and how many of them were handoffs. `topic` is the one that was said
    last, `owed_for` the number of the case whose missed target lets this one go first."""

    case: str
    user: str | None = None
    skills: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()
    places: int = 0
    handoffs: int = 0
    topic: str = ""
    owed_for: int | None = None

"""What a case took, when it is to be looked at again, and how its customer found it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tierline.cases.standing import ENDED, CaseState
from tierline.kernel.errors import Conflict, Fault, Invalid

MOST_MINUTES = 24 * 60
BEST_SCORE = 5
CONTENT_FROM = 4
"""Whoever gives so much counts as content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeEntry:
    """So many minutes that somebody worked on a case on a day of their own calendar; billable, or
    in the plan. `removed_at`: it was wrong, and counts no more."""

    id: str
    case: str
    user: str
    minutes: int
    what: str
    is_billable: bool
    worked_on: date
    recorded_at: datetime
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """When a case comes back to be looked at, whatever its state, and why."""

    case: str
    at: datetime
    what: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """How the customer found it, once: from 1 to 5."""

    case: str
    score: int
    comment: str
    answered_at: datetime


def refuse_odd_entry(minutes: int, worked_on: date, today: date) -> None:
    """Raise Invalid with every fault of an entry."""
    faults = []
    if not 0 < minutes <= MOST_MINUTES:
        message = f"Minutes of a day are between 1 and {MOST_MINUTES:,}."
        faults.append(Fault("bad_minutes", message, "minutes"))
    if worked_on > today:
        message = "That day has not come yet."
        faults.append(Fault("in_the_future", message, "worked_on"))
    if faults:
        raise Invalid("The time cannot be entered as stated.", faults)


def refuse_rating(state: CaseState, known: Rating | None, score: int) -> None:
    """Raise Conflict where a case cannot be rated now, and Invalid for no score."""
    if known is not None:
        raise Conflict("You have told us already. Thank you.", code="rated")
    if state not in ENDED:
        message = "This case is open. Tell us how we did once it is resolved."
        raise Conflict(message, code="case_open")
    if not 1 <= score <= BEST_SCORE:
        fault = Fault("bad_score", f"Choose from 1 to {BEST_SCORE}.", "score")
        raise Invalid("This is no answer.", [fault])

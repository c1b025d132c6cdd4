"""Time that was worked, when to look again, and what the customer says of it all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from tierline.actions.occasion import Journal
from tierline.cases.effort import (
    FollowUp,
    Rating,
    TimeEntry,
    refuse_odd_entry,
    refuse_rating,
)
from tierline.kernel.errors import Conflict, Fault, Invalid, NotFound
from tierline.kernel.ids import TIME_ENTRY

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case


class Efforts(Protocol):
    """The records of it."""

    def entries(self, case: str) -> tuple[TimeEntry, ...]: ...
    def enter(self, entry: TimeEntry) -> None: ...
    def remove_entry(self, entry: str, *, at: datetime) -> None: ...
    def follow_up(self, case: str) -> FollowUp | None: ...
    def keep_follow_up(self, follow_up: FollowUp | None, case: str, *, at: datetime) -> None: ...
    def rating(self, case: str) -> Rating | None: ...
    def rate(self, rating: Rating) -> None: ...


class Cases(Protocol):
    """The cases that there are."""

    def get(self, case: str) -> Case: ...


class EffortBooks(Journal, Protocol):
    """What the actions of this module need."""

    @property
    def cases(self) -> Cases: ...
    @property
    def effort(self) -> Efforts: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """What somebody enters. `on` is today where they say nothing."""

    minutes: int
    what: str
    is_billable: bool = False
    on: date | None = None


def enter_time(books: EffortBooks, case_id: str, worked: Worked, occasion: Occasion) -> TimeEntry:
    """Time that was worked on a case, whatever its state. Raises NotFound, and Invalid."""
    case, today = books.cases.get(case_id), occasion.now.date()
    refuse_odd_entry(worked.minutes, worked.on or today, today)
    entry = TimeEntry(
        id=occasion.new_id(TIME_ENTRY),
        case=case.id,
        user=occasion.by,
        minutes=worked.minutes,
        what=worked.what,
        is_billable=worked.is_billable,
        worked_on=worked.on or today,
        recorded_at=occasion.now,
    )
    books.effort.enter(entry)
    body: dict[str, str | int] = {"entry": entry.id, "minutes": entry.minutes}
    body["is_billable"] = entry.is_billable
    _tell(books, "TimeEntered", case, body, occasion)
    return entry


def remove_time(
    books: EffortBooks, case_id: str, entry_id: str, occasion: Occasion, *, may_any: bool = False
) -> None:
    """Say that an entry was wrong: it stays known, and counts no more. One's own, or any where one
    leads the desk. Raises NotFound."""
    case = books.cases.get(case_id)
    entry = next((each for each in books.effort.entries(case_id) if each.id == entry_id), None)
    if entry is None or not (may_any or entry.user == occasion.by):
        raise NotFound(f"There is no time entry '{entry_id}' of yours in this case.")
    if entry.removed_at is not None:
        return
    books.effort.remove_entry(entry_id, at=occasion.now)
    body: dict[str, str | int] = {"entry": entry.id, "minutes": entry.minutes}
    _tell(books, "TimeEntryRemoved", case, body, occasion)


def follow_up_at(
    books: EffortBooks, case_id: str, at: datetime, what: str, occasion: Occasion
) -> None:
    """Have a case come back at an instant, instead of one that was set before. Raises NotFound, and
    Invalid for one that has passed."""
    case = books.cases.get(case_id)
    if at <= occasion.now:
        fault = Fault("in_the_past", "That has passed already.", "at", "Choose a later one.")
        raise Invalid("The case cannot come back then.", [fault])
    follow_up = FollowUp(case=case.id, at=at, what=what, by=occasion.by)
    books.effort.keep_follow_up(follow_up, case.id, at=occasion.now)
    _tell(books, "CaseFollowUpSet", case, {}, occasion)


def followed_up(books: EffortBooks, case_id: str, occasion: Occasion) -> None:
    """It was looked at, or need not be. Raises NotFound, and Conflict where nothing was set."""
    case = books.cases.get(case_id)
    if books.effort.follow_up(case_id) is None:
        raise Conflict("The case is not to come back.", code="no_follow_up")
    books.effort.keep_follow_up(None, case.id, at=occasion.now)
    _tell(books, "CaseFollowUpDone", case, {}, occasion)


def rate_case(
    books: EffortBooks, case_id: str, score: int, comment: str, occasion: Occasion
) -> Rating:
    """What the customer says of a case that is resolved: once. Raises NotFound, Conflict and
    Invalid."""
    case = books.cases.get(case_id)
    refuse_rating(case.standing.state, books.effort.rating(case_id), score)
    rating = Rating(case=case.id, score=score, comment=comment, answered_at=occasion.now)
    books.effort.rate(rating)
    _tell(books, "CaseRated", case, {"score": score, "tier": case.tier}, occasion)
    return rating


def _tell(
    books: EffortBooks, kind: str, case: Case, body: dict[str, str | int], occasion: Occasion
) -> None:
    named: dict[str, str | int] = {"case": case.id, "number": case.number, **body}
    books.append([occasion.fact(kind, case.account or case.id, named)])

"""Accelerated responses: owed after a missed commitment, used by the next case, or lapsed.

Which is owed and who may use it is worked out (`milestones/accelerated.py`); that it happens once,
whoever looks at the same time, is decided by the records.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tierline.actions.due_work import DueWork, DueWorkBook
from tierline.actions.occasion import Journal
from tierline.cases.standing import ENDED
from tierline.kernel.instants import format_instant
from tierline.milestones.accelerated import next_for, owed_by
from tierline.milestones.fold import milestones_of

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case
    from tierline.milestones.accelerated import AcceleratedResponse
    from tierline.milestones.fold import Milestone
    from tierline.milestones.signals import SignalKey
    from tierline.milestones.terms import Terms

LANE = "milestones"
KIND = "accelerated response"


class AcceleratedResponseBook(Protocol):
    """The accelerated responses that are owed."""

    def of_case(self, case: str) -> AcceleratedResponse | None: ...
    def unused(self, account: str, after: datetime) -> tuple[AcceleratedResponse, ...]: ...
    def used_for(self, case: str) -> AcceleratedResponse | None: ...
    def owe(self, owed: AcceleratedResponse) -> bool: ...
    def use(self, case: str, *, for_case: str, at: datetime) -> bool: ...
    def lapse(self, case: str, *, at: datetime) -> bool: ...


class OwingBooks(Journal, Protocol):
    """What owing needs."""

    @property
    def accelerated_responses(self) -> AcceleratedResponseBook: ...
    @property
    def due_work(self) -> DueWorkBook: ...


class OpenCases(Protocol):
    """Cases that have not ended, and what they are held to."""

    def open_of(self, account: str) -> tuple[Case, ...]: ...
    def terms(self, digest: str) -> Terms: ...
    def signalled(self, case: str) -> Mapping[SignalKey, datetime]: ...


class UsingBooks(OwingBooks, Protocol):
    """What using needs besides."""

    @property
    def cases(self) -> OpenCases: ...


def row_of(case: str) -> str:
    """The due row of the one that is owed for a case."""
    return f"accelerated response for {case}"


def owe(
    books: OwingBooks,
    case: Case,
    milestones: Sequence[Milestone],
    terms: Terms,
    told: Container[SignalKey],
    occasion: Occasion,
) -> None:
    """What a case owes for a miss that is not `told` yet is written down once, and looked at again
    when it lapses."""
    owed = owed_by(case, milestones, terms, occasion.now, told)
    if owed is None or books.accelerated_responses.of_case(case.id) is not None:
        return
    if not books.accelerated_responses.owe(owed):
        return
    body = _named(owed) | {
        "milestone": owed.milestone.value,
        "promise_id": owed.promise_id,
        "severities": list(owed.severities),
        "until": format_instant(owed.until),
    }
    books.append([occasion.fact("AcceleratedResponseOwed", owed.account, body, at=owed.owed_at)])
    row = DueWork(
        id=row_of(case.id), kind=KIND, lane=LANE, body={"case": case.id}, run_at=owed.until
    )
    books.due_work.add([row], now=occasion.now)


def use(books: UsingBooks, case: Case, occasion: Occasion) -> AcceleratedResponse | None:
    """The accelerated response that a case uses from now on; None where none is owed for it, or it
    has used one before. A miss counts from its own instant, whether or not a worker has woken since
    then."""
    if case.account is None or case.standing.state in ENDED:
        return None
    _owe_what_is_missed(books, case, occasion)
    unused = books.accelerated_responses.unused(case.account, case.events[0].at)
    if not unused or books.accelerated_responses.used_for(case.id) is not None:
        return None
    for owed, since in next_for(unused, case):
        if books.accelerated_responses.use(owed.case, for_case=case.id, at=since):
            books.due_work.remove([row_of(owed.case)])
            body = _named(owed) | {"used_for": case.id, "used_for_number": case.number}
            books.append([occasion.fact("AcceleratedResponseUsed", owed.account, body, at=since)])
            return owed
    return None


def tell_lapsed(books: OwingBooks, case_id: str, occasion: Occasion) -> None:
    """Say at its end that nobody used one."""
    owed = books.accelerated_responses.of_case(case_id)
    if owed is None or owed.until > occasion.now:
        return
    if books.accelerated_responses.lapse(case_id, at=owed.until):
        fact = occasion.fact("AcceleratedResponseLapsed", owed.account, _named(owed), at=owed.until)
        books.append([fact])


def _owe_what_is_missed(books: UsingBooks, case: Case, occasion: Occasion) -> None:
    """The other open cases of the account may have missed something of which nobody knows yet."""
    terms = books.cases.terms(case.terms) if case.terms else None
    if terms is None or case.standing.severity not in terms.accelerated:
        return
    for other in books.cases.open_of(str(case.account)):
        if other.id != case.id and other.terms:
            held = books.cases.terms(other.terms)
            if held.accelerated:
                found = milestones_of(other.history, held, occasion.now)
                owe(books, other, found, held, books.cases.signalled(other.id), occasion)


def _named(owed: AcceleratedResponse) -> dict[str, object]:
    return {"case": owed.case, "number": owed.number}

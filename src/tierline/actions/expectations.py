"""What somebody may expect of a case before they raise it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tierline.actions.triage import TableBooks, expected
from tierline.cases.event import CaseEvent, EventKind
from tierline.cases.history import CUSTOMER_TIME_ZONE, CaseHistory
from tierline.milestones.fold import Milestone, milestones_of
from tierline.milestones.portable import terms_from_portable

if TYPE_CHECKING:
    from tierline.accounts.account import Account
    from tierline.actions.case_promise import CasePromise
    from tierline.actions.occasion import Occasion
    from tierline.cases.triage import TriageResult


@dataclass(frozen=True, slots=True)
class Expectation:
    """`tier` is the name of the one that answers, empty where nothing is promised; `milestones` are
    those of a case that is raised at this moment."""

    result: TriageResult
    tier: str
    milestones: tuple[Milestone, ...]


def expectation(
    books: TableBooks,
    answers: Mapping[str, str],
    account: Account | None,
    promise: CasePromise,
    occasion: Occasion,
) -> Expectation:
    """What the table says to these answers, and what is promised for it. Nothing is raised. Raises
    Invalid for answers that there are not, and Conflict."""
    known = account.id if account else None
    _, result = expected(books, answers, known, promise, occasion)
    if promise.statement is None:
        return Expectation(result, "", ())
    terms = terms_from_portable(promise.statement)
    opened = CaseEvent(occasion.now, EventKind.opened, result.severity)
    zone = account.time_zone if account else ""
    attributes = {CUSTOMER_TIME_ZONE: zone} if zone else {}
    history = CaseHistory("case", promise.tier, (opened,), attributes)
    found = milestones_of(history, terms, occasion.now)
    return Expectation(result, terms.names.get(promise.tier, promise.tier), tuple(found))

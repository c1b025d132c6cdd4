"""What somebody may expect of a case before they raise it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tierline.actions.cases import refuse_unknown_severity
from tierline.actions.triage import TableBooks, expected
from tierline.cases.event import CaseEvent, EventKind
from tierline.cases.history import CUSTOMER_TIME_ZONE, CaseHistory
from tierline.languages.language import message
from tierline.milestones.fold import Milestone, milestones_of
from tierline.milestones.portable import terms_from_portable

if TYPE_CHECKING:
    from tierline.accounts.account import Account
    from tierline.actions.case_promise import CasePromise
    from tierline.actions.occasion import Occasion


STATED = message("As it is stated: we agree on it with you.")


@dataclass(frozen=True, slots=True)
class Expectation:
    """`level` is who answers: as the table says, else the tier, whose name is `tier`; both are
    empty where nothing is promised. `milestones` are those of a case that is raised at this
    moment."""

    severity: str
    reason: str
    level: str
    tier: str
    milestones: tuple[Milestone, ...]


def expectation(
    books: TableBooks,
    answers: Mapping[str, str],
    account: Account | None,
    promise: CasePromise,
    occasion: Occasion,
    *,
    severity: str | None = None,
) -> Expectation:
    """What the table says to these answers, and what is promised for it; where none is given, what
    is promised for a severity that is stated. Nothing is raised. Raises Invalid for answers and
    severities that there are not, and Conflict."""
    if answers or severity is None:
        _, result = expected(books, answers, account.id if account else None, promise, occasion)
        found, reason, level = result.severity, result.reason, result.level
    else:
        refuse_unknown_severity(severity, promise.severities)
        found, reason, level = severity, STATED, ""
    if promise.statement is None:
        return Expectation(found, reason, level, "", ())
    terms = terms_from_portable(promise.statement)
    opened = CaseEvent(occasion.now, EventKind.opened, found)
    zone = account.time_zone if account else ""
    attributes = {CUSTOMER_TIME_ZONE: zone} if zone else {}
    history = CaseHistory("case", promise.tier, (opened,), attributes)
    tier = terms.names.get(promise.tier, promise.tier)
    clocks = milestones_of(history, terms, occasion.now)
    return Expectation(found, reason, level or tier, tier, tuple(clocks))

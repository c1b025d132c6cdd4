"""A case of somebody whom we did not know: who it is, and what they are promised since it came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tierline.actions.case_access import access_under, tell_access
from tierline.actions.case_clocks import identification_row_of, identify_by
from tierline.actions.cases import (
    CaseBooks,
    refuse_stranger,
    with_facts,
)
from tierline.actions.rerouting import route_case
from tierline.cases.event import CaseEvent, EventKind
from tierline.cases.standing import ENDED
from tierline.kernel.errors import Conflict

if TYPE_CHECKING:
    from tierline.actions.case_clocks import ClockBooks
    from tierline.actions.case_promise import CasePromise
    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case

PromiseFor = Callable[[str | None, datetime], "CasePromise"]
"""What an account is promised for a case that reached us at an instant."""


class NamedCases(Protocol):
    """Cases that are given to an account."""

    def give(self, case: Case) -> None: ...


def identify(
    books: CaseBooks,
    named: NamedCases,
    case_id: str,
    whose: tuple[str, str | None],
    promise_for: PromiseFor,
    occasion: Occasion,
) -> Case:
    """The case as that of an account and of one of its contacts, held to what the account was
    promised when the case reached us: the time that we took to find out counts. A case without a
    severity gets the mildest. Raises NotFound, and Conflict where it is known whose it is."""
    case = books.cases.get(case_id)
    if case.account is not None:
        raise Conflict("It is known whose case this is.", code="account_known")
    account, contact = whose
    refuse_stranger(books, contact, account)
    opened = case.events[0]
    promise = promise_for(account, opened.at)
    access, _ = access_under(books, promise, case.channel, case.standing.severity)
    known = replace(
        case,
        account=account,
        contact=contact,
        coverage=promise.coverage,
        access=access,
        contract=promise.contract,
        tier=promise.tier,
        terms="" if promise.statement is None else books.cases.keep_terms(promise.statement),
        time_zone=books.accounts.get(account).time_zone,
    )
    named.give(known)
    books.due_work.remove([identification_row_of(case.id)])
    new = [
        CaseEvent(max(occasion.now, case.in_time[-1].at), EventKind.identified, "", occasion.now)
    ]
    if not case.standing.severity and promise.severities:
        mildest = promise.severities[-1]
        new.append(CaseEvent(opened.at, EventKind.severity_changed, mildest, occasion.now))
    known = with_facts(books, known, new, occasion)
    tell_access(books, known, occasion)
    return route_case(books, known, occasion, was=case)


def tell_overdue(books: ClockBooks, case_id: str, occasion: Occasion) -> None:
    """Say that nobody found out in time whose case it is."""
    case = books.cases.get(case_id)
    if case.account is None and case.standing.state not in ENDED:
        body = {"case": case.id, "number": case.number}
        at = identify_by(case)
        books.append([occasion.fact("CaseIdentificationOverdue", case.id, body, at=at)])

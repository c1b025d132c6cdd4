"""Acknowledging: one of us lets the customer know that they have a case, before any answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.actions.cases import with_facts
from tierline.cases.event import CaseEvent, EventKind
from tierline.cases.standing import refuse_out_of_turn

if TYPE_CHECKING:
    from tierline.actions.case_clocks import ClockBooks
    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case


def acknowledge(books: ClockBooks, case_id: str, occasion: Occasion) -> Case:
    """The case as one that somebody of ours has: it stops the clock of that promise and no other.
    Where the customer has heard from us already nothing changes. Raises NotFound and Conflict."""
    case = books.cases.get(case_id)
    if case.heard_at is not None:
        return case
    refuse_out_of_turn(case.standing, EventKind.acknowledged)
    at = max(occasion.now, case.in_time[-1].at)
    fact = CaseEvent(at, EventKind.acknowledged, "", occasion.now)
    return with_facts(books, case, [fact], occasion)

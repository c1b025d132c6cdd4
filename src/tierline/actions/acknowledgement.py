"""Acknowledging: one of us lets the customer know that they have a case, before any answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tierline.actions.cases import US, CaseBooks, add_aside, with_facts
from tierline.actions.first_answer import due_lines
from tierline.actions.reader_languages import language_of_case
from tierline.cases.case import MACHINE
from tierline.cases.event import CaseEvent, EventKind
from tierline.cases.standing import refuse_out_of_turn
from tierline.milestones.fold import milestones_of
from tierline.milestones.table import Verdict

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


def let_know(books: CaseBooks, case_id: str, occasion: Occasion) -> Case:
    """The case, acknowledged, and its customer told so in words that stop no other clock: that one
    of us has it, at which severity, and by when what comes next. Again says nothing. Raises
    NotFound and Conflict."""
    before = len(books.cases.get(case_id).events)
    case = acknowledge(books, case_id, occasion)
    if len(case.events) == before:
        return case
    by_machine = replace(occasion, by=MACHINE)
    words = _told(books, case, occasion)
    return add_aside(books, case.id, words, US, by_machine, is_automatic=False)


def _told(books: CaseBooks, case: Case, occasion: Occasion) -> str:
    language, standing = language_of_case(books, case, occasion), case.standing
    lines = [
        language.phrase("One of us has case %(number)s now and works on it.", number=case.number)
    ]
    if standing.is_triaged and standing.severity:
        lines.append(language.phrase("Its severity is %(severity)s.", severity=standing.severity))
    if not case.terms:
        return "\n".join(lines)
    found = milestones_of(case.history, books.cases.terms(case.terms), occasion.now)
    running = [each for each in found if each.verdict is Verdict.running]
    return "\n".join((*lines, *due_lines(case, running, language)))

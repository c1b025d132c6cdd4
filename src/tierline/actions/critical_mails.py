"""Somebody who writes by mail says that it is critical: there are no questions in a mail, so one
word answers them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from tierline.actions import first_answer
from tierline.actions.case_notices import tell_holder
from tierline.actions.cases import US, add_aside
from tierline.actions.reader_languages import language_of_case
from tierline.actions.triage import TriageBooks, call_critical
from tierline.cases.case import MACHINE
from tierline.milestones.fold import milestones_of
from tierline.routing.notice import CALLED_CRITICAL

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case


class CriticalBooks(TriageBooks, Protocol):
    """What the action of this module needs."""


def take_word(books: CriticalBooks, case: Case, occasion: Occasion) -> Case | None:
    """The case at the severity that the table of triage gives where work has stopped, service is
    down and it is needed now; None where that is no worse than what it is at. One that we have
    agreed on is disputed, not lifted."""
    by_machine = replace(occasion, by=MACHINE)
    before = case.standing.severity
    lifted = call_critical(books, case, by_machine)
    if lifted is None:
        note = f"They say that it is critical. It stays at {before or 'no severity'}: look at once."
        noted = add_aside(books, case.id, note, US, by_machine, is_public=False)
        tell_holder(books, noted, CALLED_CRITICAL, by_machine)
        return None
    note = f"They say that it is critical, as they wrote: {before} became "
    note += f"{lifted.standing.severity} by the table of triage. Agree it with them."
    return add_aside(books, case.id, note, US, by_machine, is_public=False)


def tell_lifted(books: CriticalBooks, lifted: Case, occasion: Occasion) -> Case:
    """Tell who wrote it by when what comes now."""
    language = language_of_case(books, lifted, occasion)
    severity = lifted.standing.severity
    words = language.phrase(first_answer.CALLED_CRITICAL, severity=severity)
    found = milestones_of(lifted.history, books.cases.terms(lifted.terms), occasion.now)
    lines = first_answer.due_lines(lifted, found, language)
    by_machine = replace(occasion, by=MACHINE)
    return add_aside(books, lifted.id, "\n".join((words, *lines)), US, by_machine)

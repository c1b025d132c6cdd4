"""Somebody who writes by mail says that it is critical: there are no questions in a mail, so one
word answers them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from tierline.actions.case_notices import tell_holder
from tierline.actions.cases import US, add_aside
from tierline.actions.first_answer import due_lines
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


def take_word(books: CriticalBooks, case: Case, occasion: Occasion) -> Case:
    """The case at the severity that the table of triage gives where work has stopped, service is
    down and it is needed now, if that is worse than what it is at; who wrote is told by when what
    comes then. One that we have agreed on is disputed, not lifted."""
    by_machine = replace(occasion, by=MACHINE)
    before = case.standing.severity
    lifted = call_critical(books, case, by_machine)
    if lifted is None:
        note = f"They say that it is critical. It stays at {before or 'no severity'}: look at once."
        noted = add_aside(books, case.id, note, US, by_machine, is_public=False)
        tell_holder(books, noted, CALLED_CRITICAL, by_machine)
        return noted
    note = f"They say that it is critical, as they wrote: {before} became "
    note += f"{lifted.standing.severity} by the table of triage. Agree it with them."
    add_aside(books, case.id, note, US, by_machine, is_public=False)
    language = language_of_case(books, lifted, occasion)
    terms = books.cases.terms(lifted.terms)
    severity = lifted.standing.severity
    words = language.phrase(
        "You say that it is critical: it is %(severity)s now, and a person agrees that with you.",
        severity=severity,
    )
    found = milestones_of(lifted.history, terms, occasion.now)
    lines = due_lines(lifted, found, language)
    return add_aside(books, case.id, "\n".join((words, *lines)), US, by_machine)

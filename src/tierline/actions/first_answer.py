"""The first answer by machine: what somebody may expect who has just written to us."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from tierline.accounts.coverage import CoverageState
from tierline.actions.case_mails import SentMails
from tierline.actions.cases import US, CaseBooks, add_aside
from tierline.calendars.local_time import zone_named
from tierline.cases.case import MACHINE
from tierline.cases.mail import MailKind, NewMail
from tierline.cases.mask import masked, told_politely
from tierline.cases.mask_kind import MaskKind
from tierline.catalog.statement import MilestoneKind
from tierline.kernel.instants import from_micros
from tierline.milestones.fold import Milestone, milestones_of
from tierline.milestones.table import NEVER

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case
    from tierline.milestones.terms import Terms

ANSWERS_PER_HOUR = 3
"""So many first answers go to one address in an hour at most."""
_HOUR = timedelta(hours=1)
_WORDS = {
    MilestoneKind.acknowledge: "A person confirms that they have it",
    MilestoneKind.first_response: "You get a first answer from a person",
    MilestoneKind.periodic_update: "You hear the next update",
    MilestoneKind.restore: "Service works again, if by a workaround",
    MilestoneKind.resolution: "It is resolved",
}
"""What is promised of a new case, in the order in which it is told."""
_UNKNOWN = (
    "We do not know yet for which company you write. A person of ours looks at your message and "
    "finds out; your answer with the name of your company, or from your address at work, is the "
    "quickest way."
)
_UNCOVERED = (
    "Your company has no plan at this moment that promises times for answers. A person of ours "
    "looks at your message all the same."
)
_UNTIMED = "Your plan promises no times for a case like this. A person of ours looks at it."


class AutomaticMails(SentMails, Protocol):
    """The mails that went out."""

    def automatic_since(self, recipient: str, instant: datetime) -> int: ...


class AnswerBooks(CaseBooks, Protocol):
    """What answering needs."""

    @property
    def sent_mails(self) -> AutomaticMails: ...


def answer_first(books: AnswerBooks, new: NewMail, case: Case, occasion: Occasion) -> None:
    """Tell who has just begun a case by mail what they may expect: once a case, never a machine,
    and nobody often."""
    if not new.may_answer_by_machine or new.kind is not MailKind.person or new.answer_to is None:
        return
    since = occasion.now - _HOUR
    if books.sent_mails.automatic_since(new.answer_to, since) >= ANSWERS_PER_HOUR:
        return
    terms = books.cases.terms(case.terms) if case.terms else None
    found = milestones_of(case.history, terms, occasion.now) if terms else ()
    by_machine = replace(occasion, by=MACHINE)
    taken = masked(f"{new.subject}\n{new.whole}")[1]
    words = first_answer(case, terms, found, [each.kind for each in taken])
    add_aside(books, case.id, words, US, by_machine)


def first_answer(
    case: Case,
    terms: Terms | None,
    milestones: Iterable[Milestone],
    taken: Sequence[MaskKind] = (),
) -> str:
    """The words, in plain text, with times on the account's own clock; `taken` are secrets that we
    took out of what was written."""
    head = f"We have your message. It is case {case.number}."
    foot = (
        "Answer this mail to add something to the case.\n"
        "A machine wrote this answer. It does not count as ours."
    )
    secrets = (told_politely(taken),) if taken else ()
    return "\n\n".join((head, *secrets, _expected(case, terms, milestones), foot))


def _expected(case: Case, terms: Terms | None, milestones: Iterable[Milestone]) -> str:
    if case.coverage is CoverageState.unknown:
        return _UNKNOWN
    if terms is None:
        return _UNCOVERED
    due = {each.kind: each.due for each in milestones if each.due != NEVER}
    lines = [
        f"- {words}: by {_moment(from_micros(due[kind]), case.time_zone)}"
        for kind, words in _WORDS.items()
        if kind in due
    ]
    return "\n".join((_who(case, terms), *(lines or [_UNTIMED])))


def _who(case: Case, terms: Terms) -> str:
    tier = terms.names.get(case.tier) or case.tier
    severity = case.events[0].value
    name = terms.names.get(severity, "")
    shown = f"{severity} ({name})" if name and name != severity else severity
    raised = f" It was raised as {shown}; a person agrees that with you." if severity else ""
    return f"You are on {tier}, and its people answer you.{raised}"


def _moment(instant: datetime, zone: str) -> str:
    """On the account's own clock, to the minute: `Monday 3 March 2025, 10:00 (Europe/Berlin)`."""
    local = instant.astimezone(zone_named(zone or "UTC"))
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M} ({zone or 'UTC'})"

"""The first answer by machine: what somebody may expect who has just written to us, or raised a
case elsewhere and can be written to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from tierline.accounts.coverage import CoverageState
from tierline.actions.case_mails import SentMails
from tierline.actions.case_recipients import KnownUsers, recipient_of_new
from tierline.actions.cases import US, CaseBooks, add_aside
from tierline.actions.reader_languages import language_for
from tierline.calendars.local_time import zone_named
from tierline.cases.case import MACHINE
from tierline.cases.channel import Channel, ChannelAccess
from tierline.cases.mail import MailKind, NewMail
from tierline.cases.mask import masked, told_politely
from tierline.cases.mask_kind import MaskKind
from tierline.catalog.statement import MilestoneKind
from tierline.kernel.instants import from_micros
from tierline.languages.language import message
from tierline.milestones.fold import Milestone, milestones_of
from tierline.milestones.table import NEVER

if TYPE_CHECKING:
    from tierline.actions.case_promise import CasePromise
    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case
    from tierline.languages.language import Language
    from tierline.milestones.terms import Terms

ANSWERS_PER_HOUR = 3
"""So many first answers go to one address in an hour at most."""
ANSWERING = message("Answer this mail to add something to the case.")
_HOUR = timedelta(hours=1)
_WORDS = {
    MilestoneKind.acknowledge: message("A person confirms that they have it: by %(moment)s"),
    MilestoneKind.first_response: message("You get a first answer from a person: by %(moment)s"),
    MilestoneKind.periodic_update: message("You hear the next update: by %(moment)s"),
    MilestoneKind.restore: message("Service works again, if by a workaround: by %(moment)s"),
    MilestoneKind.resolution: message("It is resolved: by %(moment)s"),
}
"""What is promised of a new case, in the order in which it is told."""
_UNKNOWN = message(
    "We do not know yet for which company you write. A person of ours looks at your message and "
    "finds out; your answer with the name of your company, or from your address at work, is the "
    "quickest way."
)
_UNCOVERED = message(
    "Your company has no plan at this moment that promises times for answers. A person of ours "
    "looks at your message all the same."
)
_CRITICAL = message(
    "Is it critical: has work stopped, or is service down? Answer with the word CRITICAL as the "
    "first line, and why below it. We then treat it as that at once."
)
CALLED_CRITICAL = message(
    "You say that it is critical: it is %(severity)s now, and a person agrees that with you."
)
_UNTIMED = message(
    "Your plan promises no times for a case like this. A person of ours looks at it."
)


_HELPED_ONCE = message("Your plan does not include this way to us: we help you this once.")


class AutomaticMails(SentMails, Protocol):
    """The mails that went out."""

    def automatic_since(self, recipient: str, instant: datetime) -> int: ...


class AnswerBooks(CaseBooks, Protocol):
    """What answering needs."""

    @property
    def sent_mails(self) -> AutomaticMails: ...


class ConfirmBooks(AnswerBooks, Protocol):
    """What answering needs where somebody did not write by mail."""

    @property
    def users(self) -> KnownUsers: ...


def answer_first(books: AnswerBooks, new: NewMail, case: Case, occasion: Occasion) -> bool:
    """Tell who has just begun a case by mail what they may expect: once a case, never a machine,
    and nobody often. Whether they were told."""
    if new.answer_to is None or not may_be_answered(new):
        return False
    taken = masked(f"{new.subject}\n{new.whole}")[1]
    told = _answer(books, case, new.answer_to, occasion, [each.kind for each in taken])
    return len(told.events) > len(case.events)


def may_be_answered(new: NewMail) -> bool:
    """Whether a machine may write to whoever wrote this: never to another one."""
    return new.may_answer_by_machine and new.kind is MailKind.person


def was_answered_often(books: AnswerBooks, email: str, now: datetime) -> bool:
    """Whether an address got as many mails by machine in an hour as it may."""
    return books.sent_mails.automatic_since(email, now - _HOUR) >= ANSWERS_PER_HOUR


def confirm(books: ConfirmBooks, case: Case, promise: CasePromise, occasion: Occasion) -> Case:
    """The case, whose raiser was told the same, where they came by no mail and have an address to
    which we may write; and the right way in, where they came by another one."""
    email = recipient_of_new(books, case, occasion.by)
    instead = promise.channels.instead.get(case.channel, "")
    return case if email is None else _answer(books, case, email, occasion, instead=instead)


def _answer(
    books: AnswerBooks,
    case: Case,
    email: str,
    occasion: Occasion,
    taken: Sequence[MaskKind] = (),
    *,
    instead: str = "",
) -> Case:
    if was_answered_often(books, email, occasion.now):
        return case
    terms = books.cases.terms(case.terms) if case.terms else None
    found = milestones_of(case.history, terms, occasion.now) if terms else ()
    language = language_for(books, email, case.account, occasion)
    words = first_answer(case, terms, found, language, taken, instead=instead)
    return add_aside(books, case.id, words, US, replace(occasion, by=MACHINE))


def first_answer(
    case: Case,
    terms: Terms | None,
    milestones: Iterable[Milestone],
    language: Language,
    taken: Sequence[MaskKind] = (),
    *,
    instead: str = "",
) -> str:
    """The words, in plain text, with times on the account's own clock; `taken` are secrets that we
    took out of what was written, `instead` is the right way in of who came by another one."""
    head = language.phrase("We have your message. It is case %(number)s.", number=case.number)
    by_machine = language.phrase("A machine wrote this answer. It does not count as ours.")
    adding = [language.phrase(ANSWERING)] if case.channel is Channel.email else []
    foot = "\n".join((*adding, by_machine))
    secrets = (told_politely(taken, language),) if taken else ()
    expected = _expected(case, terms, milestones, language)
    return "\n\n".join((head, *secrets, expected, *_way_in(case, instead, language), foot))


def _way_in(case: Case, instead: str, language: Language) -> list[str]:
    """That the plan does not include the channel, in the grid's own words for what does."""
    if case.access is not ChannelAccess.helped_once:
        return []
    named = instead.strip().rstrip(".")
    return [" ".join((language.phrase(_HELPED_ONCE), *([f"{named}."] if named else ())))]


def _expected(
    case: Case, terms: Terms | None, milestones: Iterable[Milestone], language: Language
) -> str:
    if case.coverage is CoverageState.unknown:
        return language.phrase(_UNKNOWN)
    if terms is None:
        return language.phrase(_UNCOVERED)
    lines = due_lines(case, milestones, language) or [language.phrase(_UNTIMED)]
    told = "\n".join((_who(case, terms, language), *lines))
    is_mild = case.channel is Channel.email and case.standing.severity != terms.severities[0]
    return f"{told}\n\n{language.phrase(_CRITICAL)}" if is_mild else told


def due_lines(case: Case, milestones: Iterable[Milestone], language: Language) -> list[str]:
    """By when each promised thing comes, on the account's own clock."""
    due = {each.kind: each.due for each in milestones if each.due != NEVER}
    return [
        f"- {language.phrase(words, moment=_moment(due[kind], case.time_zone, language))}"
        for kind, words in _WORDS.items()
        if kind in due
    ]


def _who(case: Case, terms: Terms, language: Language) -> str:
    tier = terms.names.get(case.tier) or case.tier
    said = [language.phrase("You are on %(tier)s, and its people answer you.", tier=tier)]
    severity, now = case.events[0].value, case.standing.severity
    if severity != now and not case.standing.is_triaged:
        said.append(language.phrase(CALLED_CRITICAL, severity=now))
    elif severity:
        name = terms.names.get(severity, "")
        shown = f"{severity} ({name})" if name and name != severity else severity
        said.append(
            language.phrase(
                "It was raised as %(severity)s; a person agrees that with you.", severity=shown
            )
        )
    return " ".join(said)


def _moment(instant: int, zone: str, language: Language) -> str:
    """On the account's own clock, to the minute: `Monday 3 March 2025, 10:00 (Europe/Berlin)`."""
    local = from_micros(instant).astimezone(zone_named(zone or "UTC"))
    return f"{language.full_moment(local)} ({zone or 'UTC'})"

"""Where a mail goes: into the case that it answers, into one that it begins, or nowhere.

What a machine wrote stops no clock and ends no wait.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tierline.accounts.mail_domains import is_anybodys
from tierline.actions.case_opening import CaseOrder, open_case
from tierline.actions.cases import US, CaseBooks, Speaker, add_aside, say
from tierline.actions.first_answer import AutomaticMails
from tierline.actions.mail_holding import HoldingBooks, doubt_of
from tierline.actions.mail_senders import (
    AccountsByDomain,
    ContactsByEmail,
    Sender,
    contact_at,
    sender_of,
)
from tierline.cases.case import Case
from tierline.cases.channel import Channel
from tierline.cases.event import EventKind
from tierline.cases.mail import Mail, MailKind, MailOutcome, NewMail, SentMail
from tierline.cases.standing import CaseState
from tierline.kernel.errors import NotFound

if TYPE_CHECKING:
    from tierline.actions.case_promise import CasePromise
    from tierline.actions.occasion import Occasion

_SUBJECT_CHARACTERS = 300
_FOLLOWERS = 20
"""So many cases in a row may each have begun as an answer to the one before."""
_OUR_LETTER = re.compile(r"letter_[0-9a-z]{26}@")


class KnownMails(Protocol):
    """The mails that came."""

    def case_of_thread(self, message_ids: Sequence[str]) -> str | None: ...
    def case_following(self, case: str, sender: str | None) -> str | None: ...
    def addresses_in(self, case: str) -> frozenset[str]: ...
    def thread_of(self, case: str) -> tuple[Mail, ...]: ...


class KnownSentMails(AutomaticMails, Protocol):
    """The mails that went out."""

    def get(self, mail: str) -> SentMail: ...
    def note_return(self, mail: str, *, at: datetime, problem: str) -> None: ...


class PlaceBooks(CaseBooks, HoldingBooks, Protocol):
    """What finding a place needs."""

    @property
    def contacts(self) -> ContactsByEmail: ...
    @property
    def mails(self) -> KnownMails: ...
    @property
    def sent_mails(self) -> KnownSentMails: ...
    @property
    def identities(self) -> AccountsByDomain: ...


PromiseFor = Callable[["str | None", datetime], "CasePromise"]
"""What a case of an account is promised that reached us at an instant."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail went: the case, and the place of its event there."""

    outcome: MailOutcome
    case: Case | None = None
    event: int | None = None
    reason: str = ""
    follows: str | None = None
    contact: str | None = None


def placed(
    books: PlaceBooks,
    new: NewMail,
    at: datetime,
    promise_for: PromiseFor,
    occasion: Occasion,
    *,
    is_admitted: bool = False,
) -> Place:
    """What becomes of a mail that reached us at an instant. One that is held back goes nowhere,
    unless it is let in (`is_admitted`)."""
    if new.kind is MailKind.loop:
        return Place(MailOutcome.dropped, reason="Our own mail came back.")
    thread = books.mails.case_of_thread(new.thread)
    if new.kind is MailKind.bounce:
        return _returned(books, new, thread, occasion)
    case = None if thread is None else books.cases.get(thread)
    sender = sender_of(books, new)
    is_in_thread = case is not None and new.sender in books.mails.addresses_in(case.id)
    doubt = doubt_of(books, new, sender, occasion.now, is_in_thread=is_in_thread)
    if doubt is not None and doubt.is_held and not is_admitted:
        return Place(MailOutcome.held, reason=doubt.words)
    if new.kind is MailKind.automatic_reply:
        if case is not None:
            return _noted(books, new, case, at, occasion)
        if any(_OUR_LETTER.match(each) for each in new.thread):
            return Place(MailOutcome.kept, reason="A machine answered a letter of ours.")
    if case is None:
        place = _opened(books, new, at, sender, promise_for, occasion)
    else:
        place = _in_thread(books, new, case, at, sender, promise_for, occasion)
    if doubt is None or is_admitted or place.case is None:
        return place
    note = f"{doubt.words} It was taken all the same: look twice who wrote it."
    noted = add_aside(books, place.case.id, note, US, occasion, is_public=False)
    return replace(place, case=noted)


def _in_thread(
    books: PlaceBooks,
    new: NewMail,
    case: Case,
    at: datetime,
    sender: Sender,
    promise_for: PromiseFor,
    occasion: Occasion,
) -> Place:
    """A person's answer: said in its case, or in the one that they began after it was closed."""
    last = case
    for _ in range(_FOLLOWERS):
        if last.standing.state is not CaseState.closed:
            break
        after = books.mails.case_following(last.id, new.sender)
        if after is None:
            break
        last = books.cases.get(after)
    why = ""
    if not _may_join(books, new, last, sender):
        why = f"It answers case {last.number}, in which nobody writes from there."
    elif last.standing.state is CaseState.closed:
        why = f"It answers case {last.number}, which is closed."
    if why:
        place = _opened(books, new, at, sender, promise_for, occasion, why=why)
        return replace(place, follows=last.id)
    contact = contact_at(books, new.sender, last.account)
    speaker = Speaker(is_customer=True, contact=contact)
    said = say(
        books, last.id, words_of(new), speaker, occasion, at=at, tells=new.may_answer_by_machine
    )
    kinds = [event.kind for event in said.events]
    event = len(kinds) - 1 - kinds[::-1].index(EventKind.customer_message)
    return Place(MailOutcome.joined, said, event, contact=contact)


def _may_join(books: PlaceBooks, new: NewMail, case: Case, sender: Sender) -> bool:
    """Whether a sender is of those who talk in a case: of its account, somebody whose mail it
    holds, or somebody of the same company's domain. Whoever else knows a Message-ID of the case
    gets one of their own."""
    if new.sender is None:
        return False
    if sender.account is not None and sender.account == case.account:
        return True
    there = books.mails.addresses_in(case.id)
    if new.sender in there:
        return True
    domains = {each.rpartition("@")[2] for each in there}
    return new.sender_domain in domains and not is_anybodys(new.sender_domain)


def _opened(
    books: PlaceBooks,
    new: NewMail,
    at: datetime,
    sender: Sender,
    promise_for: PromiseFor,
    occasion: Occasion,
    *,
    why: str = "",
) -> Place:
    order = CaseOrder(
        channel=Channel.email,
        subject=(new.bare_subject or new.subject or "(no subject)")[:_SUBJECT_CHARACTERS],
        text=words_of(new),
        account=sender.account,
        contact=sender.contact,
        at=at,
    )
    case = open_case(books, order, promise_for(sender.account, at), occasion)
    if why:
        case = add_aside(books, case.id, why, US, occasion, is_public=False)
    reason = " ".join(filter(None, (why, sender.reason)))
    return Place(MailOutcome.opened, case, 0, reason, contact=sender.contact)


def _noted(books: PlaceBooks, new: NewMail, case: Case, at: datetime, occasion: Occasion) -> Place:
    contact = contact_at(books, new.sender, case.account)
    speaker = Speaker(is_customer=True, contact=contact)
    noted = add_aside(books, case.id, words_of(new), speaker, occasion, at=at)
    event, reason = len(noted.events) - 1, "A machine wrote it."
    return Place(MailOutcome.noted, noted, event, reason, contact=contact)


def _returned(books: PlaceBooks, new: NewMail, thread: str | None, occasion: Occasion) -> Place:
    """A mail of ours came back: a note in its case, where it is known."""
    said = " ".join(new.returned) or "A mail server says that it did not arrive."
    if thread is None:
        return Place(MailOutcome.kept, reason=f"What came back is of no case. {said}")
    for each in new.thread[:1]:
        try:
            sent = books.sent_mails.get(each.partition("@")[0])
        except NotFound:
            continue
        books.sent_mails.note_return(sent.id, at=occasion.now, problem=said)
    note = f"A mail of this case came back. {said}"
    noted = add_aside(books, thread, note, US, occasion, is_public=False)
    return Place(MailOutcome.noted, noted, len(noted.events) - 1, said)


def words_of(new: NewMail) -> str:
    """What is said in the case: what its sender wrote here and now, else all there is."""
    text = new.own.strip("\r\n") if new.own.strip() else new.whole.strip("\r\n")
    if text.strip():
        return text
    return f"(no text, {len(new.files)} files)" if new.files else "(no text)"

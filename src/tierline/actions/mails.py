"""What becomes of a mail that reached the desk: a case, a message in one, a note, or nothing.

The clock of a case starts when the first server that we trust had the mail, and our own downtime
counts against us. What a machine wrote stops no clock and ends no wait.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tierline.accounts.mail_domains import is_anybodys
from tierline.actions.cases import (
    US,
    CaseBooks,
    CaseOrder,
    Speaker,
    add_aside,
    open_case,
    say,
)
from tierline.actions.first_answer import AutomaticMails, answer_first
from tierline.actions.mail_senders import (
    AccountsByDomain,
    Sender,
    contact_at,
    sender_of,
)
from tierline.cases.case import Case
from tierline.cases.channel import Channel
from tierline.cases.event import EventKind
from tierline.cases.mail import Attachment, Mail, MailFile, MailKind, MailOutcome, NewMail, SentMail
from tierline.cases.standing import CaseState
from tierline.kernel.errors import NotFound
from tierline.kernel.ids import ATTACHMENT, MAIL

if TYPE_CHECKING:
    from tierline.actions.case_promise import CasePromise
    from tierline.actions.occasion import Occasion

_SUBJECT_CHARACTERS = 300
_FOLLOWERS = 20
"""So many cases in a row may each have begun as an answer to the one before."""
_OUR_LETTER = re.compile(r"letter_[0-9a-z]{26}@")


class KnownMails(Protocol):
    """The mails that came."""

    def of_message_id(self, message_id: str) -> tuple[Mail, ...]: ...
    def case_of_thread(self, message_ids: Sequence[str]) -> str | None: ...
    def case_following(self, case: str, sender: str | None) -> str | None: ...
    def addresses_in(self, case: str) -> frozenset[str]: ...
    def thread_of(self, case: str) -> tuple[Mail, ...]: ...
    def add(self, mail: Mail) -> None: ...


class KnownSentMails(AutomaticMails, Protocol):
    """The mails that went out."""

    def get(self, mail: str) -> SentMail: ...
    def note_return(self, mail: str, *, at: datetime, problem: str) -> None: ...


class Attachments(Protocol):
    """Where files are kept."""

    def add(self, files: Iterable[tuple[Attachment, MailFile]]) -> None: ...


class MailBooks(CaseBooks, Protocol):
    """What the action of this module needs."""

    @property
    def mails(self) -> KnownMails: ...
    @property
    def sent_mails(self) -> KnownSentMails: ...
    @property
    def attachments(self) -> Attachments: ...
    @property
    def identities(self) -> AccountsByDomain: ...


PromiseFor = Callable[["str | None", datetime], "CasePromise"]
"""What a case of an account is promised that reached us at an instant."""


@dataclass(frozen=True, slots=True)
class Received:
    """A mail with what became of it; `is_new` is False for one that was taken before, of which
    nothing came."""

    mail: Mail
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a mail went: the case, and the place of its event there."""

    outcome: MailOutcome
    case: Case | None = None
    event: int | None = None
    reason: str = ""
    follows: str | None = None
    contact: str | None = None


def receive_mail(
    books: MailBooks, new: NewMail, promise_for: PromiseFor, occasion: Occasion
) -> Received:
    """What becomes of a mail. The same mail again (Message-ID and digest) changes nothing; another
    one that states the same Message-ID is another mail, and is said to be."""
    known = books.mails.of_message_id(new.message_id)
    same = next((each for each in known if each.digest == new.digest), None)
    if same is not None:
        return Received(same, is_new=False)
    at = min(new.received_at or occasion.now, occasion.now)
    place = _placed(books, new, at, promise_for, occasion)
    reasons = [place.reason]
    if known:
        reasons.append(f"Another mail states the same Message-ID: {known[0].id}.")
    mail = _mail(new, place, at, " ".join(filter(None, reasons)), occasion)
    books.mails.add(mail)
    if place.case is not None and place.outcome is not MailOutcome.noted:
        _attach(books, new, mail, occasion)
    if place.outcome is MailOutcome.opened and place.case is not None:
        answer_first(books, new, place.case, occasion)
    return Received(mail)


def refuse_mail(books: MailBooks, sender: str | None, reason: str, occasion: Occasion) -> Mail:
    """A mail that was refused unread, so that somebody who looks for it finds out why."""
    mail = Mail(
        id=occasion.new_id(MAIL),
        message_id="",
        digest=None,
        kind=MailKind.person,
        outcome=MailOutcome.refused,
        reason=reason,
        case=None,
        place=None,
        follows=None,
        contact=None,
        sender=sender,
        sender_name="",
        answer_to=None,
        subject="",
        text=None,
        size_bytes=0,
        received_at=occasion.now,
        recorded_at=occasion.now,
    )
    books.mails.add(mail)
    return mail


def _placed(
    books: MailBooks, new: NewMail, at: datetime, promise_for: PromiseFor, occasion: Occasion
) -> _Place:
    if new.kind is MailKind.loop:
        return _Place(MailOutcome.dropped, reason="Our own mail came back.")
    thread = books.mails.case_of_thread(new.thread)
    if new.kind is MailKind.bounce:
        return _returned(books, new, thread, occasion)
    case = None if thread is None else books.cases.get(thread)
    if new.kind is MailKind.automatic_reply:
        if case is not None:
            return _noted(books, new, case, at, occasion)
        if any(_OUR_LETTER.match(each) for each in new.thread):
            return _Place(MailOutcome.kept, reason="A machine answered a letter of ours.")
    sender = sender_of(books, new)
    if case is None:
        return _opened(books, new, at, sender, promise_for, occasion)
    return _in_thread(books, new, case, at, sender, promise_for, occasion)


def _in_thread(
    books: MailBooks,
    new: NewMail,
    case: Case,
    at: datetime,
    sender: Sender,
    promise_for: PromiseFor,
    occasion: Occasion,
) -> _Place:
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
    said = say(books, last.id, _words(new), speaker, occasion, at=at)
    kinds = [event.kind for event in said.events]
    event = len(kinds) - 1 - kinds[::-1].index(EventKind.customer_message)
    return _Place(MailOutcome.joined, said, event, contact=contact)


def _may_join(books: MailBooks, new: NewMail, case: Case, sender: Sender) -> bool:
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
    books: MailBooks,
    new: NewMail,
    at: datetime,
    sender: Sender,
    promise_for: PromiseFor,
    occasion: Occasion,
    *,
    why: str = "",
) -> _Place:
    order = CaseOrder(
        channel=Channel.email,
        subject=(new.bare_subject or new.subject or "(no subject)")[:_SUBJECT_CHARACTERS],
        text=_words(new),
        account=sender.account,
        contact=sender.contact,
        at=at,
    )
    case = open_case(books, order, promise_for(sender.account, at), occasion)
    if why:
        case = add_aside(books, case.id, why, US, occasion, is_public=False)
    reason = " ".join(filter(None, (why, sender.reason)))
    return _Place(MailOutcome.opened, case, 0, reason, contact=sender.contact)


def _noted(books: MailBooks, new: NewMail, case: Case, at: datetime, occasion: Occasion) -> _Place:
    contact = contact_at(books, new.sender, case.account)
    speaker = Speaker(is_customer=True, contact=contact)
    noted = add_aside(books, case.id, _words(new), speaker, occasion, at=at)
    event, reason = len(noted.events) - 1, "A machine wrote it."
    return _Place(MailOutcome.noted, noted, event, reason, contact=contact)


def _returned(books: MailBooks, new: NewMail, thread: str | None, occasion: Occasion) -> _Place:
    """A mail of ours came back: a note in its case, where it is known."""
    said = " ".join(new.returned) or "A mail server says that it did not arrive."
    if thread is None:
        return _Place(MailOutcome.kept, reason=f"What came back is of no case. {said}")
    for each in new.thread[:1]:
        try:
            sent = books.sent_mails.get(each.partition("@")[0])
        except NotFound:
            continue
        books.sent_mails.note_return(sent.id, at=occasion.now, problem=said)
    note = f"A mail of this case came back. {said}"
    noted = add_aside(books, thread, note, US, occasion, is_public=False)
    return _Place(MailOutcome.noted, noted, len(noted.events) - 1, said)


def _attach(books: MailBooks, new: NewMail, mail: Mail, occasion: Occasion) -> None:
    if mail.case is None or mail.place is None:
        return
    books.attachments.add(
        (
            Attachment(
                id=occasion.new_id(ATTACHMENT),
                case=mail.case,
                place=mail.place,
                mail=mail.id,
                number=number,
                name=file.name,
                media_type=file.media_type,
                size_bytes=file.size_bytes,
                digest=file.digest,
                is_kept=file.content is not None,
                is_inline=file.is_inline,
            ),
            file,
        )
        for number, file in enumerate(new.files)
    )


def _mail(new: NewMail, place: _Place, at: datetime, reason: str, occasion: Occasion) -> Mail:
    return Mail(
        id=occasion.new_id(MAIL),
        message_id=new.message_id,
        digest=new.digest,
        kind=new.kind,
        outcome=place.outcome,
        reason=reason,
        case=None if place.case is None else place.case.id,
        place=place.event,
        follows=place.follows,
        contact=place.contact,
        sender=new.sender,
        sender_name=new.sender_name,
        answer_to=new.answer_to,
        subject=new.subject,
        text=None if new.whole.strip() == _words(new).strip() else new.whole,
        size_bytes=new.size_bytes,
        received_at=at,
        recorded_at=occasion.now,
    )


def _words(new: NewMail) -> str:
    """What is said in the case: what its sender wrote here and now, else all there is."""
    text = new.own.strip("\r\n") if new.own.strip() else new.whole.strip("\r\n")
    if text.strip():
        return text
    return f"(no text, {len(new.files)} files)" if new.files else "(no text)"

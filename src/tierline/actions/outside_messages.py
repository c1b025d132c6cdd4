"""Messages of other tools (Slack, Teams) in one conversation: a thread there is a case here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tierline.actions.case_opening import CaseOrder, open_case
from tierline.actions.cases import US, CaseBooks, Speaker, say
from tierline.actions.mail_places import PromiseFor
from tierline.cases.case import Case
from tierline.cases.channel import Channel
from tierline.cases.chat import OutsideMessage
from tierline.cases.standing import CaseState
from tierline.kernel.digest import digest_of_bytes
from tierline.kernel.errors import Conflict

if TYPE_CHECKING:
    from tierline.accounts.contact import Contact
    from tierline.actions.occasion import Occasion

_SUBJECT_CHARACTERS = 80


class OutsideThreads(Protocol):
    """Which thread is which case, and what was taken."""

    def case_of_thread(self, source: str, thread: str) -> str | None: ...
    def outside_message(self, source: str, thread: str, message: str) -> OutsideMessage | None: ...
    def point(self, source: str, thread: str, case: str) -> None: ...
    def take(self, key: tuple[str, str, str], taken: OutsideMessage) -> None: ...


class ContactsByEmail(Protocol):
    """Who writes for customers."""

    def of_email(self, email: str) -> tuple[Contact, ...]: ...


class OutsideBooks(CaseBooks, Protocol):
    """What the action of this module needs."""

    @property
    def chats(self) -> OutsideThreads: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideOrder:
    """A message as another tool states it. `message` is its id in `thread`, and `thread` that in
    `source`. `account` is whose channel it is, `email` of who wrote; `is_ours` where one of us did.
    `despite` says why it is helped by a channel that the plan does not include."""

    source: str
    thread: str
    message: str
    text: str
    account: str | None = None
    email: str | None = None
    is_ours: bool = False
    at: datetime | None = None
    despite: str | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is known by."""
        return self.source, self.thread, self.message


@dataclass(frozen=True, slots=True)
class Taken:
    """The case with the message; `is_new` is False where it was taken before."""

    case: Case
    is_new: bool


def take_message(
    books: OutsideBooks,
    contacts: ContactsByEmail,
    order: OutsideOrder,
    promise_for: PromiseFor,
    occasion: Occasion,
) -> Taken:
    """A message of another tool in its case; the first of a thread begins one, and so does one that
    follows on a closed case. The same message again changes nothing; another text under its id is a
    Conflict, and so is a plan that does not include the channel, with what to take instead."""
    digest = digest_of_bytes(f"{order.is_ours}\n{order.text}".encode())
    known = books.chats.outside_message(*order.key)
    if known is not None:
        if known.digest != digest:
            raise Conflict("Another text was taken under this id.", code="another_message")
        return Taken(books.cases.get(known.case), is_new=False)
    thread = books.chats.case_of_thread(order.source, order.thread)
    case = None if thread is None else books.cases.get(thread)
    if case is None or case.standing.state is CaseState.closed:
        case = _opened(books, contacts, order, promise_for, occasion)
        books.chats.point(order.source, order.thread, case.id)
    else:
        contact = _contact(contacts, order, case.account)
        speaker = US if order.is_ours else Speaker(is_customer=True, contact=contact)
        case = say(books, case.id, order.text, speaker, occasion, at=order.at)
    books.chats.take(order.key, OutsideMessage(case.id, digest))
    return Taken(case, is_new=True)


def _opened(
    books: OutsideBooks,
    contacts: ContactsByEmail,
    order: OutsideOrder,
    promise_for: PromiseFor,
    occasion: Occasion,
) -> Case:
    if order.is_ours:
        raise Conflict("One of us begins no case: the customer does.", code="no_thread")
    account = order.account or _account_of(contacts, order)
    line = next((each.strip() for each in order.text.splitlines() if each.strip()), "(no text)")
    at = order.at or occasion.now
    stated = CaseOrder(
        channel=Channel.shared_channel,
        subject=line[:_SUBJECT_CHARACTERS],
        text=order.text,
        account=account,
        contact=_contact(contacts, order, account),
        at=at,
        despite=order.despite,
    )
    return open_case(books, stated, promise_for(account, at), occasion)


def _account_of(contacts: ContactsByEmail, order: OutsideOrder) -> str | None:
    """The account of whom this address is a contact, where it is one's alone."""
    found = {each.account for each in _present(contacts, order)}
    return found.pop() if len(found) == 1 else None


def _contact(contacts: ContactsByEmail, order: OutsideOrder, account: str | None) -> str | None:
    return next((each.id for each in _present(contacts, order) if each.account == account), None)


def _present(contacts: ContactsByEmail, order: OutsideOrder) -> list[Contact]:
    if not order.email:
        return []
    return [each for each in contacts.of_email(order.email) if each.removed_at is None]

"""Mails that go out of a case: written in the unit in which somebody said something, sent as due
work, at least once under one Message-ID."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from tierline.access.letter import next_attempt_at
from tierline.actions.case_recipients import RecipientReads, recipient_of
from tierline.actions.due_work import DueWork, DueWorkBook
from tierline.actions.letters import Delivery, Outcome
from tierline.actions.occasion import Journal
from tierline.cases.case import Case, CaseMessage
from tierline.cases.channel import Channel
from tierline.cases.mail import Mail, SentMail
from tierline.languages.language import ENGLISH, Language

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion

LANE = "case mails"
KIND = "case mail"
MADE_DOMAIN = "made.invalid"
"""Of Message-IDs that were made for mails without one: nobody else knows them."""
TRIED_FOR = timedelta(days=5)
"""So long a mail is tried to be sent, as mail servers do (RFC 5321, 4.5.4.1)."""
_REFERENCES = 20


@dataclass(frozen=True, slots=True)
class CaseLetter:
    """A mail with all that it says, to be handed over. `number` is what people call the case by;
    what stands around the words is said in `language`; `channel` is the way in of its case."""

    mail: SentMail
    number: int
    text: str
    language: Language = ENGLISH
    channel: Channel = Channel.email


class CasePost(Protocol):
    """Whatever carries mails of cases. The same mail may come twice, under the same id."""

    def carry(self, letter: CaseLetter) -> Delivery:
        """Hand the mail over."""


class Threads(Protocol):
    """The mails that came."""

    def thread_of(self, case: str) -> tuple[Mail, ...]: ...


class SentMails(Protocol):
    """The mails that go out."""

    def of_case(self, case: str) -> tuple[SentMail, ...]: ...
    def add(self, mails: Iterable[SentMail]) -> None: ...
    def note_attempt(self, mail: str, *, attempts: int, problem: str) -> None: ...
    def settle(
        self, mail: str, *, sent_at: datetime | None, given_up_at: datetime | None
    ) -> None: ...


class KnownCases(Protocol):
    """The cases that there are."""

    def get(self, case: str) -> Case: ...


class PostBooks(RecipientReads, Protocol):
    """What writing mails needs."""

    @property
    def cases(self) -> KnownCases: ...
    @property
    def mails(self) -> Threads: ...
    @property
    def sent_mails(self) -> SentMails: ...
    @property
    def due_work(self) -> DueWorkBook: ...


class DeliveryBooks(Journal, Protocol):
    """What noting their delivery needs."""

    @property
    def sent_mails(self) -> SentMails: ...


def post(
    books: PostBooks,
    case: Case,
    messages: Sequence[CaseMessage],
    occasion: Occasion,
    *,
    is_automatic: bool = False,
) -> None:
    """Have what we said to the customer in public sent to who raised the case, and to whom copies
    go, as soon as this unit is durable. Where no address is known, nothing goes; what a machine
    said goes to nobody else."""
    told = [each for each in messages if each.is_public]
    if not told:
        return
    thread = _thread(books, case) if case.channel is Channel.email else None
    asker = _asker(books, case, thread or ())
    known = [] if is_automatic else [each.email for each in books.participants.copies(case.id)]
    copies = [each for each in known if each != asker]
    if asker is None and not copies:
        return
    thread = _thread(books, case) if thread is None else thread
    recipient = asker or copies.pop(0)
    ids = _message_ids(thread, books.sent_mails.of_case(case.id))
    mails = [
        SentMail(
            id=each.id,
            case=case.id,
            recipient=recipient,
            subject=f"Re: {case.subject}",
            in_reply_to=_last_received(thread),
            references=ids,
            is_automatic=is_automatic,
            copies=tuple(copies),
            made_at=occasion.now,
        )
        for each in told
    ]
    books.sent_mails.add(mails)
    books.due_work.add(
        [DueWork(id=each.id, kind=KIND, lane=LANE, body={}, run_at=occasion.now) for each in mails],
        now=occasion.now,
    )


def _asker(books: PostBooks, case: Case, thread: Sequence[Mail]) -> str | None:
    """Where an answer goes. Of merged cases that one person raised elsewhere than by mail only the
    one that the others go with is written from."""
    if case.channel is Channel.email:
        return next((each.answer_to for each in thread if each.answer_to), None)
    asker = recipient_of(books, case)
    merge = books.links.merge_of(case.id) if asker else None
    if merge and recipient_of(books, books.cases.get(merge.into)) == asker:
        return None
    return asker


def _thread(books: PostBooks, case: Case) -> tuple[Mail, ...]:
    """What people wrote by mail in a case; of one by mail that was split off, in the one before."""
    thread = books.mails.thread_of(case.id)
    if case.channel is not Channel.email:
        return thread
    if not thread and (split := books.links.split_of(case.id)):
        return books.mails.thread_of(split.origin)
    return thread


def note_delivery(
    books: DeliveryBooks, mail: SentMail, delivery: Delivery, *, attempts: int, occasion: Occasion
) -> bool:
    """Write the `attempts`-th attempt down; whether the mail was given up with it."""
    books.sent_mails.note_attempt(mail.id, attempts=attempts, problem=delivery.problem)
    if delivery.outcome is Outcome.accepted:
        books.sent_mails.settle(mail.id, sent_at=occasion.now, given_up_at=None)
        return False
    if again_at(mail, delivery, attempts, occasion.now) is not None:
        return False
    books.sent_mails.settle(mail.id, sent_at=None, given_up_at=occasion.now)
    books.append([occasion.fact("CaseMailGivenUp", mail.case, {"message": mail.id})])
    return True


def again_at(mail: SentMail, delivery: Delivery, attempts: int, now: datetime) -> datetime | None:
    """When to try again after this attempt; None where there is nothing more to try."""
    if delivery.outcome is not Outcome.failed:
        return None
    return next_attempt_at(attempts, now, mail.made_at + TRIED_FOR)


def _last_received(thread: Sequence[Mail]) -> str:
    return next((each.message_id for each in reversed(thread) if _is_theirs(each)), "")


def _message_ids(thread: Sequence[Mail], sent: Sequence[SentMail]) -> tuple[str, ...]:
    """The thread as References names it: the first mail of it, and the nearest ones. Ours stand
    there by the ids of their messages."""
    known = [(each.recorded_at, 0, each.message_id) for each in thread if _is_theirs(each)]
    known += [(each.made_at, 1, each.id) for each in sent]  # an answer of the same moment follows
    ids = [id_ for _, _, id_ in sorted(known)]
    return tuple(ids if len(ids) <= _REFERENCES else [ids[0], *ids[1 - _REFERENCES :]])


def _is_theirs(mail: Mail) -> bool:
    """Whether its sender knows it by this Message-ID."""
    return not mail.message_id.endswith(f"@{MADE_DOMAIN}") and mail.message_id.isascii()

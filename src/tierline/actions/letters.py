"""Letters: written in the unit of their reason, sent as due work, cleared once they have gone."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from enum import StrEnum, auto
from typing import TYPE_CHECKING, Protocol

from tierline.access.letter import SUBJECTS, Letter, LetterKind, Words, next_attempt_at
from tierline.actions.due_work import DueWork, DueWorkBook
from tierline.actions.occasion import Journal
from tierline.kernel.ids import LETTER

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from tierline.access.invitation import Invitation, PasswordReset
    from tierline.access.secret_box import SecretBox
    from tierline.actions.occasion import Occasion
    from tierline.kernel.ids import LetterId

LANE = "letters"
KIND = "letter"
PURPOSE = "letters"
_WITHOUT_SECRET = (
    LetterKind.case_notice,
    LetterKind.health_report,
    LetterKind.care_notice,
    LetterKind.shortage_notice,
    LetterKind.advice,
    LetterKind.digest,
)
_TOO_LATE = "Its link has run out, was used, or was replaced before the letter could be sent."


class Outcome(StrEnum):
    """What an attempt came to: `failed` is worth another one, `refused` is not."""

    accepted = auto()
    refused = auto()
    failed = auto()


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of an attempt; `problem` says it in words that hold no secret."""

    outcome: Outcome
    problem: str = ""


class Post(Protocol):
    """Whatever carries letters. The same letter may come twice, under the same id: who carries it
    tells its reader so."""

    def send(self, letter: Letter, words: Words) -> Delivery:
        """Hand the letter over."""

    def keeping(self) -> AbstractContextManager[None]:
        """Meanwhile a thread may hand over many with less ado."""

    @property
    def place(self) -> str:
        """Where letters go, for an admin to read: a mail server's name; empty for a terminal."""


class Letters(Protocol):
    """The records of letters. What they say is kept closed, and no longer than needed."""

    def add(self, letters: Sequence[tuple[Letter, str]]) -> None: ...
    def note_attempt(self, letter: str, *, attempts: int, problem: str) -> None: ...
    def settle(
        self, letter: str, *, sent_at: datetime | None, given_up_at: datetime | None
    ) -> None: ...


class LetterBooks(Journal, Protocol):
    """What writing and settling a letter needs."""

    @property
    def letters(self) -> Letters: ...
    @property
    def due_work(self) -> DueWorkBook: ...


class Invitations(Protocol):
    """What letters are about."""

    def by_digest(self, digest: str) -> Invitation | None: ...
    def reset_by_digest(self, digest: str) -> PasswordReset | None: ...


class ReasonReads(Protocol):
    """What asking for the reason of a letter needs."""

    @property
    def invitations(self) -> Invitations: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLetter:
    """What somebody has to say to somebody. `digest` is that of the secret in the link, empty where
    it has none; `subject` where it is not that of its kind, `send_at` where it waits for
    the end of its reader's quiet hours."""

    kind: LetterKind
    to: str
    words: Words
    digest: str
    until: datetime
    subject: str = ""
    send_at: datetime | None = None


def write_letter(books: LetterBooks, new: NewLetter, box: SecretBox, occasion: Occasion) -> Letter:
    """A letter that is sent as soon as this unit is durable."""
    (letter,) = write_letters(books, [new], box, occasion)
    return letter


def write_letters(
    books: LetterBooks, news: Sequence[NewLetter], box: SecretBox, occasion: Occasion
) -> list[Letter]:
    """The same for many, which are sent in their order: that of their ids."""
    ids = sorted(occasion.new_id(LETTER) for _ in news)
    closed = [_closed(id_, new, box, occasion) for id_, new in zip(ids, news, strict=True)]
    books.letters.add(closed)
    letters = [letter for letter, _ in closed]
    due = [
        DueWork(id=letter.id, kind=KIND, lane=LANE, body={}, run_at=new.send_at or occasion.now)
        for letter, new in zip(letters, news, strict=True)
    ]
    books.due_work.add(due, now=occasion.now)
    return letters


def _closed(
    id_: LetterId, new: NewLetter, box: SecretBox, occasion: Occasion
) -> tuple[Letter, str]:
    """A letter, and what it says as it is kept."""
    letter = Letter(
        id=id_,
        kind=new.kind,
        to=new.to,
        subject=new.subject or SUBJECTS[new.kind],
        digest=new.digest,
        made_at=occasion.now,
        until=new.until,
    )
    text = json.dumps([new.words.before, new.words.link, new.words.after, new.words.language])
    return letter, box.close(text, letter.id, occasion.randomness)


def words_of(letter: Letter, closed: str, box: SecretBox) -> Words:
    """What a letter says. Raises Invalid where another installation's key closed it."""
    before, link, after, *language = json.loads(box.open(closed, letter.id))
    words = Words(before=before, link=link, after=after)  # versions before languages kept no more
    return replace(words, language=language[0]) if language else words


def is_wanted(reads: ReasonReads, letter: Letter, now: datetime) -> bool:
    """Whether its link still opens something. What needs no secret is worth reading for a time."""
    if letter.kind in _WITHOUT_SECRET:
        return now < letter.until
    if letter.kind is LetterKind.invitation:
        invitation = reads.invitations.by_digest(letter.digest)
        return invitation is not None and invitation.is_open(now)
    reset = reads.invitations.reset_by_digest(letter.digest)
    return reset is not None and reset.is_open(now)


def note_delivery(
    books: LetterBooks, letter: Letter, delivery: Delivery, *, attempts: int, occasion: Occasion
) -> None:
    """Write the `attempts`-th attempt down, and what follows from it."""
    books.letters.note_attempt(letter.id, attempts=attempts, problem=delivery.problem)
    if delivery.outcome is Outcome.accepted:
        books.letters.settle(letter.id, sent_at=occasion.now, given_up_at=None)
        books.append([occasion.fact("LetterSent", letter.id, {"kind": letter.kind})])
    elif again_at(letter, delivery, attempts, occasion.now) is None:
        _give_up(books, letter, "LetterGivenUp", occasion)


def again_at(letter: Letter, delivery: Delivery, attempts: int, now: datetime) -> datetime | None:
    """When to try again after this attempt; None where there is nothing more to try."""
    if delivery.outcome is not Outcome.failed:
        return None
    return next_attempt_at(attempts, now, letter.until)


def withdraw(books: LetterBooks, letter: Letter, *, attempts: int, occasion: Occasion) -> None:
    """Send it no more: its link opens nothing."""
    books.letters.note_attempt(
        letter.id, attempts=attempts, problem=f"{_TOO_LATE} {letter.problem}".strip()
    )
    _give_up(books, letter, "LetterWithdrawn", occasion)


def _give_up(books: LetterBooks, letter: Letter, fact: str, occasion: Occasion) -> None:
    books.letters.settle(letter.id, sent_at=None, given_up_at=occasion.now)
    books.append([occasion.fact(fact, letter.id, {"kind": letter.kind})])

"""A letter: something that is written to one person, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto

from tierline.kernel.ids import LetterId
from tierline.languages.language import ENGLISH, Language, message

WAITS = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=30),
)
"""The wait after the first attempt (made at once), the second, and so on; then it is the last one
below for as long as the letter is worth sending."""
LAST_WAIT = timedelta(hours=1)


class LetterKind(StrEnum):
    """Why a letter is written."""

    invitation = auto()
    password_reset = auto()
    case_notice = auto()
    """A case has come to somebody: written to our own people."""
    health_report = auto()
    """How promises were kept: written to people of the account."""
    care_notice = auto()
    """Something that is promised by the calendar is due soon: written to our own people."""
    shortage_notice = auto()
    """Nobody would be there for an account, or hold a role: written to who leads the desk."""
    advice = auto()
    """Advice was given, asked about or decided, or none came out of a review."""
    digest = auto()
    """What waits, what is at risk, what happened: once a day, to our own people who want it."""


class LetterState(StrEnum):
    """Where a letter is in its life."""

    waiting = auto()
    sent = auto()
    given_up = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a letter says: a sentence, the link that it is about, and a sentence below it.
    `language` is the tag of what it is said in."""

    before: str
    link: str
    after: str
    language: str = ENGLISH.tag


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """`digest` is that of the secret in its link, by which we know what it is about; `until` is
    when the link runs out. `problem` is what the last attempt met, in words."""

    id: LetterId
    kind: LetterKind
    to: str
    subject: str
    digest: str
    made_at: datetime
    until: datetime
    attempts: int = 0
    problem: str = ""
    sent_at: datetime | None = None
    given_up_at: datetime | None = None

    @property
    def state(self) -> LetterState:
        """Sent is what the mail server took; what it does with it afterwards we do not learn."""
        if self.sent_at is not None:
            return LetterState.sent
        return LetterState.waiting if self.given_up_at is None else LetterState.given_up


def next_attempt_at(attempts: int, now: datetime, until: datetime) -> datetime | None:
    """When to try again after so many attempts; None where the link has run out by then."""
    wait = WAITS[attempts - 1] if attempts <= len(WAITS) else LAST_WAIT
    return now + wait if now + wait < until else None


def invitation_words(link: str, language: Language = ENGLISH) -> Words:
    """What somebody reads who is invited."""
    return Words(
        before=language.phrase("Choose a password to sign in with, within 7 days:"),
        link=link,
        after=language.phrase("If you did not expect this, leave it: nothing happens."),
        language=language.tag,
    )


def reset_words(link: str, language: Language = ENGLISH) -> Words:
    """What somebody reads who has asked for another password."""
    return Words(
        before=language.phrase("The link works once, within 30 minutes:"),
        link=link,
        after=language.phrase("If you did not ask for it, leave it: your password stays as it is."),
        language=language.tag,
    )


SUBJECTS = {
    LetterKind.invitation: message("You are invited to Tierline"),
    LetterKind.password_reset: message("Choose another password"),
    LetterKind.case_notice: "A case has come to you",
    LetterKind.health_report: "How our promises were kept",
    LetterKind.care_notice: "Care is due soon",
    LetterKind.shortage_notice: "Nobody would be there",
    LetterKind.advice: message("Advice to you"),
    LetterKind.digest: "Your day",
}

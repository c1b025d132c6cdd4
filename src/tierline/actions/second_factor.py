"""Enrolling a second factor, and losing it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tierline.access.second_factor import (
    enrolment_address,
    new_key,
    new_recovery_codes,
    step_of_code,
)
from tierline.access.secret import digest_of_secret
from tierline.actions.occasion import Journal
from tierline.kernel.errors import Conflict, Fault, Invalid
from tierline.languages.language import message

if TYPE_CHECKING:
    from tierline.access.secret_box import SecretBox
    from tierline.access.user import Credentials, User
    from tierline.actions.occasion import Occasion


class KnownUsers(Protocol):
    """The users that there are, to read."""

    def get(self, user: str) -> User: ...
    def credentials(self, user: str) -> Credentials: ...


class Users(KnownUsers, Protocol):
    """The users that there are."""

    def set_second_factor(
        self, user: str, key: str | None, *, since: datetime | None, step: int | None
    ) -> None: ...
    def put_recovery_codes(self, user: str, digests: Iterable[str]) -> None: ...


class FactorReads(Protocol):
    """What reading needs."""

    @property
    def users(self) -> KnownUsers: ...


class FactorBooks(Journal, Protocol):
    """What the actions of this module need."""

    @property
    def users(self) -> Users: ...


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator is set up with; shown to its user until it was shown to work."""

    key: str
    address: str


def begin_enrolment(books: FactorBooks, user: str, box: SecretBox, occasion: Occasion) -> Enrolment:
    """A key for an authenticator; it asks for nothing until a code of it was shown. Another call
    gives another key. Raises Conflict where there is a second factor."""
    found = books.users.get(user)
    _refuse_enrolled(books, user)
    key = new_key(occasion.randomness)
    closed = box.close(key, user, occasion.randomness)
    books.users.set_second_factor(user, closed, since=None, step=None)
    return Enrolment(key, enrolment_address(key, found.email))


def begun_enrolment(books: FactorReads, user: str, box: SecretBox) -> Enrolment:
    """The key of the enrolment that has begun. Raises Conflict where none has."""
    found, known = books.users.get(user), books.users.credentials(user)
    _refuse_enrolled(books, user)
    if known.second_factor is None:
        raise Conflict(message("No enrolment has begun. Begin one first."), code="not_begun")
    key = box.open(known.second_factor, user)
    return Enrolment(key, enrolment_address(key, found.email))


def finish_enrolment(
    books: FactorBooks, user: str, code: str, *, box: SecretBox, occasion: Occasion
) -> tuple[str, ...]:
    """From now on the second factor is asked for. The recovery codes: told once. Raises Invalid
    for a wrong code, and Conflict where no enrolment has begun."""
    enrolment = begun_enrolment(books, user, box)
    step = step_of_code(enrolment.key, code, occasion.now, after=None)
    if step is None:
        fault = Fault(
            "wrong_code",
            message("This code does not come from this key, or it is out of date."),
            "code",
            message("Type the 6 digits that your authenticator shows now."),
        )
        raise Invalid(message("The second factor was not shown to work yet."), [fault])
    closed = box.close(enrolment.key, user, occasion.randomness)
    books.users.set_second_factor(user, closed, since=occasion.now, step=step)
    books.append([occasion.fact("SecondFactorEnrolled", user, {})])
    return _new_codes(books, user, occasion)


def renew_recovery_codes(books: FactorBooks, user: str, occasion: Occasion) -> tuple[str, ...]:
    """Other recovery codes in place of all that there were: told once."""
    books.append([occasion.fact("RecoveryCodesRenewed", user, {})])
    return _new_codes(books, user, occasion)


def remove_second_factor(books: FactorBooks, user: str, occasion: Occasion) -> None:
    """Ask for it no more: its user has shown a code, or an admin has seen who they are."""
    books.users.get(user)
    books.users.set_second_factor(user, None, since=None, step=None)
    books.users.put_recovery_codes(user, ())
    books.append([occasion.fact("SecondFactorRemoved", user, {})])


def _new_codes(books: FactorBooks, user: str, occasion: Occasion) -> tuple[str, ...]:
    codes = new_recovery_codes(occasion.randomness)
    books.users.put_recovery_codes(user, [digest_of_secret(code) for code in codes])
    return codes


def _refuse_enrolled(books: FactorReads, user: str) -> None:
    if books.users.credentials(user).is_enrolled:
        raise Conflict(
            message("There is a second factor already. Remove it before you set up another one."),
            code="enrolled",
        )

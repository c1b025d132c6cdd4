"""Signing in and out.

A try is counted before the password is looked at, in a unit of its own, so that neither a failure
nor many tries at once escape the count. The slow work on a password stands between two units.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tierline.access.caller import Unauthenticated
from tierline.access.second_factor import step_of_code
from tierline.access.secret import digest_of_secret, new_secret, typed_code
from tierline.access.session import LONGEST_SESSION, TIME_FOR_SECOND_FACTOR, Session
from tierline.access.throttle import WINDOW, Counted, Tries, counted, waits_until
from tierline.access.user import plain_email
from tierline.actions.occasion import Journal
from tierline.kernel.errors import LimitReached, NotFound
from tierline.kernel.ids import SESSION
from tierline.kernel.sentences import sentence
from tierline.languages.language import message

if TYPE_CHECKING:
    from tierline.access.secret_box import SecretBox
    from tierline.access.user import Credentials, User
    from tierline.actions.occasion import Occasion

WRONG = message("The e-mail address or the password is wrong.")
WRONG_CODE = message(
    "This code is wrong, was used before, or is out of date. Wait for the next one."
)
WRONG_PASSKEY = message(
    "This passkey opens nothing here. Sign in with your password, or ask an admin."
)
_KEPT_AFTER_THE_END = LONGEST_SESSION


class Users(Protocol):
    """The users that there are."""

    def get(self, user: str) -> User: ...
    def by_email(self, email: str) -> User | None: ...
    def of_identity(self, issuer: str, subject: str) -> User | None: ...
    def credentials(self, user: str) -> Credentials: ...
    def use_step(self, user: str, step: int) -> bool: ...
    def use_recovery_code(self, user: str, digest: str, *, at: datetime) -> bool: ...
    def link(self, user: str, issuer: str, subject: str, *, at: datetime) -> None: ...


class Sessions(Protocol):
    """The sessions that there are, and the tries at having one."""

    def get(self, session: str) -> Session: ...
    def by_digest(self, digest: str) -> Session | None: ...
    def add(self, session: Session, digest: str) -> None: ...
    def end(self, session: str, *, at: datetime) -> bool: ...
    def end_of_user(self, user: str, *, at: datetime) -> int: ...
    def tries(self, keys: Iterable[str], *, since: datetime) -> dict[str, Tries]: ...
    def add_try(self, keys: Iterable[str], *, at: datetime) -> None: ...
    def forgive(self, keys: Iterable[str]) -> None: ...
    def forgive_one(self, key: str, *, at: datetime) -> None: ...
    def forget(self, *, before: datetime, tries_before: datetime) -> None: ...


class SessionBooks(Journal, Protocol):
    """What the actions of this module need."""

    @property
    def users(self) -> Users: ...
    @property
    def sessions(self) -> Sessions: ...


@dataclass(frozen=True, slots=True)
class Try:
    """A try that was counted; it is forgiven where it ends well."""

    ways: tuple[Counted, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try to sign in: whom the typed address names, if anybody, and their password's hash."""

    counted: Try
    user: User | None
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session and its cookie: told once, to the browser, and kept nowhere."""

    session: Session
    user: User
    cookie: str


def count_try(books: SessionBooks, what: str, who: str, *, address: str, occasion: Occasion) -> Try:
    """Count a try at something. Raises LimitReached where its time has not come yet."""
    ways = counted(what, who, address)
    tries = books.sessions.tries([way.key for way in ways], since=occasion.now - WINDOW)
    until = waits_until(ways, tries, occasion.now)
    if until is not None:
        seconds = max(1, round((until - occasion.now).total_seconds()))
        raise LimitReached(_too_many(seconds), code="too_many_requests")
    books.sessions.add_try([way.key for way in ways], at=occasion.now)
    return Try(ways, occasion.now)


def begin_sign_in(books: SessionBooks, email: str, address: str, occasion: Occasion) -> Attempt:
    """Count a try to sign in, and find who is meant. Raises LimitReached as `count_try`."""
    plain = plain_email(email)
    tried = count_try(books, "sign in", plain, address=address, occasion=occasion)
    user = books.users.by_email(plain)
    if user is None or user.disabled_at is not None:
        return Attempt(tried, None, None)
    return Attempt(tried, user, books.users.credentials(user.id).password_hash)


def finish_sign_in(books: SessionBooks, attempt: Attempt, occasion: Occasion) -> NewSession:
    """A session for somebody whose password was right. Unconfirmed, where they have a second
    factor. Raises Unauthenticated where they have changed or lost their login meanwhile."""
    user = None if attempt.user is None else books.users.get(attempt.user.id)
    if user is None or user.disabled_at is not None:
        raise Unauthenticated(WRONG)
    if books.users.credentials(user.id).password_hash != attempt.password_hash:
        raise Unauthenticated(WRONG)
    forgive_try(books, attempt.counted)
    return _open(books, user, occasion, is_confirmed=not user.has_second_factor)


def awaited(books: SessionBooks, cookie: str, occasion: Occasion) -> tuple[Session, User]:
    """The session that awaits its second factor. Raises Unauthenticated where there is none."""
    session = books.sessions.by_digest(digest_of_secret(cookie))
    if session is None or session.confirmed_at is not None or not session.is_open(occasion.now):
        raise Unauthenticated(message("The time for the second step is over. Sign in again."))
    return session, books.users.get(session.user)


def confirm_session(
    books: SessionBooks, cookie: str, code: str, *, box: SecretBox, tried: Try, occasion: Occasion
) -> NewSession:
    """Another session with another cookie, for who shows a code of their second factor, or a
    recovery code. Raises Unauthenticated for a wrong one."""
    session, user = awaited(books, cookie, occasion)
    if user.disabled_at is not None or not use_code(books, user, code, box, occasion):
        raise Unauthenticated(WRONG_CODE, code="wrong_code")
    forgive_try(books, tried)
    books.sessions.end(session.id, at=occasion.now)
    return _open(books, user, occasion, is_confirmed=True)


def use_code(
    books: SessionBooks, user: User, code: str, box: SecretBox, occasion: Occasion
) -> bool:
    """Use up a code of somebody's second factor, or a recovery code of theirs; False for a wrong
    or used one."""
    known = books.users.credentials(user.id)
    if known.second_factor is None:
        return False
    key = box.open(known.second_factor, user.id)
    step = step_of_code(key, code, occasion.now, after=known.step)
    if step is not None:
        return books.users.use_step(user.id, step)
    digest = digest_of_secret(typed_code(code))
    if not books.users.use_recovery_code(user.id, digest, at=occasion.now):
        return False
    books.append([occasion.fact("RecoveryCodeUsed", user.id, {})])
    return True


def sign_in_as_known_elsewhere(
    books: SessionBooks, issuer: str, subject: str, verified_email: str | None, occasion: Occasion
) -> NewSession:
    """A session for somebody whom an identity provider vouches for. The first time they are known
    by the address that the provider has verified. Raises Unauthenticated for a stranger."""
    user = books.users.of_identity(issuer, subject)
    if user is None and verified_email is not None:
        user = books.users.by_email(plain_email(verified_email))
        if user is not None:
            books.users.link(user.id, issuer, subject, at=occasion.now)
            books.append([occasion.fact("IdentityLinked", user.id, {"issuer": issuer})])
    if user is None or user.disabled_at is not None:
        raise Unauthenticated(
            message("Nobody here is known by this sign-in. Ask an admin for an invitation."),
            code="unknown_identity",
        )
    return _open(books, user, occasion, is_confirmed=True)


def sign_in_with_passkey(
    books: SessionBooks, user: str, occasion: Occasion, *, cookie: str | None = None
) -> NewSession:
    """A session for who has shown a passkey; in place of the one that awaits its second factor,
    where `cookie` is that one's. Raises Unauthenticated."""
    found = books.users.get(user)
    if found.disabled_at is not None:
        raise Unauthenticated(WRONG_PASSKEY, code="wrong_passkey")
    if cookie is not None:
        session, owner = awaited(books, cookie, occasion)
        if owner.id != user:
            raise Unauthenticated(WRONG_PASSKEY, code="wrong_passkey")
        books.sessions.end(session.id, at=occasion.now)
    return _open(books, found, occasion, is_confirmed=True)


def end_session(books: SessionBooks, session: str, occasion: Occasion) -> None:
    """Sign out. Again changes nothing. Raises NotFound."""
    found = books.sessions.get(session)
    if books.sessions.end(session, at=occasion.now):
        books.append([occasion.fact("SignedOut", found.user, {"session": session})])


def refuse_others_session(session: Session, user: str) -> None:
    """Another's session is not there for who may not manage users. Raises NotFound."""
    if session.user != user:
        raise NotFound(f"There is no session '{session.id}'.")


def _open(books: SessionBooks, user: User, occasion: Occasion, *, is_confirmed: bool) -> NewSession:
    now = occasion.now
    cookie = new_secret(occasion.randomness)
    session = Session(
        id=occasion.new_id(SESSION),
        user=user.id,
        made_at=now,
        last_seen_at=now,
        expires_at=now + (LONGEST_SESSION if is_confirmed else TIME_FOR_SECOND_FACTOR),
        confirmed_at=now if is_confirmed else None,
    )
    books.sessions.add(session, digest_of_secret(cookie))
    books.sessions.forget(before=now - _KEPT_AFTER_THE_END, tries_before=now - WINDOW)
    if is_confirmed:
        books.append([occasion.fact("SignedIn", user.id, {"session": session.id})])
    return NewSession(session, user, cookie)


def forgive_try(books: SessionBooks, tried: Try) -> None:
    """Who signs in has proved that the tries in their name were theirs; what else came from the
    same place they do not vouch for, but for this one try."""
    own, named, place = tried.ways
    books.sessions.forgive([own.key, named.key])
    books.sessions.forgive_one(place.key, at=tried.at)


def _too_many(seconds: int) -> str:
    if seconds == 1:
        return message("There were too many failed tries. Try again in 1 second.")
    if seconds < 120:
        return sentence(
            "There were too many failed tries. Try again in %(number)s seconds.", number=seconds
        )
    minutes = -(-seconds // 60)
    return sentence(
        "There were too many failed tries. Try again in %(number)s minutes.", number=minutes
    )

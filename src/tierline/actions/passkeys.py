"""Passkeys: adding and removing them, and signing in with one.

A challenge is taken away before its answer is looked at, in a unit of its own, so that no answer is
looked at twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tierline.access.caller import Unauthenticated
from tierline.access.passkey import PASSKEY_LIMIT, Challenge, Passkey, may_follow, new_challenge
from tierline.access.secret import digest_of_secret
from tierline.access.user import name_faults
from tierline.actions.occasion import Journal
from tierline.kernel.errors import Conflict, Invalid, LimitReached, NotFound
from tierline.kernel.ids import PASSKEY
from tierline.languages.language import message

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.access.passkey import Ceremony, Credential
    from tierline.access.user import User
    from tierline.actions.occasion import Occasion

_TOO_LATE = message("That took too long, or was answered before. Begin again.")


class Passkeys(Protocol):
    """The passkeys that there are, and the challenges that wait for an answer."""

    def of_user(self, user: str) -> tuple[Passkey, ...]: ...
    def by_credential(self, credential: str) -> Passkey | None: ...
    def add(self, passkey: Passkey) -> None: ...
    def remove(self, passkey: str) -> None: ...
    def note_use(self, passkey: str, *, known: int, counter: int, at: datetime) -> bool: ...
    def put_challenge(self, digest: str, challenge: Challenge) -> None: ...
    def take_challenge(self, digest: str, ceremony: Ceremony) -> Challenge | None: ...
    def forget_challenges(self, *, before: datetime) -> None: ...


class Users(Protocol):
    """Whose they are."""

    def get(self, user: str) -> User: ...


class PasskeyBooks(Journal, Protocol):
    """What the actions of this module need."""

    @property
    def passkeys(self) -> Passkeys: ...
    @property
    def users(self) -> Users: ...


class Verifier(Protocol):
    """Whoever knows how a device's answer is read: for one public address."""

    def creation_options(self, user: User, challenge: bytes, known: Sequence[Passkey]) -> str:
        """What a browser is asked for a new passkey, as JSON."""

    def request_options(self, challenge: bytes, known: Sequence[Passkey]) -> str:
        """What a browser is asked for one of these passkeys, as JSON; none: any of this site's."""

    def registered(self, challenge: bytes, answer: str) -> Credential:
        """The new passkey. Raises Unauthenticated."""

    def named_in(self, answer: str) -> Named:
        """Which passkey answers. Raises Unauthenticated."""

    def counter_of(self, challenge: bytes, passkey: Passkey, answer: str) -> int:
        """How often the passkey has signed, its signature verified. Raises Unauthenticated."""


@dataclass(frozen=True, slots=True)
class Named:
    """Which passkey an answer claims to come from, and of which user, where it says that."""

    credential: str
    user: str | None


def pose(
    books: PasskeyBooks, cookie: str, ceremony: Ceremony, user: str | None, occasion: Occasion
) -> Challenge:
    """A challenge for the browser with this cookie, in place of an older one."""
    challenge = new_challenge(ceremony, user, occasion.now, occasion.randomness)
    books.passkeys.forget_challenges(before=occasion.now)
    books.passkeys.put_challenge(digest_of_secret(cookie), challenge)
    return challenge


def take(books: PasskeyBooks, cookie: str, ceremony: Ceremony, now: datetime) -> Challenge | None:
    """The challenge of the browser with this cookie, which is gone afterwards; None where there is
    none, or its time is over."""
    found = books.passkeys.take_challenge(digest_of_secret(cookie), ceremony)
    return None if found is None or now >= found.expires_at else found


def expect(challenge: Challenge | None) -> Challenge:
    """The challenge that was taken. Raises Unauthenticated where there was none."""
    if challenge is None:
        raise Unauthenticated(_TOO_LATE, code="no_challenge")
    return challenge


def refuse_more(known: Sequence[Passkey], name: str) -> None:
    """Raise Invalid for a name that is none, and LimitReached where there are enough."""
    faults = name_faults(name.strip())
    if faults:
        raise Invalid(message("The passkey cannot be kept as stated."), faults)
    if len(known) >= PASSKEY_LIMIT:
        raise LimitReached(f"You have {PASSKEY_LIMIT} passkeys already. Remove one first.")


def add_passkey(
    books: PasskeyBooks, user: str, name: str, credential: Credential, occasion: Occasion
) -> Passkey:
    """A passkey of a user. Raises Invalid, LimitReached, and Conflict for one that there is."""
    found = books.users.get(user)
    refuse_more(books.passkeys.of_user(user), name)
    if books.passkeys.by_credential(credential.credential) is not None:
        raise Conflict(message("This passkey is known already."), code="passkey_exists")
    passkey = Passkey(
        id=occasion.new_id(PASSKEY),
        user=found.id,
        name=name.strip(),
        credential=credential.credential,
        key=credential.key,
        counter=credential.counter,
        made_at=occasion.now,
    )
    books.passkeys.add(passkey)
    books.append([occasion.fact("PasskeyAdded", user, {"passkey": passkey.id})])
    return passkey


def remove_passkey(books: PasskeyBooks, user: str, passkey: str, occasion: Occasion) -> None:
    """Nobody signs in with it any more. Raises NotFound where the user has no such passkey."""
    if passkey not in {each.id for each in books.passkeys.of_user(user)}:
        raise NotFound(f"There is no passkey '{passkey}' of this user.")
    books.passkeys.remove(passkey)
    books.append([occasion.fact("PasskeyRemoved", user, {"passkey": passkey})])


def note_use(books: PasskeyBooks, passkey: Passkey, counter: int, occasion: Occasion) -> bool:
    """Write down that a passkey has signed; False, and a fact, where somebody has a copy of it."""
    if may_follow(passkey.counter, counter) and books.passkeys.note_use(
        passkey.id, known=passkey.counter, counter=counter, at=occasion.now
    ):
        return True
    body = {"passkey": passkey.id, "known": passkey.counter, "shown": counter}
    books.append([occasion.fact("PasskeyCopied", passkey.user, body)])
    return False

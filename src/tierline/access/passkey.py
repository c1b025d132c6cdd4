"""Passkeys: keys that a person's device holds and shows without telling them (WebAuthn)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto

from tierline.kernel.ids import PasskeyId, Randomness, UserId

PASSKEY_LIMIT = 20
CHALLENGE_FOR = timedelta(minutes=5)
CHALLENGE_BYTES = 32
ANSWER_LIMIT_CHARACTERS = 20_000


class Ceremony(StrEnum):
    """What somebody shows a passkey for. A challenge of one is good for no other."""

    registration = auto()
    sign_in = auto()
    second_step = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What a device told of a new passkey, in base64url: its id, its public key, and how often it
    has signed (0 where it does not count)."""

    credential: str
    key: str
    counter: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """`name` is what its owner calls it."""

    id: PasskeyId
    user: UserId
    name: str
    credential: str
    key: str
    counter: int
    made_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """Random bytes that a device signs, once. `user` is whose passkey is asked for; None for
    whoever signs in."""

    ceremony: Ceremony
    content: bytes
    user: str | None
    expires_at: datetime


def new_challenge(
    ceremony: Ceremony, user: str | None, now: datetime, randomness: Randomness
) -> Challenge:
    """A challenge of 256 bits."""
    content = randomness(8 * CHALLENGE_BYTES).to_bytes(CHALLENGE_BYTES, "big")
    return Challenge(ceremony=ceremony, content=content, user=user, expires_at=now + CHALLENGE_FOR)


def may_follow(known: int, shown: int) -> bool:
    """Whether a device that had signed `known` times can have signed `shown` times by now. One
    that has not counted up is a copy of another; one that never counts says 0 always."""
    return shown > known or known == shown == 0

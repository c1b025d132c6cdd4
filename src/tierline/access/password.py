"""Passwords: which are good enough, and how one is kept (argon2id)."""

from __future__ import annotations

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tierline.kernel.errors import Fault
from tierline.kernel.sentences import sentence
from tierline.languages.language import message

SHORTEST_CHARACTERS = 12
LONGEST_CHARACTERS = 200
_FEWEST_DIFFERENT = 5
_SHORTEST_PART = 4
# 19 MiB and two passes, the first choice of the OWASP cheat sheet: about 50 ms.
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
NOBODYS_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1$JY5HBhGG2gJSo0+q9oCCnQ$"
    "F41262kH1qhZOsQNrkjQzl7hdyYZE5ivfcFvUXj/BSw"
)
"""What a password is compared with where there is no such user, so that both take as long."""


def password_faults(password: str, email: str) -> list[Fault]:
    """What is wrong with a new password of the user with this address."""
    plain = _normal(password)
    said = ""
    if not SHORTEST_CHARACTERS <= len(plain) <= LONGEST_CHARACTERS:
        said = sentence(
            "A password has %(least)s to %(most)s characters.",
            least=SHORTEST_CHARACTERS, most=LONGEST_CHARACTERS,
        )  # fmt: skip
    elif len(set(plain)) < _FEWEST_DIFFERENT:
        said = message("This password repeats the same few characters.")
    elif any(part in plain.lower() for part in _parts(email)):
        said = message("This password holds a part of the e-mail address.")
    if not said:
        return []
    return [
        Fault(
            "weak_password", said, "password", message("Write a few words that only you combine.")
        )
    ]


def hash_password(password: str) -> str:
    """What is kept of a password. Slow on purpose: never inside of a transaction."""
    return HASHER.hash(_normal(password))


def is_password(kept: str | None, password: str) -> bool:
    """Whether the password is that of the hash; takes as long where there is none. Slow on
    purpose: never inside of a transaction."""
    try:
        right = HASHER.verify(kept or NOBODYS_HASH, _normal(password[: 2 * LONGEST_CHARACTERS]))
    except (VerificationError, InvalidHashError):
        return False
    return right and kept is not None


def _normal(password: str) -> str:
    """One form of each letter, whatever keyboard it came from; what is no text becomes `?`."""
    readable = password.encode("utf-8", "replace").decode()
    return unicodedata.normalize("NFKC", readable)


def _parts(email: str) -> list[str]:
    local = email.lower().partition("@")[0]
    return [local] if len(local) >= _SHORTEST_PART else []

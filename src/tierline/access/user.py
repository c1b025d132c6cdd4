"""A user: a person's login."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from tierline.access.role import CUSTOMER_ROLES, Role
from tierline.kernel.errors import Fault
from tierline.kernel.ids import UserId
from tierline.kernel.sentences import sentence
from tierline.languages.language import message

EMAIL_LIMIT_CHARACTERS = 254
NAME_LIMIT_CHARACTERS = 200
_EMAIL = re.compile(r"[^\s@<>\"(),:;\\\[\]]{1,64}@[^\s@<>\"(),:;\\\[\]]+\.[^\s@.<>\"(),:;\\\[\]]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """`account` is that of a customer's user, None for the vendor's own people."""

    id: UserId
    email: str
    name: str
    roles: frozenset[Role]
    account: str | None
    made_at: datetime
    has_password: bool = False
    has_second_factor: bool = False
    disabled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a user is recognised by. `second_factor` is the closed key of the authenticator, and
    `is_enrolled` whether it was ever shown to work; `step` is the last code's that was used."""

    password_hash: str | None = None
    second_factor: str | None = None
    is_enrolled: bool = False
    step: int | None = None


def plain_email(text: str) -> str:
    """An address in the one form in which it is kept and looked for."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def email_faults(email: str) -> list[Fault]:
    """What is wrong with an address in its plain form."""
    if len(email) <= EMAIL_LIMIT_CHARACTERS and email.isprintable() and _EMAIL.fullmatch(email):
        return []
    return [
        Fault(
            "bad_email",
            message("This is no e-mail address."),
            "email",
            message("Write it as name@example.com."),
        )
    ]


def name_faults(name: str) -> list[Fault]:
    """What is wrong with a person's name."""
    if 1 <= len(name) <= NAME_LIMIT_CHARACTERS and name.isprintable():
        return []
    return [
        Fault(
            "bad_name",
            message("A name is one line of text."),
            "name",
            sentence("Write 1 to %(most)s characters.", most=NAME_LIMIT_CHARACTERS),
        )
    ]


def role_faults(roles: Collection[Role], account: str | None) -> list[Fault]:
    """What is wrong with these roles for a user of this account."""
    if not roles:
        return [Fault("no_role", "A user has at least one role.", "roles")]
    bound = CUSTOMER_ROLES.intersection(roles)
    if bound and len(bound) < len(roles):
        return [
            Fault(
                "mixed_roles",
                "Nobody is a customer's user and one of ours at once.",
                "roles",
                "Make two users of two addresses.",
            )
        ]
    if bound and account is None:
        return [Fault("no_account", f"The role {min(bound)} needs an account.", "account")]
    if not bound and account is not None:
        return [
            Fault(
                "account_of_staff",
                "Our own people belong to no account.",
                "account",
                "Leave the account out.",
            )
        ]
    return []

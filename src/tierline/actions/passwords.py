"""Another password: by a link that was sent, or by showing the present one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tierline.access.caller import Unauthenticated
from tierline.access.invitation import RESET_WITHIN, PasswordReset
from tierline.access.secret import digest_of_secret, new_secret
from tierline.access.user import plain_email
from tierline.kernel.errors import Conflict
from tierline.languages.language import message

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.access.user import User
    from tierline.actions.occasion import Occasion
    from tierline.actions.users import UserBooks


@dataclass(frozen=True, slots=True)
class NewReset:
    """A password reset, whose it is, and the secret of its link: told once."""

    reset: PasswordReset
    user: User
    secret: str


def request_reset(books: UserBooks, email: str, occasion: Occasion) -> NewReset | None:
    """A reset and the secret of its link; None where there is no such user, which nobody may
    be told."""
    user = books.users.by_email(plain_email(email))
    if user is None or user.disabled_at is not None:
        return None
    secret = new_secret(occasion.randomness)
    reset = PasswordReset(
        user=user.id, made_at=occasion.now, expires_at=occasion.now + RESET_WITHIN
    )
    books.invitations.use_resets(user.id, at=occasion.now)
    books.invitations.add_reset(reset, digest_of_secret(secret))
    books.append([occasion.fact("PasswordResetRequested", user.id, {})])
    return NewReset(reset, user, secret)


def user_of_reset(books: UserBooks, secret: str, now: datetime) -> User:
    """Whose password a link resets. Raises Unauthenticated where it is good for nothing."""
    reset = books.invitations.reset_by_digest(digest_of_secret(secret))
    user = None if reset is None or not reset.is_open(now) else books.users.get(reset.user)
    if user is None or user.disabled_at is not None:
        raise Unauthenticated(
            message("This link was used or is out of date. Ask for another one."), code="no_reset"
        )
    return user


def reset_password(books: UserBooks, secret: str, password_hash: str, occasion: Occasion) -> User:
    """Another password for who has the link; they are signed out everywhere. Raises
    Unauthenticated."""
    user = user_of_reset(books, secret, occasion.now)
    books.invitations.use_resets(user.id, at=occasion.now)
    _set_password(books, user, password_hash, occasion)
    return user


def change_password(
    books: UserBooks, user: str, *, from_hash: str | None, to_hash: str, occasion: Occasion
) -> None:
    """Another password for who has shown the present one; they are signed out everywhere. Raises
    Conflict where it was changed meanwhile."""
    if books.users.credentials(user).password_hash != from_hash:
        raise Conflict(
            message("The password was changed in the meantime."), code="password_changed"
        )
    _set_password(books, books.users.get(user), to_hash, occasion)


def _set_password(books: UserBooks, user: User, password_hash: str, occasion: Occasion) -> None:
    books.users.set_password(user.id, password_hash)
    books.sessions.end_of_user(user.id, at=occasion.now)
    books.append([occasion.fact("PasswordChanged", user.id, {})])

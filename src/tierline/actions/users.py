"""What can be done with users: inviting, accepting, changing, disabling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tierline.access.caller import Unauthenticated, user_caller
from tierline.access.invitation import INVITED_FOR, Invitation, PasswordReset
from tierline.access.role import Role
from tierline.access.secret import digest_of_secret, new_code, new_secret, typed_code
from tierline.access.user import User, email_faults, name_faults, plain_email, role_faults
from tierline.actions import tokens
from tierline.kernel.errors import Conflict, Invalid
from tierline.kernel.ids import INVITATION, USER
from tierline.languages.language import message

if TYPE_CHECKING:
    from tierline.access.caller import Caller
    from tierline.access.user import Credentials
    from tierline.actions.occasion import Occasion
    from tierline.kernel.errors import Fault

SET_UP = "set-up"
"""Who invites the first admin: the installation itself."""


class Users(Protocol):
    """The users that there are."""

    def get(self, user: str) -> User: ...
    def by_email(self, email: str) -> User | None: ...
    def are_there_any(self) -> bool: ...
    def credentials(self, user: str) -> Credentials: ...
    def add(self, user: User, password_hash: str | None) -> None: ...
    def save(self, user: User) -> None: ...
    def set_password(self, user: str, password_hash: str) -> None: ...
    def disable(self, user: str, *, at: datetime) -> bool: ...
    def enable(self, user: str) -> bool: ...


class Sessions(Protocol):
    """The sessions that there are."""

    def end_of_user(self, user: str, *, at: datetime) -> int: ...


class Invitations(Protocol):
    """The invitations and password resets that there are."""

    def get(self, invitation: str) -> Invitation: ...
    def by_digest(self, digest: str) -> Invitation | None: ...
    def add(self, invitation: Invitation, digest: str) -> None: ...
    def end(self, invitation: str, *, at: datetime) -> bool: ...
    def end_for_email(self, email: str, *, at: datetime) -> None: ...
    def end_of_first(self, *, at: datetime) -> None: ...
    def end_made_by(self, makers: Sequence[str], *, at: datetime) -> None: ...
    def reset_by_digest(self, digest: str) -> PasswordReset | None: ...
    def add_reset(self, reset: PasswordReset, digest: str) -> None: ...
    def use_resets(self, user: str, *, at: datetime) -> int: ...


class UserBooks(tokens.TokenBooks, Protocol):
    """What the actions of this module need."""

    @property
    def users(self) -> Users: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def invitations(self) -> Invitations: ...


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """An invitation, and the secret of its link: told once."""

    invitation: Invitation
    secret: str


def invite_user(
    books: UserBooks,
    email: str,
    roles: frozenset[Role],
    *,
    account: str | None,
    caller: Caller,
    occasion: Occasion,
) -> NewInvitation:
    """Invite somebody; an open invitation to the same address is taken back. Raises Invalid with
    every fault, Conflict for who is a user already, NotFound for the account, and Forbidden for
    rights that the caller does not hold."""
    plain = plain_email(email)
    _refuse([*email_faults(plain), *role_faults(roles, account)], "The invitation")
    caller.require_to_give(user_caller("", roles, account).permissions, account)
    if account is not None:
        books.accounts.get(account)
    if books.users.by_email(plain) is not None:
        raise Conflict(message("There is a user with this address already."), code="user_exists")
    books.invitations.end_for_email(plain, at=occasion.now)
    return _invite(books, plain, roles, account=account, by=caller.id, occasion=occasion)


def invite_first_admin(books: UserBooks, occasion: Occasion) -> str | None:
    """A code with which the first admin sets the installation up; None where there is any user."""
    if books.users.are_there_any():
        return None
    roles = frozenset({Role.admin})
    return _invite(books, None, roles, account=None, by=SET_UP, occasion=occasion).secret


def open_invitation(books: UserBooks, secret: str, now: datetime) -> Invitation:
    """The invitation of a link or a code. Raises Unauthenticated where it cannot be accepted."""
    found = books.invitations.by_digest(digest_of_secret(secret))
    if found is None:
        found = books.invitations.by_digest(digest_of_secret(typed_code(secret)))
    if found is None or not found.is_open(now) or _comes_late(books, found):
        raise Unauthenticated(
            message("This invitation was used, taken back, or has expired. Ask for another one."),
            code="no_invitation",
        )
    return found


def accept_invitation(
    books: UserBooks,
    secret: str,
    name: str,
    *,
    email: str | None,
    password_hash: str | None,
    occasion: Occasion,
) -> User:
    """The new user. `email` is asked of the first admin alone. Raises Unauthenticated, Invalid."""
    invitation = open_invitation(books, secret, occasion.now)
    plain = invitation.email or plain_email(email or "")
    user = User(
        id=occasion.new_id(USER),
        email=plain,
        name=name.strip(),
        roles=invitation.roles,
        account=invitation.account,
        made_at=occasion.now,
        has_password=password_hash is not None,
    )
    _refuse([*email_faults(plain), *name_faults(user.name)], "The user")
    if books.users.by_email(plain) is not None:
        raise Conflict(message("There is a user with this address already."), code="user_exists")
    books.invitations.end(invitation.id, at=occasion.now)
    books.invitations.end_of_first(at=occasion.now)
    books.users.add(user, password_hash)
    body = {"roles": sorted(user.roles), "account": user.account, "invitation": invitation.id}
    books.append([occasion.fact("UserJoined", user.id, body)])
    return user


def take_invitation_back(books: UserBooks, invitation: str, occasion: Occasion) -> None:
    """Nobody can accept it any more. Again changes nothing. Raises NotFound."""
    books.invitations.get(invitation)
    if books.invitations.end(invitation, at=occasion.now):
        books.append([occasion.fact("InvitationTakenBack", invitation, {})])


def change_user(
    books: UserBooks,
    user: str,
    *,
    name: str,
    roles: frozenset[Role],
    account: str | None,
    caller: Caller,
    occasion: Occasion,
) -> User:
    """Another name, other roles, another account. Raises as `invite_user`."""
    before = books.users.get(user)
    after = User(
        id=before.id,
        email=before.email,
        name=name.strip(),
        roles=roles,
        account=account,
        made_at=before.made_at,
        has_password=before.has_password,
        has_second_factor=before.has_second_factor,
        disabled_at=before.disabled_at,
    )
    _refuse([*name_faults(after.name), *role_faults(roles, account)], "The user")
    caller.require_to_give(user_caller(user, roles, account).permissions, account)
    if account is not None:
        books.accounts.get(account)
    books.users.save(after)
    body = {"roles": sorted(roles), "account": account}
    books.append([occasion.fact("UserChanged", user, body)])
    return after


def disable_user(books: UserBooks, user: str, occasion: Occasion) -> User:
    """Take away everything at once: the login, its sessions and links, and every token and
    invitation that came of it. Again changes nothing. Raises NotFound."""
    found = books.users.get(user)
    if not books.users.disable(user, at=occasion.now):
        return found
    books.sessions.end_of_user(user, at=occasion.now)
    books.invitations.use_resets(user, at=occasion.now)
    tokens.revoke_all_made_by(books, user, occasion)
    books.append([occasion.fact("UserDisabled", user, {})])
    return books.users.get(user)


def enable_user(books: UserBooks, user: str, occasion: Occasion) -> User:
    """Give the login back, and nothing of what went with it. Raises NotFound."""
    books.users.get(user)
    if books.users.enable(user):
        books.append([occasion.fact("UserEnabled", user, {})])
    return books.users.get(user)


def _invite(
    books: UserBooks,
    email: str | None,
    roles: frozenset[Role],
    *,
    account: str | None,
    by: str,
    occasion: Occasion,
) -> NewInvitation:
    secret = new_code(occasion.randomness) if email is None else new_secret(occasion.randomness)
    invitation = Invitation(
        id=occasion.new_id(INVITATION),
        email=email,
        roles=roles,
        account=account,
        made_by=by,
        made_at=occasion.now,
        expires_at=occasion.now + INVITED_FOR,
    )
    books.invitations.add(invitation, digest_of_secret(secret))
    body = {"roles": sorted(roles), "account": account}
    books.append([occasion.fact("UserInvited", invitation.id, body)])
    return NewInvitation(invitation, secret)


def _comes_late(books: UserBooks, invitation: Invitation) -> bool:
    """A code for setting up is good only while there is nobody."""
    return invitation.email is None and books.users.are_there_any()


def _refuse(faults: list[Fault], what: str) -> None:
    if faults:
        raise Invalid(f"{what} cannot be kept as stated.", faults)

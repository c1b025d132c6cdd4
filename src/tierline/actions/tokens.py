"""What can be done with tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tierline.access.caller import token_caller
from tierline.access.role import CUSTOMER_ROLES, permissions_of
from tierline.access.secret import TOKEN_PREFIX, digest_of_secret, new_secret, shown_part
from tierline.access.token import Token
from tierline.access.user import NAME_LIMIT_CHARACTERS
from tierline.actions.occasion import Journal
from tierline.kernel.errors import Fault, Invalid
from tierline.kernel.ids import TOKEN

if TYPE_CHECKING:
    from tierline.access.caller import Caller
    from tierline.access.permission import Permission
    from tierline.access.role import Role
    from tierline.accounts.account import Account
    from tierline.actions.occasion import Occasion


class Tokens(Protocol):
    """The tokens that there are."""

    def get(self, token: str) -> Token: ...
    def add(self, token: Token, digest: str) -> None: ...
    def revoke(self, token: str, *, at: datetime) -> bool: ...
    def revoke_made_by(self, makers: Sequence[str], *, at: datetime) -> tuple[str, ...]: ...


class Invitations(Protocol):
    """The invitations that there are."""

    def end_made_by(self, makers: Sequence[str], *, at: datetime) -> None: ...


class KnownAccounts(Protocol):
    """The accounts that there are."""

    def get(self, account: str) -> Account: ...


class TokenBooks(Journal, Protocol):
    """What the actions of this module need."""

    @property
    def tokens(self) -> Tokens: ...
    @property
    def invitations(self) -> Invitations: ...
    @property
    def accounts(self) -> KnownAccounts: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenOrder:
    """`scopes` None: all that the role may; `account` None: all accounts that the role sees."""

    role: Role
    name: str = ""
    account: str | None = None
    scopes: frozenset[Permission] | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token, and its secret: told once, to who made it, and kept nowhere."""

    token: Token
    secret: str


def create_token(
    books: TokenBooks, order: TokenOrder, caller: Caller, occasion: Occasion
) -> NewToken:
    """A new token. Raises Invalid with every fault, NotFound for its account, and Forbidden where
    it would reach further than the caller does."""
    _refuse_wrong(order, occasion.now)
    secret = new_secret(occasion.randomness, TOKEN_PREFIX)
    token = Token(
        id=occasion.new_id(TOKEN),
        shown=shown_part(secret),
        name=order.name.strip(),
        role=order.role,
        scopes=order.scopes,
        account=order.account,
        made_by=caller.id,
        made_at=occasion.now,
        expires_at=order.expires_at,
    )
    reach = token_caller(token.id, token.role, token.account, token.scopes)
    caller.require_to_give(reach.permissions, token.account)
    if token.account is not None:
        books.accounts.get(token.account)
    books.tokens.add(token, digest_of_secret(secret))
    books.append([occasion.fact("TokenCreated", token.id, _facts_of(token))])
    return NewToken(token, secret)


def revoke_token(books: TokenBooks, token: str, occasion: Occasion) -> Token:
    """Let a token open nothing any more, nor those that it made. Again changes nothing. Raises
    NotFound."""
    found = books.tokens.get(token)
    if not books.tokens.revoke(token, at=occasion.now):
        return found
    revoke_all_made_by(books, token, occasion)
    books.append([occasion.fact("TokenRevoked", token, {})])
    return found


def revoke_all_made_by(books: TokenBooks, maker: str, occasion: Occasion) -> None:
    """Revoke every token that somebody made, and that those made in their turn, and take back the
    invitations of them all."""
    makers: tuple[str, ...] = (maker,)
    while makers:
        books.invitations.end_made_by(makers, at=occasion.now)
        makers = books.tokens.revoke_made_by(makers, at=occasion.now)
        books.append([occasion.fact("TokenRevoked", token, {"with": maker}) for token in makers])


def _refuse_wrong(order: TokenOrder, now: datetime) -> None:
    faults = []
    if len(order.name) > NAME_LIMIT_CHARACTERS or not (order.name.isprintable()):
        faults.append(Fault("bad_name", "The name of a token is one line of text.", "name"))
    if order.role in CUSTOMER_ROLES and order.account is None:
        faults.append(
            Fault(
                "no_account",
                f"A token with the role {order.role} belongs to an account.",
                "account",
                "State the id of the account.",
            )
        )
    if order.scopes is not None:
        faults += _scope_faults(order.role, order.scopes)
    if order.expires_at is not None and order.expires_at <= now:
        faults.append(Fault("expired", "The token would have expired already.", "expires_at"))
    if faults:
        raise Invalid("The token cannot be made as stated.", faults)


def _scope_faults(role: Role, scopes: frozenset[Permission]) -> list[Fault]:
    if not scopes:
        return [Fault("no_scope", "A token without scopes opens nothing.", "scopes")]
    held = permissions_of([role])
    beyond = ", ".join(sorted(scopes - held))
    if not beyond:
        return []
    return [
        Fault(
            "beyond_role",
            f"The role {role} does not have {beyond}.",
            "scopes",
            f"Choose from {', '.join(sorted(held))}.",
        )
    ]


def _facts_of(token: Token) -> dict[str, object]:
    return {
        "role": token.role.value,
        "account": token.account,
        "scopes": None if token.scopes is None else sorted(token.scopes),
    }

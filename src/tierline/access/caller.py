"""The caller: who asks, what they may do, and whose data they see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum, auto

from tierline.access.permission import ALL, WITHIN_AN_ACCOUNT, Permission
from tierline.access.role import CUSTOMER_ROLES, PERMISSIONS_OF, Role, permissions_of
from tierline.kernel.errors import Forbidden, NotFound
from tierline.kernel.sentences import sentence

_OF_A_PARTNER = PERMISSIONS_OF[Role.partner]


class CallerKind(StrEnum):
    """What stands behind a request."""

    user = auto()
    token = auto()
    operator = auto()


class Unauthenticated(Forbidden):
    """Nobody is known by what the request brought, or it brought nothing."""

    code = "unauthenticated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """`accounts` are the caller's own, None where it sees all of them; `granted` are accounts that
    gave it access as a partner. `id` is the user's, the token's, or `operator`."""

    id: str
    kind: CallerKind
    roles: frozenset[Role]
    permissions: frozenset[Permission]
    accounts: frozenset[str] | None
    granted: frozenset[str] = frozenset()

    def may(self, permission: Permission) -> bool:
        """Whether the caller may do this at all, be it only with its own account."""
        return permission in self.permissions

    def sees(self, account: str) -> bool:
        """Whether the account is one that the caller may know of."""
        return self.accounts is None or account in self.accounts or account in self.granted

    @property
    def visible_accounts(self) -> frozenset[str] | None:
        """The accounts that a list is narrowed to; None for all."""
        return None if self.accounts is None else self.accounts | self.granted

    def require(self, permission: Permission, account: str | None = None) -> None:
        """Raise Forbidden where the caller may not do this, and NotFound where it may, and the
        account is another's: so that nobody learns which accounts there are."""
        if permission not in self.permissions:
            raise _forbidden(permission)
        if account is None or self.accounts is None or account in self.accounts:
            return
        if account not in self.granted:
            raise NotFound(f"There is no account '{account}'.")
        if permission not in _OF_A_PARTNER:
            raise _forbidden(permission)

    def require_to_give(self, permissions: Iterable[Permission], account: str | None) -> None:
        """Raise Forbidden where these rights, given to somebody else, would reach further than the
        caller's own."""
        beyond = sorted(set(permissions) - self.permissions)
        if beyond:
            raise Forbidden(
                f"Nobody gives what they do not hold, and you do not hold {', '.join(beyond)}.",
                code="beyond_own_rights",
            )
        if self.accounts is not None and account not in self.accounts:
            raise NotFound(f"There is no account '{account}'.")


def user_caller(
    user: str, roles: Iterable[Role], account: str | None, granted: Iterable[str] = ()
) -> Caller:
    """A user. A customer's user is bound to an account; without one they see nothing. Access that
    was given to their company as a partner is for those of them who have that role."""
    held = frozenset(roles)
    is_bound = account is not None or held <= CUSTOMER_ROLES
    own = frozenset({account} if account is not None else ())
    permissions = permissions_of(held)
    return Caller(
        id=user,
        kind=CallerKind.user,
        roles=held,
        permissions=permissions & WITHIN_AN_ACCOUNT if is_bound else permissions,
        accounts=own if is_bound else None,
        granted=frozenset(granted) - own if Role.partner in held else frozenset(),
    )


def token_caller(
    token: str,
    role: Role,
    account: str | None,
    scopes: Iterable[Permission] | None,
    *,
    granted: Iterable[str] = (),
) -> Caller:
    """A token: a role, narrowed to its scopes and to its account where it has them."""
    whole = user_caller(token, (role,), account, granted)
    held = whole.permissions if scopes is None else whole.permissions & frozenset(scopes)
    return Caller(
        id=token,
        kind=CallerKind.token,
        roles=whole.roles,
        permissions=held,
        accounts=whole.accounts,
        granted=whole.granted,
    )


def operator(name: str = "operator") -> Caller:
    """Whoever works on the machine itself: may do everything."""
    return Caller(
        id=name,
        kind=CallerKind.operator,
        roles=frozenset({Role.admin}),
        permissions=ALL,
        accounts=None,
    )


def _forbidden(permission: Permission) -> Forbidden:
    return Forbidden(
        sentence(
            "This needs the permission %(permission)s. Ask an admin for a role or a token that has "
            "it.",
            permission=permission,
        )
    )

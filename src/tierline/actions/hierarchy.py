"""What an account has from its parent."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Protocol

from tierline.accounts.hierarchy import Inheritable
from tierline.actions.contacts import KnownAccounts
from tierline.actions.occasion import Journal
from tierline.kernel.errors import Conflict

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion


class Hierarchy(Protocol):
    """What every account has from its parent."""

    def save(self, account: str, inherits: frozenset[Inheritable]) -> None: ...


class HierarchyBooks(Journal, Protocol):
    """What the action of this module needs."""

    @property
    def accounts(self) -> KnownAccounts: ...

    @property
    def hierarchy(self) -> Hierarchy: ...


def set_inheritance(
    books: HierarchyBooks, account: str, inherits: Collection[Inheritable], occasion: Occasion
) -> frozenset[Inheritable]:
    """From now on the account has these things from its parent, and no others. Raises NotFound, and
    Conflict for an account without a parent."""
    known = books.accounts.get(account)
    if known.parent is None and inherits:
        raise Conflict(f"Account {account} has no parent to inherit from.", code="no_parent")
    chosen = frozenset(inherits)
    books.hierarchy.save(known.id, chosen)
    body = {"inherits": sorted(each.value for each in chosen)}
    books.append([occasion.fact("InheritanceChanged", known.id, body)])
    return chosen

"""Giving a partner access to an account, and ending it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tierline.access.partner_access import PartnerAccess
from tierline.actions.occasion import Journal
from tierline.kernel.errors import Conflict, Fault, Invalid, NotFound

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.actions.tokens import KnownAccounts


class Accesses(Protocol):
    """The access that was given."""

    def accounts_open_to(self, partner: str, *, at: datetime) -> frozenset[str]: ...
    def add(self, access: PartnerAccess) -> None: ...
    def end(self, account: str, partner: str, *, at: datetime) -> int: ...


class PartnerBooks(Journal, Protocol):
    """What the actions of this module need."""

    @property
    def accounts(self) -> KnownAccounts: ...
    @property
    def partner_access(self) -> Accesses: ...


def give_access(
    books: PartnerBooks, account: str, partner: str, *, end: datetime | None, occasion: Occasion
) -> PartnerAccess:
    """From now on the partners among `partner`'s users see `account`. Raises NotFound, Invalid, and
    Conflict where they do already."""
    books.accounts.get(account)
    books.accounts.get(partner)
    faults = []
    if account == partner:
        faults.append(Fault("itself", "An account needs no access to itself.", "partner"))
    if end is not None and end <= occasion.now:
        faults.append(Fault("over", "The access would have ended already.", "end"))
    if faults:
        raise Invalid("The access cannot be given as stated.", faults)
    if account in books.partner_access.accounts_open_to(partner, at=occasion.now):
        raise Conflict("This partner has access already. End it first.", code="has_access")
    access = PartnerAccess(
        account=account, partner=partner, start=occasion.now, end=end, given_by=occasion.by
    )
    books.partner_access.add(access)
    books.append([occasion.fact("PartnerAccessGiven", account, {"partner": partner})])
    return access


def end_access(books: PartnerBooks, account: str, partner: str, occasion: Occasion) -> None:
    """End it now. Raises NotFound where there was none."""
    if books.partner_access.end(account, partner, at=occasion.now) == 0:
        raise NotFound(f"'{partner}' has no access to the account '{account}'.")
    books.append([occasion.fact("PartnerAccessEnded", account, {"partner": partner})])

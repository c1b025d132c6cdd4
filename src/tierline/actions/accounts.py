"""What can be done with accounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tierline.accounts.account import Account
from tierline.actions.occasion import Journal
from tierline.calendars.local_time import zone_named
from tierline.kernel.errors import Fault, Invalid
from tierline.kernel.ids import ACCOUNT

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion

NAME_LIMIT_CHARACTERS = 200


class Accounts(Protocol):
    """The accounts that there are."""

    def get(self, account: str) -> Account: ...
    def of_ids(self, accounts: Sequence[str]) -> dict[str, Account]: ...
    def add(self, accounts: Iterable[Account], *, opened_at: datetime) -> None: ...
    def save(self, account: Account) -> None: ...


class AccountBooks(Journal, Protocol):
    """What the actions of this module need."""

    @property
    def accounts(self) -> Accounts: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDetails:
    """What is said of an account."""

    name: str
    time_zone: str = "UTC"
    parent: str | None = None
    region: str | None = None
    segment: str | None = None


def open_account(books: AccountBooks, details: AccountDetails, occasion: Occasion) -> Account:
    """A new account. Raises Invalid with every fault."""
    account = _account(occasion.new_id(ACCOUNT), details)
    _refuse_wrong(books, account)
    books.accounts.add([account], opened_at=occasion.now)
    books.append([occasion.fact("AccountOpened", account.id, account_form(account))])
    return account


def change_account(
    books: AccountBooks, account: str, details: AccountDetails, occasion: Occasion
) -> Account:
    """The account with other details. Raises NotFound, or Invalid with every fault."""
    before = books.accounts.get(account)
    after = _account(account, details)
    if after == before:
        return before
    _refuse_wrong(books, after)
    books.accounts.save(after)
    books.append([occasion.fact("AccountChanged", account, account_form(after))])
    return after


def _account(id_: str, details: AccountDetails) -> Account:
    return Account(
        id=id_,
        name=details.name.strip(),
        time_zone=details.time_zone,
        parent=details.parent,
        region=details.region,
        segment=details.segment,
    )


def account_form(account: Account) -> dict[str, str | None]:
    """The account as the journal tells it."""
    return {
        "name": account.name,
        "time_zone": account.time_zone,
        "parent": account.parent,
        "region": account.region,
        "segment": account.segment,
    }


def _refuse_wrong(books: AccountBooks, account: Account) -> None:
    faults = []
    if not account.name or len(account.name) > NAME_LIMIT_CHARACTERS:
        faults.append(
            Fault(
                "bad_name",
                "The name of an account is text.",
                "name",
                f"Write 1 to {NAME_LIMIT_CHARACTERS} characters.",
            )
        )
    try:
        zone_named(account.time_zone)
    except Invalid as error:
        faults.append(Fault("bad_time_zone", error.message, "time_zone"))
    if account.parent is not None:
        faults += _parent_faults(books, account)
    if faults:
        raise Invalid("The account cannot be kept as stated.", faults)


def _parent_faults(books: AccountBooks, account: Account) -> list[Fault]:
    """The parent must be there, and must not be below its own child."""
    seen, above = {account.id}, account.parent
    while above is not None:
        if above in seen:
            return [Fault("circular", "An account cannot stand below itself.", "parent")]
        seen.add(above)
        found = books.accounts.of_ids([above]).get(above)
        if found is None:
            return [Fault("no_parent", f"There is no account '{above}'.", "parent")]
        above = found.parent
    return []

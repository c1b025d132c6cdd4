"""The draft of an import: what is known, what will be written, and what is wrong, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from tierline.actions.account_rows import Count, Imported, ImportReport, RowKind
from tierline.calendars.local_time import resolve_local, zone_named

if TYPE_CHECKING:
    from tierline.accounts.account import Account
    from tierline.accounts.contact import Contact
    from tierline.accounts.contract import Contract
    from tierline.accounts.hierarchy import Inheritable
    from tierline.actions.account_rows import AccountFile, AccountRow, Row
    from tierline.actions.contracts import ContractOrder
    from tierline.actions.occasion import Occasion
    from tierline.kernel.errors import Fault


class Draft:
    """Everything about one import until it is written."""

    def __init__(self, file: AccountFile, occasion: Occasion) -> None:
        self.file = file
        self.occasion = occasion
        self.faults: list[Fault] = list(file.faults)
        self.notices: dict[tuple[str, str], str] = {}
        """What a plan says of its limit, by account and role."""
        self.known: dict[RowKind, dict[str, Imported]] = {}
        self.new_ids: dict[str, str] = {}
        """Our ids of accounts that are new, by external id."""
        self.accounts: dict[str, Account] = {}
        """All accounts that the file tells of, as they will be, by our id."""
        self.new_accounts: dict[str, AccountRow] = {}
        self.changed_accounts: dict[str, AccountRow] = {}
        self.inherits: dict[str, frozenset[Inheritable]] = {}
        self.people: dict[str, list[Contact]] = {}
        """Contacts that there are, by account."""
        self.contacts: dict[str, Contact] = {}
        """Contacts that the file tells of and that there are, by our id."""
        self.new_contacts: list[Contact] = []
        self.changed_contacts: list[Contact] = []
        self.held: dict[str, list[Contract]] = {}
        """Contracts by account, those of the file too."""
        self.signed: list[tuple[Contract, ContractOrder]] = []
        self.new_names: dict[RowKind, dict[str, Imported]] = {kind: {} for kind in RowKind}
        self.changed_names: dict[RowKind, dict[str, Imported]] = {kind: {} for kind in RowKind}
        self._counts = {kind: Count() for kind in RowKind}
        self._seen: set[tuple[RowKind, str]] = set()

    def count(self, kind: RowKind) -> Count:
        """What has become of the rows of a kind so far."""
        return self._counts[kind]

    def references(self) -> Iterator[str]:
        """Every account that a row refers to, by external id or id."""
        for row in self.file.accounts:
            if row.parent is not None:
                yield row.parent
        yield from self.owners()

    def owners(self) -> Iterator[str]:
        """The account of each contact and contract."""
        yield from (row.account for row in self.file.contacts)
        yield from (row.account for row in self.file.contracts)

    def account_of(self, name: str) -> str | None:
        """Our id of an account that a row names; None where there is none."""
        known = self.known[RowKind.account].get(name)
        if known is not None:
            return known.record
        if name in self.new_ids:
            return self.new_ids[name]
        return name if name in self.accounts else None

    def is_unread(self, name: str) -> bool:
        """Whether a row of an account of this name stands in the file, and could not be read."""
        return (RowKind.account, name) in self.file.unread

    def unknown_account(self, row: Row, name: str, column: str) -> Fault:
        """That a row names an account that nobody knows."""
        return row.place.fault(
            "unknown_account",
            f"There is no account '{name[:60]}'.",
            column,
            "Write the external id of a row of the accounts, or of an account imported before.",
        )

    def is_first(self, kind: RowKind, row: Row) -> bool:
        """Whether no row before has the external id; else that is a fault."""
        key = kind, row.external_id
        if key in self._seen:
            said = f"Another row has the external id '{row.external_id[:60]}'."
            self.faults.append(row.place.fault("told_twice", said, "external_id"))
            return False
        self._seen.add(key)
        return True

    def governed(self, row: Row, name: str) -> Account | None:
        """The account that a row belongs to; where there is none, that is a fault."""
        id_ = self.account_of(name)
        if id_ is None and not self.is_unread(name):
            self.faults.append(self.unknown_account(row, name, "account"))
        return None if id_ is None else self.accounts.get(id_)

    def note(self, kind: RowKind, row: Row, record: str) -> None:
        """A row will be written as a record of ours."""
        imported = Imported(record, row.digest)
        if row.external_id in self.known[kind]:
            self.changed_names[kind][row.external_id] = imported
            self._counts[kind].changed += 1
        else:
            self.new_names[kind][row.external_id] = imported
            self._counts[kind].added += 1

    def report(self, *, is_dry_run: bool) -> ImportReport:
        """What is done, or would be."""
        return ImportReport(is_dry_run, self._counts, tuple(self.notices.values()))


def beginning_of(day: date, account: Account, *, days: int = 0) -> datetime:
    """The first instant of a day (so many days later) on the account's wall clock."""
    return resolve_local(day + timedelta(days=days), 0, zone_named(account.time_zone))

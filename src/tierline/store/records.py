"""Everything that is recorded, by noun: what an action is given inside of one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from tierline.kernel.facts import Fact
from tierline.store import journal
from tierline.store.accounts import AccountReads, AccountRecords
from tierline.store.catalogs import CatalogReads, CatalogRecords
from tierline.store.contracts import ContractReads, ContractRecords, KnownTerms
from tierline.store.due_work import DueWorkReads, DueWorkRecords
from tierline.store.outbox import OutboxReads, OutboxRecords
from tierline.store.reservations import ReservationReads, ReservationRecords
from tierline.store.unit_of_work import Snapshot, UnitOfWork


class Reads:
    """The records of one moment, to read. `known` are terms that this process keeps."""

    def __init__(self, snapshot: Snapshot, known: KnownTerms) -> None:
        self.snapshot = snapshot
        self.accounts = AccountReads(snapshot)
        self.catalogs = CatalogReads(snapshot)
        self.contracts = ContractReads(snapshot, known)
        self.reservations = ReservationReads(snapshot)

    @cached_property
    def due_work(self) -> DueWorkReads:
        """Rows to be done once their time has come."""
        return DueWorkReads(self.snapshot)

    @cached_property
    def outbox(self) -> OutboxReads:
        """The sealed journal, for those who publish it."""
        return OutboxReads(self.snapshot)


class Records:
    """The records inside of one unit of work, to read and to write."""

    def __init__(self, unit: UnitOfWork, known: KnownTerms) -> None:
        self.unit = unit
        self.accounts = AccountRecords(unit)
        self.catalogs = CatalogRecords(unit)
        self.contracts = ContractRecords(unit, known)
        self.reservations = ReservationRecords(unit)

    @cached_property
    def due_work(self) -> DueWorkRecords:
        """Rows to be done once their time has come."""
        return DueWorkRecords(self.unit)

    @cached_property
    def outbox(self) -> OutboxRecords:
        """The sealed journal, for those who publish it."""
        return OutboxRecords(self.unit)

    @property
    def changed_accounts(self) -> frozenset[str]:
        """Accounts whose entitlements may have changed in this unit."""
        return frozenset(self.contracts.changed_accounts)

    @property
    def changed_counts(self) -> frozenset[tuple[str, str]]:
        """Accounts and features of which the count may have changed in this unit."""
        return frozenset(self.reservations.changed)

    @property
    def has_new_catalog(self) -> bool:
        """Whether a catalog version was published in this unit."""
        return self.catalogs.has_published

    def append(self, facts: Iterable[Fact]) -> None:
        """Write facts into the journal."""
        journal.append(self.unit, facts)

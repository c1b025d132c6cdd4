"""The register of exceptions, and what contracts give against what is paid, over all accounts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tierline.accounts.coverage import coverage_at
from tierline.accounts.exceptions import AgreedException, exceptions_of
from tierline.accounts.mismatches import (
    GivenUnpaid,
    PaidWithoutEffect,
    given_unpaid,
    paid_without_effect,
)

if TYPE_CHECKING:
    from tierline.accounts.contract import Contract
    from tierline.catalog.catalog import Catalog
    from tierline.store.records import Reads


@dataclass(frozen=True, slots=True)
class AccountException:
    """An exception, and whose it is."""

    account: str
    contract: str
    agreed: AgreedException


@dataclass(frozen=True, slots=True)
class AccountMismatch:
    """Where what a contract gives and what is paid for it part, and whose it is."""

    account: str
    contract: str
    found: PaidWithoutEffect | GivenUnpaid


def contract_exceptions(reads: Reads, at: int) -> tuple[AccountException, ...]:
    """Every override and uplift of the contracts that hold at an instant, by account."""
    return tuple(
        AccountException(contract.account, contract.id, agreed)
        for contract in contracts_in_force(reads, at)
        for agreed in exceptions_of(contract, at)
    )


def contract_mismatches(reads: Reads, at: int) -> tuple[AccountMismatch, ...]:
    """Add-ons that are paid for and overruled, and what is given that an add-on sells."""
    catalogs = CatalogsOnce(reads)
    mismatches = []
    for contract in contracts_in_force(reads, at):
        catalog = catalogs.of(contract, at)
        found: list[PaidWithoutEffect | GivenUnpaid] = []
        found += paid_without_effect(contract, catalog, at)
        found += given_unpaid(contract, catalog, at)
        mismatches += [AccountMismatch(contract.account, contract.id, each) for each in found]
    return tuple(mismatches)


def contracts_in_force(reads: Reads, at: int) -> Iterator[Contract]:
    """The contract that governs each account at an instant, by account; none where none does."""
    for _, contracts in sorted(reads.contracts.all().items()):
        contract = coverage_at(contracts, at).contract
        if contract is not None and contract.start <= at:
            until = contract.honoured_until()
            if until is None or at < until:
                yield contract


class CatalogsOnce:
    """The catalog versions of contracts, each read once."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._known: dict[tuple[str, str], Catalog] = {}

    def of(self, contract: Contract, at: int) -> Catalog:
        """The version that the plan in force was signed on."""
        plan = contract.plan_at(at)
        key = plan.catalog, plan.version.isoformat()
        if key not in self._known:
            self._known[key] = self._reads.catalogs.get(*key)
        return self._known[key]

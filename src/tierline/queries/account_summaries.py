"""How accounts stand, for a list of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tierline.accounts.coverage import CoverageState, coverage_at

if TYPE_CHECKING:
    from tierline.accounts.account import Account
    from tierline.accounts.contract import Contract, PaymentState
    from tierline.store.records import Reads


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSummary:
    """One account at an instant; `tier` and `payment` are None where no contract ever held."""

    account: Account
    coverage: CoverageState
    tier: str | None = None
    version: str | None = None
    payment: PaymentState | None = None
    end: int | None = None
    """Of the contract, in microseconds; None where it is open-ended."""


def account_summaries(
    reads: Reads, accounts: Sequence[Account], at: int
) -> tuple[AccountSummary, ...]:
    """One for each account, in their order; read by one query."""
    held = reads.contracts.of_accounts([account.id for account in accounts])
    return tuple(_summary(account, held.get(account.id, ()), at) for account in accounts)


def _summary(account: Account, contracts: Sequence[Contract], at: int) -> AccountSummary:
    coverage = coverage_at(contracts, at)
    contract = coverage.contract
    if contract is None:
        return AccountSummary(account=account, coverage=coverage.state)
    plan = contract.plan_at(at)
    return AccountSummary(
        account=account,
        coverage=coverage.state,
        tier=plan.tier_name,
        version=plan.version.isoformat(),
        payment=contract.payment_at(at),
        end=contract.end,
    )

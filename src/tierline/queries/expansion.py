"""What accounts paid each month at the beginning of a stretch of time, and at its end."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tierline.accounts.coverage import CoverageState, coverage_at
from tierline.accounts.recurring import monthly_recurring
from tierline.queries.contract_exceptions import CatalogsOnce
from tierline.queries.overages import noon_us
from tierline.scorecards.expansion import Recurring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierline.accounts.contract import Contract
    from tierline.kernel.money import Money
    from tierline.store.records import Reads


def recurring_accounts(reads: Reads, start: date, end: date) -> tuple[Recurring, ...]:
    """Accounts under contract at both ends of [start, end) whose fees are known, by account."""
    catalogs, found = CatalogsOnce(reads), []
    for account, contracts in sorted(reads.contracts.all().items()):
        before = _monthly(contracts, catalogs, noon_us(start))
        after = _monthly(contracts, catalogs, noon_us(end))
        if before is not None and after is not None:
            found.append(Recurring(account=account, before=before, after=after))
    return tuple(found)


def _monthly(contracts: Sequence[Contract], catalogs: CatalogsOnce, at: int) -> Money | None:
    coverage = coverage_at(contracts, at)
    if coverage.contract is None or coverage.state is not CoverageState.covered:
        return None
    return monthly_recurring(coverage.contract, catalogs.of(coverage.contract, at), at)

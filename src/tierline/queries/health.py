"""Accounts to look at: whose use declines, and who bought more than they use or need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tierline.accounts.criticality import Part, profile_at
from tierline.queries.activation import rights_in_use
from tierline.queries.contract_exceptions import contracts_in_force
from tierline.queries.feature_use import PORTAL_USERS, Use
from tierline.queries.overages import noon_us
from tierline.scorecards.activation import AccountActivation, by_account
from tierline.scorecards.decline import OVER_DAYS, WINDOW_DAYS, Decline, declines

if TYPE_CHECKING:
    from tierline.store.records import Reads

_CALM = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleAccount:
    """An account that uses hardly anything of what it pays for; `criticality` is how much of its
    own work stops with us, None where nobody has assessed it."""

    activation: AccountActivation
    criticality: str | None

    @property
    def may_step_down(self) -> bool:
        """Whether a lower tier would serve it as well: idle, and little depends on us."""
        return self.criticality == _CALM


def declining_accounts(reads: Reads, use: Use, on: date) -> tuple[Decline, ...]:
    """Accounts under contract that half of the people left within 90 days, the worst first."""
    covered = {contract.account for contract in contracts_in_force(reads, noon_us(on))}
    daily = use.daily(PORTAL_USERS, on - timedelta(OVER_DAYS + WINDOW_DAYS), on)
    people = {
        account: {day: int(value) for day, value in by_day.items()}
        for account, by_day in daily.items()
        if account in covered
    }
    return declines(people, on)


def idle_accounts(
    reads: Reads, use: Use, at: int, *, start: date, end: date
) -> tuple[IdleAccount, ...]:
    """Accounts that use at most a fifth of what can be used, on the days of [start, end)."""
    rights = rights_in_use(reads, use, at, start=start, end=end)
    idle = [each for each in by_account(rights) if each.is_idle]
    assessed = reads.criticality.of_accounts([each.account for each in idle])
    found = []
    for each in idle:
        profile = profile_at(assessed.get(each.account, ()), each.account, on=end)
        part = profile.parts.get(Part.mission_criticality)
        found.append(IdleAccount(activation=each, criticality=None if part is None else part.value))
    return tuple(found)

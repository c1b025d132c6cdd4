"""Balances: what is included, carried over and used in a period, and when it will be used up."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """One account's count of one feature in the period [start, end). Instants are microseconds;
    without an `end` it never resets."""

    start: int
    end: int | None
    included: Decimal
    """What the contract gives in the period."""
    carried: Decimal
    """What was left of the period before and may be used in this one."""
    used: Decimal

    @property
    def remaining(self) -> Decimal:
        """What is left; 0 where more was used."""
        return max(self.included + self.carried - self.used, Decimal(0))

    @property
    def overage(self) -> Decimal:
        """What was used beyond it."""
        return max(self.used - self.included - self.carried, Decimal(0))


def carried_over(included: Decimal, used: Decimal, *, rollover: bool) -> Decimal:
    """What a period hands on to the next one: what is left of its own units, never of those that
    were handed to it, so that nothing is carried for more than one period."""
    return max(included - used, Decimal(0)) if rollover else Decimal(0)


def used_up_at(balance: Balance, now: int) -> int | None:
    """When the rest will be used up if use goes on as in this period until now: linear. None where
    nothing has been used, or the period ends first."""
    if balance.used <= 0 or now <= balance.start:
        return None
    if balance.remaining == 0:
        return now
    elapsed = now - balance.start
    at = now + int(Decimal(elapsed) * balance.remaining / balance.used)
    return at if balance.end is None or at < balance.end else None

"""Expansion: what accounts that stayed pay more a month than before, and whose share is whose."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from tierline.kernel.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    """What one account paid each month at the beginning of a stretch of time, and at its end."""

    account: str
    before: Money
    after: Money

    @property
    def has_grown(self) -> bool:
        """Whether it pays more than before, in the same currency."""
        is_same = self.before.currency == self.after.currency
        return is_same and self.after.minor > self.before.minor


@dataclass(frozen=True, slots=True, kw_only=True)
class Expansion:
    """The monthly recurring revenue in one currency that came from accounts which grew, and what of
    it came from some of them. An association; it says nothing of causes."""

    total: Money
    of_some: Money
    accounts: int
    some: int

    @property
    def percent(self) -> Decimal:
        """The share of those some, to a tenth of a percent."""
        share = Decimal(100 * self.of_some.minor) / self.total.minor
        return share.quantize(Decimal("0.1"), ROUND_HALF_EVEN)


def expansion(accounts: Iterable[Recurring], some: Collection[str]) -> tuple[Expansion, ...]:
    """By currency, for the currencies in which anybody grew. What others lost is not taken off, and
    who came or went is not among the accounts."""
    grown: dict[str, list[Recurring]] = {}
    for each in accounts:
        if each.has_grown:
            grown.setdefault(each.after.currency, []).append(each)
    return tuple(_of(currency, each, some) for currency, each in sorted(grown.items()))


def _of(currency: str, grown: list[Recurring], some: Collection[str]) -> Expansion:
    theirs = [each for each in grown if each.account in some]
    return Expansion(
        total=_sum(currency, grown),
        of_some=_sum(currency, theirs),
        accounts=len(grown),
        some=len(theirs),
    )


def _sum(currency: str, grown: list[Recurring]) -> Money:
    return sum((each.after - each.before for each in grown), Money(0, currency))

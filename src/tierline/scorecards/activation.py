"""Activation: who uses what they are entitled to, and what the rest would cost at list price."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from tierline.scorecards.intervals import Evidence, evidence

UNUSED_BELOW = Decimal("0.25")
"""Where fewer of those who are entitled ever used it, a promise is worth a question."""
LEAST_ENTITLED = 5
IDLE_AT_MOST = Decimal("0.2")
"""An account that uses at most this share of what can be used has bought more than it needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """What one account is entitled to of one feature, whether it ever used it in the time that is
    looked at, and what a year of it is sold for (None: it is sold in plans only)."""

    account: str
    feature: str
    is_used: bool
    yearly: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureActivation:
    """One feature over all accounts."""

    feature: str
    entitled: int
    used: int
    wasted: Decimal
    """A year of it at list price, of those who never used it."""

    @property
    def percent(self) -> Decimal:
        """Used of entitled, in whole percent."""
        share = Decimal(100 * self.used) / self.entitled
        return share.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)

    @property
    def evidence(self) -> Evidence:
        """What is said about those who used it rests on so many."""
        return evidence(self.used, self.used)

    @property
    def is_unused(self) -> bool:
        """Whether hardly anybody uses it."""
        share = Decimal(self.used) / self.entitled
        return self.entitled >= LEAST_ENTITLED and share < UNUSED_BELOW


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountActivation:
    """One account over all features that can be used."""

    account: str
    entitled: int
    used: int

    @property
    def percent(self) -> Decimal:
        """Used of entitled, in whole percent."""
        share = Decimal(100 * self.used) / self.entitled
        return share.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)

    @property
    def is_idle(self) -> bool:
        """Whether most of what it pays for lies idle."""
        return self.entitled >= LEAST_ENTITLED and (
            Decimal(self.used) / self.entitled <= IDLE_AT_MOST
        )


def by_feature(rights: Iterable[Right]) -> tuple[FeatureActivation, ...]:
    """Every feature, the one with the most wasted value first."""
    grouped = _grouped(rights, "feature")
    found = [
        FeatureActivation(
            feature=feature,
            entitled=len(each),
            used=sum(right.is_used for right in each),
            wasted=sum(
                (right.yearly or Decimal(0) for right in each if not right.is_used), Decimal(0)
            ),
        )
        for feature, each in grouped.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.wasted, one.feature)))


def by_account(rights: Iterable[Right]) -> tuple[AccountActivation, ...]:
    """Every account, the one that uses the smallest share first."""
    found = [
        AccountActivation(
            account=account, entitled=len(each), used=sum(right.is_used for right in each)
        )
        for account, each in _grouped(rights, "account").items()
    ]
    return tuple(sorted(found, key=lambda one: (Decimal(one.used) / one.entitled, one.account)))


def _grouped(rights: Iterable[Right], by: str) -> Mapping[str, list[Right]]:
    found: dict[str, list[Right]] = {}
    for right in rights:
        found.setdefault(getattr(right, by), []).append(right)
    return found

"""What really changes from one tier to the next, in value and not in the number of rows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tierline.catalog.lint.comparison import (
    UNLIMITED,
    LimitTerm,
    changed,
    gained,
    limit_of,
    period_of,
)
from tierline.catalog.lint.context import Context
from tierline.catalog.lint.fees import monthly
from tierline.catalog.price import PercentOfSpend, Price
from tierline.catalog.resolved import ResolvedTier
from tierline.catalog.term import Term

REAL_VALUE = Decimal(3)
"""From this value on a gain changes how a customer works."""
TARGET_VALUE = Decimal(4)
"""A target that falls due clearly earlier, or is new."""
CLEARLY = Decimal("1.25")
"""A limit or a wait has changed clearly from this factor on; less is a small gain."""


@dataclass(frozen=True, slots=True)
class Gain:
    """One thing that is better one tier up."""

    name: str
    value: Decimal

    @property
    def is_real(self) -> bool:
        """Whether it is worth a step by itself."""
        return self.value >= REAL_VALUE


@dataclass(frozen=True, slots=True)
class Step:
    """From one tier to the next one up."""

    lower: str
    higher: str
    gains: tuple[Gain, ...]
    changes: tuple[Gain, ...]
    """What differs without anybody being able to say for better or worse: words, settings."""
    price_delta: Decimal | None
    """More a month, at the least that each tier costs; None where a price is not public."""

    @property
    def score(self) -> Decimal:
        """The values of the real gains, and of the small ones only the largest.

        So ten small gains weigh no more than one, and never as much as a real one.
        """
        real = sum((gain.value for gain in self.gains if gain.is_real), Decimal(0))
        small = [gain.value for gain in self.gains if not gain.is_real]
        return real + max(small, default=Decimal(0))

    @property
    def is_real(self) -> bool:
        """Whether anything changes how the customer works, or may do so."""
        return any(gain.is_real for gain in (*self.gains, *self.changes))


def step_between(context: Context, lower: ResolvedTier, higher: ResolvedTier) -> Step:
    """The step from a tier to the next: gains in terms and targets, and what it costs more."""
    prices = least_fee(lower.tier.price), least_fee(higher.tier.price)
    delta = None if None in prices else _difference(prices)
    gains = (*_term_gains(context, lower, higher), *_target_gains(context, lower, higher))
    return Step(lower.key, higher.key, gains, _changes(context, lower, higher), delta)


def least_fee(price: Price | None) -> Decimal | None:
    """The least that a tier costs in a month: its minimum, or one unit."""
    use = Decimal(0) if isinstance(price, PercentOfSpend) else Decimal(1)
    return monthly(price, use)


def _difference(prices: tuple[Decimal | None, Decimal | None]) -> Decimal:
    return (prices[1] or Decimal(0)) - (prices[0] or Decimal(0))


def _term_gains(context: Context, lower: ResolvedTier, higher: ResolvedTier) -> list[Gain]:
    found = []
    for key, old, new in gained(context.terms[lower.key], context.terms[higher.key]):
        value = _value(context, higher, key)
        if not _is_clear(old, new):
            value = min(value, Decimal(1))
        found.append(Gain(context.feature_name(key), value))
    return found


def _changes(context: Context, lower: ResolvedTier, higher: ResolvedTier) -> tuple[Gain, ...]:
    keys = changed(context.terms[lower.key], context.terms[higher.key])
    return tuple(Gain(context.feature_name(k), _value(context, higher, k)) for k in sorted(keys))


def _value(context: Context, tier: ResolvedTier, key: str) -> Decimal:
    """What a feature is worth to the segment of a tier."""
    feature = context.catalog.features.get(key)
    if feature is None:
        return Decimal(1)
    return Decimal(feature.value_by_segment.get(tier.tier.segment or "", feature.value))


def _is_clear(old: Term | None, new: Term) -> bool:
    if not isinstance(old, LimitTerm) or not isinstance(new, LimitTerm):
        return True
    before, after = limit_of(old), limit_of(new)
    same_period = period_of(old) == period_of(new)
    return not same_period or after == UNLIMITED or after >= before * CLEARLY


def _target_gains(context: Context, lower: ResolvedTier, higher: ResolvedTier) -> list[Gain]:
    waits = context.waits
    gains = []
    for key, target in higher.targets.items():
        after = waits.longest_us(target)
        if after is None:
            continue
        old = lower.targets.get(key)
        before = waits.longest_us(old) if old is not None else None
        name = f"{target.severity} {target.milestone.value.replace('_', ' ')}"
        if before is None or before >= after * CLEARLY:
            gains.append(Gain(name, TARGET_VALUE))
        elif before > after:
            gains.append(Gain(name, Decimal(1)))
    return gains

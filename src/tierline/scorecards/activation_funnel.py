"""The activation funnel: who is entitled, who ever used it, and for whom it is a habit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tierline.scorecards.intervals import Evidence, evidence

STRETCHES = 4
HABIT_STRETCHES = 3
"""A habit is use in so many of the last four stretches of time."""


class Step(StrEnum):
    """How far a customer has come."""

    entitled = "entitled"
    """It never used it."""
    activated = "activated"
    """It used it, and not regularly."""
    too_new = "too_new"
    """It used it, and has had it for less time than a habit takes."""
    habitual = "habitual"


class Stall(StrEnum):
    """Where most customers stop."""

    activation = "activation"
    habit = "habit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlement:
    """One feature of one customer. `yearly` is what a year of it is sold for in `currency`; None:
    it is sold in plans only."""

    account: str
    feature: str
    name: str
    step: Step
    yearly: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """One feature over all customers that are entitled to it."""

    feature: str
    name: str
    entitled: int
    activated: int
    """Those who ever used it, however often."""
    habitual: int
    too_new: int
    wasted: tuple[tuple[str, Decimal], ...]
    """By currency: a year at list price of those who never used it."""

    @property
    def stall(self) -> Stall | None:
        """The step at which more customers stop; None where nobody does."""
        idle, irregular = self.entitled - self.activated, self.irregular
        if idle == irregular == 0:
            return None
        return Stall.activation if idle >= irregular else Stall.habit

    @property
    def irregular(self) -> int:
        """Those who used it and have had the time to make it a habit, and have not."""
        return self.activated - self.habitual - self.too_new

    @property
    def stalled(self) -> int:
        """How many stop at the stall step."""
        if self.stall is None:
            return 0
        is_first = self.stall is Stall.activation
        return self.entitled - self.activated if is_first else self.irregular

    @property
    def stalled_at(self) -> Step | None:
        """The step of those who stop there."""
        if self.stall is None:
            return None
        return Step.entitled if self.stall is Stall.activation else Step.activated

    @property
    def evidence(self) -> Evidence:
        """What is said about those who used it rests on so many of them."""
        return evidence(self.activated, self.activated)

    @property
    def most_wasted(self) -> Decimal:
        """The largest of the wasted amounts, whatever its currency: to rank by."""
        return max((amount for _, amount in self.wasted), default=Decimal(0))


def funnels(entitlements: Iterable[Entitlement]) -> tuple[Funnel, ...]:
    """Every feature, the one with the most wasted value first; of two the one that more never
    used."""
    grouped: dict[str, list[Entitlement]] = {}
    for each in entitlements:
        grouped.setdefault(each.feature, []).append(each)
    found = [_funnel(feature, held) for feature, held in grouped.items()]
    found.sort(key=lambda one: (-one.most_wasted, one.activated - one.entitled, one.feature))
    return tuple(found)


def _funnel(feature: str, held: list[Entitlement]) -> Funnel:
    steps = Counter(each.step for each in held)
    wasted: dict[str, Decimal] = {}
    for each in held:
        if each.step is Step.entitled and each.yearly is not None:
            wasted[each.currency] = wasted.get(each.currency, Decimal(0)) + each.yearly
    return Funnel(
        feature=feature,
        name=held[-1].name,
        entitled=len(held),
        activated=len(held) - steps[Step.entitled],
        habitual=steps[Step.habitual],
        too_new=steps[Step.too_new],
        wasted=tuple(sorted(wasted.items())),
    )

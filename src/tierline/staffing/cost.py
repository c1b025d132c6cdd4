"""What people on duty cost: exact amounts by the hour."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Protocol

from tierline.kernel.money import Money, minor_digits

WEEKS_A_YEAR = 52


class HourCost(Protocol):
    """What an hour of one more person on duty costs: a stated rate, or a cost model."""

    @property
    def currency(self) -> str:
        """Of its amounts."""

    def of(self, hours: Decimal) -> Money:
        """The cost of so many hours, rounded once."""


@dataclass(frozen=True, slots=True)
class StatedRate:
    """A loaded rate that somebody stated: wage and all that goes with it, for an hour on duty."""

    an_hour: Decimal
    currency: str

    def of(self, hours: Decimal) -> Money:
        """The cost of so many hours, rounded half to even to the smallest unit."""
        smallest = Decimal(1).scaleb(-minor_digits(self.currency))
        amount = (self.an_hour * hours).quantize(smallest, ROUND_HALF_EVEN)
        return Money.of(amount, self.currency)


@dataclass(frozen=True, slots=True)
class CostDelta:
    """What so many more hours on duty cost; `a_year` is 52 weeks of `a_week`."""

    hours_a_week: Decimal
    a_week: Money

    @property
    def a_year(self) -> Money:
        """Of the rounded weeks, so that it is the sum of what is paid."""
        return Money(self.a_week.minor * WEEKS_A_YEAR, self.a_week.currency)


def cost_delta(extra: int, hours_each: Decimal, cost: HourCost) -> CostDelta:
    """What `extra` people cost who are each on duty so many hours of a week."""
    hours = extra * hours_each
    return CostDelta(hours, cost.of(hours))

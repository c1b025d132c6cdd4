"""What an account pays a month, again and again: the fee of its plan and its add-ons."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from tierline.catalog.price import Flat
from tierline.catalog.statement import Period
from tierline.kernel.money import Money, minor_digits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tierline.accounts.contract import Contract, HeldAddOn
    from tierline.catalog.catalog import Catalog

TIMES_A_YEAR = {Period.month: 12, Period.quarter: 4, Period.year: 1}


def monthly_recurring(contract: Contract, catalog: Catalog, at: int) -> Money | None:
    """What recurs each month at an instant, rounded once to the smallest unit; `catalog` is the
    version of the plan. A trial costs nothing. None where the fee is neither agreed nor the same
    for everybody in the catalog."""
    plan = contract.plan_at(at)
    yearly = _of_plan(contract, catalog, at)
    if yearly is None:
        return None
    for held in add_ons_in_force(contract, at):
        add_on = catalog.add_ons.get(held.add_on.add_on)
        yearly += (add_on and yearly_price(add_on.price, held.count)) or 0
    smallest = Decimal(1).scaleb(-minor_digits(plan.currency))
    return Money.of((yearly / 12).quantize(smallest, ROUND_HALF_EVEN), plan.currency)


def add_ons_in_force(contract: Contract, at: int) -> Iterator[HeldAddOn]:
    """The add-ons that are held at an instant."""
    for held in contract.add_ons:
        if held.start <= at and (held.end is None or at < held.end):
            yield held


def yearly_price(price: object, count: int) -> Decimal | None:
    """What so many cost a year; None without a flat price that recurs."""
    if not isinstance(price, Flat) or not isinstance(price.per, Period):
        return None
    times = TIMES_A_YEAR.get(price.per)
    return None if times is None else price.amount * times * count


def _of_plan(contract: Contract, catalog: Catalog, at: int) -> Decimal | None:
    fee = contract.fee_at(at)
    if fee is None:
        return yearly_price(catalog.tiers[contract.plan_at(at).tier].price, 1)
    times = TIMES_A_YEAR.get(fee.per)
    return None if times is None else fee.amount * times

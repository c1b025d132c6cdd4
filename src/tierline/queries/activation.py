"""Who uses what they are entitled to, over all accounts under contract."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tierline.accounts.effective import effective
from tierline.catalog.price import Flat
from tierline.catalog.statement import Period
from tierline.catalog.term import Channel, Deliverable, Included, QuantityTerm, ServiceUnits
from tierline.queries.contract_exceptions import CatalogsOnce, contracts_in_force
from tierline.queries.feature_use import METERS_OF_FEATURES, Use
from tierline.scorecards.activation import Right

if TYPE_CHECKING:
    from tierline.catalog.catalog import Catalog
    from tierline.catalog.clock_rules import Target
    from tierline.catalog.term import Term
    from tierline.catalog.tier import AddOn
    from tierline.store.records import Reads

_A_YEAR = {Period.month: 12, Period.quarter: 4, Period.year: 1}


def rights_in_use(reads: Reads, use: Use, at: int, *, start: date, end: date) -> tuple[Right, ...]:
    """Every right at an instant whose use can be seen, and whether it was used on any day of
    [start, end)."""
    users = {
        feature: {
            account for account, days in use.daily(meter, start, end).items() if any(days.values())
        }
        for feature, meter in METERS_OF_FEATURES.items()
    }
    catalogs, found = CatalogsOnce(reads), []
    for contract in contracts_in_force(reads, at):
        catalog = catalogs.of(contract, at)
        for feature, using in users.items():
            value = effective(contract, feature, at).value
            if is_given(value):
                found.append(
                    Right(
                        account=contract.account,
                        feature=feature,
                        is_used=contract.account in using,
                        yearly=yearly_price(catalog, feature, value),
                    )
                )
    return tuple(found)


def is_given(value: Term | Target | None) -> bool:
    if isinstance(value, Included | Channel):
        return value.included
    return value is not None


def yearly_price(catalog: Catalog, feature: str, value: Term | Target | None) -> Decimal | None:
    """What a year of it costs where it is sold by itself; None where it is not."""
    prices = [
        price
        for add_on in catalog.add_ons.values()
        if (price := _price_of_one(add_on, feature)) is not None
    ]
    amount = _units_a_year(value)
    return None if not prices or amount is None else min(prices) * amount


def _price_of_one(add_on: AddOn, feature: str) -> Decimal | None:
    """The list price of one unit, one time, or one unit for a month times twelve."""
    if not isinstance(add_on.price, Flat):
        return None
    price = add_on.price.amount
    if isinstance(add_on.price.per, Period):
        if add_on.price.per not in _A_YEAR:
            return None
        price *= _A_YEAR[add_on.price.per]
    units = add_on.extends.get(feature)
    if isinstance(units, Decimal) and units > 0:
        return price / units
    term = add_on.terms.get(feature)
    return price / term.times if isinstance(term, Deliverable) and term.times else None


def _units_a_year(value: Term | Target | None) -> Decimal | None:
    match value:
        case Deliverable(times=times, per=per) if times and per in _A_YEAR:
            return Decimal(times * _A_YEAR[per])
        case ServiceUnits(amount=Decimal() as amount, per=per) if per in _A_YEAR:
            return amount * _A_YEAR[per]
        case QuantityTerm(limit=Decimal() as limit, per=None):
            return limit
        case _:
            return None

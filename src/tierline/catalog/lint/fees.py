"""What a price comes to: the arithmetic of a stated price, exact, before discounts and rounding."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from tierline.catalog.lint.comparison import Relation, combined
from tierline.catalog.price import Flat, PercentOfSpend, PerUnit, Price
from tierline.catalog.statement import Period

Computable = Flat | PerUnit | PercentOfSpend

_IN_A_YEAR = {
    Period.second: Decimal(31_536_000),
    Period.minute: Decimal(525_600),
    Period.hour: Decimal(8_760),
    Period.day: Decimal(365),
    Period.week: Decimal(365) / 7,
    Period.month: Decimal(12),
    Period.quarter: Decimal(4),
    Period.year: Decimal(1),
}
_PROBES = tuple(Decimal(10) ** power for power in range(8))


def fee_for(price: Computable, use: Decimal) -> Decimal:
    """The fee for a use: units for a price per unit, spend for a percentage; in the price's period.

    >>> fee_for(PerUnit(model="per_unit", amount=5, unit="seat", minimum_units=3), Decimal(1))
    Decimal('15')
    """
    match price:
        case Flat():
            return price.amount
        case PerUnit():
            billed = max(use - price.included_units, Decimal(price.minimum_units), Decimal(0))
            return price.amount * billed
        case PercentOfSpend():
            return max(price.minimum, bracketed(price, use))


def bracketed(price: PercentOfSpend, spend: Decimal) -> Decimal:
    """The share of spend, each percentage on the part that lies in its own bracket."""
    total, reached = Decimal(0), Decimal(0)
    for bracket in price.brackets:
        end = spend if bracket.up_to is None else min(spend, bracket.up_to)
        total += (end - reached) * bracket.percent / 100
        reached = end
        if bracket.up_to is None or spend <= bracket.up_to:
            break
    return total


def edges_of(price: Computable) -> list[Decimal]:
    """Uses at which a price may bend."""
    match price:
        case Flat():
            return []
        case PerUnit():
            counts = price.minimum_units, price.included_units
            return [Decimal(count + step) for count in counts for step in (0, 1)]
        case PercentOfSpend():
            return [bracket.up_to for bracket in price.brackets if bracket.up_to is not None]


def probes_of(*prices: Computable) -> list[Decimal]:
    """Uses at which prices are compared: none, round sizes, and both sides of every bend."""
    edges = [edge for price in prices for edge in edges_of(price)]
    beside = [edge + step for edge in edges for step in (-1, 1) if edge + step >= 0]
    return sorted({Decimal(0), *_PROBES, *edges, *beside})


def cheaper(first: Price | None, second: Price | None) -> Relation:
    """`less` where the first never costs more and somewhere costs less; `unclear` where it cannot
    be said because one is not public, or they are counted in different things."""
    if first is None or second is None:
        return Relation.unclear
    if not isinstance(first, Computable) or not isinstance(second, Computable):
        return Relation.unclear
    if not _same_measure(first, second):
        return Relation.unclear
    seen = []
    for use in probes_of(first, second):
        left, right = _yearly(first, use), _yearly(second, use)
        seen.append(_relation(left, right))
    return combined(seen)


def monthly(price: Price | None, use: Decimal = Decimal(1)) -> Decimal | None:
    """What a price comes to in a month at a use; None where it has no amount or is paid once."""
    if not isinstance(price, Computable) or price.per == "once":
        return None
    return fee_for(price, use) * _IN_A_YEAR[Period(price.per)] / 12


def falls(price: Computable) -> tuple[Decimal, Decimal] | None:
    """Two uses of which the larger costs less; None where more use never costs less."""
    for smaller, larger in pairwise(probes_of(price)):
        if fee_for(price, larger) < fee_for(price, smaller):
            return smaller, larger
    return None


def _same_measure(first: Computable, second: Computable) -> bool:
    if (first.per == "once") != (second.per == "once"):
        return False
    if isinstance(first, Flat) and isinstance(second, Flat):
        return True
    if isinstance(first, PerUnit) and isinstance(second, PerUnit):
        return first.unit == second.unit
    if isinstance(first, PercentOfSpend) and isinstance(second, PercentOfSpend):
        return first.spend == second.spend
    return isinstance(first, Flat) or isinstance(second, Flat)


def _yearly(price: Computable, use: Decimal) -> Decimal:
    fee = fee_for(price, use)
    return fee if price.per == "once" else fee * _IN_A_YEAR[Period(price.per)]


def _relation(left: Decimal, right: Decimal) -> Relation:
    if left == right:
        return Relation.equal
    return Relation.less if left < right else Relation.more

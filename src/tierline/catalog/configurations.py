"""What a subscription can cost: the lowest and highest price over every way to buy.

A configuration is one tier with a set of add-ons that may be held together: each is available for
the tier, has the add-ons that it requires, and excludes none of the others. Without tiers it is
any such set of at least one add-on. Prices are list prices of one unit of each part.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import prod
from typing import TYPE_CHECKING

from tierline.catalog.price import Flat, PercentOfSpend, PerUnit, Quoted
from tierline.catalog.statement import Period
from tierline.kernel.errors import LimitReached

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tierline.catalog.catalog import Catalog
    from tierline.catalog.price import Price

MAX_SETS = 200_000
"""Sets of connected add-ons looked at, before the answer is refused."""

_MONTHS = {
    Period.month: Decimal(1),
    Period.quarter: Decimal(3),
    Period.year: Decimal(12),
    Period.week: Decimal(12) / Decimal(52),
    Period.day: Decimal(12) / Decimal(365),
}
"""Length of a period in months; shorter ones are prices of use and have no place here."""


@dataclass(frozen=True, slots=True)
class QuoteEstimate:
    """What to take for a price that is only quoted, where a figure is wanted nevertheless."""

    times_previous_tier: Decimal = Decimal(10)
    """A quoted tier costs so many times the tier before it."""
    add_on: Decimal = Decimal(100)
    """A quoted add-on costs this."""


@dataclass(frozen=True, slots=True)
class SubscriptionPrices:
    """The range of prices, in the catalog's currency, a `period`."""

    lowest: Decimal | None
    """None where no way to buy has a price that is known."""
    highest: Decimal | None
    period: Period
    configurations: int
    """Ways to buy, those without a known price among them."""
    quoted: tuple[str, ...]
    """Tiers and add-ons that are only quoted: left out, or estimated if asked for."""


@dataclass(frozen=True, slots=True)
class _Bundle:
    """Add-ons that can only be bought together (one, or a circle of requirements)."""

    members: frozenset[str]
    requires: frozenset[str]
    conflicts: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Range:
    count: int
    lowest: Decimal
    highest: Decimal


def subscription_prices(
    catalog: Catalog, estimate: QuoteEstimate | None = None
) -> SubscriptionPrices:
    """The lowest and highest price over all configurations of a catalog.

    Quoted parts are left out of the range, or estimated. One-off prices are not part of it.
    Raises LimitReached where too many add-ons hang together to try their sets.
    """
    period = _period(catalog)
    tier_prices = _tier_prices(catalog, period, estimate)
    prices = _add_on_prices(catalog, period, estimate)
    count, lows, highs = 0, [], []
    for holder in catalog.tiers or [None]:
        every = _ranges(catalog, holder, dict.fromkeys(catalog.add_ons, Decimal(0)))
        count += prod(found.count for found in every)
        base = tier_prices[holder] if holder is not None else Decimal(0)
        if base is None:
            continue
        known = {key: price for key, price in prices.items() if price is not None}
        found = _ranges(catalog, holder, known)
        lowest = sum((part.lowest for part in found), base)
        if holder is None:
            count -= 1
            lowest = min(_cheapest_singles(catalog, known), default=base)
            if not known:
                continue
        lows.append(lowest)
        highs.append(sum((part.highest for part in found), base))
    quoted = tuple(key for key, price in _all_prices(catalog).items() if isinstance(price, Quoted))
    return SubscriptionPrices(
        min(lows, default=None), max(highs, default=None), period, count, quoted
    )


def _all_prices(catalog: Catalog) -> dict[str, Price | None]:
    tiers = {key: tier.price for key, tier in catalog.tiers.items()}
    return tiers | {f"+{key}": add_on.price for key, add_on in catalog.add_ons.items()}


def _period(catalog: Catalog) -> Period:
    """The period that all prices share; a month where they differ."""
    periods = {
        price.per
        for price in _all_prices(catalog).values()
        if isinstance(price, Flat | PerUnit) and price.per in _MONTHS and price.amount
    }
    return Period(next(iter(periods))) if len(periods) == 1 else Period.month


def _tier_prices(
    catalog: Catalog, period: Period, estimate: QuoteEstimate | None
) -> dict[str, Decimal | None]:
    found: dict[str, Decimal | None] = {}
    previous = Decimal(0)
    for key, tier in catalog.tiers.items():
        amount = _amount(tier.price, period)
        if amount is None and estimate is not None and isinstance(tier.price, Quoted):
            amount = previous * estimate.times_previous_tier
        found[key] = amount
        previous = amount if amount is not None else previous
    return found


def _add_on_prices(
    catalog: Catalog, period: Period, estimate: QuoteEstimate | None
) -> dict[str, Decimal | None]:
    guess = estimate.add_on if estimate else None
    return {
        key: guess if isinstance(add_on.price, Quoted) else _amount(add_on.price, period)
        for key, add_on in catalog.add_ons.items()
    }


def _amount(price: Price | None, period: Period) -> Decimal | None:
    """A list price a period: of one unit, or the least that a share of spend comes to."""
    if isinstance(price, PercentOfSpend):
        return price.minimum * _times(price.per, period)
    if isinstance(price, Flat | PerUnit):
        return price.amount * _times(price.per, period)
    return None


def _times(per: str, period: Period) -> Decimal:
    """How often a price is paid in a period; a one-off and a price of use are not part of it."""
    if per == period:
        return Decimal(1)
    months = _MONTHS.get(Period(per)) if per != "once" else None
    return _MONTHS[period] / months if months else Decimal(0)


def _cheapest_singles(catalog: Catalog, prices: Mapping[str, Decimal]) -> Iterator[Decimal]:
    """The price of each add-on with all that it needs: without tiers, the ways to begin."""
    bundles = _bundles(catalog, None, prices)
    for bundle in bundles:
        yield sum((prices[key] for key in bundle.members | bundle.requires), Decimal(0))


def _ranges(catalog: Catalog, holder: str | None, prices: Mapping[str, Decimal]) -> list[_Range]:
    """Count and price range of each group of add-ons that hang together, for one tier."""
    bundles = _bundles(catalog, holder, prices)
    return [_range(group, prices) for group in _groups(bundles)]


def _bundles(catalog: Catalog, holder: str | None, prices: Mapping[str, Decimal]) -> list[_Bundle]:
    """What can be bought at all with this tier, the required before what requires it."""
    offered = {
        key
        for key, add_on in catalog.add_ons.items()
        if key in prices
        and (holder is None or not add_on.available_for or holder in add_on.available_for)
    }
    needs = {key: _needs(catalog, key) for key in catalog.add_ons}
    excluded = {key: _excluded(catalog, key) for key in catalog.add_ons}
    bundles: dict[frozenset[str], _Bundle] = {}
    for key in offered:
        closure = needs[key]
        conflicts = frozenset().union(*(excluded.get(part, frozenset()) for part in closure))
        if closure <= offered and not closure & conflicts:
            members = frozenset(part for part in closure if needs[part] == closure)
            bundles[members] = _Bundle(members, closure - members, conflicts)
    return sorted(
        bundles.values(), key=lambda b: (len(b.requires) + len(b.members), min(b.members))
    )


def _needs(catalog: Catalog, key: str) -> frozenset[str]:
    """An add-on with everything that it requires, and they require, and so on."""
    found, waiting = {key}, [key]
    while waiting:
        add_on = catalog.add_ons.get(waiting.pop())
        fresh = set(add_on.requires) - found if add_on else set()
        found |= fresh
        waiting += sorted(fresh)
    return frozenset(found)


def _excluded(catalog: Catalog, key: str) -> frozenset[str]:
    """Exclusion holds both ways, whoever states it."""
    stated = frozenset(catalog.add_ons[key].excludes)
    return stated | {other for other, add_on in catalog.add_ons.items() if key in add_on.excludes}


def _groups(bundles: list[_Bundle]) -> list[list[_Bundle]]:
    """Bundles that require or exclude each other, directly or through others, stay together."""
    groups: list[list[_Bundle]] = []
    for bundle in bundles:
        touching = [g for g in groups if any(_touch(bundle, other) for other in g)]
        merged = [other for group in touching for other in group]
        groups = [g for g in groups if g not in touching]
        groups.append([*merged, bundle])
    return groups


def _touch(one: _Bundle, other: _Bundle) -> bool:
    return bool(
        (one.requires | one.conflicts) & other.members
        or (other.requires | other.conflicts) & one.members
    )


def _range(group: list[_Bundle], prices: Mapping[str, Decimal]) -> _Range:
    """Every allowed set of one group, built up bundle by bundle."""
    sets: list[tuple[frozenset[str], Decimal]] = [(frozenset(), Decimal(0))]
    for bundle in sorted(group, key=lambda b: len(b.requires) + len(b.members)):
        cost = sum((prices[key] for key in bundle.members), Decimal(0))
        sets += [
            (held | bundle.members, price + cost)
            for held, price in sets
            if bundle.requires <= held and not bundle.conflicts & held
        ]
        if len(sets) > MAX_SETS:
            names = ", ".join(sorted(key for b in group for key in b.members)[:6])
            message = f"More than {MAX_SETS} sets of add-ons hang together ({names}, ...)."
            raise LimitReached(message)
    amounts = [price for _, price in sets]
    return _Range(len(sets), min(amounts), max(amounts))

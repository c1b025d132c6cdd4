"""Changes of prices, with the money they come to."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tierline.catalog.difference_change import Change, Direction, Kind
from tierline.catalog.lint.comparison import Relation
from tierline.catalog.lint.fees import cheaper, fee_for
from tierline.catalog.price import Flat, PercentOfSpend, PerUnit
from tierline.catalog.words import money_in_words, percent_in_words, price_in_words

if TYPE_CHECKING:
    from tierline.catalog.catalog import Catalog
    from tierline.catalog.price import Price

_EXAMPLES = (Decimal(10_000), Decimal(100_000), Decimal(1_000_000))
"""Spends at which a share of spend is shown in money."""

_DIRECTIONS = {
    Relation.less: Direction.better,
    Relation.more: Direction.worse,
    Relation.equal: Direction.changed,
    Relation.unclear: Direction.changed,
}


def price_change(
    catalogs: tuple[Catalog, Catalog],
    prices: tuple[Price | None, Price | None],
    *,
    holder: str,
    name: str,
) -> Change | None:
    """The change of a price from the old catalog's to the new one's; None where there is none."""
    (old, new), currencies = prices, tuple(catalog.currency for catalog in catalogs)
    same_money = currencies[0] == currencies[1]
    if old == new and (same_money or old is None):
        return None
    return Change(
        direction=_DIRECTIONS[cheaper(new, old)] if same_money else Direction.changed,
        kind=Kind.changed,
        holder=holder,
        holder_name=name,
        what="Price",
        promise_id=f"{catalogs[1].catalog}/{holder}/price",
        old=price_in_words(old, currencies[0]),
        new=price_in_words(new, currencies[1]),
        note=_money(old, new, currencies[1]) if same_money else "",
    )


def _money(old: Price | None, new: Price | None, currency: str) -> str:
    """What the change comes to: `+$20 (+4.1%)`, or examples of spend."""
    if isinstance(old, Flat) and isinstance(new, Flat) and old.per == new.per:
        return _step(old.amount, new.amount, currency)
    if isinstance(old, PerUnit) and isinstance(new, PerUnit) and old.per == new.per:
        return _step(old.amount, new.amount, currency) if old.unit == new.unit else ""
    if isinstance(old, PercentOfSpend) and isinstance(new, PercentOfSpend) and old.per == new.per:
        found = [
            f"at {money_in_words(spend, currency)}: {money_in_words(fees[0], currency)}, now "
            f"{money_in_words(fees[1], currency)}"
            for spend in _EXAMPLES
            if (fees := (fee_for(old, spend), fee_for(new, spend)))[0] != fees[1]
        ]
        return "; ".join(found)
    return ""


def _step(old: Decimal, new: Decimal, currency: str) -> str:
    step = new - old
    sign = "+" if step > 0 else "−"
    words = f"{sign}{money_in_words(abs(step), currency)}"
    if not old:
        return words
    share = (abs(step) / old * 100).quantize(Decimal("0.1"))
    return f"{words} ({sign}{percent_in_words(share)})"

"""Changes of add-ons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.catalog.difference_change import Change, Direction, Kind, direction_of, order
from tierline.catalog.difference_price import price_change
from tierline.catalog.difference_terms import feature_name, kind_of, term_relation, words_of
from tierline.catalog.lint.comparison import Relation
from tierline.catalog.resolved import promise_id
from tierline.catalog.words import joined, number_in_words, price_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tierline.catalog.catalog import Catalog


def add_on_changes(old: Catalog, new: Catalog) -> Iterator[Change]:
    """Add-ons that came, went, or give something else."""
    for key in dict.fromkeys([*new.add_ons, *old.add_ons]):
        before, after = old.add_ons.get(key), new.add_ons.get(key)
        if before == after and old.currency == new.currency:
            continue
        if before is None or after is None:
            yield _whole(old, new, key)
            continue
        price = price_change(
            (old, new), (before.price, after.price), holder=f"+{key}", name=after.name
        )
        if price is not None:
            yield price
        yield from _terms(old, new, key)
        yield from _extends(old, new, key)
        yield from _available(old, new, key)


def _whole(old: Catalog, new: Catalog, key: str) -> Change:
    added = key in new.add_ons
    catalog = new if added else old
    add_on = catalog.add_ons[key]
    words = f"{add_on.name}, {price_in_words(add_on.price, catalog.currency)}"
    return Change(
        direction=Direction.better if added else Direction.worse,
        kind=Kind.added if added else Kind.removed,
        holder=f"+{key}",
        holder_name=add_on.name,
        what="Add-on",
        promise_id=f"{catalog.catalog}/+{key}",
        old=None if added else words,
        new=words if added else None,
    )


def _terms(old: Catalog, new: Catalog, key: str) -> Iterator[Change]:
    before, after = old.add_ons[key], new.add_ons[key]
    for feature in dict.fromkeys([*after.terms, *before.terms]):
        terms = before.terms.get(feature), after.terms.get(feature)
        relation = term_relation(*terms)
        if relation is not None:
            yield Change(
                direction=direction_of(relation),
                kind=kind_of(*terms),
                holder=f"+{key}",
                holder_name=after.name,
                what=feature_name(new, old, feature),
                promise_id=promise_id(new, f"+{key}", feature),
                old=words_of(old, feature, terms[0]),
                new=words_of(new, feature, terms[1]),
            )


def _extends(old: Catalog, new: Catalog, key: str) -> Iterator[Change]:
    before, after = old.add_ons[key], new.add_ons[key]
    for feature in dict.fromkeys([*after.extends, *before.extends]):
        amounts = before.extends.get(feature, 0), after.extends.get(feature, 0)
        if amounts[0] == amounts[1]:
            continue
        numbers = [float("inf") if amount == "unlimited" else amount for amount in amounts]
        yield Change(
            direction=direction_of(order(numbers[1], numbers[0])),
            kind=Kind.changed,
            holder=f"+{key}",
            holder_name=after.name,
            what=feature_name(new, old, feature),
            promise_id=promise_id(new, f"+{key}", feature),
            old=f"{number_in_words(amounts[0])} more",
            new=f"{number_in_words(amounts[1])} more",
        )


def _available(old: Catalog, new: Catalog, key: str) -> Iterator[Change]:
    before = set(old.add_ons[key].available_for or old.tiers)
    after = set(new.add_ons[key].available_for or new.tiers)
    both = set(old.tiers) & set(new.tiers)
    if before & both == after & both:
        return
    relation = Relation.unclear
    if before & both < after & both or after & both < before & both:
        relation = order(len(after & both), len(before & both))
    yield Change(
        direction=direction_of(relation),
        kind=Kind.changed,
        holder=f"+{key}",
        holder_name=new.add_ons[key].name,
        what="Available for",
        promise_id=f"{new.catalog}/+{key}",
        old=_names(old, before),
        new=_names(new, after),
    )


def _names(catalog: Catalog, keys: set[str]) -> str:
    return joined([tier.name for key, tier in catalog.tiers.items() if key in keys]) or "no tier"

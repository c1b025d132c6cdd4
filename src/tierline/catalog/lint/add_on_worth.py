"""Add-ons: each worth its price, and not too many of them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations, permutations

from tierline.catalog.lint.add_ons import required_by
from tierline.catalog.lint.comparison import (
    UNLIMITED,
    LimitTerm,
    Relation,
    combined,
    compare_given,
    compare_terms,
    given,
    limit_of,
)
from tierline.catalog.lint.context import Context
from tierline.catalog.lint.fees import cheaper
from tierline.catalog.lint.finding import Amount, Observation, plain
from tierline.catalog.lint.in_words import price_in_words
from tierline.catalog.lint.naming import listed
from tierline.catalog.lint.rules import family
from tierline.catalog.resolved import ResolvedTier
from tierline.catalog.tier import AddOn

add_on_worth = family("Add-ons: worth their price")

MOST_ADD_ONS = 8
"""Add-ons that a buyer of one tier can still compare."""


@add_on_worth.error(
    "add-on-identical",
    "Two add-ons are the same in everything but their name.",
    why="Buyers ask for the difference, and reports split one product in two.",
    example="Boost and Turbo both raise the limit to 20 for 24.99.",
)
def add_on_identical(context: Context) -> Iterator[Observation]:
    """Pairs equal in terms, tiers, conditions and price."""
    for (first_key, first), (key, add_on) in combinations(context.catalog.add_ons.items(), 2):
        same_price = first.price == add_on.price
        if same_price and _same_offer(first, add_on) and _gives_something(add_on):
            yield Observation(
                ("add_ons", key),
                f"The add-ons '{first.name}' and '{add_on.name}' give the same for the same price "
                f"({price_in_words(add_on.price, context.catalog.currency)}).",
                "Remove one of them.",
                context.promise(f"+{key}"),
                (key, first_key),
            )


@add_on_worth.error(
    "add-on-less-for-more",
    "An add-on gives no more than a cheaper one.",
    why="Nobody should buy it, and whoever did will ask for the difference.",
    example="One feature for 30; the same feature and another for 10.",
)
def add_on_less_for_more(context: Context) -> Iterator[Observation]:
    """Pairs for the same tiers of which one gives less or the same and costs more."""
    for (key, worse), (other_key, better) in permutations(context.catalog.add_ons.items(), 2):
        if not _reaches(better, worse) or set(better.requires) - set(worse.requires):
            continue
        if other_key in required_by(context, key):
            continue  # more of what the other gives is no alternative to it
        relation, price = _compare(worse, better), cheaper(worse.price, better.price)
        less = relation is Relation.less and price in (Relation.more, Relation.equal)
        same = relation is Relation.equal and price is Relation.more
        if (less or same) and _gives_something(worse):
            currency = context.catalog.currency
            yield Observation(
                ("add_ons", key),
                f"The add-on '{worse.name}' ({price_in_words(worse.price, currency)}) gives "
                f"{'less than' if less else 'the same as'} '{better.name}' "
                f"({price_in_words(better.price, currency)}).",
                "Lower its price, or say what it gives that the other does not.",
                context.promise(f"+{key}"),
                (key, other_key),
            )


@add_on_worth.error(
    "add-on-same-as-tier",
    "An add-on gives the whole of a tier with which it is sold.",
    why="A customer of that tier pays a second time for what they have.",
    example="The add-on Power gives exactly the two features of Basic, and is sold with Basic.",
)
def add_on_same_as_tier(context: Context) -> Iterator[Observation]:
    """Add-ons that give at least all terms of an eligible tier, and no more than it has."""
    for key, add_on in context.catalog.add_ons.items():
        for tier in context.tiers_for(add_on):
            has = context.terms[tier.key]
            if (
                has
                and not add_on.extends
                and compare_given(given(add_on.terms), has) is Relation.equal
            ):
                yield Observation(
                    ("add_ons", key),
                    f"The add-on '{add_on.name}' gives just what '{tier.tier.name}' gives, with "
                    "which it is sold.",
                    "Sell it with lower tiers only, or remove it.",
                    context.promise(f"+{key}"),
                    (key, tier.key),
                )


@add_on_worth.error(
    "add-on-gives-nothing-new",
    "Every tier with which an add-on is sold already has what it gives.",
    why="It charges for what was promised already; refunds follow.",
    example="The add-on Chat is sold with Pro, which includes chat.",
)
def add_on_gives_nothing_new(context: Context) -> Iterator[Observation]:
    """Add-ons that add nothing to any eligible tier, and are not the whole of one."""
    for key, add_on in context.catalog.add_ons.items():
        tiers = context.tiers_for(add_on)
        if not tiers or add_on.targets or add_on.hours or not _gives_something(add_on):
            continue
        if any(_adds(context, add_on, tier) for tier in tiers):
            continue
        if any(
            compare_given(given(add_on.terms), context.terms[tier.key]) is Relation.equal
            for tier in tiers
        ):
            continue
        yield Observation(
            ("add_ons", key),
            f"The add-on '{add_on.name}' gives nothing that "
            f"{listed([tier.tier.name for tier in tiers])} "
            f"{'does' if len(tiers) == 1 else 'do'} not have.",
            "Sell it with the tiers that lack it, or remove it.",
            context.promise(f"+{key}"),
            (key, *[tier.key for tier in tiers]),
        )


@add_on_worth.note(
    "add-on-without-terms",
    "An add-on has a price and states nothing that it gives.",
    why="Nothing can check that it was delivered, and nothing can be compared.",
    example="`on_site_day: {price: 2200}` without terms.",
)
def add_on_without_terms(context: Context) -> Iterator[Observation]:
    """Add-ons without terms, units, targets and hours."""
    for key, add_on in context.catalog.add_ons.items():
        if not _gives_something(add_on):
            yield Observation(
                ("add_ons", key),
                f"The add-on '{add_on.name}' does not say what it gives.",
                "Add its terms, e.g. a number of units.",
                context.promise(f"+{key}"),
                (key,),
            )


@add_on_worth.warning(
    "add-on-bloat",
    f"A tier is sold with more than {MOST_ADD_ONS} add-ons.",
    why="Add-ons are for the few who need more; when many are needed the tier itself is wrong.",
    example="Pro comes with fourteen add-ons.",
)
def add_on_bloat(context: Context) -> Iterator[Observation]:
    """Sold tiers with too many add-ons."""
    for tier in context.sold.values():
        offered = context.add_ons_for(tier.key)
        if len(offered) > MOST_ADD_ONS:
            count = Decimal(len(offered))
            yield Observation(
                ("tiers", tier.key),
                f"'{tier.tier.name}' is sold with {plain(count)} add-ons: "
                f"{listed([add_on.name for add_on in offered.values()])}.",
                "Fold what most customers of the tier buy into it, and retire what few buy.",
                context.promise(tier.key),
                (tier.key,),
                (Amount("add-ons", count, "count"),),
            )


def _same_offer(first: AddOn, second: AddOn) -> bool:
    return (
        given(first.terms) == given(second.terms)
        and (first.extends, first.targets, first.hours)
        == (second.extends, second.targets, second.hours)
        and all(
            set(getattr(first, name)) == set(getattr(second, name))
            for name in ("available_for", "requires", "excludes")
        )
    )


def _gives_something(add_on: AddOn) -> bool:
    return bool(
        given(add_on.terms) or any(add_on.extends.values()) or add_on.targets or add_on.hours
    )


def _reaches(better: AddOn, worse: AddOn) -> bool:
    """Whether everybody who may buy the one may buy the other."""
    if not better.available_for:
        return True
    return bool(worse.available_for) and set(worse.available_for) <= set(better.available_for)


def _compare(first: AddOn, second: AddOn) -> Relation:
    """What the first add-on gives, against the second."""
    if (first.targets, first.hours) != (second.targets, second.hours):
        return Relation.unclear
    units = []
    for key in first.extends.keys() | second.extends.keys():
        mine, theirs = (_units(add_on.extends.get(key, Decimal(0))) for add_on in (first, second))
        units.append(
            Relation.equal if mine == theirs else Relation.more if mine > theirs else Relation.less
        )
    return combined((compare_given(given(first.terms), given(second.terms)), *units))


def _units(stated: Decimal | str) -> Decimal:
    return UNLIMITED if stated == "unlimited" else Decimal(stated)


def _adds(context: Context, add_on: AddOn, tier: ResolvedTier) -> bool:
    """Whether an add-on gives a customer of the tier anything."""
    has = context.terms[tier.key]
    for key, term in given(add_on.terms).items():
        if compare_terms(term, has.get(key)) in (Relation.more, Relation.unclear):
            return True
    for key, units in add_on.extends.items():
        held = has.get(key)
        unlimited = isinstance(held, LimitTerm) and limit_of(held) == UNLIMITED
        if units and not unlimited:
            return True
    return False

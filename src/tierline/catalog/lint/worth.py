"""Tiers that no one should buy: another gives at least as much for no more."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from tierline.catalog.lint.comparison import Relation, combined, compare_given
from tierline.catalog.lint.context import Context
from tierline.catalog.lint.fees import cheaper
from tierline.catalog.lint.finding import Amount, Observation
from tierline.catalog.lint.in_words import price_in_words
from tierline.catalog.lint.rules import family
from tierline.catalog.lint.step import least_fee
from tierline.catalog.price import Price, Quoted
from tierline.catalog.resolved import ResolvedTarget, ResolvedTier

worth = family("Tiers that no one should buy")


@worth.error(
    "same-tier-twice",
    "Two tiers promise the same for the same price.",
    why="A buyer cannot choose between two names for one thing.",
    example="Basic and Pro have the same terms and both cost 10 EUR.",
)
def same_tier_twice(context: Context) -> Iterator[Observation]:
    """Pairs that are equal in terms, targets and price."""
    for low, high in combinations(context.sold.values(), 2):
        if compare_tiers(context, low, high) is Relation.equal and _same_price(low, high):
            yield _about(
                context,
                (high, low),
                f"'{low.tier.name}' and '{high.tier.name}' promise the same for the same price "
                f"({_price(context, low)}).",
                "Remove one, or say what makes it another tier.",
            )


@worth.error(
    "same-terms-different-price",
    "Two tiers promise the same for different prices.",
    why="Nobody should buy the dearer one, and whoever did will ask for the difference.",
    example="Basic and Pro have the same terms; Basic costs 10 EUR and Pro 30.",
)
def same_terms_different_price(context: Context) -> Iterator[Observation]:
    """Pairs that are equal in terms and targets, of which one is cheaper."""
    for low, high in combinations(context.sold.values(), 2):
        if compare_tiers(context, low, high) is not Relation.equal or _same_price(low, high):
            continue
        if cheaper(low.tier.price, high.tier.price) in (Relation.less, Relation.more):
            yield _about(
                context,
                (high, low),
                f"'{low.tier.name}' and '{high.tier.name}' promise the same; one costs "
                f"{_price(context, low)}, the other {_price(context, high)}.",
                "Write down what the dearer one gives more, or sell one.",
            )


@worth.error(
    "tier-contained-in-cheaper",
    "A tier gives no more than a cheaper one below it.",
    why="Moving up costs money and brings nothing; the tier will not sell, or will be refunded.",
    example="Pro costs 30 EUR and halves a limit of Basic, which costs 10.",
)
def tier_contained_in_cheaper(context: Context) -> Iterator[Observation]:
    """Pairs of which the higher gives less and does not cost less."""
    for low, high in combinations(context.sold.values(), 2):
        relation = compare_tiers(context, high, low)
        if relation is Relation.less and _costs_no_less(high.tier.price, low.tier.price):
            yield _about(
                context,
                (high, low),
                f"'{high.tier.name}' ({_price(context, high)}) gives nothing that the lower "
                f"'{low.tier.name}' ({_price(context, low)}) does not give, and less of some.",
                "Give the higher tier what makes it worth its price.",
            )


@worth.error(
    "lower-tier-less-for-more",
    "A lower tier gives less and costs no less than one above it.",
    why="Every buyer of the lower tier overpays, and will notice.",
    example="Basic costs 30 EUR; Pro has all of it and more for 10.",
)
def lower_tier_less_for_more(context: Context) -> Iterator[Observation]:
    """Pairs of which the lower gives less and does not cost less."""
    for low, high in combinations(context.sold.values(), 2):
        relation = compare_tiers(context, low, high)
        if relation is Relation.less and _costs_no_less(low.tier.price, high.tier.price):
            yield _about(
                context,
                (low, high),
                f"'{low.tier.name}' ({_price(context, low)}) gives less than '{high.tier.name}' "
                f"({_price(context, high)}) and costs no less.",
                "Lower its price, or put the tiers into their order.",
            )


def is_not_worth_its_price(context: Context, low: ResolvedTier, high: ResolvedTier) -> bool:
    """Whether one of the rules of this family says something about a pair."""
    relation = compare_tiers(context, low, high)
    if relation is Relation.equal:
        return _same_price(low, high) or cheaper(low.tier.price, high.tier.price) in (
            Relation.less,
            Relation.more,
        )
    if relation is Relation.more:
        return _costs_no_less(high.tier.price, low.tier.price)
    return relation is Relation.less and _costs_no_less(low.tier.price, high.tier.price)


def compare_tiers(context: Context, first: ResolvedTier, second: ResolvedTier) -> Relation:
    """What the first tier gives in terms and targets, against the second."""
    terms = compare_given(context.terms[first.key], context.terms[second.key])
    if terms is Relation.unclear:
        return terms
    return combined((terms, _compare_targets(context, first, second)))


def _compare_targets(context: Context, first: ResolvedTier, second: ResolvedTier) -> Relation:
    relations = []
    for key in first.targets.keys() | second.targets.keys():
        mine, theirs = first.targets.get(key), second.targets.get(key)
        mine = mine if mine and mine.statement.within else None
        theirs = theirs if theirs and theirs.statement.within else None
        if mine is None or theirs is None:
            relations.append(_presence(mine is not None, theirs is not None))
            continue
        commitments = _presence(mine.statement.commitment, theirs.statement.commitment)
        relations += [commitments, _speed(context, mine, theirs)]
    return combined(relations)


def _speed(context: Context, mine: ResolvedTarget, theirs: ResolvedTarget) -> Relation:
    """More where it is sooner from some start and later from none."""
    compared = context.waits.compared(mine, theirs)
    if compared is None:
        return Relation.equal if mine.statement == theirs.statement else Relation.unclear
    return combined([Relation.less] * compared.is_slower + [Relation.more] * compared.is_quicker)


def _presence(mine: bool, theirs: bool) -> Relation:
    if mine == theirs:
        return Relation.equal
    return Relation.more if mine else Relation.less


def _costs_no_less(first: Price | None, second: Price | None) -> bool:
    return cheaper(first, second) in (Relation.more, Relation.equal)


def _same_price(first: ResolvedTier, second: ResolvedTier) -> bool:
    prices = first.tier.price, second.tier.price
    if isinstance(prices[0], Quoted) and isinstance(prices[1], Quoted):
        return True
    return prices[0] == prices[1] or cheaper(*prices) is Relation.equal


def _price(context: Context, tier: ResolvedTier) -> str:
    return price_in_words(tier.tier.price, context.catalog.currency)


def _about(
    context: Context, tiers: tuple[ResolvedTier, ResolvedTier], message: str, instead: str
) -> Observation:
    unit = f"{context.catalog.currency}/month"
    fees = [(tier.tier.name, least_fee(tier.tier.price)) for tier in tiers]
    return Observation(
        ("tiers", tiers[0].key),
        message,
        instead,
        context.promise(tiers[0].key),
        (tiers[0].key, tiers[1].key),
        tuple(Amount(f"{name} at least", fee, unit) for name, fee in fees if fee is not None),
    )

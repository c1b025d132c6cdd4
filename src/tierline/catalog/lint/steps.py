"""The steps of the ladder: what each gives more, and whether anything is lost on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from tierline.catalog.lint.comparison import LimitTerm, Relation, compare_terms, limit_of, lost
from tierline.catalog.lint.context import Context
from tierline.catalog.lint.fees import Computable, cheaper
from tierline.catalog.lint.finding import Amount, Observation, PathParts, plain
from tierline.catalog.lint.in_words import (
    price_in_words,
    term_in_words,
)
from tierline.catalog.lint.naming import listed
from tierline.catalog.lint.rules import family
from tierline.catalog.lint.step import Step, least_fee, step_between
from tierline.catalog.lint.worth import is_not_worth_its_price
from tierline.catalog.price import Quoted
from tierline.catalog.resolved import ResolvedTier
from tierline.catalog.term import Channel, Term

steps = family("The ladder: terms and steps")

FALLS_OF_A_FEE = 2
"""Falls from tier to tier, without a rise, after which less of a limit is taken to be better."""


@steps.error(
    "higher-tier-limit-lower",
    "A limit is lower in a higher tier.",
    why="A customer who moves up loses room that they already use.",
    example="Standard allows 10 projects, Pro 5.",
)
def higher_tier_limit_lower(context: Context) -> Iterator[Observation]:
    """Limits below that are smaller, or gone, above."""
    yield from _losses(context, lambda term: isinstance(term, LimitTerm), "limits it to")


@steps.error(
    "higher-tier-loses-channel",
    "A way to reach us is lost one tier up.",
    why="The customer who pays more has fewer doors to knock on.",
    example="Standard has e-mail; Priority only the portal.",
)
def higher_tier_loses_channel(context: Context) -> Iterator[Observation]:
    """Channels below that are narrower, or gone, above."""
    yield from _losses(context, lambda term: isinstance(term, Channel), "gives")


@steps.error(
    "higher-tier-loses-feature",
    "Something that a lower tier includes is missing or weaker one tier up.",
    why="Nobody expects to lose by paying more; the upgrade becomes a complaint.",
    example="Standard has a quarterly health check, Pro a yearly one.",
)
def higher_tier_loses_feature(context: Context) -> Iterator[Observation]:
    """All other terms below that give less, or nothing, above."""
    yield from _losses(context, lambda term: not isinstance(term, LimitTerm | Channel), "gives")


@steps.warning(
    "no-real-step",
    "Nothing of real value separates a tier from the next one.",
    why="A step that changes nothing in how a customer works sells only confusion. Ten small "
    "items do not make a real one.",
    example="Plus adds custom colours, a badge and a newsletter to Standard, for 30 USD more.",
)
def no_real_step(context: Context) -> Iterator[Observation]:
    """Neighbours whose gains are all below the value of a real one."""
    for low, high in context.steps:
        step = step_between(context, low, high)
        differs = step.gains or step.changes
        if step.is_real or (differs and not _values_are_stated(context)):
            continue
        if not _is_one_ladder(low, high) or is_not_worth_its_price(context, low, high):
            continue
        yield Observation(
            ("tiers", high.key),
            f"The step from '{low.tier.name}' to '{high.tier.name}' scores {plain(step.score)}, "
            f"{_gains_in_words(step)}{_dearer(context, step)}.",
            "Move something of value 3 or more into the step, or merge the two tiers.",
            context.promise(high.key),
            (high.key, low.key),
            _step_amounts(context, step),
        )


@steps.note(
    "values-not-stated",
    "Features carry no value, so the steps between tiers cannot be judged.",
    why="Without values a ladder can only be counted, and counts reward padding.",
    example="None of 40 features has a `value`.",
)
def values_not_stated(context: Context) -> Iterator[Observation]:
    """A catalog of several tiers in which no feature states a value."""
    if context.steps and context.catalog.features and not _values_are_stated(context):
        yield Observation(
            ("features",),
            f"None of the {len(context.catalog.features)} features states what it is worth to a "
            "buyer.",
            "Add 'value:' (0 to 10; 3 and more changes how a customer works).",
        )


@steps.warning(
    "ladder-not-by-price",
    "A higher tier costs less than the one below it, or has a price where that one is on request.",
    why="The order of the tiers is the order in which they are shown and compared. Features and "
    "limits of two such neighbours are not compared: they are not one ladder.",
    example="Team for 30 USD stands below Pro for 20 USD.",
)
def ladder_not_by_price(context: Context) -> Iterator[Observation]:
    """Neighbours that are not one ladder, unless one of them is plainly not worth its price."""
    for low, high in context.steps:
        if not _is_one_ladder(low, high) and not is_not_worth_its_price(context, low, high):
            currency = context.catalog.currency
            yield Observation(
                ("tiers", high.key, "price"),
                f"'{high.tier.name}' ({price_in_words(high.tier.price, currency)}) stands "
                f"above '{low.tier.name}' ({price_in_words(low.tier.price, currency)}).",
                "Put the tiers into the order of the ladder, lowest first.",
                context.promise(high.key),
                (high.key, low.key),
                _price_amounts(context, low, high),
            )


def _losses(context: Context, is_meant: Callable[[Term], bool], verb: str) -> Iterator[Observation]:
    for low, high in context.steps:
        below, above = context.terms[low.key], context.terms[high.key]
        for key, old, new in lost(below, above):
            support = isinstance(old, Channel)
            if not support and not _is_one_ladder(low, high):
                continue
            if is_meant(old) and not _less_is_better(context, key):
                yield Observation(
                    _place_of_loss(context, high, key),
                    f"'{low.tier.name}' gives {term_in_words(old)} of "
                    f"'{context.feature_name(key)}'; the higher '{high.tier.name}' {verb} "
                    f"{term_in_words(new)}.",
                    "Promise at least as much one tier up, or let it include the lower tier.",
                    context.promise(high.key, key),
                    (high.key, key),
                )
        for key in below.keys() & above.keys():
            if is_meant(below[key]) and _served_less(context, (low, high), key):
                yield Observation(
                    _place_of_loss(context, high, key),
                    f"'{context.feature_name(key)}' is open fewer hours in '{high.tier.name}' "
                    f"than in the lower '{low.tier.name}'.",
                    "Give the channel at least the hours of the lower tier.",
                    context.promise(high.key, key),
                    (high.key, key),
                )


def _served_less(context: Context, tiers: tuple[ResolvedTier, ResolvedTier], key: str) -> bool:
    """Whether a channel that is the same otherwise is open for fewer hours above."""
    below, above = (context.terms[tier.key][key] for tier in tiers)
    if not isinstance(below, Channel) or not isinstance(above, Channel):
        return False
    if compare_terms(above, below) not in (Relation.equal, Relation.more):
        return False
    hours = [
        term.hours or tier.tier.hours for term, tier in zip((below, above), tiers, strict=True)
    ]
    if None in hours or hours[0] == hours[1]:
        return False
    return 0 < context.waits.open_us(hours[1]) < context.waits.open_us(hours[0])


def _is_one_ladder(low: ResolvedTier, high: ResolvedTier) -> bool:
    """Whether the prices of two neighbours allow the higher to be a step up from the lower."""
    on_request_below = isinstance(low.tier.price, Quoted) and isinstance(
        high.tier.price, Computable
    )
    return not on_request_below and cheaper(high.tier.price, low.tier.price) is not Relation.less


def _less_is_better(context: Context, key: str) -> bool:
    """Whether a limit only falls, twice or more, from the first tier to the last.

    Fees and waiting times do; a limit that is cut by mistake is cut once.
    """
    terms = [context.terms[tier].get(key) for tier in context.sold]
    limits = [limit_of(term) for term in terms if isinstance(term, LimitTerm)]
    falls = sum(second < first for first, second in pairwise(limits))
    return falls >= FALLS_OF_A_FEE and not any(b > a for a, b in pairwise(limits))


def _place_of_loss(context: Context, high: ResolvedTier, key: str) -> PathParts:
    term = high.terms.get(key)
    return context.term_path(term) if term else ("tiers", high.key)


def _values_are_stated(context: Context) -> bool:
    return any(
        {"value", "value_by_segment"} & feature.model_fields_set
        for feature in context.catalog.features.values()
    )


def _gains_in_words(step: Step) -> str:
    if not step.gains:
        return "because nothing is better"
    return f"because {listed([gain.name for gain in step.gains])} change little"


def _dearer(context: Context, step: Step) -> str:
    if not step.price_delta or step.price_delta < 0:
        return ""
    return f", for {plain(step.price_delta)} {context.catalog.currency} more a month"


def _step_amounts(context: Context, step: Step) -> tuple[Amount, ...]:
    amounts = [Amount("step score", step.score, "value")]
    if step.price_delta is not None:
        unit = f"{context.catalog.currency}/month"
        amounts.append(Amount("price step", step.price_delta, unit))
    return tuple(amounts)


def _price_amounts(context: Context, low: ResolvedTier, high: ResolvedTier) -> tuple[Amount, ...]:
    unit = f"{context.catalog.currency}/month"
    fees = (("price", least_fee(high.tier.price)), ("price below", least_fee(low.tier.price)))
    return tuple(Amount(name, fee, unit) for name, fee in fees if fee is not None)

"""The ladder: never worse one tier up, and every step worth its price."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import pairwise

from tierline.catalog.lint.comparison import LimitTerm, Relation, compare_terms, limit_of, lost
from tierline.catalog.lint.context import Context
from tierline.catalog.lint.fees import Computable, cheaper
from tierline.catalog.lint.finding import Amount, Observation, PathParts, plain
from tierline.catalog.lint.in_words import (
    hours_of_year,
    milestone_in_words,
    price_in_words,
    target_in_words,
    term_in_words,
    wait_in_words,
)
from tierline.catalog.lint.naming import listed
from tierline.catalog.lint.rules import family
from tierline.catalog.lint.step import Step, least_fee, step_between
from tierline.catalog.lint.worth import is_not_worth_its_price
from tierline.catalog.price import Quoted
from tierline.catalog.resolved import ResolvedTarget, ResolvedTier
from tierline.catalog.term import Channel, Term

ladder = family("The ladder of tiers")

FALLS_OF_A_FEE = 2
AT_TIMES = 0.01
"""Part of the starts of a year from which a target must be slower before anyone is told."""


@ladder.error(
    "higher-tier-slower",
    "A higher tier can take longer than the one below it.",
    why="Somebody pays more and waits longer. Hours are part of the promise: one business day "
    "over a weekend is longer than 24 hours.",
    example="Pro answers within 24 hours at any time, Enterprise within one business day.",
)
def higher_tier_slower(context: Context) -> Iterator[Observation]:
    """Targets whose longest wait over a year is longer one tier up."""
    for low, high, slow, quick in _paired_targets(context):
        compared = context.waits.compared(slow, quick)
        if compared and compared.longest_first > compared.longest_second:
            yield Observation(
                context.target_path(slow),
                f"{context.severity_name(slow.severity)} {milestone_in_words(slow)} can take "
                f"{wait_in_words(compared.longest_first)} in '{high.tier.name}' "
                f"({target_in_words(slow)}) and at most {wait_in_words(compared.longest_second)} "
                f"in the lower '{low.tier.name}' ({target_in_words(quick)}).",
                f"Promise at most {wait_in_words(compared.longest_second)} at any hour, or count "
                "the same hours as below.",
                slow.promise_id,
                (high.key, slow.severity),
                (
                    Amount("longest wait", hours_of_year(compared.longest_first), "h"),
                    Amount("longest wait below", hours_of_year(compared.longest_second), "h"),
                ),
            )


@ladder.warning(
    "higher-tier-slower-at-times",
    "At some hours a higher tier takes longer than the one below it, though never longest.",
    why="A customer of the higher tier who calls at those hours is served later than a cheaper "
    "one.",
    example="Standard answers within 4 business hours, Pro within 8 hours at any time: on a "
    "Tuesday morning Standard is first.",
)
def higher_tier_slower_at_times(context: Context) -> Iterator[Observation]:
    """Targets that are slower from at least one start in a hundred, and not in the worst case."""
    for low, high, slow, quick in _paired_targets(context):
        compared = context.waits.compared(slow, quick)
        if compared is None or compared.longest_first > compared.longest_second:
            continue
        if compared.share_slower >= AT_TIMES:
            percent = Decimal(compared.share_slower * 100).quantize(Decimal(1))
            yield Observation(
                context.target_path(slow),
                f"For {percent}% of the hours of a year {context.severity_name(slow.severity)} "
                f"{milestone_in_words(slow)} takes longer in '{high.tier.name}' than in "
                f"'{low.tier.name}': opened at {compared.example_start:%a %Y-%m-%d %H:%M} UTC, "
                f"{wait_in_words(compared.example_first)} against "
                f"{wait_in_words(compared.example_second)}.",
                f"Shorten {target_in_words(slow)}, or promise the earlier of the two.",
                slow.promise_id,
                (high.key, slow.severity),
                (Amount("hours of a year slower", percent, "%"),),
            )


@ladder.error(
    "higher-tier-loses-target",
    "A target of a lower tier is missing one tier up.",
    why="The customer who pays more is promised less.",
    example="Standard restores S1 within 2 days; Priority says nothing about restoring.",
)
def higher_tier_loses_target(context: Context) -> Iterator[Observation]:
    """Targets below that have no target, or `null`, above."""
    for low, high in context.steps:
        for key, target in low.targets.items():
            above = high.targets.get(key)
            if target.statement.within is None:
                continue
            if above is None or above.statement.within is None:
                yield Observation(
                    context.target_path(above) if above else ("tiers", high.key, "targets"),
                    f"'{low.tier.name}' promises {context.severity_name(target.severity)} "
                    f"{milestone_in_words(target)} within {target_in_words(target)}, and the "
                    f"higher '{high.tier.name}' promises none.",
                    "Add the target to the higher tier, or let it include the lower one.",
                    context.promise(high.key, f"{target.severity}.{target.milestone.value}"),
                    (high.key, target.severity),
                )


@ladder.error(
    "higher-tier-loses-commitment",
    "A commitment of a lower tier is only a target one tier up.",
    why="Money back was promised to those who pay less.",
    example="Priority pays for a late S1 answer, Enterprise only measures it.",
)
def higher_tier_loses_commitment(context: Context) -> Iterator[Observation]:
    """Commitments below whose target above is none."""
    for low, high, above, below in _paired_targets(context):
        if below.statement.commitment and not above.statement.commitment:
            yield Observation(
                context.target_path(above),
                f"'{low.tier.name}' is committed to {context.severity_name(above.severity)} "
                f"{milestone_in_words(above)}; the higher '{high.tier.name}' is not.",
                "Add 'commitment: true' and a remedy.",
                above.promise_id,
                (high.key, above.severity),
            )


@ladder.warning(
    "higher-tier-pays-less",
    "For the same miss a higher tier pays a smaller share of the fee back.",
    why="It reads as less confidence in the dearer promise; check that it is meant.",
    example="5% for a late S1 answer in Priority, 3% in Enterprise.",
)
def higher_tier_pays_less(context: Context) -> Iterator[Observation]:
    """Remedies of the same target with a smaller percentage above."""
    for low, high, above, below in _paired_targets(context):
        old = context.remedies_of(low.key).get(below.statement.remedy or "")
        new = context.remedies_of(high.key).get(above.statement.remedy or "")
        if old and new and new.percent_of_fee < old.percent_of_fee:
            yield Observation(
                context.target_path(above),
                f"A miss of {context.severity_name(above.severity)} {milestone_in_words(above)} "
                f"returns {plain(new.percent_of_fee)}% of the fee in '{high.tier.name}' and "
                f"{plain(old.percent_of_fee)}% in '{low.tier.name}'.",
                "Promise at least the share of the lower tier.",
                above.promise_id,
                (high.key, above.severity),
                (
                    Amount("remedy", new.percent_of_fee, "% of fee"),
                    Amount("remedy below", old.percent_of_fee, "% of fee"),
                ),
            )


@ladder.error(
    "higher-tier-covers-less",
    "The hours of a higher tier are fewer than those of the one below it.",
    why="Coverage is what many buyers pay for first.",
    example="Pro counts around the clock, Enterprise on weekdays.",
)
def higher_tier_covers_less(context: Context) -> Iterator[Observation]:
    """Default hours with less open time in the year."""
    for low, high in context.steps:
        hours = low.tier.hours, high.tier.hours
        if hours[0] is None or hours[1] is None:
            continue
        below, above = context.waits.open_us(hours[0]), context.waits.open_us(hours[1])
        if 0 < above < below:
            yield Observation(
                ("tiers", high.key, "hours"),
                f"'{high.tier.name}' is served {plain(hours_of_year(above))} hours a year "
                f"({hours[1]}), the lower '{low.tier.name}' {plain(hours_of_year(below))} "
                f"({hours[0]}).",
                "Give the higher tier at least the hours of the lower one.",
                context.promise(high.key),
                (high.key,),
                (
                    Amount("coverage", hours_of_year(above), "h/year"),
                    Amount("coverage below", hours_of_year(below), "h/year"),
                ),
            )


@ladder.error(
    "higher-tier-limit-lower",
    "A limit is lower in a higher tier.",
    why="A customer who moves up loses room that they already use.",
    example="Standard allows 10 projects, Pro 5.",
)
def higher_tier_limit_lower(context: Context) -> Iterator[Observation]:
    """Limits below that are smaller, or gone, above."""
    yield from _losses(context, lambda term: isinstance(term, LimitTerm), "limits it to")


@ladder.error(
    "higher-tier-loses-channel",
    "A way to reach us is lost one tier up.",
    why="The customer who pays more has fewer doors to knock on.",
    example="Standard has e-mail; Priority only the portal.",
)
def higher_tier_loses_channel(context: Context) -> Iterator[Observation]:
    """Channels below that are narrower, or gone, above."""
    yield from _losses(context, lambda term: isinstance(term, Channel), "gives")


@ladder.error(
    "higher-tier-loses-feature",
    "Something that a lower tier includes is missing or weaker one tier up.",
    why="Nobody expects to lose by paying more; the upgrade becomes a complaint.",
    example="Standard has a quarterly health check, Pro a yearly one.",
)
def higher_tier_loses_feature(context: Context) -> Iterator[Observation]:
    """All other terms below that give less, or nothing, above."""
    yield from _losses(context, lambda term: not isinstance(term, LimitTerm | Channel), "gives")


@ladder.warning(
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


@ladder.note(
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


@ladder.warning(
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


def _paired_targets(
    context: Context,
) -> Iterator[tuple[ResolvedTier, ResolvedTier, ResolvedTarget, ResolvedTarget]]:
    """Lower tier, higher tier, the higher tier's target and the lower one's."""
    for low, high in context.steps:
        for key, above in high.targets.items():
            below = low.targets.get(key)
            if below and below.statement.within and above.statement.within:
                yield low, high, above, below


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

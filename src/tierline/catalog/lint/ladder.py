"""The ladder: no target slower, no hours fewer, no money back lost one tier up."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tierline.catalog.lint.context import Context
from tierline.catalog.lint.finding import Amount, Observation, plain
from tierline.catalog.lint.in_words import (
    hours_of_year,
    milestone_in_words,
    target_in_words,
    wait_in_words,
)
from tierline.catalog.lint.rules import family
from tierline.catalog.resolved import ResolvedTarget, ResolvedTier

ladder = family("The ladder: targets and hours")

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


def _paired_targets(
    context: Context,
) -> Iterator[tuple[ResolvedTier, ResolvedTier, ResolvedTarget, ResolvedTarget]]:
    """Lower tier, higher tier, the higher tier's target and the lower one's."""
    for low, high in context.steps:
        for key, above in high.targets.items():
            below = low.targets.get(key)
            if below and below.statement.within and above.statement.within:
                yield low, high, above, below

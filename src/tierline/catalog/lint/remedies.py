"""Commitments and the money that stands behind them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from tierline.catalog.lint.context import Context
from tierline.catalog.lint.finding import Amount, Observation, PathParts, plain
from tierline.catalog.lint.in_words import milestone_in_words
from tierline.catalog.lint.rules import family
from tierline.catalog.lint.step import least_fee
from tierline.catalog.term import Uptime

remedies = family("Commitments and remedies")


@remedies.error(
    "commitment-without-remedy",
    "A commitment carries no remedy.",
    why="A promise of money back without the money is a target; say so, or say how much.",
    example="`commitment: true` without `remedy`.",
)
def commitment_without_remedy(context: Context) -> Iterator[Observation]:
    """Targets marked as commitments that name no remedy."""
    for tier in context.all_tiers():
        for target in tier.targets.values():
            if target.statement.commitment and target.statement.remedy is None:
                yield Observation(
                    context.target_path(target),
                    f"'{tier.tier.name}' is committed to "
                    f"{context.severity_name(target.severity)} {milestone_in_words(target)} and "
                    "owes nothing for a miss.",
                    "Add 'remedy:', or drop 'commitment: true'.",
                    target.promise_id,
                    (tier.key, target.severity),
                )


@remedies.error(
    "remedy-without-commitment",
    "A target names a remedy and is no commitment.",
    why="It is not clear whether money is owed: the customer will say yes.",
    example="`remedy: late_answer` without `commitment: true`.",
)
def remedy_without_commitment(context: Context) -> Iterator[Observation]:
    """Targets with a remedy that are not marked as commitments."""
    for tier in context.all_tiers():
        for target in tier.targets.values():
            if target.statement.remedy and not target.statement.commitment:
                yield Observation(
                    context.target_path(target),
                    f"'{tier.tier.name}' names a remedy for "
                    f"{context.severity_name(target.severity)} {milestone_in_words(target)}, "
                    "which is only a target.",
                    "Add 'commitment: true', or drop the remedy.",
                    target.promise_id,
                    (tier.key, target.severity),
                )


@remedies.warning(
    "remedy-unused",
    "A remedy is stated that no commitment of the tier names.",
    why="It is printed in the contract and never owed, which no customer will believe.",
    example="`remedies: {late_restore: ...}`, and no target names `late_restore`.",
)
def remedy_unused(context: Context) -> Iterator[Observation]:
    """Remedies that no target names, in the tier or in one that includes it."""
    for key, tier in context.catalog.tiers.items():
        heirs = [t for t in context.all_tiers() if key in context.chain(t.key)]
        named = {target.statement.remedy for heir in heirs for target in heir.targets.values()}
        for name, remedy in tier.remedies.items():
            if name not in named:
                yield Observation(
                    ("tiers", key, "remedies", name),
                    f"'{tier.name}' states the remedy “{remedy.name}”, and no commitment names it.",
                    f"Add 'remedy: {name}' to the commitment that it stands behind.",
                    context.promise(key, name),
                    (key, name),
                )


@remedies.warning(
    "remedy-without-cap",
    "A remedy is owed for every miss and has no ceiling.",
    why="A bad month can cost more than the customer pays in it.",
    example="5% of the fee for each miss, without `cap_percent`.",
)
def remedy_without_cap(context: Context) -> Iterator[Observation]:
    """Remedies a miss without `cap_percent`, with what twenty misses would cost."""
    for key, tier in context.catalog.tiers.items():
        for name, remedy in tier.remedies.items():
            if remedy.per == "miss" and remedy.cap_percent is None and remedy.percent_of_fee:
                fee = least_fee(tier.price)
                unit = f"{context.catalog.currency}/miss"
                share = fee * remedy.percent_of_fee / 100 if fee else None
                yield Observation(
                    ("tiers", key, "remedies", name),
                    f"'{tier.name}' returns {plain(remedy.percent_of_fee)}% for each miss of "
                    f"“{remedy.name}”, without an end.",
                    "Add 'cap_percent:', e.g. 25 a month.",
                    context.promise(key, name),
                    (key, name),
                    (Amount("remedy at least", share, unit),) if share else (),
                )


@remedies.error(
    "acceleration-never-owed",
    "A share of cases is promised, and its remedy is an accelerated response.",
    why="It is owed for the miss of one case; where a share is promised no single miss breaks it.",
    example="`attainment_percent: 95` with a remedy that states `accelerated_response`.",
)
def acceleration_never_owed(context: Context) -> Iterator[Observation]:
    """Targets that promise a share, with a remedy that follows a single miss."""
    for tier in context.all_tiers():
        stated = context.remedies_of(tier.key)
        for target in tier.targets.values():
            remedy = stated.get(target.statement.remedy or "")
            is_share = target.statement.attainment_percent is not None
            if is_share and remedy is not None and remedy.accelerated_response:
                yield Observation(
                    context.target_path(target),
                    f"'{tier.tier.name}' promises a share of "
                    f"{context.severity_name(target.severity)} {milestone_in_words(target)}, and "
                    f"“{remedy.name}” is owed for a single miss.",
                    "Drop 'attainment_percent:', or name a remedy of money alone.",
                    target.promise_id,
                    (tier.key, target.severity),
                )


@remedies.error(
    "credit-bands-overlap",
    "Two bands of service credits cover the same uptime.",
    why="Two percentages are owed for one month, and the customer picks the larger.",
    example="10% below 99.9 down to 99, and 25% below 99.5 down to 95.",
)
def credit_bands_overlap(context: Context) -> Iterator[Observation]:
    """Bands of one uptime term that overlap."""
    for path, tier_key, feature, term in _uptimes(context):
        bands = sorted(enumerate(term.credits), key=lambda pair: pair[1].at_or_above)
        for (_, low), (place, high) in pairwise(bands):
            if low.below > high.at_or_above:
                yield Observation(
                    (*path, "credits", place),
                    f"'{context.tier_name(tier_key)}' owes both {plain(low.percent_of_fee)}% and "
                    f"{plain(high.percent_of_fee)}% for an uptime of "
                    f"{plain(max(low.at_or_above, high.at_or_above))}%.",
                    "Let each band end where the next begins.",
                    context.promise(tier_key, feature),
                    (tier_key, feature),
                )


@remedies.warning(
    "worse-uptime-returns-less",
    "For worse uptime a smaller share of the fee is returned.",
    why="We owe less the longer we are down: it will not survive the first review.",
    example="10% below 99.9, and 5% below 99.",
)
def worse_uptime_returns_less(context: Context) -> Iterator[Observation]:
    """Bands of one uptime term whose percentage falls with the uptime."""
    for path, tier_key, feature, term in _uptimes(context):
        bands = sorted(enumerate(term.credits), key=lambda pair: pair[1].at_or_above)
        for (place, low), (_, high) in pairwise(bands):
            if low.percent_of_fee < high.percent_of_fee:
                yield Observation(
                    (*path, "credits", place),
                    f"'{context.tier_name(tier_key)}' returns {plain(low.percent_of_fee)}% below "
                    f"{plain(low.below)}% uptime and {plain(high.percent_of_fee)}% below "
                    f"{plain(high.below)}%.",
                    "Let the share rise as uptime falls.",
                    context.promise(tier_key, feature),
                    (tier_key, feature),
                )


def _uptimes(context: Context) -> Iterator[tuple[PathParts, str, str, Uptime]]:
    for key, tier in context.catalog.tiers.items():
        for feature, term in tier.terms.items():
            if isinstance(term, Uptime):
                yield ("tiers", key, "terms", feature), key, feature, term

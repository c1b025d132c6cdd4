"""What a customer reads first: lead line, headlines, and whether anything proves them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tierline.catalog.lint.context import Context
from tierline.catalog.lint.finding import Amount, Observation
from tierline.catalog.lint.lead_line import lead_line_fault
from tierline.catalog.lint.naming import counted, listed
from tierline.catalog.lint.rules import family
from tierline.catalog.resolved import ResolvedTier

FEWEST_HEADLINES, MOST_HEADLINES = 3, 5

headlines = family("Lead line and headlines")


@headlines.error(
    "headline-count",
    "A tier that is sold has fewer than three or more than five headlines.",
    why="Three to five is what a customer remembers; more is a list, less is no proof.",
    example="Pro has seven headlines.",
)
def headline_count(context: Context) -> Iterator[Observation]:
    """Sold tiers with a count outside three to five."""
    for tier in context.sold.values():
        count = len(tier.tier.headlines)
        if not FEWEST_HEADLINES <= count <= MOST_HEADLINES:
            yield Observation(
                ("tiers", tier.key, "headlines") if count else ("tiers", tier.key),
                f"'{tier.tier.name}' has {counted(count, 'headline')}; a customer remembers "
                f"{FEWEST_HEADLINES} to {MOST_HEADLINES}.",
                "Add the outcomes that its terms prove."
                if count < FEWEST_HEADLINES
                else "Merge headlines that are proved by the same terms.",
                context.promise(tier.key),
                (tier.key,),
                (Amount("headlines", Decimal(count), "count"),),
            )


@headlines.error(
    "lead-line",
    "A tier's lead line does not say what the plan does, to what outcome, for whom.",
    why="A buyer chooses an outcome; a list of contents leaves that work to them.",
    example="`Unlimited everything` instead of `This plan accelerates onboarding for regulated "
    "teams`.",
)
def lead_line(context: Context) -> Iterator[Observation]:
    """Sold tiers without the form `This plan <verb> <outcome> for <who>`."""
    for tier in context.sold.values():
        line = tier.tier.lead_line.strip()
        fault = lead_line_fault(line) if line else "is missing"
        if fault:
            shown = f" “{line}”" if line else ""
            yield Observation(
                ("tiers", tier.key, "lead_line") if line else ("tiers", tier.key),
                f"The lead line of '{tier.tier.name}'{shown} {fault}.",
                "Write “This plan <verb> <outcome> for <who>”, e.g. “This plan accelerates "
                "onboarding for regulated teams”.",
                context.promise(tier.key),
                (tier.key,),
            )


@headlines.note(
    "job-to-be-done-missing",
    "A tier does not say in which situation a customer hires it.",
    why="Without it nobody can judge whether a headline belongs to this tier.",
    example="Pro has no `job_to_be_done`.",
)
def job_to_be_done_missing(context: Context) -> Iterator[Observation]:
    """Sold tiers with an empty job to be done."""
    for tier in context.sold.values():
        if not tier.tier.job_to_be_done.strip():
            yield Observation(
                ("tiers", tier.key),
                f"'{tier.tier.name}' does not say in which situation it is bought.",
                "Add 'job_to_be_done: When ..., I want ...'.",
                context.promise(tier.key),
                (tier.key,),
            )


@headlines.error(
    "headline-unproved",
    "A headline is claimed that no target or term of the tier proves.",
    why="It is a claim that nothing enforces and nobody measures.",
    example="`risk: Money back where we are late`, and no remedy, uptime or commitment names it.",
)
def headline_unproved(context: Context) -> Iterator[Observation]:
    """Headlines of sold tiers that no resolved term or target names."""
    for tier in context.sold.values():
        proved = _proved(tier)
        for key, headline in tier.tier.headlines.items():
            if key not in proved:
                yield Observation(
                    ("tiers", tier.key, "headlines", key),
                    f"'{tier.tier.name}' claims “{headline.name}”, and none of its terms or "
                    "targets proves it.",
                    f"Give the terms that prove it 'headline: {key}', or drop the headline.",
                    context.promise(tier.key, key),
                    (tier.key, key),
                )


@headlines.warning(
    "term-without-headline",
    "Terms or targets of a tier belong to no headline.",
    why="What belongs to no headline is given away without being seen: cost without value.",
    example="Pro gives `sandboxes` and names no headline for it.",
)
def term_without_headline(context: Context) -> Iterator[Observation]:
    """One observation a tier; what every plan includes needs no headline."""
    for tier in context.sold.values():
        loose = [
            context.feature_name(key)
            for key, term in tier.terms.items()
            if term.headline is None and key not in context.catalog.every_plan
        ]
        loose += [
            f"{target.severity} {target.milestone.value.replace('_', ' ')}"
            for target in tier.targets.values()
            if target.headline is None
        ]
        if loose:
            yield Observation(
                ("tiers", tier.key, "terms"),
                f"{counted(len(loose), 'promise')} of '{tier.tier.name}' "
                f"{'belongs' if len(loose) == 1 else 'belong'} to no headline: {listed(loose)}.",
                "Name the headline that each proves, or list it under every_plan.",
                context.promise(tier.key),
                (tier.key,),
                (Amount("promises without headline", Decimal(len(loose)), "count"),),
            )


def _proved(tier: ResolvedTier) -> set[str]:
    named = {term.headline for term in tier.terms.values()}
    named |= {target.headline for target in tier.targets.values() if target.statement.within}
    return {key for key in named if key}

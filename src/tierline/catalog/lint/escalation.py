"""Whether somebody is there to climb to, at every hour on which a target counts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from tierline.calendars.local_time import zone_named
from tierline.catalog.lint.context import Context
from tierline.catalog.lint.finding import Amount, Observation, plain
from tierline.catalog.lint.in_words import hours_of_year
from tierline.catalog.lint.naming import listed
from tierline.catalog.lint.rules import family
from tierline.catalog.resolved import ANY, ResolvedTier
from tierline.kernel.instants import from_micros

escalation = family("Escalation")

Windows = list[tuple[int, int]]


@escalation.error(
    "escalation-missing",
    "A tier has targets for a severity and nobody to escalate to.",
    why="When a target is at risk the case stays where it is.",
    example="Pro has S2 targets; its `escalation` names S1 only.",
)
def escalation_missing(context: Context) -> Iterator[Observation]:
    """Severities with a timed target and no tree."""
    for tier in context.sold.values():
        missing = [s for s in _timed(tier) if _tree_of(tier, s) is None]
        if missing:
            names = [context.severity_name(severity) for severity in missing]
            yield Observation(
                ("tiers", tier.key, "escalation") if tier.tier.escalation else ("tiers", tier.key),
                f"'{tier.tier.name}' has targets for {listed(names)} and no chain of escalation "
                "for them, at no hour of the year.",
                "Add 'escalation: {any: ...}' with a chain of the catalog.",
                context.promise(tier.key),
                (tier.key, *missing),
            )


@escalation.error(
    "escalation-hour-uncovered",
    "At some hours of the year a target counts and nobody holds a level of its escalation.",
    why="A case that breaks at that hour climbs to an empty chair while its clock runs.",
    example="S1 counts around the clock; every level of its chain works office hours.",
)
def escalation_hour_uncovered(context: Context) -> Iterator[Observation]:
    """Open hours of targets minus the hours of all levels, one observation a tier and chain."""
    for tier in context.sold.values():
        for (tree_key, hours), severities in _chains(context, tier).items():
            counted = context.waits.open_windows(hours)
            held = _held(context, tree_key)
            gaps = without(counted, held)
            if not gaps:
                continue
            total = hours_of_year(sum(end - start for start, end in gaps))
            statement = context.catalog.business_hours.get(hours)
            zone = zone_named(statement.time_zone if statement else "UTC")
            first = from_micros(gaps[0][0]).astimezone(zone)
            yield Observation(
                ("tiers", tier.key, "escalation", _named(tier, severities[0])),
                f"In '{tier.tier.name}' {listed(severities)} cases count on '{hours}', and for "
                f"{plain(total)} hours a year nobody of “"
                f"{context.catalog.escalation[tree_key].name}” is there, first on "
                f"{first:%A %Y-%m-%d at %H:%M} {zone.key}.",
                "Let one level hold these hours, or count the targets on the hours that are held.",
                context.promise(tier.key, severities[0]),
                (tier.key, tree_key, *severities),
                (Amount("uncovered hours", total, "h/year"),),
            )


@escalation.warning(
    "escalation-level-never-reached",
    "A level of an escalation does not say when a case climbs to it.",
    why="Nobody is called, though the chart shows a name.",
    example="`{role: Head of support}` without `after_percent` or `after`.",
)
def escalation_level_never_reached(context: Context) -> Iterator[Observation]:
    """Levels with neither a share nor a time."""
    for key, tree in context.catalog.escalation.items():
        for place, level in enumerate(tree.levels):
            if level.after is None and level.after_percent is None:
                yield Observation(
                    ("escalation", key, "levels", place),
                    f"“{tree.name}” does not say when a case climbs to {level.role}.",
                    "Add 'after_percent: 75' (of the target) or 'after: PT1H'.",
                    about=(key,),
                )


@escalation.warning(
    "escalation-out-of-order",
    "A higher level of an escalation is called before a lower one.",
    why="The manager hears of it before the engineer who could help.",
    example="Support lead at 75%, duty manager at 50%.",
)
def escalation_out_of_order(context: Context) -> Iterator[Observation]:
    """Neighbouring levels whose share of the target, or fixed time, falls."""
    for key, tree in context.catalog.escalation.items():
        for place, (low, high) in enumerate(pairwise(tree.levels)):
            shares = low.after_percent, high.after_percent
            times = low.after, high.after
            by_share = shares[0] is not None and shares[1] is not None and shares[1] < shares[0]
            by_time = times[0] is not None and times[1] is not None and times[1] < times[0]
            if by_share or by_time:
                yield Observation(
                    ("escalation", key, "levels", place + 1),
                    f"“{tree.name}” calls {high.role} before {low.role}.",
                    "Put the levels into the order in which they are called.",
                    about=(key,),
                )


def without(counted: Windows, held: Windows) -> Windows:
    """What is left of the first windows where none of the second covers it; both sorted."""
    gaps: Windows = []
    place = 0
    for start, end in counted:
        while place < len(held) and held[place][1] <= start:
            place += 1
        reached, look = start, place
        while look < len(held) and held[look][0] < end:
            if held[look][0] > reached:
                gaps.append((reached, held[look][0]))
            reached = max(reached, held[look][1])
            look += 1
        if reached < end:
            gaps.append((reached, end))
    return gaps


def merged(windows: Windows) -> Windows:
    """The same time in windows that do not touch, in order."""
    found: Windows = []
    for start, end in sorted(windows):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _held(context: Context, tree_key: str) -> Windows:
    levels = context.catalog.escalation[tree_key].levels
    return merged(
        [window for level in levels for window in context.waits.open_windows(level.hours)]
    )


def _chains(context: Context, tier: ResolvedTier) -> dict[tuple[str, str], list[str]]:
    """By chain and hours, the severities whose targets count on them."""
    found: dict[tuple[str, str], list[str]] = {}
    for severity, hours in _timed(tier).items():
        tree = _tree_of(tier, severity)
        if tree in context.catalog.escalation:
            for key in hours:
                found.setdefault((str(tree), key), []).append(severity)
    return found


def _timed(tier: ResolvedTier) -> dict[str, list[str]]:
    """By severity with a target, the hours on which its targets count."""
    found: dict[str, list[str]] = {}
    for target in tier.targets.values():
        if target.statement.within is not None:
            hours = found.setdefault(target.severity, [])
            if target.hours is not None and target.hours not in hours:
                hours.append(target.hours)
    return found


def _tree_of(tier: ResolvedTier, severity: str) -> str | None:
    return tier.tier.escalation.get(severity) or tier.tier.escalation.get(ANY)


def _named(tier: ResolvedTier, severity: str) -> str:
    return severity if severity in tier.tier.escalation else ANY

"""Targets that are missing, contradict one another, or can never be timed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from tierline.catalog.lint.context import Context
from tierline.catalog.lint.finding import Amount, Observation
from tierline.catalog.lint.in_words import (
    hours_of_year,
    milestone_in_words,
    target_in_words,
    wait_in_words,
)
from tierline.catalog.lint.naming import listed
from tierline.catalog.lint.rules import family
from tierline.catalog.resolved import ResolvedTarget, ResolvedTier
from tierline.catalog.statement import MilestoneKind

targets = family("Targets")

_IN_ORDER = (
    MilestoneKind.acknowledge,
    MilestoneKind.first_response,
    MilestoneKind.restore,
    MilestoneKind.resolution,
)
"""A case passes these in this order, so a later one cannot be due before an earlier one."""


@targets.error(
    "severity-without-target",
    "A tier with targets has no row for a severity.",
    why="For such a case nobody knows what was promised; the customer assumes the best row.",
    example="Pro has targets for S1 to S3 and none for S4. Where there is none, write `null`.",
)
def severity_without_target(context: Context) -> Iterator[Observation]:
    """Severities without any row in a sold tier that has targets."""
    for tier in context.sold.values():
        rows = {severity for severity, _ in tier.targets}
        missing = [severity for severity in context.catalog.severities if severity not in rows]
        for severity in missing if rows else ():
            yield Observation(
                ("tiers", tier.key, "targets"),
                f"'{tier.tier.name}' says nothing about {context.severity_name(severity)} cases.",
                f"Add a target for {severity}, or one with 'within: null' to say that there is "
                "none.",
                context.promise(tier.key, severity),
                (tier.key, severity),
            )


@targets.error(
    "update-after-resolution",
    "The interval of updates is longer than the time to resolution.",
    why="No update ever falls due: it is a promise that costs nothing and means nothing.",
    example="S1 is resolved within 4 hours and updated every day.",
)
def update_after_resolution(context: Context) -> Iterator[Observation]:
    """Update intervals whose longest wait exceeds that of resolution (of restoring, if none)."""
    for tier in context.all_tiers():
        for severity in context.catalog.severities:
            update = tier.targets.get((severity, MilestoneKind.periodic_update.value))
            end = _end(context, tier, severity)
            if update is None or end is None:
                continue
            lengths = context.waits.longest_us(update), context.waits.longest_us(end)
            if lengths[0] is not None and lengths[1] is not None and lengths[0] > lengths[1]:
                yield Observation(
                    context.target_path(update),
                    f"'{tier.tier.name}' updates {context.severity_name(severity)} every "
                    f"{target_in_words(update)} and promises {milestone_in_words(end)} within "
                    f"{target_in_words(end)}: no update ever falls due.",
                    f"Shorten the interval to less than {wait_in_words(lengths[1])}.",
                    update.promise_id,
                    (tier.key, severity),
                    (
                        Amount("update interval", hours_of_year(lengths[0]), "h"),
                        Amount(milestone_in_words(end), hours_of_year(lengths[1]), "h"),
                    ),
                )


@targets.warning(
    "milestones-out-of-order",
    "A later step of a case is due before an earlier one.",
    why="One of the two numbers is a slip: a case is not resolved before it is answered.",
    example="First response within 8 hours, resolution within 4.",
)
def milestones_out_of_order(context: Context) -> Iterator[Observation]:
    """Neighbouring milestones of one severity, compared by their longest waits."""
    for tier in context.all_tiers():
        for severity in context.catalog.severities:
            rows = [tier.targets.get((severity, kind.value)) for kind in _IN_ORDER]
            timed = [(row, wait) for row in rows if row and (wait := context.waits.longest_us(row))]
            for (early, sooner), (late, later) in pairwise(timed):
                if later < sooner:
                    yield Observation(
                        context.target_path(late),
                        f"'{tier.tier.name}' promises {context.severity_name(severity)} "
                        f"{milestone_in_words(late)} within {target_in_words(late)}, before "
                        f"{milestone_in_words(early)} ({target_in_words(early)}).",
                        f"Check both; {milestone_in_words(late)} cannot come first.",
                        late.promise_id,
                        (tier.key, severity),
                    )


@targets.warning(
    "worse-severity-slower",
    "A worse severity is served more slowly than a lesser one.",
    why="It teaches customers to report their worst cases as lesser ones.",
    example="S1 is answered within 4 hours and S2 within 2.",
)
def worse_severity_slower(context: Context) -> Iterator[Observation]:
    """The same milestone of neighbouring severities, compared by their longest waits."""
    for tier in context.all_tiers():
        for kind in MilestoneKind:
            rows = [tier.targets.get((s, kind.value)) for s in context.catalog.severities]
            timed = [(row, wait) for row in rows if row and (wait := context.waits.longest_us(row))]
            for (worse, slow), (lesser, quick) in pairwise(timed):
                if slow > quick:
                    yield Observation(
                        context.target_path(worse),
                        f"'{tier.tier.name}' promises {milestone_in_words(worse)} for "
                        f"{context.severity_name(worse.severity)} within "
                        f"{target_in_words(worse)}, later than for "
                        f"{context.severity_name(lesser.severity)} ({target_in_words(lesser)}).",
                        "Give the worse severity the shorter target.",
                        worse.promise_id,
                        (tier.key, worse.severity),
                    )


@targets.error(
    "target-without-hours",
    "A target does not say on which hours it counts.",
    why="Four hours around the clock and four office hours differ by a weekend.",
    example="`within: PT4H`, and neither the target nor its tier names hours.",
)
def target_without_hours(context: Context) -> Iterator[Observation]:
    """One observation a tier for all of its targets without hours."""
    for tier in context.all_tiers():
        loose = [t for t in tier.targets.values() if t.hours is None and t.statement.within]
        if loose:
            yield Observation(
                context.target_path(loose[0]),
                f"'{tier.tier.name}' does not say on which hours "
                f"{listed([_short(target) for target in loose])} count.",
                "Add 'hours:' to the tier or to the targets.",
                loose[0].promise_id if len(loose) == 1 else context.promise(tier.key),
                (tier.key,),
            )


@targets.error(
    "target-of-no-length",
    "A target of no length can never be met.",
    why="Every case of it is a miss from its first second.",
    example="`within: PT0S`. Where there is no target, write `null`.",
)
def target_of_no_length(context: Context) -> Iterator[Observation]:
    """Targets of zero."""
    for tier in context.all_tiers():
        for target in tier.targets.values():
            within = target.statement.within
            if within is not None and within.elapsed_seconds() == 0:
                yield Observation(
                    context.target_path(target),
                    f"'{tier.tier.name}' promises {_short(target)} within no time at all.",
                    "Write the time, or 'null' to say that there is no target.",
                    target.promise_id,
                    (tier.key, target.severity),
                )


@targets.error(
    "hours-never-open",
    "Business hours that targets count on are closed the whole year.",
    why="Nothing on them ever falls due, so nothing is promised.",
    example="`week: {mon-fri: closed}`.",
)
def hours_never_open(context: Context) -> Iterator[Observation]:
    """Stated hours without an open second in the year of the catalog's version."""
    for key in context.catalog.business_hours:
        if context.waits.open_us(key) == 0:
            yield Observation(
                ("business_hours", key),
                f"The hours '{key}' are closed for the whole year from "
                f"{context.catalog.version.isoformat()} on.",
                "Write when somebody works, e.g. 'week: {mon-fri: \"09:00-17:00\"}'.",
                about=(key,),
            )


@targets.warning(
    "matrix-incomplete",
    "The severity matrix has a combination without a severity.",
    why="Triage stops at the empty cell, or somebody guesses.",
    example="`high` impact has no `low` urgency.",
)
def matrix_incomplete(context: Context) -> Iterator[Observation]:
    """Rows of the matrix that lack a column which another row has."""
    matrix = context.catalog.severity_matrix
    cells = matrix.cells if matrix else {}
    columns = dict.fromkeys(column for row in cells.values() for column in row)
    for row, found in cells.items():
        missing = [column for column in columns if column not in found]
        if missing:
            yield Observation(
                ("severity_matrix", "cells", row),
                f"The severity matrix has no severity for '{row}' with {listed(missing)}.",
                "Fill the cell.",
            )


@targets.warning(
    "clock-rules-drop-pauses",
    "A tier's own clock rules leave out pauses that the catalog states.",
    why="A tier's rules replace the catalog's as a whole, so these reasons no longer stop a clock "
    "there: every wait for the customer becomes ours.",
    example="Pro sets `clock_rules: {retarget: from_change}` and loses `waiting_on_customer`.",
)
def clock_rules_drop_pauses(context: Context) -> Iterator[Observation]:
    """Tiers with rules of their own and fewer pause reasons."""
    stated = context.catalog.clock_rules.pauses
    for key, tier in context.catalog.tiers.items():
        if tier.clock_rules is None:
            continue
        dropped = [reason for reason in stated if reason not in tier.clock_rules.pauses]
        if dropped:
            yield Observation(
                ("tiers", key, "clock_rules"),
                f"In '{tier.name}' {listed(dropped)} "
                f"{'stops' if len(dropped) == 1 else 'stop'} no clock, as its own clock rules "
                "leave it out.",
                "Repeat the pauses, with 'stops: []' where it is meant.",
                context.promise(key),
                (key,),
            )


@targets.warning(
    "pause-stops-nothing",
    "A reason to pause stops no clock.",
    why="Agents set it and nothing happens; the figures show a miss where everybody saw a pause.",
    example="`waiting_on_vendor: {stops: []}`.",
)
def pause_stops_nothing(context: Context) -> Iterator[Observation]:
    """Pauses of the catalog with an empty `stops`."""
    for reason, pause in context.catalog.clock_rules.pauses.items():
        if not pause.stops:
            yield Observation(
                ("clock_rules", "pauses", reason),
                f"“{pause.name}” stops no clock.",
                "List the milestones that it stops, or remove it.",
                about=(reason,),
            )


def _end(context: Context, tier: ResolvedTier, severity: str) -> ResolvedTarget | None:
    """The target that ends a case: resolution, or restoring where no resolution is promised."""
    for kind in (MilestoneKind.resolution, MilestoneKind.restore):
        target = tier.targets.get((severity, kind.value))
        if target is not None and context.waits.allowance_us(target):
            return target
    return None


def _short(target: ResolvedTarget) -> str:
    return f"{target.severity} {milestone_in_words(target)}"

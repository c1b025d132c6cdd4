"""Waivers: a finding is excused only by two people and only until a day."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Sequence
from datetime import date

from tierline.catalog.feature import Waiver
from tierline.catalog.lint.context import Context
from tierline.catalog.lint.finding import Finding, Level, Observation
from tierline.catalog.lint.rules import family
from tierline.catalog.lint.safety import FLOOR_PREFIX

waivers = family("Waivers")

NAMES_NEEDED = 2


@waivers.warning(
    "waiver-needs-two-names",
    "A waiver is approved by fewer than two different people.",
    why="One person cannot excuse the company; the waiver does not apply. For the safety floor "
    "this is an error.",
    example="`approved_by: [Ana Ruiz, ana ruiz]`.",
)
def waiver_needs_two_names(context: Context) -> Iterator[Observation]:
    """Waivers with fewer than two distinct names."""
    for place, waiver in enumerate(context.catalog.waivers):
        if len(signers(waiver)) < NAMES_NEEDED:
            yield Observation(
                ("waivers", place, "approved_by"),
                f"The waiver of {waiver.rule} for '{waiver.promise}' needs two different people.",
                "Let a second person approve it.",
                about=(waiver.promise, waiver.rule),
                level=_level(waiver),
            )


@waivers.warning(
    "waiver-expired",
    "A waiver has come to its end.",
    why="It no longer applies; what it excused is a finding again. For the safety floor this is "
    "an error.",
    example="`expires_on: 2025-06-30`, judged on 2025-07-01.",
)
def waiver_expired(context: Context) -> Iterator[Observation]:
    """Waivers whose day of expiry has come."""
    for place, waiver in enumerate(context.catalog.waivers):
        ends = last_day(waiver)
        if ends is not None and ends <= context.as_of:
            yield Observation(
                ("waivers", place, "expires_on"),
                f"The waiver of {waiver.rule} for '{waiver.promise}' ended on {ends.isoformat()}.",
                "Mend what it excused, or have it approved anew.",
                about=(waiver.promise, waiver.rule),
                level=_level(waiver),
            )


@waivers.error(
    "waiver-without-end",
    "A waiver does not say on which day it ends.",
    why="An exception without an end is the rule.",
    example="`expires_on: next summer`.",
)
def waiver_without_end(context: Context) -> Iterator[Observation]:
    """Waivers whose `expires_on` is no date."""
    for place, waiver in enumerate(context.catalog.waivers):
        if last_day(waiver) is None:
            yield Observation(
                ("waivers", place, "expires_on"),
                f"'{waiver.expires_on}' is not a day on which a waiver ends.",
                "Write a date such as 2026-12-31.",
                about=(waiver.promise, waiver.rule),
            )


@waivers.warning(
    "waiver-rule-unknown",
    "A waiver names a rule that does not exist.",
    why="It excuses nothing, and somebody believes that it does.",
    example="`rule: sso-gated`, while the rule is `safety-floor-single-sign-on`.",
)
def waiver_rule_unknown(context: Context) -> Iterator[Observation]:
    """Waivers of ids that are not in the rule pack."""
    for place, waiver in enumerate(context.catalog.waivers):
        if waiver.rule not in context.rule_ids:
            yield Observation(
                ("waivers", place, "rule"),
                f"There is no rule '{waiver.rule}' to waive.",
                _closest(waiver.rule, context.rule_ids),
                about=(waiver.promise, waiver.rule),
            )


@waivers.note(
    "waiver-unused",
    "A waiver excuses no finding.",
    why="What it excused is mended, or it names the wrong thing; either way it can go.",
    example="A waiver for Standard after its single sign-on has become part of every plan.",
)
def waiver_unused(context: Context) -> Iterator[Observation]:
    """Waivers in force of known rules that met no finding."""
    for place, waiver in enumerate(context.catalog.waivers):
        idle = waiver.rule in context.rule_ids and place not in context.used_waivers
        if idle and in_force(waiver, context.as_of):
            yield Observation(
                ("waivers", place),
                f"The waiver of {waiver.rule} for '{waiver.promise}' excuses no finding.",
                "Remove it, or name the promise, tier or feature of the finding.",
                about=(waiver.promise, waiver.rule),
            )


def in_force(waiver: Waiver, as_of: date) -> bool:
    """Whether a waiver excuses anything on a day: two people, and not ended."""
    ends = last_day(waiver)
    return ends is not None and as_of < ends and len(signers(waiver)) >= NAMES_NEEDED


def signers(waiver: Waiver) -> set[str]:
    """The different people who approved, whatever the spelling of blanks and capitals."""
    return {" ".join(name.split()).casefold() for name in waiver.approved_by} - {""}


def last_day(waiver: Waiver) -> date | None:
    """The day from which a waiver no longer applies; None where it is no date."""
    try:
        return date.fromisoformat(waiver.expires_on.strip())
    except ValueError:
        return None


def waiver_for(finding: Finding, stated: Sequence[Waiver], as_of: date) -> int | None:
    """The place of the waiver in force that excuses a finding. Findings about waivers stay."""
    if finding.rule in waivers.rules:
        return None
    for place, waiver in enumerate(stated):
        meant = waiver.rule == finding.rule and finding.is_about(waiver.promise)
        if meant and in_force(waiver, as_of):
            return place
    return None


def _level(waiver: Waiver) -> Level | None:
    return Level.error if waiver.rule.startswith(FLOOR_PREFIX) else None


def _closest(rule: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(rule, known, n=1)
    return f"Write '{close[0]}'." if close else "Write the id that the finding shows."

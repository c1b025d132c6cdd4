"""Promises in words: reviews, checks, settings that somebody must keep."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tierline.catalog.feature import EnforcedBy
from tierline.catalog.lint.context import Context
from tierline.catalog.lint.finding import Observation
from tierline.catalog.lint.naming import listed
from tierline.catalog.lint.rules import family
from tierline.catalog.resolved import ResolvedTerm
from tierline.catalog.term import Channel, Deliverable, FreeText, Included, Term, Uptime

promises = family("Promises in words")

_CADENCE = re.compile(
    r"\b(?:daily|weekly|bi-?weekly|monthly|quarterly|yearly|annual(?:ly)?|semi-?annual|"
    r"(?:once|twice|\d+ times?) (?:a|per) (?:day|week|month|quarter|year))\b",
    re.IGNORECASE,
)


@promises.warning(
    "promise-without-cadence",
    "A person is to do something for the customer, and nobody wrote how often.",
    why="`Regular reviews` become none; a date in a calendar becomes a review.",
    example="`architecture_review: {kind: included}`, kept by a person.",
)
def promise_without_cadence(context: Context) -> Iterator[Observation]:
    """Terms kept by a person that are only on or off, or only words."""
    for found in _stated(context):
        feature = context.catalog.features.get(found.feature)
        by_person = feature is not None and feature.enforced_by is EnforcedBy.person
        if by_person and isinstance(found.term, Included | FreeText) and _is_on(found.term):
            yield _about(
                context,
                found,
                f"promises '{context.feature_name(found.feature)}', which a person must do, and "
                "does not say how often",
                "Write it as 'kind: deliverable' with 'times' and 'per'.",
            )


@promises.warning(
    "cadence-in-free-text",
    "A dated promise stands in free text.",
    why="No work is planned from a sentence, so nobody sees that it was missed.",
    example="`kind: text, text: Quarterly business review`.",
)
def cadence_in_free_text(context: Context) -> Iterator[Observation]:
    """Free text that names a cadence, unless a rule has said so already."""
    for found in _stated(context):
        feature = context.catalog.features.get(found.feature)
        by_person = feature is not None and feature.enforced_by is EnforcedBy.person
        if isinstance(found.term, FreeText) and not by_person:
            said = _CADENCE.search(found.term.text)
            if said:
                yield _about(
                    context,
                    found,
                    f"says “{said[0]}” of '{context.feature_name(found.feature)}' in free text, "
                    "which no calendar reads",
                    "Write it as 'kind: deliverable' with 'times' and 'per'.",
                )


@promises.warning(
    "deliverable-never",
    "A dated promise is due zero times.",
    why="It is on the grid and never done.",
    example="`times: 0, per: quarter`.",
)
def deliverable_never(context: Context) -> Iterator[Observation]:
    """Deliverables with `times: 0`."""
    for found in _stated(context):
        if isinstance(found.term, Deliverable) and found.term.times == 0:
            yield _about(
                context,
                found,
                f"promises “{found.term.what}” zero times a {found.term.per.value}",
                "Write how often, or remove it.",
            )


@promises.warning(
    "enforced-nowhere",
    "A promise is made that nothing and nobody keeps.",
    why="It costs nothing until a customer asks for it.",
    example="`enforced_by: nowhere` on a feature that Pro includes.",
)
def enforced_nowhere(context: Context) -> Iterator[Observation]:
    """Features kept nowhere that a sold tier gives."""
    for key, feature in context.catalog.features.items():
        if feature.enforced_by is EnforcedBy.nowhere:
            holders = [t for t in context.sold.values() if key in context.terms[t.key]]
            if holders:
                names = listed([f"'{tier.tier.name}'" for tier in holders])
                yield Observation(
                    ("features", key, "enforced_by"),
                    f"{names} {'promises' if len(holders) == 1 else 'promise'} '{feature.name}', "
                    "and nothing enforces it.",
                    "Say where it is kept: platform, workflow or person.",
                    context.promise(holders[0].key, key),
                    (key, *[tier.key for tier in holders]),
                )


@promises.warning(
    "uptime-without-number",
    "Uptime is promised without a percentage.",
    why="`High availability` cannot be measured, credited or compared.",
    example="`uptime: {kind: uptime}` without `percent`.",
)
def uptime_without_number(context: Context) -> Iterator[Observation]:
    """Uptime terms without a percentage."""
    for found in _stated(context):
        if isinstance(found.term, Uptime) and found.term.percent is None:
            yield _about(
                context, found, "promises uptime and states no percentage", "Add 'percent: 99.9'."
            )


@promises.warning(
    "scope-undefined",
    "A tier's scope is stated for some kinds of product and not for others.",
    why="Support for the hardware is assumed by those who bought hardware.",
    example="Standard states software and hardware, Priority software only.",
)
def scope_undefined(context: Context) -> Iterator[Observation]:
    """Asset classes that another sold tier has a scope for and this one does not."""
    stated = [{scope.asset for scope in tier.tier.scope} for tier in context.sold.values()]
    everything = set().union(*stated) if stated else set()
    for tier, assets in zip(context.sold.values(), stated, strict=True):
        missing = sorted(everything - assets)
        if missing:
            yield Observation(
                ("tiers", tier.key, "scope") if assets else ("tiers", tier.key),
                f"'{tier.tier.name}' does not say what it covers for {listed(missing)}, as other "
                "tiers do.",
                "Add the scope, with 'none' where nothing is covered.",
                context.promise(tier.key),
                (tier.key,),
            )


def _stated(context: Context) -> Iterator[ResolvedTerm]:
    """Each term once, in the tier that writes it."""
    for tier in context.sold.values():
        for found in tier.terms.values():
            if found.stated_in == tier.key and found.feature in tier.tier.terms:
                yield found


def _is_on(term: Term) -> bool:
    return not isinstance(term, Included | Channel) or term.included


def _about(context: Context, found: ResolvedTerm, does: str, instead: str) -> Observation:
    return Observation(
        context.term_path(found),
        f"'{context.tier_name(found.tier)}' {does}.",
        instead,
        found.promise_id,
        (found.tier, found.feature),
    )

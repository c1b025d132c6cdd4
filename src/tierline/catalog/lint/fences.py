"""Fences: what keeps an account in the tier that it pays for, and how that could be gamed."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tierline.catalog.lint.comparison import UNLIMITED, LimitTerm, limit_of
from tierline.catalog.lint.context import Context
from tierline.catalog.lint.finding import Amount, Observation, PathParts, plain
from tierline.catalog.lint.rules import family
from tierline.catalog.resolved import ResolvedTerm, ResolvedTier
from tierline.catalog.term import Seats
from tierline.catalog.tier import Fence, FenceKind

fences = family("Fences")


@fences.warning(
    "fence-self-declared",
    "A fence rests on what the customer says about itself.",
    why="The cheapest answer is always available; nobody checks it.",
    example="`For non-production use`, declared by the customer.",
)
def fence_self_declared(context: Context) -> Iterator[Observation]:
    """Fences of the kind `self_declared`."""
    for path, tier, name, fence in _fences(context):
        if fence.kind is FenceKind.self_declared:
            yield Observation(
                path,
                f"'{tier.tier.name}' believes what the customer says: “{fence.text}”.",
                "Fence by something that is measured (a meter) or granted (a role).",
                context.promise(tier.key, name),
                (tier.key, name),
            )


@fences.error(
    "fence-without-source",
    "A fence has neither a meter nor a role that shows whether it holds.",
    why="A fence that cannot be read cannot be kept, and is unfair to those who keep it.",
    example="`kind: measured_usage` without `meter`.",
)
def fence_without_source(context: Context) -> Iterator[Observation]:
    """Fences by usage, role or environment without a meter or role."""
    sourced = (FenceKind.measured_usage, FenceKind.role, FenceKind.environment)
    for path, tier, name, fence in _fences(context):
        lacks = not fence.meter and not fence.role
        if fence.kind is FenceKind.measured_usage:
            lacks = not fence.meter
        elif fence.kind is FenceKind.role:
            lacks = not fence.role
        if fence.kind in sourced and lacks:
            yield Observation(
                path,
                f"Nothing shows whether the fence of '{tier.tier.name}' holds: “{fence.text}”.",
                "Name the meter or the role that it is read from.",
                context.promise(tier.key, name),
                (tier.key, name),
            )


@fences.warning(
    "fence-contacts-rotate",
    "Named contacts may be exchanged as often as the customer likes.",
    why="Thirty people pass through five seats, and the tier above is never bought.",
    example="`kind: named_contacts` without `rotation_limit_per_quarter`.",
)
def fence_contacts_rotate(context: Context) -> Iterator[Observation]:
    """Fences by named contacts without a limit on rotation."""
    for path, tier, name, fence in _fences(context):
        if fence.kind is FenceKind.named_contacts and fence.rotation_limit_per_quarter is None:
            yield Observation(
                path,
                f"'{tier.tier.name}' counts named contacts and lets them be exchanged at will.",
                "Add 'rotation_limit_per_quarter: 1'.",
                context.promise(tier.key, name),
                (tier.key, name),
            )


@fences.error(
    "fence-contradicts-term",
    "A fence and a term state two numbers for the same thing.",
    why="The customer holds the larger one against us, and support enforces the smaller.",
    example="The fence allows two named contacts, the term five.",
)
def fence_contradicts_term(context: Context) -> Iterator[Observation]:
    """Fences with a limit other than that of the term with the same meter or role."""
    for path, tier, name, fence in _fences(context):
        if fence.limit is None:
            continue
        stated = UNLIMITED if fence.limit == "unlimited" else Decimal(fence.limit)
        for found in _same_thing(tier, fence):
            promised = limit_of(found.term) if isinstance(found.term, LimitTerm) else stated
            if promised != stated:
                yield Observation(
                    (*path, "limit"),
                    f"The fence of '{tier.tier.name}' ends at {_number(stated)}, its term "
                    f"'{context.feature_name(found.feature)}' at {_number(promised)}.",
                    "State one number in both places.",
                    found.promise_id,
                    (tier.key, name, found.feature),
                    tuple(
                        Amount(label, number, "count")
                        for label, number in (("fence", stated), ("term", promised))
                        if number != UNLIMITED
                    ),
                )


def _fences(context: Context) -> Iterator[tuple[PathParts, ResolvedTier, str, Fence]]:
    for tier in context.sold.values():
        for name, fence in tier.tier.fences.items():
            yield ("tiers", tier.key, "fences", name), tier, name, fence


def _same_thing(tier: ResolvedTier, fence: Fence) -> Iterator[ResolvedTerm]:
    for key, found in tier.terms.items():
        term = found.term
        metered = fence.meter == key and isinstance(term, LimitTerm)
        if metered or (isinstance(term, Seats) and _same_people(term, fence)):
            yield found


def _same_people(term: Seats, fence: Fence) -> bool:
    role = term.role.casefold().rstrip("s")
    if fence.role:
        return role == fence.role.casefold().rstrip("s")
    return fence.kind is FenceKind.named_contacts and "contact" in role


def _number(value: Decimal) -> str:
    return "unlimited" if value == UNLIMITED else plain(value)

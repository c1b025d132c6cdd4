"""Tiers with everything that they promise: inheritance followed, defaults filled, ids given.

Whatever reads a tier (grid, lint, diff, clocks) reads it here, so that all of them see the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tierline.catalog.term import Included

if TYPE_CHECKING:
    from decimal import Decimal

    from tierline.catalog.catalog import Catalog
    from tierline.catalog.clock_rules import ClockRules, Target
    from tierline.catalog.price import Remedy
    from tierline.catalog.statement import MilestoneKind
    from tierline.catalog.term import Term
    from tierline.catalog.tier import Tier

ANY = "any"


@dataclass(frozen=True, slots=True)
class ResolvedTarget:
    """A target with its promise id and the defaults of its tier filled in."""

    promise_id: str
    tier: str
    severity: str
    milestone: MilestoneKind
    statement: Target
    hours: str | None
    headline: str | None
    warn_at_percent: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class ResolvedTerm:
    """A term with its promise id; `stated_in` is the tier that wrote it (it may be inherited)."""

    promise_id: str
    tier: str
    feature: str
    term: Term
    headline: str | None
    stated_in: str


@dataclass(frozen=True, slots=True)
class ResolvedTier:
    """Everything that one tier promises."""

    key: str
    tier: Tier
    terms: dict[str, ResolvedTerm]
    """By feature key, in the order of the catalog's features where they are listed."""
    targets: dict[tuple[str, str], ResolvedTarget]
    """By (severity, milestone); `any` is spread over the catalog's severities."""
    clock_rules: ClockRules


def promise_id(catalog: Catalog, holder: str, what: str) -> str:
    """The id that follows a promise from grid row to invoice line: `halyard/gold/S1.restore`."""
    return f"{catalog.catalog}/{holder}/{what}"


def remedy_behind(catalog: Catalog, tier: str, promise: str, name: str | None) -> Remedy | None:
    """What a miss of a promise owes, by the name that its target gives: as the tier of the promise
    states it, where it is one of the catalog (a trial), else as `tier` does."""
    whose = promise.split("/")[1:2]
    held = whose[0] if whose and whose[0] in catalog.tiers else tier
    if name is None or held not in catalog.tiers:
        return None
    stated = (catalog.tiers[key].remedies.get(name) for key in _chain(catalog, held))
    return next((remedy for remedy in stated if remedy is not None), None)


def resolve_tiers(catalog: Catalog) -> dict[str, ResolvedTier]:
    """All tiers of a catalog, resolved, in ladder order."""
    return {key: resolve_tier(catalog, key) for key in catalog.tiers}


def resolve_tier(catalog: Catalog, key: str) -> ResolvedTier:
    """One tier with inherited terms and targets. A cycle or a missing base ends the chain."""
    chain = _chain(catalog, key)
    terms: dict[str, ResolvedTerm] = {}
    targets: dict[tuple[str, str], ResolvedTarget] = {}
    for base_key in reversed(chain):
        base = catalog.tiers[base_key]
        for feature, term in base.terms.items():
            terms[feature] = ResolvedTerm(
                promise_id(catalog, key, feature), key, feature, term, term.headline, base_key
            )
        targets.update(_targets(catalog, key, base))
    for feature in catalog.every_plan:
        if feature not in terms:
            terms[feature] = ResolvedTerm(
                promise_id(catalog, key, feature), key, feature, Included(), None, key
            )
    rules = next((r for k in chain if (r := catalog.tiers[k].clock_rules)), catalog.clock_rules)
    order = {feature: place for place, feature in enumerate(catalog.features)}
    listed = dict(sorted(terms.items(), key=lambda pair: order.get(pair[0], len(order))))
    return ResolvedTier(key, catalog.tiers[key], listed, targets, rules)


def _chain(catalog: Catalog, key: str) -> list[str]:
    chain = [key]
    while (base := catalog.tiers[chain[-1]].includes) in catalog.tiers and base not in chain:
        chain.append(str(base))
    return chain


def _targets(catalog: Catalog, key: str, stated_in: Tier) -> dict[tuple[str, str], ResolvedTarget]:
    """The targets of one statement; a row for one severity beats the row for `any`."""
    rows = sorted(stated_in.targets, key=lambda row: row.severity != ANY)
    found: dict[tuple[str, str], ResolvedTarget] = {}
    for row in rows:
        spread = list(catalog.severities) if row.severity == ANY else [row.severity]
        for severity in spread:
            what = f"{severity}.{row.milestone.value}"
            found[severity, row.milestone.value] = ResolvedTarget(
                promise_id=promise_id(catalog, key, what),
                tier=key,
                severity=severity,
                milestone=row.milestone,
                statement=row,
                hours=row.hours or stated_in.hours,
                headline=row.headline or stated_in.targets_headline,
                warn_at_percent=row.warn_at_percent or catalog.warn_at_percent,
            )
    return found

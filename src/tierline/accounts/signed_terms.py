"""What a contract was signed on: frozen values, so that no later catalog can change them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from pydantic import Field

from tierline.catalog.canonical import catalog_digest
from tierline.catalog.clock_rules import Target
from tierline.catalog.feature import CounterUnknown, Feature, Safety
from tierline.catalog.resolved import ANY, ResolvedTarget, promise_id, resolve_tier
from tierline.catalog.statement import Key, Quantity, Statement, Text
from tierline.catalog.term import Channel, Term
from tierline.kernel.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tierline.catalog.catalog import Catalog


class SignedFeature(Statement):
    """What a check must know of a feature, whether the tier gives it or not."""

    name: Text
    unit: Text | None = None
    safety: Safety | None = None
    is_channel: bool = False
    """Cases come in through it."""
    counter_unknown: CounterUnknown = CounterUnknown.serve


class SignedTerm(Statement):
    """A term with the id of its promise."""

    promise_id: Text
    term: Term

    @property
    def value(self) -> Term:
        """What is given."""
        return self.term


class SignedTarget(Statement):
    """A target of one severity and milestone, its hours filled in."""

    promise_id: Text
    target: Target

    @property
    def value(self) -> Target:
        """What is given."""
        return self.target


class SignedTerms(Statement):
    """Everything that one tier of one catalog version promises."""

    catalog: Key
    version: date
    digest: Text
    """Of the catalog that it was taken from."""
    tier: Key
    tier_name: Text
    currency: Text
    worst_severity: Key | None = None
    """Intake of this severity is never refused."""
    features: dict[Key, SignedFeature] = Field(default_factory=dict)
    terms: dict[Key, SignedTerm] = Field(default_factory=dict)
    """By feature."""
    targets: dict[str, SignedTarget] = Field(default_factory=dict)
    """By severity and milestone, e.g. `S1.acknowledge`."""


class SignedAddOn(Statement):
    """What one add-on of one catalog version gives."""

    catalog: Key
    version: date
    add_on: Key
    name: Text
    terms: dict[Key, SignedTerm] = Field(default_factory=dict)
    extends: dict[Key, Quantity] = Field(default_factory=dict)
    """Units that each one held adds to the limit of a feature."""
    targets: dict[str, SignedTarget] = Field(default_factory=dict)
    hours: Key | None = None
    """Business hours that it gives to the targets of the plan."""


def terms_signed(catalog: Catalog, tier: str) -> SignedTerms:
    """The terms of a tier as a contract holds them. Raises NotFound for an unknown tier."""
    if tier not in catalog.tiers:
        known = ", ".join(catalog.tiers) or "none"
        raise NotFound(f"The catalog has no tier '{tier}'. Its tiers are: {known}.")
    resolved = resolve_tier(catalog, tier)
    channels = _channels(catalog)
    return SignedTerms(
        catalog=catalog.catalog,
        version=catalog.version,
        digest=catalog_digest(catalog),
        tier=tier,
        tier_name=resolved.tier.name,
        currency=catalog.currency,
        worst_severity=next(iter(catalog.severities), None),
        features={
            key: _signed_feature(feature, is_channel=key in channels)
            for key, feature in catalog.features.items()
        },
        terms={
            key: SignedTerm(promise_id=found.promise_id, term=found.term)
            for key, found in resolved.terms.items()
        },
        targets=_signed_targets(resolved.targets),
    )


def add_on_signed(catalog: Catalog, key: str) -> SignedAddOn:
    """An add-on as a contract holds it. Raises NotFound for an unknown one."""
    if key not in catalog.add_ons:
        known = ", ".join(catalog.add_ons) or "none"
        raise NotFound(f"The catalog has no add-on '{key}'. Its add-ons are: {known}.")
    add_on = catalog.add_ons[key]
    targets: dict[str, SignedTarget] = {}
    for row in sorted(add_on.targets, key=lambda each: each.severity != ANY):
        for severity in catalog.severities if row.severity == ANY else [row.severity]:
            what = f"{severity}.{row.milestone.value}"
            filled = row.model_copy(
                update={"severity": severity, "hours": row.hours or add_on.hours}
            )
            targets[what] = SignedTarget(promise_id=promise_id(catalog, key, what), target=filled)
    return SignedAddOn(
        catalog=catalog.catalog,
        version=catalog.version,
        add_on=key,
        name=add_on.name,
        terms={
            feature: SignedTerm(promise_id=promise_id(catalog, key, feature), term=term)
            for feature, term in add_on.terms.items()
        },
        extends=add_on.extends,
        targets=targets,
        hours=add_on.hours,
    )


def _channels(catalog: Catalog) -> set[str]:
    """Features that a tier or an add-on states as a channel."""
    stated = [tier.terms for tier in catalog.tiers.values()]
    stated += [add_on.terms for add_on in catalog.add_ons.values()]
    return {key for terms in stated for key, term in terms.items() if isinstance(term, Channel)}


def _signed_feature(feature: Feature, *, is_channel: bool) -> SignedFeature:
    return SignedFeature(
        name=feature.name,
        unit=feature.unit,
        safety=feature.safety,
        is_channel=is_channel,
        counter_unknown=feature.counter_unknown,
    )


def _signed_targets(
    targets: Mapping[tuple[str, str], ResolvedTarget],
) -> dict[str, SignedTarget]:
    return {
        f"{severity}.{milestone}": SignedTarget(
            promise_id=found.promise_id,
            target=found.statement.model_copy(
                update={
                    "severity": severity,
                    "hours": found.hours,
                    "warn_at_percent": found.warn_at_percent,
                }
            ),
        )
        for (severity, milestone), found in targets.items()
    }

"""A tier: a level of value and promise."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from tierline.catalog.clock_rules import ClockRules, Target
from tierline.catalog.price import Commitment, CostEnvelope, Price, Remedy
from tierline.catalog.statement import (
    Axis,
    DurationField,
    Key,
    Number,
    Percent,
    Quantity,
    Statement,
    Text,
)
from tierline.catalog.term import Term


class Headline(Statement):
    """One of three to five entitlements that a customer remembers; enforced terms prove it."""

    name: Text
    axis: Axis = Axis.support_experience


class Exclusion(Statement):
    """What the tier does not include, in plain words, and what to take instead."""

    text: Text
    alternative: Text
    offer: Key | None = None
    """The tier or add-on that includes it."""


class FenceKind(StrEnum):
    """What keeps an account in the tier that it pays for."""

    measured_usage = "measured_usage"
    role = "role"
    environment = "environment"
    named_contacts = "named_contacts"
    self_declared = "self_declared"


class Fence(Statement):
    """A fence and its source: a meter or a role; a self-declared one can be gamed."""

    kind: FenceKind
    text: Text
    meter: Key | None = None
    role: Text | None = None
    limit: Quantity | None = None
    rotation_limit_per_quarter: int | None = Field(default=None, ge=0)


class EligibilityRule(Statement):
    """Who may buy, or must hold, the tier. All conditions of a rule must hold."""

    outcome: Literal["eligible", "not_eligible", "must_upgrade"]
    fact: Key
    """An account's fact: spend, segment, region, criticality, regulated ..."""
    at_least: Number | None = None
    at_most: Number | None = None
    one_of: tuple[Text, ...] = ()
    reason: Text


class Scope(Statement):
    """What support covers for one asset class; each dimension is filled or says `none`."""

    asset: Literal["software", "hardware", "hybrid"]
    engineering: Text
    monitoring: Text
    delivery: Literal["none", "remote", "on_site", "remote_and_on_site"]
    coverage: Key | Literal["none"]
    """The key of the business hours."""
    includes: tuple[Text, ...] = ()


class EscalationLevel(Statement):
    """One node of the tree: who, when, and on which hours somebody is there."""

    role: Text
    kind: Literal["functional", "hierarchical"] = "functional"
    after_percent: Percent | None = None
    """Share of the target at which it climbs here (100 is the breach)."""
    after: DurationField | None = None
    """Or a fixed time after the case was opened."""
    hours: Key | None = None
    """Hours that somebody holds this role; always where absent."""
    contact: Text | None = None


class EscalationTree(Statement):
    """The chain that both sides can read."""

    name: Text
    levels: tuple[EscalationLevel, ...] = Field(min_length=1)


class Availability(StrEnum):
    """Whether the tier can be bought."""

    sold = "sold"
    legacy = "legacy"
    trial = "trial"
    private = "private"
    """Agreed with one account; not on the public grid."""


class SupportBasis(StrEnum):
    """On what basis cases of a tier are answered."""

    none = "none"
    best_effort = "best_effort"
    agreed = "agreed"
    """By agreement on service levels."""


class Coverage(Statement):
    """Hours in which somebody works on cases."""

    hours: Key
    severities: tuple[Key, ...] = ()
    """For these; all where empty."""
    label: Text | None = None
    """The vendor's words."""


class Tier(Statement):
    """A tier as written. Read its terms through `resolved.tier_terms`, which follows `includes`."""

    name: Text
    lead_line: str = Field(default="", max_length=200)
    """`This plan <verb> <outcome> for <who>`."""
    job_to_be_done: str = Field(default="", max_length=400)
    segment: Key | None = None
    availability: Availability = Availability.sold
    includes: Key | None = None
    """The lower tier whose terms and targets this one takes over where it states none."""
    price: Price | None = None
    former_prices: tuple[Price, ...] = ()
    """Prices that earlier copies of the price page show."""
    commitments: tuple[Commitment, ...] = ()
    cost_envelope: CostEnvelope | None = None
    support: SupportBasis | None = None
    coverage: tuple[Coverage, ...] = ()
    hours: Key | None = None
    """Default business hours of the targets."""
    headlines: dict[Key, Headline] = Field(default_factory=dict)
    targets_headline: Key | None = None
    """The headline of the targets that name none."""
    targets: tuple[Target, ...] = ()
    clock_rules: ClockRules | None = None
    """Where this tier's clocks behave differently from the catalog's."""
    terms: dict[Key, Term] = Field(default_factory=dict)
    """By feature key."""
    exclusions: dict[Key, Exclusion] = Field(default_factory=dict)
    remedies: dict[Key, Remedy] = Field(default_factory=dict)
    fences: dict[Key, Fence] = Field(default_factory=dict)
    eligibility: tuple[EligibilityRule, ...] = ()
    escalation: dict[Key, Key] = Field(default_factory=dict)
    """Severity -> escalation tree of the catalog (`any` for the rest)."""
    scope: tuple[Scope, ...] = ()
    note: Text | None = None


class AddOn(Statement):
    """Something sold on top of a tier."""

    name: Text
    availability: Availability = Availability.sold
    price: Price | None = None
    available_for: tuple[Key, ...] = ()
    """Tiers; all where empty."""
    requires: tuple[Key, ...] = ()
    excludes: tuple[Key, ...] = ()
    terms: dict[Key, Term] = Field(default_factory=dict)
    """Replace the tier's terms while the add-on is held."""
    extends: dict[Key, Quantity] = Field(default_factory=dict)
    """Units added to the tier's limits."""
    targets: tuple[Target, ...] = ()
    hours: Key | None = None
    note: Text | None = None

"""The public grid as a document: what HTML, JSON and PDF all show, already in words.

Its JSON is a published format (`tierline/grid/1`); every promise carries its promise id.
"""

from __future__ import annotations

from typing import Any, Literal

from tierline.catalog.statement import Axis, Statement


class Inclusion(Statement):
    """Something that every plan includes."""

    feature: str
    name: str
    description: str
    is_safety_floor: bool
    promise_ids: dict[str, str]
    """By tier."""


class Cell(Statement):
    """What one tier promises in one row."""

    tier: str
    promise_id: str
    words: str
    included: bool
    is_commitment: bool = False
    """A commitment carries a remedy; a target is measured."""
    remedy: str | None = None
    """The remedy's words."""
    add_ons: tuple[str, ...] = ()
    """Names of add-ons that give it, or more of it, to this tier."""
    differs: bool = False
    """Whether it is not what the tier to the left has."""
    statement: dict[str, Any] | None = None
    """The term or target itself, for programs."""


class Row(Statement):
    """One promise across the tiers."""

    what: str
    """The last part of its promise ids, e.g. `S1.restore` or `api_rate`."""
    name: str
    description: str = ""
    cells: tuple[Cell, ...]
    """One for each tier, in the order of the tiers."""


class SeverityRows(Statement):
    """The targets of one severity."""

    severity: str
    name: str
    means: str
    rows: tuple[Row, ...]


class TermRows(Statement):
    """The terms of one heading."""

    axis: Axis
    axis_name: str
    name: str
    rows: tuple[Row, ...]


class PriceWords(Statement):
    """A price as a card shows it, and as a sentence."""

    large: str
    small: str
    words: str
    statement: dict[str, Any] | None = None


class HeadlineWords(Statement):
    """A headline entitlement, its axis, and how many terms prove it."""

    name: str
    axis: Axis
    proved_by: tuple[str, ...]
    """Promise ids of its terms and targets."""


class Fact(Statement):
    """A label and its words."""

    label: str
    """What it is about."""
    words: str
    """What is so."""


class ExclusionWords(Statement):
    """What a tier does not include, and what to take instead."""

    promise_id: str
    """Its id, among the promises of the tier."""
    text: str
    """What is not included."""
    alternative: str
    """What to do or take instead."""
    offer: str | None
    """Key of the tier or add-on that includes it."""


class RemedyWords(Statement):
    """What is owed for missed commitments of a tier."""

    promise_id: str
    """Its id, among the promises of the tier."""
    name: str
    """What it is owed for."""
    words: str
    """How much is owed, and how it is paid."""
    for_promises: tuple[str, ...]
    """Ids of the promises that it stands behind."""


class ScopeWords(Statement):
    """What support covers for one asset class."""

    asset: str
    """The class: software, hardware or both."""
    facts: tuple[Fact, ...]
    """What is done for it, and when."""


class TierColumn(Statement):
    """One tier of the grid."""

    key: str
    name: str
    availability: str
    lead_line: str
    job_to_be_done: str
    price: PriceWords
    commitments: tuple[str, ...]
    headlines: tuple[HeadlineWords, ...]
    key_facts: tuple[Fact, ...]
    """The same labels for every tier, so that cards line up."""
    exclusions: tuple[ExclusionWords, ...]
    remedies: tuple[RemedyWords, ...]
    scope: tuple[ScopeWords, ...]
    coverage: tuple[str, ...]
    """On what basis, and in which hours, cases are worked on."""
    who_may_hold_it: tuple[str, ...]
    """Fences and eligibility."""
    escalation: tuple[Fact, ...]
    """Severity and the name of its chain."""
    note: str


class GivenWords(Statement):
    """One thing that an add-on gives."""

    promise_id: str
    words: str


class AddOnWords(Statement):
    """Something sold on top of a tier."""

    key: str
    name: str
    price: PriceWords
    available_for: tuple[str, ...]
    """Names of tiers."""
    gives: tuple[GivenWords, ...]
    conditions: tuple[str, ...]
    note: str


class Chain(Statement):
    """An escalation tree as both sides read it."""

    name: str
    """Its name."""
    steps: tuple[str, ...]
    """Who is called, and when, in this order."""


class ClockRuleWords(Statement):
    """How clocks behave, for the tiers that share the rules."""

    tiers: tuple[str, ...]
    """Names; empty for all."""
    sentences: tuple[str, ...]


class Grid(Statement):
    """Everything on the public grid of one catalog version."""

    format: Literal["tierline/grid/1"] = "tierline/grid/1"
    catalog: str
    version: str
    """ISO date from which the version may be signed."""
    digest: str
    """`sha256:` of the version's canonical YAML."""
    public_key: str | None = None
    """With it, receipts signed by this company can be verified."""
    title: str
    company: str
    product: str
    currency: str
    as_of: str
    every_plan: tuple[Inclusion, ...]
    tiers: tuple[TierColumn, ...]
    targets: tuple[SeverityRows, ...]
    terms: tuple[TermRows, ...]
    add_ons: tuple[AddOnWords, ...]
    escalation: tuple[Chain, ...]
    hours: tuple[Fact, ...]
    clock_rules: tuple[ClockRuleWords, ...]
    billing: tuple[str, ...]
    notes: tuple[str, ...]
    sources: tuple[str, ...]

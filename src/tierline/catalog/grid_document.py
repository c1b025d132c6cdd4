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
    links: tuple[str, ...] = ()
    """Pages that describe or prove it."""


class Cell(Statement):
    """What one tier promises in one row."""

    tier: str
    """Key of the tier."""
    promise_id: str
    """The promise."""
    words: str
    """What is promised."""
    included: bool
    """Whether anything is."""
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
    """What is promised."""
    description: str = ""
    """What it means."""
    cells: tuple[Cell, ...]
    """One for each tier, in the order of the tiers."""


class SeverityRows(Statement):
    """The targets of one severity."""

    severity: str
    """Its key."""
    name: str
    """Its name: `S1 Critical`."""
    means: str
    """What harm it stands for."""
    rows: tuple[Row, ...]
    """In the order in which a case meets them."""


class TermRows(Statement):
    """The terms of one heading."""

    axis: Axis
    """The axis that they are filed under."""
    axis_name: str
    """Its name."""
    name: str
    """The heading; empty for those without one."""
    rows: tuple[Row, ...]
    """In the order of the features."""


class PriceWords(Statement):
    """A price as a card shows it, and as a sentence."""

    large: str
    """The number that a card shows large."""
    small: str
    """What stands under it."""
    words: str
    """All of it as a sentence."""
    statement: dict[str, Any] | None = None
    """The price itself, for programs; null: none is stated."""


class HeadlineWords(Statement):
    """A headline entitlement, its axis, and how many terms prove it."""

    name: str
    """What a customer remembers."""
    axis: Axis
    """What it is filed under."""
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
    """Key of the tier."""
    name: str
    """Its name."""
    availability: str
    """Whether it can be bought: `sold`, `trial`, `legacy` or `private`."""
    lead_line: str
    """For whom it is."""
    job_to_be_done: str
    """What it is taken for."""
    price: PriceWords
    """What it costs."""
    commitments: tuple[str, ...]
    """What a longer term changes of that."""
    headlines: tuple[HeadlineWords, ...]
    """What a customer remembers of it."""
    key_facts: tuple[Fact, ...]
    """The same labels for every tier, so that cards line up."""
    exclusions: tuple[ExclusionWords, ...]
    """What it does not include."""
    remedies: tuple[RemedyWords, ...]
    """What is owed for a miss."""
    scope: tuple[ScopeWords, ...]
    """What support covers, by asset class."""
    coverage: tuple[str, ...]
    """On what basis, and in which hours, cases are worked on."""
    who_may_hold_it: tuple[str, ...]
    """Fences and eligibility."""
    escalation: tuple[Fact, ...]
    """Severity and the name of its chain."""
    note: str
    """What else is said of it."""


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

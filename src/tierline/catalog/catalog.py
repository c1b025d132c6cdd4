"""The catalog: everything a company promises from one date on."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from tierline.catalog.chooser_statement import Question
from tierline.catalog.clock_rules import ClockRules
from tierline.catalog.feature import Feature, Imported, Source, Waiver, WorkedExample
from tierline.catalog.hours_statement import HoursStatement
from tierline.catalog.price import BillingRules
from tierline.catalog.statement import Key, Percent, Statement, Text
from tierline.catalog.tier import AddOn, EscalationTree, Tier
from tierline.catalog.triage_statement import Triage

FORMAT = "tierline/catalog/1"


class Severity(Statement):
    """Harm to the customer, agreed at triage."""

    name: Text
    means: str = Field(default="", max_length=1_000)
    code: Text | None = None
    """Its name in an interface for programs."""


class SeverityMatrix(Statement):
    """Impact by urgency gives severity, as a price page shows it; `triage` decides."""

    rows: Text
    """What the rows are, e.g. impact."""
    columns: Text
    cells: dict[str, dict[str, Key]]
    """Row value -> column value -> severity."""


class CaseField(Statement):
    """A field that a case carries beside its severity, and who gives it meaning."""

    meaning: Literal["fixed", "free"]
    set_by: Literal["vendor", "customer"]
    values: tuple[Text, ...] = ()


class Catalog(Statement):
    """A dated set of tiers. Once published a version never changes."""

    format: Literal["tierline/catalog/1"]
    catalog: Key
    """The catalog's own key, the first part of every promise id."""
    version: date
    """The day from which this version may be signed."""
    company: Text
    product: Text | None = None
    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    as_of: Text | None = None
    sources: tuple[Source, ...] = ()
    imported: Imported | None = None
    notes: tuple[Text, ...] = ()
    severities: dict[Key, Severity] = Field(default_factory=dict)
    """Worst first."""
    severity_matrix: SeverityMatrix | None = None
    triage: Triage | None = None
    """Answers give severity; by the place of the severities where it is absent."""
    case_fields: dict[Key, CaseField] = Field(default_factory=dict)
    business_hours: dict[Key, HoursStatement] = Field(default_factory=dict)
    clock_rules: ClockRules = ClockRules()
    warn_at_percent: tuple[Percent, ...] = ()
    escalation: dict[Key, EscalationTree] = Field(default_factory=dict)
    features: dict[Key, Feature] = Field(default_factory=dict)
    groups: tuple[Text, ...] = ()
    """Headings of the grid in their order; features name theirs in `group`."""
    tiers: dict[Key, Tier] = Field(default_factory=dict)
    """Lowest first: the order is the ladder."""
    add_ons: dict[Key, AddOn] = Field(default_factory=dict)
    every_plan: tuple[Key, ...] = ()
    """Features that every tier includes: the safety floor stands here."""
    billing: BillingRules = BillingRules()
    waivers: tuple[Waiver, ...] = ()
    chooser: dict[Key, Question] = Field(default_factory=dict)
    worked_examples: tuple[WorkedExample, ...] = ()

"""The service schedule as a document: what page, JSON and PDF show, already in words.

Its JSON is a published format (`tierline/service-schedule/1`); every row carries its promise id.
Instants are ISO 8601 in UTC, dates are days on the contract's own wall clock.
"""

from __future__ import annotations

from typing import Literal

from tierline.catalog.difference_change import Direction, Kind
from tierline.catalog.grid_document import Chain, ExclusionWords, Fact, RemedyWords, ScopeWords
from tierline.catalog.statement import Statement

FORMAT = "tierline/service-schedule/1"


class SchedulePart(Statement):
    """Something that the terms are made of: the plan, an add-on, what is agreed beside it."""

    words: str
    """What it is: `Plan Priority`, `Add-on Extra sandbox, 2 held`."""
    start_on: str
    """The first day on which it holds."""
    last_on: str | None
    """The last day on which it holds; null: as long as the contract."""


class ScheduleRow(Statement):
    """One promise."""

    key: str
    """Of the feature, or of the target: `S1.restore`."""
    name: str
    """What is promised."""
    words: str
    """How much of it, and what happens beyond."""
    promise_id: str
    """The promise, in the plan or in what was agreed beside it."""
    given_by: str
    """What gives it: `Plan Priority and Add-on Extra sandbox`."""
    is_commitment: bool = False
    """Whether a remedy is owed where it is missed."""
    remedy: str | None = None
    """That remedy."""


class ScheduleTargets(Statement):
    """The clocks of one severity."""

    severity: str
    """Its key."""
    name: str
    """Its name: `S1 Critical`."""
    means: str
    """What harm it stands for."""
    rows: tuple[ScheduleRow, ...]
    """In the order in which a case meets them."""


class ScheduleSection(Statement):
    """Promises of one kind."""

    title: str
    """Channels; limits; service units and care; what else is given."""
    rows: tuple[ScheduleRow, ...]
    """In the order of the grid."""


class CareDate(Statement):
    """A date on which something is due."""

    due_on: str
    """The day."""
    what: str
    """What is due."""
    is_on_site: bool
    """Whether it is done at the customer's."""
    promise_id: str
    """The promise."""


class ScheduleContact(Statement):
    """Somebody who acts for the account."""

    name: str
    """Their name."""
    email: str
    """Their address."""
    roles: tuple[str, ...]
    """What they may do: `named contact`."""


class ServiceSchedule(Statement):
    """What one contract promises at one instant."""

    format: Literal["tierline/service-schedule/1"] = "tierline/service-schedule/1"
    """The form of this document."""
    title: str
    """`Service schedule of Acme Ltd`."""
    company: str
    """Who promises."""
    product: str
    """What is served; empty where the catalog names nothing."""
    account: str
    """Id of the account."""
    account_name: str
    """To whom it is promised."""
    contract: str
    """Id of the contract."""
    term: str
    """From when to when the contract runs."""
    at: str
    """The instant whose terms these are."""
    on: str
    """Its day on the contract's wall clock."""
    time_zone: str
    """The contract's time zone."""
    tier: str
    """Key of the plan's tier."""
    tier_name: str
    """Its name."""
    price: str
    """What is paid for the plan."""
    currency: str
    """Of all amounts."""
    catalog: str
    """Key of the catalog that the plan was signed on."""
    version: str
    """Its version."""
    digest: str
    """`sha256:` of that version's canonical form."""
    parts: tuple[SchedulePart, ...]
    """What the terms are made of."""
    definitions: tuple[Fact, ...]
    """What the words mean."""
    targets: tuple[ScheduleTargets, ...]
    """How fast, the worst severity first."""
    hours: tuple[Fact, ...]
    """The hours that are counted."""
    clock_rules: tuple[str, ...]
    """What starts, stops and changes a clock."""
    escalation: tuple[Fact, ...]
    """Which chain is called, by severity."""
    chains: tuple[Chain, ...]
    """Who is called when."""
    coverage: tuple[str, ...]
    """On what basis, and in which hours, cases are worked on."""
    scope: tuple[ScopeWords, ...]
    """What support covers, by asset class."""
    conditions: tuple[str, ...]
    """What keeps an account in this plan, and how that is measured."""
    sections: tuple[ScheduleSection, ...]
    """What else is promised."""
    care: tuple[CareDate, ...]
    """What is due by the calendar in the year that follows."""
    floor: tuple[Fact, ...]
    """What every plan includes, whatever is paid and used."""
    exclusions: tuple[ExclusionWords, ...]
    """What is not included, and what to take instead."""
    not_given: tuple[str, ...]
    """Names of what else other plans give and this one does not."""
    remedies: tuple[RemedyWords, ...]
    """What is owed for missed commitments."""
    measurement: tuple[str, ...]
    """How every figure is measured."""
    contacts: tuple[ScheduleContact, ...] | None
    """Who acts for the account; null where the reader may not see them."""


class ScheduleChange(Statement):
    """One thing that two schedules say differently."""

    direction: Direction
    """What it means for the customer."""
    kind: Kind
    """Whether it stands in both."""
    what: str
    """What it is."""
    promise_id: str | None
    """The promise; null where it is none."""
    old: str | None
    """What the first one says; null: nothing."""
    new: str | None
    """What the second one says; null: nothing."""
    note: str
    """What the words do not show."""


class ScheduleSide(Statement):
    """One of two schedules that are compared."""

    contract: str
    """Id of the contract."""
    account_name: str
    """Its account."""
    at: str
    """The instant whose terms these are."""
    on: str
    """Its day on the contract's wall clock."""
    tier_name: str
    """The plan."""
    catalog: str
    """Key of the catalog."""
    version: str
    """Its version."""
    digest: str
    """`sha256:` of that version's canonical form."""


class ScheduleDifference(Statement):
    """What two schedules say differently."""

    format: Literal["tierline/service-schedule-difference/1"] = (
        "tierline/service-schedule-difference/1"
    )
    """The form of this document."""
    old: ScheduleSide
    """The first one."""
    new: ScheduleSide
    """The second one."""
    changes: tuple[ScheduleChange, ...]
    """Worse first, then changed, then better."""

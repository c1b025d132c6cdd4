"""The health report of an account: how the promises of a period were kept, as a document.

Its JSON (`tierline/health-report/1`) is kept as it was drawn up and never changes. It names cases
by their numbers and nobody by name, so that there is nothing in it to erase. Instants are ISO 8601
in UTC, dates are days on the contract's own wall clock.
"""

from __future__ import annotations

from typing import Literal

from tierline.catalog.statement import Statement


class PromiseRow(Statement):
    """How the clocks of one kind came out, over the cases that were raised in the period."""

    milestone: str
    """The kind."""
    name: str
    """Its name."""
    met: int
    """Stopped in time."""
    missed: int
    """Used more than was allowed, stopped or not."""
    open: int
    """Still open, and in time."""
    outside: int
    """In no share: not promised, not begun, or not covered."""
    percent: str | None
    """Met of met and missed; null: nothing is decided."""


class KeptRow(Statement):
    """What came of one promise, whether it has a clock or not."""

    area: str
    """speed, channel, expertise or deliverable."""
    promise_id: str
    """The promise; empty: given beside the plan."""
    severity: str
    """Of a milestone; else empty."""
    name: str
    """What is promised."""
    due: int
    """Kept and missed."""
    kept: int
    """Kept."""
    missed: int
    """Missed."""
    over: int
    """Given beyond the promise."""


class MissRow(Statement):
    """One promise that was missed."""

    case: str
    """Id of the case."""
    number: int
    """What people call the case by."""
    milestone: str
    """The kind."""
    name: str
    """Its name."""
    severity: str
    """The severity."""
    allowed_seconds: int
    """Open time that was promised."""
    used_seconds: int
    """Open time that was used."""
    missed_at: str | None
    """When it was missed."""


class CommitmentRow(Statement):
    """A promise of a share of a month's cases."""

    month: str
    """The month."""
    words: str
    """`S1 Critical, acknowledgement`."""
    promised_percent: str
    """The share that was promised."""
    met: int
    """Met."""
    missed: int
    """Missed."""
    kept: str
    """Whether the promise was kept: met, missed, too_early."""


class OpenCaseRow(Statement):
    """A case that has not ended."""

    case: str
    """Its id."""
    number: int
    """What people call it by."""
    severity: str
    """Its severity."""
    state: str
    """Where it stands."""
    next_due_at: str | None
    """When its next milestone is due; null: nothing is."""


class IncidentRow(Statement):
    """A disruption or maintenance that touched the account in the period."""

    incident: str
    """Its id."""
    title: str
    """As it was published."""
    kind: str
    """Disruption or maintenance."""
    phase: str
    """How far it is."""
    started_at: str
    """When it began."""
    ended_at: str | None
    """When it was over; null: not yet."""
    components: tuple[str, ...]
    """What it touched."""


class PublishedPostMortem(Statement):
    """A post-mortem that was published in the period."""

    case: str
    """Id of the case."""
    number: int
    """What people call the case by."""
    published_at: str
    """When."""


class CareRow(Statement):
    """A dated promise and what came of it."""

    due_on: str
    """The day."""
    what: str
    """What was due."""
    state: str
    """due, done, late, missed or excused."""


class ActionRow(Statement):
    """Something that we do about what was found, and have not done yet."""

    source: str
    """post_mortem or care."""
    what: str
    """Of a post-mortem empty; else what was done when it was found."""
    case: str
    """Id of the case of the post-mortem; else empty."""
    number: int | None
    """What people call that case by."""
    found_on: str | None
    """The day on which care was due; null: of a post-mortem."""
    due_on: str
    """The day by which it is done, in UTC."""
    is_overdue: bool
    """Whether its day was over."""


class AdviceRow(Statement):
    """Advice of which it is not said yet what came of it: its risk is open."""

    advice: str
    """Its id."""
    number: int
    """Which of the account's advice it is."""
    topic: str
    """The name of its topic; empty for none."""
    given_on: str
    """The day on which it was given."""
    state: str
    """waiting, accepted or declined."""
    follow_up_on: str
    """The day on which we look again, in UTC."""
    is_overdue: bool
    """Whether that day was over."""


class BalanceRow(Statement):
    """What was used of what is included, at the end of the period."""

    feature: str
    """Its key."""
    name: str
    """Its name."""
    used: str
    """What was used, with its unit."""
    included: str
    """What is included."""
    left: str
    """What was left."""
    state: str
    """ok, warn, or breach where nothing is left."""


class LimitRow(Statement):
    """A limit that was told of in the period."""

    name: str
    """Of what."""
    percent: str
    """How much of it was used."""
    at: str
    """When."""


class NextRow(Statement):
    """Something that is to come."""

    on: str
    """The day."""
    what: str
    """What it is."""


class HealthReport(Statement):
    """How the promises of a period were kept."""

    format: Literal["tierline/health-report/1"] = "tierline/health-report/1"
    """The form of this document."""
    title: str
    """`Health report of Acme Ltd`."""
    company: str
    """Who reports."""
    account: str
    """Id of the account."""
    account_name: str
    """Its name."""
    contract: str
    """Id of the contract that promises the report."""
    promise_id: str
    """The promise; empty where it was asked for beside it."""
    tier_name: str
    """The plan at the end of the period."""
    catalog: str
    """Key of the catalog that it was signed on."""
    version: str
    """Its version."""
    digest: str
    """`sha256:` of that version's canonical form."""
    start: str
    """The first instant of the period."""
    end: str
    """The first instant after it."""
    first_on: str
    """The first day of the period."""
    last_on: str
    """Its last day."""
    time_zone: str
    """Of the days."""
    as_of: str
    """When it was drawn up: what was known then is in it."""
    cases_opened: int
    """Cases that were raised in the period."""
    cases_resolved: int
    """Cases that were resolved in it."""
    met: int
    """Promises kept, of all kinds: milestones, channels, named people, care and reports."""
    missed: int
    """Promises missed."""
    over: int = 0
    """What was given beyond promises; it makes up for nothing."""
    percent: str | None
    """Kept of kept and missed; null: nothing is decided."""
    kept: tuple[KeptRow, ...] = ()
    """By promise, all of them."""
    promises: tuple[PromiseRow, ...]
    """Milestones by kind."""
    misses: tuple[MissRow, ...]
    """Each miss, the longest over first, at most MISSES_LIMIT of them."""
    misses_more: int
    """Misses that are not listed."""
    commitments: tuple[CommitmentRow, ...]
    """Promises of a share of a month's cases."""
    open_cases: tuple[OpenCaseRow, ...]
    """Live milestones: what is due first stands first."""
    incidents: tuple[IncidentRow, ...]
    """The newest first."""
    post_mortems: tuple[PublishedPostMortem, ...]
    """By number of the case."""
    care: tuple[CareRow, ...]
    """What was due in the period."""
    actions: tuple[ActionRow, ...] = ()
    """Actions that are not done, by their days: from care, and from post-mortems as published."""
    advice: tuple[AdviceRow, ...] = ()
    """Open risks that we advised of, by number."""
    balances: tuple[BalanceRow, ...]
    """By name."""
    limits: tuple[LimitRow, ...]
    """The newest first."""
    next: tuple[NextRow, ...]
    """By date."""

"""Terms: what a tier gives of a feature. Every kind has its own fields and its own check."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from tierline.catalog.statement import (
    Amount,
    Count,
    DurationField,
    Key,
    Number,
    Percent,
    Period,
    Quantity,
    Statement,
    Text,
)


class LimitBehaviour(StrEnum):
    """What happens at 100% of a limit."""

    warn = "warn"
    grace = "grace"
    overage = "overage"
    cap = "cap"
    stop = "stop"


class AtLimit(Statement):
    """The behaviour at a limit, stated before anyone reaches it."""

    behaviour: LimitBehaviour
    warn_at_percent: tuple[Percent, ...] = (Decimal(80),)
    grace: DurationField | None = None
    overage_amount: Amount | None = None
    """Price of one unit beyond the limit, in the catalog's currency."""
    cap_amount: Amount | None = None
    """Most that overage may cost in a period."""
    cap_percent_of_fee: Percent | None = None


class TermBase(Statement):
    """What every term has."""

    headline: Key | None = None
    """The headline entitlement that this term proves."""
    note: Text | None = None


class Included(TermBase):
    """On or off."""

    kind: Literal["included"] = "included"
    included: bool = True
    severities: tuple[Key, ...] = ()
    """Only for these; all where empty."""
    condition: Text | None = None
    """When it is given, e.g. `as needed`."""


class QuantityTerm(TermBase):
    """A number of units, for good or per period."""

    kind: Literal["quantity"]
    limit: Quantity
    unit: Text | None = None
    per: Period | None = None
    rollover: bool = False
    at_limit: AtLimit | None = None


class Rate(TermBase):
    """Units per second or minute."""

    kind: Literal["rate"]
    limit: Quantity
    unit: Text
    per: Period
    at_limit: AtLimit | None = None


class Seats(TermBase):
    """People of a role: users, named contacts, members who may open cases."""

    kind: Literal["seats"]
    limit: Quantity
    role: Text
    at_limit: AtLimit | None = None


class ChannelKind(StrEnum):
    """A way to reach us."""

    documentation = "documentation"
    community = "community"
    portal = "portal"
    email = "email"
    chat = "chat"
    phone = "phone"
    call_back = "call_back"
    shared_channel = "shared_channel"
    screen_share = "screen_share"
    paging = "paging"
    form = "form"


class Channel(TermBase):
    """A channel that the tier includes (or, with `included: false`, says it does not)."""

    kind: Literal["channel"]
    channel: ChannelKind
    included: bool = True
    severities: tuple[Key, ...] = ()
    """Only for these; all where empty."""
    hours: Key | None = None
    languages: tuple[Text, ...] = ()
    best_effort: bool = False
    prioritised: bool = False


class ExpertiseLevel(StrEnum):
    """Who answers, from broad to one person."""

    generalist = "generalist"
    specialist = "specialist"
    pod = "pod"
    named_engineer = "named_engineer"


class Assignment(StrEnum):
    """How close the expert stands to the account."""

    none = "none"
    pooled = "pooled"
    designated = "designated"
    dedicated = "dedicated"
    add_on = "add_on"


class Expertise(TermBase):
    """Response expertise."""

    kind: Literal["expertise"]
    level: ExpertiseLevel
    assignment: Assignment = Assignment.pooled
    role: Text | None = None
    severities: tuple[Key, ...] = ()
    starts_at_line: Count | None = None
    """First line of support that handles it (1, 2, 3)."""


class Deliverable(TermBase):
    """A dated promise: `times` in each `per`, made into due work for every account."""

    kind: Literal["deliverable"]
    what: Text
    times: Count = 1
    per: Period
    on_request: bool = False
    on_site: bool = False


class ServiceUnits(TermBase):
    """Hours or reviews that an account may draw."""

    kind: Literal["service_units"]
    amount: Quantity
    unit: Text
    per: Period
    rollover: bool = False
    at_limit: AtLimit | None = None


class CreditBand(Statement):
    """Part of the fee returned where measured uptime falls into [at_or_above, below)."""

    below: Percent
    at_or_above: Percent = Field(default=0, validate_default=True)
    percent_of_fee: Percent


class Uptime(TermBase):
    """Availability over a period, with the credits that follow."""

    kind: Literal["uptime"]
    percent: Percent | None = None
    per: Period = Period.month
    measure: Text | None = None
    scope: Text | None = None
    credits: tuple[CreditBand, ...] = ()
    excludes: tuple[Text, ...] = ()
    claim_within: DurationField | None = None
    processed_within: DurationField | None = None
    partial_minutes_count: bool = True


class StaticValue(TermBase):
    """A setting: retention in days, a region, a level."""

    kind: Literal["value"]
    value: bool | Number | Text
    unit: Text | None = None


class FreeText(TermBase):
    """Words that no check, clock or grid rule reads; kept, counted and named as such."""

    kind: Literal["text"]
    text: Text


Term = Annotated[
    Included
    | QuantityTerm
    | Rate
    | Seats
    | Channel
    | Expertise
    | Deliverable
    | ServiceUnits
    | Uptime
    | StaticValue
    | FreeText,
    Field(discriminator="kind"),
]

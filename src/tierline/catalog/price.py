"""Prices of tiers and add-ons as stated on the price page."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tierline.catalog.statement import Amount, Count, Key, Percent, Period, Statement, Text


class Flat(Statement):
    """One amount a period. 0 is free."""

    model: Literal["flat"]
    amount: Amount
    per: Period | Literal["once"] = Period.month


class PerUnit(Statement):
    """An amount for each unit, with a least number of units billed."""

    model: Literal["per_unit"]
    amount: Amount
    unit: Text
    per: Period = Period.month
    per_is_assumed: bool = False
    """The vendor states no period."""
    minimum_units: Count = 0
    included_units: Count = 0


class Bracket(Statement):
    """A percentage on the part of spend above the last bracket and up to `up_to`."""

    percent: Percent
    up_to: Amount | None = None
    """`null` in the last bracket: no upper end."""


class PercentOfSpend(Statement):
    """The greater of a minimum and a bracketed share of what the account spends."""

    model: Literal["percent_of_spend"]
    brackets: tuple[Bracket, ...] = Field(min_length=1)
    minimum: Amount = Field(default=0, validate_default=True)
    bands: Literal["marginal"] = "marginal"
    """Each percentage applies to its own part of spend, as tax brackets do."""
    spend: Text = "platform spend"
    aggregate: Literal["account", "all_accounts"] = "account"
    per: Period = Period.month


class QuotedShare(Statement):
    """How a quoted price is worked out for one way of billing: a share of something."""

    billing: Text
    percent_of: Text
    per: Period | None = None
    has_minimum: bool = False


class SpendEstimate(Statement):
    """Which months stand for the spend of the term to come."""

    months: Count
    if_shorter: Literal["run_rate"] | None = None
    if_changed_months: tuple[Count, ...] = ()
    """From so many to so many months, where the spend of late is very different."""


class Quoted(Statement):
    """No public price."""

    model: Literal["quoted"]
    says: Text = "Contact sales"
    basis: Text | None = None
    per: Period | None = None
    shares: tuple[QuotedShare, ...] = ()
    estimate: SpendEstimate | None = None


class Bundled(Statement):
    """Included in the price of something else."""

    model: Literal["bundled"]
    included_in: Text


Price = Annotated[Flat | PerUnit | PercentOfSpend | Quoted | Bundled, Field(discriminator="model")]


class Commitment(Statement):
    """A discount for a longer term, and how the price is protected at renewal."""

    years: Count
    discount_percent: Percent
    uplift_cap: Text | None = None
    true_up: bool = False


class CostEnvelope(Statement):
    """What serving the tier may cost, as a share of pocket price or as an amount a month."""

    percent_of_pocket_price: Percent | None = None
    amount_per_month: Amount | None = None


class AcceleratedResponse(Statement):
    """What we owe beside money: after a miss the next case of one of these severities goes before
    the others of its own, and to the most senior of those who may have it. A case with a miss owes
    it once, until `within_days` days after its first miss."""

    severities: tuple[Key, ...] = Field(min_length=1)
    within_days: int = Field(ge=1, le=366)


class Remedy(Statement):
    """What we owe for missed commitments."""

    name: Text
    percent_of_fee: Percent
    """0 where no money is owed."""
    fee_base: Period = Period.month
    per: Literal["miss", "period"] = "miss"
    misses_more_than: Count = 0
    """Owed only from the miss after this many, counted in one `fee_base`."""
    cap_percent: Percent | None = None
    cap_per: Period = Period.month
    claim: Literal["automatic", "on_request"] = "automatic"
    claim_within_days: Count | None = None
    fee_base_ends: tuple[Text, ...] = ()
    """Month-days on which a fiscal period ends, e.g. 01-31."""
    accelerated_response: AcceleratedResponse | None = None


class BillingRules(Statement):
    """When changes take effect on the bill."""

    cadence: Period = Period.month
    proration: Literal["none", "day", "second"] = "none"
    plan_change: Literal["now", "next_period"] = "next_period"
    trial_cancellation: Literal["now", "period_end"] = "now"
    cancellation: Literal["now", "period_end"] = "period_end"
    term: Text | None = None
    discount_factors: dict[Key, Amount] = Field(default_factory=dict)
    """Factor on the list price by billing cadence, e.g. annual: 0.8."""

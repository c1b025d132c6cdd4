"""A catalog of three tiers and three add-ons, small enough to know by heart, and its contracts."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import cache

import yaml

from tierline.accounts.contract import Contract, ContractException, PlanPhase
from tierline.accounts.signed_terms import SignedTerms, terms_signed
from tierline.catalog.catalog import Catalog
from tierline.catalog.term import QuantityTerm
from tierline.kernel.instants import to_micros
from tierline.kernel.money import Money

OFFER = """
format: tierline/catalog/1
catalog: acme
version: 2025-01-01
company: Acme
severities: {S1: {name: Down}, S2: {name: Slow}}
features:
  sandboxes: {name: Sandboxes, axis: performance_limit, unit: sandbox}
  hours: {name: Engineering hours, axis: outcome, unit: hour}
  phone: {name: Phone, axis: support_experience}
  reports: {name: Reports, axis: outcome}
  on_site_days: {name: On-site days, axis: outcome, unit: day}
  export: {name: Data export, axis: risk_transfer, safety: data_export}
  region: {name: Data region, axis: risk_transfer}
  intake: {name: Severity-1 intake, axis: risk_transfer, safety: severity_1_intake}
every_plan: [intake]
tiers:
  standard:
    name: Standard
    hours: office
    targets: [{severity: S1, milestone: acknowledge, within: PT4H}]
    terms:
      sandboxes: {kind: quantity, limit: 2, at_limit: {behaviour: stop}}
      export: {kind: quantity, limit: 1, per: month, at_limit: {behaviour: stop}}
  priority:
    name: Priority
    hours: office
    targets: [{severity: S1, milestone: acknowledge, within: PT1H}]
    terms:
      sandboxes: {kind: quantity, limit: 5, at_limit: {behaviour: stop}}
      reports: {kind: included}
      region: {kind: value, value: EU}
      hours:
        kind: service_units
        amount: 10
        unit: hour
        per: month
        at_limit: {behaviour: cap, overage_amount: 180, cap_amount: 450}
  enterprise:
    name: Enterprise
    hours: always
    targets: [{severity: S1, milestone: acknowledge, within: PT15M}]
    terms:
      sandboxes: {kind: quantity, limit: 20, at_limit: {behaviour: stop}}
      phone: {kind: channel, channel: phone}
business_hours:
  office: {time_zone: Europe/Berlin, week: {mon-fri: "09:00-17:00"}}
  always: {always_open: true}
add_ons:
  extra: {name: Extra sandbox, extends: {sandboxes: 1}}
  suite: {name: Suite, terms: {sandboxes: {kind: quantity, limit: 8}}}
  day: {name: On-site day, extends: {on_site_days: 1}}
  phone_line: {name: Phone line, extends: {reports: 5}, hours: always}
"""


def offer(**changes: object) -> Catalog:
    """The catalog; `changes` replace top-level keys."""
    return Catalog.model_validate({**yaml.safe_load(OFFER), **changes})


def micros(text: str) -> int:
    """`2025-07-01` or with a time; UTC where no zone is stated."""
    stated = datetime.fromisoformat(text)
    return to_micros(stated if stated.tzinfo else stated.replace(tzinfo=UTC))


def sandboxes(limit: int) -> QuantityTerm:
    return QuantityTerm(kind="quantity", limit=Decimal(limit))


@cache
def signed(tier: str = "priority") -> SignedTerms:
    return terms_signed(offer(), tier)


def allowed_until(expires: str = "2027-01-01", owner: str = "Ada") -> ContractException:
    return ContractException(
        owner=owner, reason="won the renewal", cost=Money(50_000, "USD"), expires=micros(expires)
    )


def contract(tier: str = "priority", **parts: object) -> Contract:
    """A contract over 2025 on one tier; `parts` replace or add fields."""
    start = micros("2025-01-01")
    stated: dict[str, object] = {
        "id": "contract_1",
        "account": "acc_1",
        "plans": (PlanPhase(terms=signed(tier), start=start),),
        "start": start,
        "end": micros("2026-01-01"),
        **parts,
    }
    return Contract(**stated)  # type: ignore[arg-type]  # the fields are the caller's

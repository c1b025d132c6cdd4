"""Asking a catalog file what an account on one of its tiers would be answered."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from tierline.accounts.contract import Contract, Fee, HeldAddOn, PlanPhase
from tierline.accounts.layers import all_keys
from tierline.accounts.signed_terms import add_on_signed, terms_signed
from tierline.catalog.price import Flat
from tierline.catalog.statement import Period
from tierline.entitlements.check import check
from tierline.entitlements.decision import Counter, Decision, Units
from tierline.entitlements.ruleset import Ruleset, with_contracts
from tierline.kernel.errors import Conflict, NotFound
from tierline.kernel.instants import from_micros, to_micros

if TYPE_CHECKING:
    from tierline.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogQuestion:
    """What is asked, as if the tier had been signed at the beginning of the month of `at`."""

    tier: str
    feature: str
    at: int
    quantity: Units = 1
    used: Units | None = 0
    """Units used in the running period; None: nobody can tell."""
    add_ons: tuple[str, ...] = ()
    severity: str | None = None


def ask_catalog(catalog: Catalog, question: CatalogQuestion) -> Decision:
    """The answer for an account on a tier. Raises NotFound for a tier, an add-on or a feature that
    the catalog does not name, Conflict for an add-on that is not sold with the tier."""
    contract = _contract(catalog, question)
    _refuse_unknown(contract, question.feature)
    counters = {} if question.used is None else {question.feature: Counter(question.used)}
    return check(
        with_contracts(Ruleset(), {contract.account: [contract]}),
        contract.account,
        question.feature,
        question.quantity,
        at=question.at,
        counters=counters,
        severity=question.severity,
    )


def _contract(catalog: Catalog, question: CatalogQuestion) -> Contract:
    month = from_micros(question.at).astimezone(UTC).replace(day=1, hour=0, minute=0, second=0)
    start = to_micros(month.replace(microsecond=0))
    terms = terms_signed(catalog, question.tier)
    return Contract(
        id=f"{catalog.catalog}/{question.tier}",
        account=f"An account on {terms.tier_name}",
        plans=(PlanPhase(terms=terms, start=start),),
        start=start,
        add_ons=tuple(_held(catalog, key, question.tier, start) for key in question.add_ons),
        fee=_fee(catalog, question.tier),
    )


def _held(catalog: Catalog, key: str, tier: str, start: int) -> HeldAddOn:
    signed = add_on_signed(catalog, key)
    for_tiers = catalog.add_ons[key].available_for
    if for_tiers and tier not in for_tiers:
        raise Conflict(
            f"The add-on '{key}' is sold with {', '.join(for_tiers)} and not with '{tier}'.",
            code="add_on_not_sold",
        )
    return HeldAddOn(id=key, add_on=signed, start=start)


def _fee(catalog: Catalog, tier: str) -> Fee | None:
    """The fee where it is the same for everybody; the others depend on facts of an account."""
    price = catalog.tiers[tier].price
    if isinstance(price, Flat) and isinstance(price.per, Period):
        return Fee(amount=price.amount, per=price.per)
    return None


def _refuse_unknown(contract: Contract, feature: str) -> None:
    known = sorted(all_keys(contract))
    if feature not in known:
        near = difflib.get_close_matches(feature, known, n=1)
        meant = f"Did you mean '{near[0]}'?" if near else f"It names: {', '.join(known)}."
        raise NotFound(f"The catalog names no feature '{feature}'. {meant}")

"""What a tier costs over a term at the prices of its catalog, for quantities that somebody states.

The fee is the arithmetic of the linter's fees, use beyond a limit that of overages. What is paid
each period is rounded before it is multiplied, so that a total is the sum of what is paid. Where
the catalog has no price, a line has no amount, and the sum has none either: nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from enum import StrEnum, auto
from typing import TYPE_CHECKING

from tierline.accounts.contract import Fee
from tierline.accounts.recurring import TIMES_A_YEAR
from tierline.catalog.lint.fees import Computable, fee_for
from tierline.catalog.price import PercentOfSpend, PerUnit
from tierline.catalog.statement import Period
from tierline.catalog.term import LimitBehaviour, QuantityTerm, Seats, ServiceUnits
from tierline.catalog.words import is_included
from tierline.catalog.words_amount import plural, singular
from tierline.entitlements.overage import overage_of
from tierline.entitlements.rule import Provenance, rule_of
from tierline.kernel.money import Money, minor_digits

if TYPE_CHECKING:
    from tierline.catalog.catalog import Catalog
    from tierline.catalog.price import Commitment, Price
    from tierline.catalog.resolved import ResolvedTier
    from tierline.catalog.term import Term
    from tierline.entitlements.rule import Rule

TERMS_MONTHS = (12, 24, 36)
SPEND = "spend"
PLAN, COMMITMENT = "plan", "commitment"
_DIGITS = 60
"""Of the arithmetic: more than any product of a price, a quantity and a number of periods has."""
_COUNTED = QuantityTerm | Seats | ServiceUnits
_ZERO = Decimal(0)


class LineState(StrEnum):
    """Whether a line has an amount, and why not."""

    priced = auto()
    included = auto()
    """Within what is given: it costs nothing more."""
    on_request = auto()
    """The catalog has no price for it."""
    not_stated = auto()
    """Its price goes by a quantity that nobody stated."""
    not_included = auto()
    """The tier does not give it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A quantity that a total may go by: the units of a price, or the use of a feature."""

    key: str
    name: str
    unit: str
    per: Period | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """One part of a total. `each` is paid `times` times."""

    key: str
    """`plan`, `commitment`, or the key of a measure."""
    state: LineState
    amount: Money | None = None
    each: Decimal | None = None
    per: Period | None = None
    """None: paid once."""
    times: int = 1
    beyond: Decimal | None = None
    """Units beyond what is given."""
    commitment: Commitment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermCost:
    """All parts over so many months."""

    months: int
    lines: tuple[CostLine, ...]
    currency: str

    @property
    def total(self) -> Money | None:
        """The sum; None where any part has no amount."""
        return None if any(line.amount is None for line in self.lines) else self.known

    @property
    def known(self) -> Money:
        """The sum of the parts that have one."""
        amounts = [line.amount for line in self.lines if line.amount is not None]
        return sum(amounts, Money(0, self.currency))


def measures_of(catalog: Catalog, tiers: Mapping[str, ResolvedTier]) -> dict[str, Measure]:
    """What may be stated for these tiers: the units of their prices first, then what they limit."""
    found: dict[str, Measure] = {}
    for tier in tiers.values():
        measure = _measure_of_price(tier.tier.price)
        if measure is not None:
            found.setdefault(measure.key, measure)
    for key, feature in catalog.features.items():
        terms = [tier.terms[key].term for tier in tiers.values() if key in tier.terms]
        limited = next((term for term in terms if _has_limit(term)), None)
        if isinstance(limited, _COUNTED) and feature.safety is None:
            unit = _unit_counted(catalog, key, limited)
            per = _per_of(limited)
            found.setdefault(key, Measure(key=key, name=feature.name, unit=unit, per=per))
    return found


def term_costs(
    catalog: Catalog, tier: ResolvedTier, stated: Mapping[Measure, Decimal]
) -> tuple[TermCost, ...]:
    """The total of each term, for quantities in the unit and period of their measures."""
    with localcontext(prec=_DIGITS):
        return tuple(
            TermCost(
                months=months,
                lines=tuple(_lines(catalog, tier, stated, months)),
                currency=catalog.currency,
            )
            for months in TERMS_MONTHS
        )


def _lines(
    catalog: Catalog, tier: ResolvedTier, stated: Mapping[Measure, Decimal], months: int
) -> Iterator[CostLine]:
    plan = _plan_line(tier.tier.price, stated, months, catalog.currency)
    yield plan
    commitment = next((c for c in tier.tier.commitments if c.years * 12 == months), None)
    fee = _fee(plan, commitment)
    if commitment is not None and fee is not None and plan.amount is not None and plan.amount.minor:
        # Of what is paid each period: a fee that is paid once does not fall with the years.
        less = -(plan.each or _ZERO) * commitment.discount_percent / 100
        yield CostLine(
            key=COMMITMENT,
            state=LineState.priced,
            amount=_paid(less, plan.times, catalog.currency),
            commitment=commitment,
        )
    priced_by = _measure_of_price(tier.tier.price)
    for measure, quantity in stated.items():
        is_paid = priced_by is not None and priced_by.key == measure.key
        if measure.key in catalog.features and not is_paid:
            yield _use_line(catalog, tier, (measure, quantity), fee, months)


def _plan_line(
    price: Price | None, stated: Mapping[Measure, Decimal], months: int, currency: str
) -> CostLine:
    """The fee of the plan at its list price."""
    asked = CostLine(key=PLAN, state=LineState.on_request)
    if not isinstance(price, Computable):
        return asked
    measure = _measure_of_price(price)
    quantities = {each.key: quantity for each, quantity in stated.items()}
    if measure is not None and measure.key not in quantities:
        return replace(asked, state=LineState.not_stated)
    times = 1 if price.per == "once" else _times(Period(price.per), months)
    if times is None:
        return asked
    each = fee_for(price, quantities[measure.key] if measure else _ZERO)
    return CostLine(
        key=PLAN,
        state=LineState.priced,
        amount=_paid(each, times, currency),
        each=each,
        per=None if price.per == "once" else Period(price.per),
        times=times,
    )


def _fee(plan: CostLine, commitment: Commitment | None) -> Fee | None:
    """What is paid for the plan in a period, of which a cap may be a share."""
    if plan.each is None or plan.per is None:
        return None
    share = 100 - (commitment.discount_percent if commitment else _ZERO)
    return Fee(amount=plan.each * share / 100, per=plan.per)


def _use_line(
    catalog: Catalog,
    tier: ResolvedTier,
    stated: tuple[Measure, Decimal],
    fee: Fee | None,
    months: int,
) -> CostLine:
    """What the use of a feature adds; nothing where it lies within what is given."""
    measure, quantity = stated
    resolved = tier.terms.get(measure.key)
    none = Money(0, catalog.currency)
    included = CostLine(key=measure.key, state=LineState.included, amount=none)
    if resolved is None or not is_included(resolved.term):
        absent = CostLine(key=measure.key, state=LineState.not_included)
        return absent if quantity else included
    rule = rule_of(measure.key, None, resolved.term, Provenance(currency=catalog.currency))
    beyond = max(quantity - rule.limit, _ZERO) if rule.limit is not None else _ZERO
    on_request = CostLine(key=measure.key, state=LineState.on_request, beyond=beyond)
    if quantity and rule.limit is not None and not _counts_by(catalog, resolved.term, measure):
        # How the use spreads over another period nobody said: within and beyond are guesses.
        is_free = _is_free_beyond(resolved.term)
        return included if is_free else replace(on_request, beyond=None)
    if not beyond or _is_free_beyond(resolved.term):
        return replace(included, beyond=beyond or None)
    per = measure.per
    times = _times(per, months) if per else None
    unknown = rule.price is None or (rule.cap_percent is not None and fee is None)
    if unknown or times is None:
        return on_request
    each = _charged(rule, quantity, fee)
    return CostLine(
        key=measure.key,
        state=LineState.priced,
        amount=_paid(each, times, catalog.currency),
        each=each,
        per=per,
        times=times,
        beyond=beyond,
    )


def _charged(rule: Rule, quantity: Decimal, fee: Fee | None) -> Decimal:
    found = overage_of(rule, quantity, fee)
    return _ZERO if found is None else found.charged


def _counts_by(catalog: Catalog, term: Term, measure: Measure) -> bool:
    """Whether a limit is one of the measure's own units in the measure's own period."""
    if not isinstance(term, _COUNTED):
        return False
    unit = _unit_counted(catalog, measure.key, term)
    return _per_of(term) is measure.per and singular(unit) == singular(measure.unit)


def _is_free_beyond(term: Term) -> bool:
    """Whether the catalog says that what is beyond is served, and that it is not charged."""
    at_limit = term.at_limit if isinstance(term, _COUNTED) else None
    if at_limit is None:
        return False
    is_served = at_limit.behaviour in (LimitBehaviour.overage, LimitBehaviour.cap)
    caps = (at_limit.overage_amount, at_limit.cap_amount, at_limit.cap_percent_of_fee)
    return is_served and caps == (None, None, None)


def _measure_of_price(price: Price | None) -> Measure | None:
    """The quantity that a price goes by; None for one that goes by none."""
    match price:
        case PerUnit():
            unit = singular(price.unit)
            key = "".join(each if each.isalnum() else "_" for each in unit.casefold())
            return Measure(key=key, name=plural(unit), unit=unit, per=None)
        case PercentOfSpend():
            return Measure(key=SPEND, name=price.spend, unit="", per=price.per)
        case _:
            return None


def _has_limit(term: Term) -> bool:
    limit = term.amount if isinstance(term, ServiceUnits) else getattr(term, "limit", None)
    return isinstance(term, _COUNTED) and isinstance(limit, Decimal)


def _unit_counted(catalog: Catalog, key: str, term: _COUNTED) -> str:
    own = term.role if isinstance(term, Seats) else term.unit
    return own or catalog.features[key].unit or "unit"


def _per_of(term: _COUNTED) -> Period | None:
    return None if isinstance(term, Seats) else term.per


def _times(per: Period, months: int) -> int | None:
    """How often something is paid in a term; None by the week and shorter, because a term has no
    whole number of them."""
    times = TIMES_A_YEAR.get(per)
    return None if times is None else times * months // 12


def _paid(each: Decimal, times: int, currency: str) -> Money:
    """What is paid so many times, each time rounded to the smallest unit of the currency."""
    smallest = Decimal(1).scaleb(-minor_digits(currency))
    return Money.of(each.quantize(smallest, ROUND_HALF_EVEN) * times, currency)

"""Prices, commitments, remedies and fences in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from tierline.catalog.price import Bundled, Flat, PercentOfSpend, PerUnit, Quoted
from tierline.catalog.resolved import ANY
from tierline.catalog.tier import FenceKind
from tierline.catalog.words_amount import (
    capitalised,
    counted,
    each,
    joined,
    money_in_words,
    number_in_words,
    percent_in_words,
)

if TYPE_CHECKING:
    from tierline.catalog.price import AcceleratedResponse, Commitment, Price, Remedy
    from tierline.catalog.statement import Period
    from tierline.catalog.tier import Fence

_FENCES = {
    FenceKind.measured_usage: "measured use",
    FenceKind.role: "role",
    FenceKind.environment: "environment",
    FenceKind.named_contacts: "named contacts",
    FenceKind.self_declared: "what you declare",
}
_ADVERBS = {"month": "monthly", "year": "yearly", "quarter": "quarterly", "week": "weekly"}


def price_in_words(price: Price | None, currency: str) -> str:
    """`$490 a month`; `greater of $7,500 a month or 10% of platform spend to $150,000, ...`."""
    match price:
        case None:
            return "no price stated"
        case Flat():
            return _flat(price, currency)
        case PerUnit():
            return _per_unit(price, currency)
        case PercentOfSpend():
            return _percent_of_spend(price, currency)
        case Quoted():
            return f"{price.says}{_basis(price)}"
        case Bundled():
            return f"included in {price.included_in}"
        case _:
            assert_never(price)


def headline_price(price: Price | None, currency: str) -> tuple[str, str]:
    """The number that a card shows large, and the words under it."""
    match price:
        case Flat() if price.amount == 0:
            return "Free", ""
        case Flat():
            return money_in_words(price.amount, currency), _per(price)
        case PerUnit():
            large = money_in_words(price.amount, currency)
            return large, price_in_words(price, currency).removeprefix(large).strip()
        case PercentOfSpend() if price.minimum:
            least = money_in_words(price.minimum, currency)
            shares = _brackets(price, currency)
            return f"From {least}", f"{each(price.per)}, or {shares}, where that is more"
        case PercentOfSpend():
            first = percent_in_words(price.brackets[0].percent)
            return first, _percent_of_spend(price, currency).removeprefix(first).strip()
        case Quoted():
            return price.says, _basis(price).strip(" ()")
        case Bundled():
            return "Included", f"in {price.included_in}"
        case None:
            return "Not stated", ""
        case _:
            assert_never(price)


def _basis(price: Quoted) -> str:
    """What a quoted price is worked out from, in brackets."""
    said = [f"based on {price.basis}"] if price.basis else []
    for share in price.shares:
        per = f" {each(share.per)}" if share.per else ""
        least = ", with a minimum" if share.has_minimum else ""
        said.append(f"{share.billing}: a share of {share.percent_of}{per}{least}")
    if price.estimate:
        said.append(f"spend of the last {counted(price.estimate.months, 'month')}")
    return f" ({'; '.join(said)})" if said else ""


def _flat(price: Flat, currency: str) -> str:
    if price.amount == 0:
        return "free"
    return f"{money_in_words(price.amount, currency)} {_per(price)}"


def _per(price: Flat) -> str:
    return "once" if price.per == "once" else each(price.per)


def _per_unit(price: PerUnit, currency: str) -> str:
    words = f"{money_in_words(price.amount, currency)} a {price.unit} {each(price.per)}"
    if price.included_units:
        words += f", the first {counted(price.included_units, price.unit)} included"
    if price.minimum_units:
        words += f", at least {counted(price.minimum_units, price.unit)}"
    return words


def _percent_of_spend(price: PercentOfSpend, currency: str) -> str:
    shares = _brackets(price, currency)
    if not price.minimum:
        return f"{shares}, {each(price.per)}"
    return f"greater of {money_in_words(price.minimum, currency)} {each(price.per)} or {shares}"


def _brackets(price: PercentOfSpend, currency: str) -> str:
    """`10% of platform spend to $150,000, 7% to $500,000, 5% above`."""
    together = " of all accounts together" if price.aggregate == "all_accounts" else ""
    parts: list[str] = []
    for bracket in price.brackets:
        share = percent_in_words(bracket.percent)
        share += "" if parts else f" of {price.spend}{together}"
        if bracket.up_to is not None:
            parts.append(f"{share} to {money_in_words(bracket.up_to, currency)}")
        else:
            parts.append(f"{share} above" if parts else share)
    return ", ".join(parts)


def commitment_in_words(commitment: Commitment) -> str:
    """`1 year: 8% less; at renewal the price rises by at most CPI + 2; true-up`."""
    parts = [
        f"{counted(commitment.years, 'year')}: {percent_in_words(commitment.discount_percent)} less"
    ]
    if commitment.uplift_cap:
        parts.append(f"at renewal the price rises by at most {commitment.uplift_cap}")
    if commitment.true_up:
        parts.append("use above the commitment is billed at the committed rate (true-up)")
    return "; ".join(parts)


def remedy_in_words(remedy: Remedy) -> str:
    """`5% of the monthly fee for each miss, at most 25% a month, paid without a claim`."""
    faster = remedy.accelerated_response
    if faster is None:
        return _fee_in_words(remedy)
    fee = [_fee_in_words(remedy)] if remedy.percent_of_fee else []
    return "; ".join([*fee, acceleration_in_words(faster)])


def acceleration_in_words(faster: AcceleratedResponse) -> str:
    """`the next S1 or S2 case within 30 days goes before all others of its severity, ...`."""
    of = "" if ANY in faster.severities else f"{joined(faster.severities, 'or')} "
    return (
        f"the next {of}case within "
        f"{counted(faster.within_days, 'day')} of the miss goes before all others of its severity "
        "and to the most senior of those who may have it, once for each case with a miss"
    )


def _fee_in_words(remedy: Remedy) -> str:
    fee = f"{percent_in_words(remedy.percent_of_fee)} of the {_adverb(remedy.fee_base)} fee"
    if remedy.per == "miss":
        miss = "miss" if not remedy.misses_more_than else "further miss"
        fee += f" for each {miss}"
    else:
        fee += f" for a {remedy.fee_base.value} with a miss"
    if remedy.misses_more_than:
        fee += f" after {number_in_words(remedy.misses_more_than)} in a {remedy.fee_base.value}"
    if remedy.cap_percent is not None:
        fee += f", at most {percent_in_words(remedy.cap_percent)} {each(remedy.cap_per)}"
    if remedy.claim == "automatic":
        fee += ", paid without a claim"
    else:
        fee += ", on request"
        if remedy.claim_within_days is not None:
            fee += f" within {counted(remedy.claim_within_days, 'day')}"
    if remedy.fee_base_ends:
        fee += f" (periods end on {joined(remedy.fee_base_ends)})"
    return fee


def fence_in_words(fence: Fence) -> str:
    """The fence's own words with its limit and how it is measured."""
    measured = fence.meter or fence.role
    parts = [fence.text]
    if fence.limit is not None:
        parts.append(f"limit {number_in_words(fence.limit)}")
    kept = f"measured by {measured}" if measured else f"kept by {_FENCES[fence.kind]}"
    parts.append(kept)
    if fence.rotation_limit_per_quarter is not None:
        parts.append(f"{counted(fence.rotation_limit_per_quarter, 'change')} a quarter")
    return capitalised("; ".join(parts))


def _adverb(period: Period) -> str:
    return _ADVERBS.get(period.value, period.value)

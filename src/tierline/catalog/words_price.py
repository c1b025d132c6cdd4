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
    money_in_words,
    number_in_words,
    percent_in_words,
)
from tierline.languages.language import ENGLISH, Language, message

if TYPE_CHECKING:
    from tierline.catalog.price import AcceleratedResponse, BillingRules, Commitment, Price, Remedy
    from tierline.catalog.tier import Fence

_FENCES = {
    FenceKind.measured_usage: message("kept by measured use"),
    FenceKind.role: message("kept by role"),
    FenceKind.environment: message("kept by environment"),
    FenceKind.named_contacts: message("kept by named contacts"),
    FenceKind.self_declared: message("kept by what you declare"),
}
_EVERY = {
    "second": message("every second"),
    "minute": message("every minute"),
    "hour": message("every hour"),
    "day": message("every day"),
    "week": message("every week"),
    "month": message("every month"),
    "quarter": message("every quarter"),
    "year": message("every year"),
}
_PARTS = {
    "none": message("not prorated"),
    "day": message("prorated by day"),
    "second": message("prorated by second"),
}
_CHANGES = {"now": message("at once"), "next_period": message("with the next period")}
_ENDS = {"now": message("at once"), "period_end": message("at the end of the paid period")}
_FEES = {
    "month": message("%(share)s of the monthly fee"),
    "year": message("%(share)s of the yearly fee"),
    "quarter": message("%(share)s of the quarterly fee"),
    "week": message("%(share)s of the weekly fee"),
}
_MISSED = {
    "month": message("%(fee)s for a month with a miss"),
    "year": message("%(fee)s for a year with a miss"),
    "quarter": message("%(fee)s for a quarter with a miss"),
    "week": message("%(fee)s for a week with a miss"),
}
_AFTER = {
    "month": message(" after %(number)s in a month"),
    "year": message(" after %(number)s in a year"),
    "quarter": message(" after %(number)s in a quarter"),
    "week": message(" after %(number)s in a week"),
}
_FEE, _MISS, _AND_AFTER = (
    message("%(share)s of the fee of the period"),
    message("%(fee)s for a period with a miss"),
    message(" after %(number)s in a period"),
)
"""The same by the period of the fee, and of fees by the day and shorter."""


def price_in_words(price: Price | None, currency: str, language: Language = ENGLISH) -> str:
    """`$490 a month`; `greater of $7,500 a month or 10% of platform spend to $150,000, ...`."""
    match price:
        case None:
            return language.phrase("no price stated")
        case Flat():
            return _flat(price, currency, language)
        case PerUnit():
            return _per_unit(price, currency, language)
        case PercentOfSpend():
            return _percent_of_spend(price, currency, language)
        case Quoted():
            return f"{price.says}{_basis(price, language)}"
        case Bundled():
            return language.phrase("included in %(what)s", what=price.included_in)
        case _:
            assert_never(price)


def headline_price(
    price: Price | None, currency: str, language: Language = ENGLISH
) -> tuple[str, str]:
    """The number that a card shows large, and the words under it."""
    match price:
        case Flat() if price.amount == 0:
            return language.phrase("Free"), ""
        case Flat():
            return money_in_words(price.amount, currency, language), _per(price, language)
        case PerUnit():
            large = money_in_words(price.amount, currency, language)
            words = price_in_words(price, currency, language)
            return large, words.removeprefix(large).strip()
        case PercentOfSpend() if price.minimum:
            least = money_in_words(price.minimum, currency, language)
            return language.phrase("From %(least)s", least=least), language.phrase(
                "%(each)s, or %(shares)s, where that is more",
                each=each(price.per, language),
                shares=_brackets(price, currency, language),
            )
        case PercentOfSpend():
            first = percent_in_words(price.brackets[0].percent, language)
            words = _percent_of_spend(price, currency, language)
            return first, words.removeprefix(first).strip()
        case Quoted():
            return price.says, _basis(price, language).strip(" ()")
        case Bundled():
            return language.phrase("Included"), language.phrase(
                "in %(what)s", what=price.included_in
            )
        case None:
            return language.phrase("Not stated"), ""
        case _:
            assert_never(price)


def _basis(price: Quoted, language: Language) -> str:
    """What a quoted price is worked out from, in brackets."""
    said = [language.phrase("based on %(what)s", what=price.basis)] if price.basis else []
    for share in price.shares:
        per = f" {each(share.per, language)}" if share.per else ""
        words = language.phrase(
            "%(billing)s: a share of %(what)s", billing=share.billing, what=share.percent_of
        )
        least = language.phrase(", with a minimum") if share.has_minimum else ""
        said.append(f"{words}{per}{least}")
    if price.estimate:
        months = language.phrase_of("%(number)s month", "%(number)s months", price.estimate.months)
        said.append(language.phrase("spend of the last %(months)s", months=months))
    return f" ({'; '.join(said)})" if said else ""


def _flat(price: Flat, currency: str, language: Language) -> str:
    if price.amount == 0:
        return language.phrase("free")
    return f"{money_in_words(price.amount, currency, language)} {_per(price, language)}"


def _per(price: Flat, language: Language) -> str:
    return language.phrase("once") if price.per == "once" else each(price.per, language)


def _per_unit(price: PerUnit, currency: str, language: Language) -> str:
    words = language.phrase(
        "%(amount)s a %(unit)s %(each)s",
        amount=money_in_words(price.amount, currency, language),
        unit=price.unit,
        each=each(price.per, language),
    )
    if price.included_units:
        included = counted(price.included_units, price.unit, language)
        words += language.phrase(", the first %(units)s included", units=included)
    if price.minimum_units:
        least = counted(price.minimum_units, price.unit, language)
        words += language.phrase(", at least %(units)s", units=least)
    return words


def _percent_of_spend(price: PercentOfSpend, currency: str, language: Language) -> str:
    shares = _brackets(price, currency, language)
    if not price.minimum:
        return f"{shares}, {each(price.per, language)}"
    return language.phrase(
        "greater of %(least)s %(each)s or %(shares)s",
        least=money_in_words(price.minimum, currency, language),
        each=each(price.per, language),
        shares=shares,
    )


def _brackets(price: PercentOfSpend, currency: str, language: Language) -> str:
    """`10% of platform spend to $150,000, 7% to $500,000, 5% above`."""
    together = (
        language.phrase(" of all accounts together") if price.aggregate == "all_accounts" else ""
    )
    parts: list[str] = []
    for bracket in price.brackets:
        share = percent_in_words(bracket.percent, language)
        if not parts:
            share = language.phrase("%(share)s of %(spend)s", share=share, spend=price.spend)
            share += together
        if bracket.up_to is not None:
            end = money_in_words(bracket.up_to, currency, language)
            parts.append(language.phrase("%(share)s to %(amount)s", share=share, amount=end))
        else:
            parts.append(language.phrase("%(share)s above", share=share) if parts else share)
    return ", ".join(parts)


def commitment_in_words(commitment: Commitment, language: Language = ENGLISH) -> str:
    """`1 year: 8% less; at renewal the price rises by at most CPI + 2; true-up`."""
    parts = [
        language.phrase(
            "%(length)s: %(share)s less",
            length=language.phrase_of("%(number)s year", "%(number)s years", commitment.years),
            share=percent_in_words(commitment.discount_percent, language),
        )
    ]
    if commitment.uplift_cap:
        parts.append(
            language.phrase(
                "at renewal the price rises by at most %(most)s", most=commitment.uplift_cap
            )
        )
    if commitment.true_up:
        parts.append(
            language.phrase("use above the commitment is billed at the committed rate (true-up)")
        )
    return "; ".join(parts)


def remedy_in_words(remedy: Remedy, language: Language = ENGLISH) -> str:
    """`5% of the monthly fee for each miss, at most 25% a month, paid without a claim`."""
    faster = remedy.accelerated_response
    if faster is None:
        return _fee_in_words(remedy, language)
    fee = [_fee_in_words(remedy, language)] if remedy.percent_of_fee else []
    return "; ".join([*fee, acceleration_in_words(faster, language)])


def acceleration_in_words(faster: AcceleratedResponse, language: Language = ENGLISH) -> str:
    """`the next S1 or S2 case within 30 days goes before all others of its severity, ...`."""
    length = language.phrase_of("%(number)s day", "%(number)s days", faster.within_days)
    if ANY in faster.severities:
        return language.phrase(
            "the next case within %(length)s of the miss goes before all others of its severity "
            "and to the most senior of those who may have it, once for each case with a miss",
            length=length,
        )
    return language.phrase(
        "the next %(severities)s case within %(length)s of the miss goes before all others of its "
        "severity and to the most senior of those who may have it, once for each case with a miss",
        severities=language.chosen(faster.severities),
        length=length,
    )


def _fee_in_words(remedy: Remedy, language: Language) -> str:
    base = remedy.fee_base.value
    fee = language.phrase(
        _FEES.get(base, _FEE), share=percent_in_words(remedy.percent_of_fee, language)
    )
    if remedy.per == "period":
        fee = language.phrase(_MISSED.get(base, _MISS), fee=fee)
    elif remedy.misses_more_than:
        fee = language.phrase("%(fee)s for each further miss", fee=fee)
    else:
        fee = language.phrase("%(fee)s for each miss", fee=fee)
    if remedy.misses_more_than:
        number = number_in_words(remedy.misses_more_than, language)
        fee += language.phrase(_AFTER.get(base, _AND_AFTER), number=number)
    if remedy.cap_percent is not None:
        most = percent_in_words(remedy.cap_percent, language)
        fee += language.phrase(
            ", at most %(most)s %(each)s", most=most, each=each(remedy.cap_per, language)
        )
    if remedy.claim == "automatic":
        fee += language.phrase(", paid without a claim")
    else:
        fee += language.phrase(", on request")
        if remedy.claim_within_days is not None:
            length = language.phrase_of(
                "%(number)s day", "%(number)s days", remedy.claim_within_days
            )
            fee += language.phrase(" within %(length)s", length=length)
    if remedy.fee_base_ends:
        days = language.joined(remedy.fee_base_ends)
        fee += language.phrase(" (periods end on %(days)s)", days=days)
    return fee


def billing_in_words(rules: BillingRules, language: Language = ENGLISH) -> tuple[str, ...]:
    """When bills and changes of them are due, a sentence each."""
    trial = language.phrase(_ENDS[rules.trial_cancellation])
    said = [
        language.phrase(
            "Billed %(every)s, %(parts)s.",
            every=language.phrase(_EVERY[rules.cadence.value]),
            parts=language.phrase(_PARTS[rules.proration]),
        ),
        language.phrase(
            "A change of plan takes effect %(when)s.",
            when=language.phrase(_CHANGES[rules.plan_change]),
        ),
        language.phrase(
            "A cancellation takes effect %(when)s, that of a trial %(trial)s.",
            when=language.phrase(_ENDS[rules.cancellation]),
            trial=trial,
        ),
    ]
    if rules.term:
        said.append(language.phrase("Term: %(term)s.", term=rules.term))
    said += [
        language.phrase(
            "%(cadence)s billing: %(factor)s times the list price.",
            cadence=capitalised(cadence),
            factor=number_in_words(factor, language),
        )
        for cadence, factor in rules.discount_factors.items()
    ]
    return tuple(said)


def fence_in_words(fence: Fence, language: Language = ENGLISH) -> str:
    """The fence's own words with its limit and how it is measured."""
    measured = fence.meter or fence.role
    parts = [fence.text]
    if fence.limit is not None:
        parts.append(language.phrase("limit %(most)s", most=number_in_words(fence.limit, language)))
    if measured:
        parts.append(language.phrase("measured by %(what)s", what=measured))
    else:
        parts.append(language.phrase(_FENCES[fence.kind]))
    if fence.rotation_limit_per_quarter is not None:
        parts.append(
            language.phrase_of(
                "%(number)s change a quarter",
                "%(number)s changes a quarter",
                fence.rotation_limit_per_quarter,
            )
        )
    return capitalised("; ".join(parts))

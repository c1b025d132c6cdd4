"""Terms in words: inclusion, limit and what happens beyond it, in one sentence (S2-44)."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from tierline.catalog.term import (
    Assignment,
    Channel,
    Deliverable,
    Expertise,
    ExpertiseLevel,
    FreeText,
    Included,
    LimitBehaviour,
    QuantityTerm,
    Rate,
    Seats,
    ServiceUnits,
    StaticValue,
    Uptime,
)
from tierline.catalog.words_amount import (
    capitalised,
    counted,
    duration_in_words,
    each,
    joined,
    money_in_words,
    number_in_words,
    percent_in_words,
    plural,
    times_each,
)
from tierline.catalog.words_hours import hours_phrase

if TYPE_CHECKING:
    from decimal import Decimal

    from tierline.catalog.catalog import Catalog
    from tierline.catalog.feature import Feature
    from tierline.catalog.statement import Period
    from tierline.catalog.term import AtLimit, Term

NOT_INCLUDED = "Not included"
INCLUDED = "Included"


def term_in_words(catalog: Catalog, feature: Feature | None, term: Term) -> str:
    """`10 hours a month, then $180 each up to 50% of the fee`: the sentence of the grid, the
    contract and the diff. The feature's name is beside it and is not repeated."""
    return capitalised(_value(catalog, feature, term)) + (f" ({term.note})" if term.note else "")


def is_included(term: Term | None) -> bool:
    """Whether the tier gives anything of the feature."""
    match term:
        case None:
            return False
        case Included() | Channel():
            return term.included
        case QuantityTerm() | Rate() | Seats():
            return term.limit != 0
        case ServiceUnits():
            return term.amount != 0
        case Deliverable():
            return term.times != 0
        case StaticValue():
            return term.value is not False
        case Expertise():
            return term.assignment is not Assignment.none
        case Uptime() | FreeText():
            return True
        case _:
            assert_never(term)


def _value(catalog: Catalog, feature: Feature | None, term: Term) -> str:
    unit = feature.unit if feature and feature.unit else "unit"
    match term:
        case Included():
            return _included(term)
        case QuantityTerm():
            whole = _quantity(term.limit, term.unit or unit, term.per)
            return whole + _rollover(term.rollover) + _beyond(catalog, term.at_limit, term.per)
        case Rate():
            whole = _quantity(term.limit, term.unit, term.per)
            return whole + _beyond(catalog, term.at_limit, term.per)
        case Seats():
            return _quantity(term.limit, term.role, None) + _beyond(catalog, term.at_limit, None)
        case ServiceUnits():
            whole = _quantity(term.amount, term.unit, term.per)
            return whole + _rollover(term.rollover) + _beyond(catalog, term.at_limit, term.per)
        case Channel():
            return _channel(catalog, term)
        case Expertise():
            return _expertise(term)
        case Deliverable():
            return _deliverable(feature, term)
        case Uptime():
            return _uptime(term)
        case StaticValue():
            return _static(term)
        case FreeText():
            return term.text
        case _:
            assert_never(term)


def _included(term: Included) -> str:
    if not term.included:
        return NOT_INCLUDED
    words = f"{INCLUDED} for {joined(term.severities)}" if term.severities else INCLUDED
    return f"{words}, {term.condition}" if term.condition else words


def _quantity(limit: Decimal | str, unit: str, per: Period | None) -> str:
    if limit == 0:
        return f"no {plural(unit)}"
    words = counted(limit, unit)
    return f"{words} {each(per)}" if per and limit != "unlimited" else words


def _rollover(rollover: bool) -> str:
    return ", unused ones carry over" if rollover else ""


def _beyond(catalog: Catalog, at_limit: AtLimit | None, per: Period | None) -> str:
    """What happens at the limit, as the rest of the sentence."""
    if at_limit is None:
        return ""
    match at_limit.behaviour:
        case LimitBehaviour.warn:
            return f"; we warn{_at(at_limit)} and keep serving beyond"
        case LimitBehaviour.grace:
            grace = duration_in_words(at_limit.grace) if at_limit.grace else "a time"
            end = _priced(catalog, at_limit, per) or ", then no more"
            return f"; beyond that {grace} of grace{end}{_warned(at_limit)}"
        case LimitBehaviour.overage | LimitBehaviour.cap:
            priced = _priced(catalog, at_limit, per)
            return f"{priced or ', then at no charge'}{_warned(at_limit)}"
        case LimitBehaviour.stop:
            end = f", then no more until the next {per.value}" if per else " and no more"
            return f"{end}{_warned(at_limit)}"
        case _:
            assert_never(at_limit.behaviour)


def _priced(catalog: Catalog, at_limit: AtLimit, per: Period | None) -> str:
    """`, then $180 each up to 50% of the fee`; empty where nothing is charged."""
    caps = []
    if at_limit.cap_amount is not None:
        money = money_in_words(at_limit.cap_amount, catalog.currency)
        caps.append(f"{money} {each(per)}" if per else money)
    if at_limit.cap_percent_of_fee is not None:
        caps.append(f"{percent_in_words(at_limit.cap_percent_of_fee)} of the fee")
    up_to = f" up to {joined(caps, 'or')}" if caps else ""
    if at_limit.overage_amount is not None:
        price = money_in_words(at_limit.overage_amount, catalog.currency)
        return f", then {price} each{up_to}"
    return f", then charged{up_to}" if caps else ""


def _warned(at_limit: AtLimit) -> str:
    """Only where the warning is not the usual one at 80%."""
    usual = type(at_limit).model_fields["warn_at_percent"].default
    return "" if at_limit.warn_at_percent == usual else f"; we warn{_at(at_limit) or ' never'}"


def _at(at_limit: AtLimit) -> str:
    shares = [percent_in_words(percent) for percent in at_limit.warn_at_percent]
    return f" at {joined(shares)}" if shares else ""


def _channel(catalog: Catalog, term: Channel) -> str:
    if not term.included:
        return NOT_INCLUDED
    said = [INCLUDED]
    if term.severities:
        said[0] += f" for {joined(term.severities)}"
    if term.hours:
        said.append(hours_phrase(catalog, term.hours))
    if term.languages:
        said.append(f"in {joined(term.languages)}")
    if term.prioritised:
        said.append("ahead of the queue")
    if term.best_effort:
        said.append("best effort")
    return ", ".join(said)


_LEVELS = {
    ExpertiseLevel.generalist: "generalist",
    ExpertiseLevel.specialist: "specialist",
    ExpertiseLevel.pod: "pod of people who know you",
    ExpertiseLevel.named_engineer: "named engineer",
}
_ASSIGNMENTS = {
    Assignment.none: "",
    Assignment.pooled: " from a shared team",
    Assignment.designated: " designated to your account",
    Assignment.dedicated: " who works for your account alone",
    Assignment.add_on: ", sold as an add-on",
}


def _expertise(term: Expertise) -> str:
    who = term.role or _LEVELS[term.level]
    if term.assignment is Assignment.none:
        return f"no {who}"
    article = "an" if who[:1].lower() in "aeiou" else "a"
    words = f"{article} {who}{_ASSIGNMENTS[term.assignment]}"
    if term.severities:
        words += f", for {joined(term.severities)}"
    if term.starts_at_line is not None:
        words += f", from line {term.starts_at_line} of support on"
    return words


def _deliverable(feature: Feature | None, term: Deliverable) -> str:
    if term.times == 0:
        return NOT_INCLUDED
    words = times_each(term.times, term.per)
    if feature is None or term.what.casefold() != feature.name.casefold():
        words = f"{term.what}, {words}"
    return (
        words + (", on site" if term.on_site else "") + (", on request" if term.on_request else "")
    )


def _uptime(term: Uptime) -> str:
    if term.percent is None:
        return "no uptime stated"
    words = f"{percent_in_words(term.percent)} of each {term.per.value}"
    if term.scope:
        words += f", {term.scope}"
    if term.measure:
        words += f", measured as {term.measure}"
    bands = [
        f"{percent_in_words(band.percent_of_fee)} of the fee back below "
        f"{percent_in_words(band.below)}"
        for band in term.credits
    ]
    if bands:
        words += f"; {joined(bands)}"
    if term.claim_within is not None:
        words += f", claimed within {duration_in_words(term.claim_within)}"
    if term.processed_within is not None:
        words += f", paid within {duration_in_words(term.processed_within)}"
    if term.excludes:
        words += f"; not counted: {joined(term.excludes)}"
    if not term.partial_minutes_count:
        words += "; parts of a minute do not count"
    return words


def _static(term: StaticValue) -> str:
    if isinstance(term.value, bool):
        return "yes" if term.value else "no"
    if isinstance(term.value, str):
        return f"{term.value} {term.unit}" if term.unit else term.value
    return counted(term.value, term.unit) if term.unit else number_in_words(term.value)

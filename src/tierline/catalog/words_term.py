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
    money_in_words,
    number_in_words,
    percent_in_words,
    times_each,
)
from tierline.catalog.words_hours import hours_phrase
from tierline.languages.language import ENGLISH, Language, message

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from tierline.catalog.catalog import Catalog
    from tierline.catalog.feature import Feature
    from tierline.catalog.statement import Period
    from tierline.catalog.term import AtLimit, Term

NOT_INCLUDED = message("Not included")
INCLUDED = message("Included")


def term_in_words(
    catalog: Catalog, feature: Feature | None, term: Term, language: Language = ENGLISH
) -> str:
    """`10 hours a month, then $180 each up to 50% of the fee`: the sentence of the grid, the
    contract and the diff. The feature's name is beside it and is not repeated."""
    words = capitalised(_value(catalog, feature, term, language))
    return f"{words} ({term.note})" if term.note else words


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


def _value(catalog: Catalog, feature: Feature | None, term: Term, language: Language) -> str:
    unit = feature.unit if feature and feature.unit else "unit"
    match term:
        case Included():
            return _included(term, language)
        case QuantityTerm():
            whole = _quantity(term.limit, term.unit or unit, term.per, language)
            return (
                whole
                + _rollover(language, rollover=term.rollover)
                + _beyond(catalog, term.at_limit, term.per, language)
            )
        case Rate():
            whole = _quantity(term.limit, term.unit, term.per, language)
            return whole + _beyond(catalog, term.at_limit, term.per, language)
        case Seats():
            whole = _quantity(term.limit, term.role, None, language)
            return whole + _beyond(catalog, term.at_limit, None, language)
        case ServiceUnits():
            whole = _quantity(term.amount, term.unit, term.per, language)
            return (
                whole
                + _rollover(language, rollover=term.rollover)
                + _beyond(catalog, term.at_limit, term.per, language)
            )
        case Channel():
            return _channel(catalog, term, language)
        case Expertise():
            return _expertise(term, language)
        case Deliverable():
            return _deliverable(feature, term, language)
        case Uptime():
            return _uptime(term, language)
        case StaticValue():
            return _static(term, language)
        case FreeText():
            return term.text
        case _:
            assert_never(term)


def _included(term: Included, language: Language) -> str:
    if not term.included:
        return language.phrase(NOT_INCLUDED)
    words = _included_for(term.severities, language)
    return f"{words}, {term.condition}" if term.condition else words


def _included_for(severities: Sequence[str], language: Language) -> str:
    if not severities:
        return language.phrase(INCLUDED)
    return language.phrase("Included for %(severities)s", severities=language.joined(severities))


def _quantity(limit: Decimal | str, unit: str, per: Period | None, language: Language) -> str:
    words = counted(limit, unit, language)
    if limit == 0:
        return language.phrase("no %(units)s", units=words.partition(" ")[2])
    return f"{words} {each(per, language)}" if per and limit != "unlimited" else words


def _rollover(language: Language, *, rollover: bool) -> str:
    return language.phrase(", unused ones carry over") if rollover else ""


def _beyond(
    catalog: Catalog, at_limit: AtLimit | None, per: Period | None, language: Language
) -> str:
    """What happens at the limit, as the rest of the sentence."""
    if at_limit is None:
        return ""
    match at_limit.behaviour:
        case LimitBehaviour.warn:
            shares = _at(at_limit, language)
            return language.phrase("; we warn%(at)s and keep serving beyond", at=shares)
        case LimitBehaviour.grace:
            grace = (
                duration_in_words(at_limit.grace, language)
                if at_limit.grace
                else language.phrase("a time")
            )
            end = _priced(catalog, at_limit, per, language) or language.phrase(", then no more")
            beyond = language.phrase("; beyond that %(length)s of grace", length=grace)
            return f"{beyond}{end}{_warned(at_limit, language)}"
        case LimitBehaviour.overage | LimitBehaviour.cap:
            priced = _priced(catalog, at_limit, per, language)
            free = language.phrase(", then at no charge")
            return f"{priced or free}{_warned(at_limit, language)}"
        case LimitBehaviour.stop:
            words = _STOPS[per.value if per else ""]
            end = language.phrase(words)
            return f"{end}{_warned(at_limit, language)}"
        case _:
            assert_never(at_limit.behaviour)


_STOPS = {
    "": message(" and no more"),
    "second": message(", then no more until the next second"),
    "minute": message(", then no more until the next minute"),
    "hour": message(", then no more until the next hour"),
    "day": message(", then no more until the next day"),
    "week": message(", then no more until the next week"),
    "month": message(", then no more until the next month"),
    "quarter": message(", then no more until the next quarter"),
    "year": message(", then no more until the next year"),
}


def _priced(catalog: Catalog, at_limit: AtLimit, per: Period | None, language: Language) -> str:
    """`, then $180 each up to 50% of the fee`; empty where nothing is charged."""
    caps = []
    if at_limit.cap_amount is not None:
        money = money_in_words(at_limit.cap_amount, catalog.currency, language)
        caps.append(f"{money} {each(per, language)}" if per else money)
    if at_limit.cap_percent_of_fee is not None:
        share = percent_in_words(at_limit.cap_percent_of_fee, language)
        caps.append(language.phrase("%(share)s of the fee", share=share))
    up_to = language.phrase(" up to %(most)s", most=language.chosen(caps)) if caps else ""
    if at_limit.overage_amount is not None:
        price = money_in_words(at_limit.overage_amount, catalog.currency, language)
        return language.phrase(", then %(price)s each", price=price) + up_to
    return language.phrase(", then charged") + up_to if caps else ""


def _warned(at_limit: AtLimit, language: Language) -> str:
    """Only where the warning is not the usual one at 80%."""
    if at_limit.warn_at_percent == type(at_limit).model_fields["warn_at_percent"].default:
        return ""
    shares = _at(at_limit, language)
    if not shares:
        return language.phrase("; we warn never")
    return language.phrase("; we warn%(at)s", at=shares)


def _at(at_limit: AtLimit, language: Language) -> str:
    shares = [percent_in_words(percent, language) for percent in at_limit.warn_at_percent]
    return language.phrase(" at %(shares)s", shares=language.joined(shares)) if shares else ""


def _channel(catalog: Catalog, term: Channel, language: Language) -> str:
    if not term.included:
        return language.phrase(NOT_INCLUDED)
    said = [_included_for(term.severities, language)]
    if term.hours:
        said.append(hours_phrase(catalog, term.hours, language))
    if term.languages:
        said.append(language.phrase("in %(languages)s", languages=language.joined(term.languages)))
    if term.prioritised:
        said.append(language.phrase("ahead of the queue"))
    if term.best_effort:
        said.append(language.phrase("best effort"))
    return ", ".join(said)


_LEVELS = {
    ExpertiseLevel.generalist: message("generalist"),
    ExpertiseLevel.specialist: message("specialist"),
    ExpertiseLevel.pod: message("pod of people who know you"),
    ExpertiseLevel.named_engineer: message("named engineer"),
}
_ASSIGNMENTS = {
    Assignment.none: "",
    Assignment.pooled: message(" from a shared team"),
    Assignment.designated: message(" designated to your account"),
    Assignment.dedicated: message(" who works for your account alone"),
    Assignment.add_on: message(", sold as an add-on"),
}


def _expertise(term: Expertise, language: Language) -> str:
    who = term.role or language.phrase(_LEVELS[term.level])
    if term.assignment is Assignment.none:
        return language.phrase("no %(who)s", who=who)
    is_vowel = who[:1].lower() in "aeiou"
    words = language.phrase("an %(who)s", who=who) if is_vowel else language.phrase(
        "a %(who)s", who=who
    )  # fmt: skip
    words += language.phrase(_ASSIGNMENTS[term.assignment])
    if term.severities:
        words += language.phrase(
            ", for %(severities)s", severities=language.joined(term.severities)
        )
    if term.starts_at_line is not None:
        words += language.phrase(", from line %(line)s of support on", line=term.starts_at_line)
    return words


def _deliverable(feature: Feature | None, term: Deliverable, language: Language) -> str:
    if term.times == 0:
        return language.phrase(NOT_INCLUDED)
    words = times_each(term.times, term.per, language)
    if feature is None or term.what.casefold() != feature.name.casefold():
        words = f"{term.what}, {words}"
    words += language.phrase(", on site") if term.on_site else ""
    return words + (language.phrase(", on request") if term.on_request else "")


def _uptime(term: Uptime, language: Language) -> str:
    if term.percent is None:
        return language.phrase("no uptime stated")
    share = percent_in_words(term.percent, language)
    words = f"{share} {language.phrase(_OF_EACH[term.per.value])}"
    if term.scope:
        words += f", {term.scope}"
    if term.measure:
        words += language.phrase(", measured as %(measure)s", measure=term.measure)
    bands = [
        language.phrase(
            "%(share)s of the fee back below %(percent)s",
            share=percent_in_words(band.percent_of_fee, language),
            percent=percent_in_words(band.below, language),
        )
        for band in term.credits
    ]
    if bands:
        words += f"; {language.joined(bands)}"
    if term.claim_within is not None:
        length = duration_in_words(term.claim_within, language)
        words += language.phrase(", claimed within %(length)s", length=length)
    if term.processed_within is not None:
        length = duration_in_words(term.processed_within, language)
        words += language.phrase(", paid within %(length)s", length=length)
    if term.excludes:
        words += language.phrase("; not counted: %(what)s", what=language.joined(term.excludes))
    if not term.partial_minutes_count:
        words += language.phrase("; parts of a minute do not count")
    return words


_OF_EACH = {
    "second": message("of each second"),
    "minute": message("of each minute"),
    "hour": message("of each hour"),
    "day": message("of each day"),
    "week": message("of each week"),
    "month": message("of each month"),
    "quarter": message("of each quarter"),
    "year": message("of each year"),
}


def _static(term: StaticValue, language: Language) -> str:
    if isinstance(term.value, bool):
        return language.phrase("yes") if term.value else language.phrase("no")
    if isinstance(term.value, str):
        return f"{term.value} {term.unit}" if term.unit else term.value
    if term.unit:
        return counted(term.value, term.unit, language)
    return number_in_words(term.value, language)

"""Which of two terms gives more, and which of two holders: better, worse, equal, or neither."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum

from tierline.catalog.statement import Period
from tierline.catalog.term import (
    Assignment,
    Channel,
    Deliverable,
    Expertise,
    ExpertiseLevel,
    FreeText,
    Included,
    QuantityTerm,
    Rate,
    Seats,
    ServiceUnits,
    StaticValue,
    Term,
    Uptime,
)

UNLIMITED = Decimal("Infinity")
LimitTerm = QuantityTerm | Rate | Seats | ServiceUnits
Terms = Mapping[str, Term]

_SECONDS = {
    Period.second: 1,
    Period.minute: 60,
    Period.hour: 3_600,
    Period.day: 86_400,
    Period.week: 604_800,
    Period.month: 2_629_800,
    Period.quarter: 7_889_400,
    Period.year: 31_557_600,
}
_LEVELS = list(ExpertiseLevel)
_CLOSENESS = {
    Assignment.none: 0,
    Assignment.add_on: 1,
    Assignment.pooled: 1,
    Assignment.designated: 2,
    Assignment.dedicated: 3,
}


class Relation(StrEnum):
    """What the first of two gives, against the second."""

    more = "more"
    less = "less"
    equal = "equal"
    unclear = "unclear"
    """More in one respect and less in another, or not to be compared at all."""


def combined(relations: Iterable[Relation]) -> Relation:
    """One relation from many: the first gives more only where it nowhere gives less."""
    seen = set(relations) - {Relation.equal}
    if not seen:
        return Relation.equal
    return seen.pop() if len(seen) == 1 else Relation.unclear


def gives_nothing(term: Term | None) -> bool:
    """Whether a term is only a way of writing that there is none of it."""
    match term:
        case None:
            return True
        case Included() | Channel():
            return not term.included
        case QuantityTerm() | Rate() | Seats() | ServiceUnits():
            return limit_of(term) == 0
        case StaticValue():
            return term.value is False
        case Deliverable():
            return term.times == 0
        case Uptime():
            return term.percent is None and not term.credits
        case Expertise() | FreeText():
            return False


def limit_of(term: LimitTerm) -> Decimal:
    """The number of a limit as it is written; `unlimited` is infinite."""
    stated = term.amount if isinstance(term, ServiceUnits) else term.limit
    return UNLIMITED if stated == "unlimited" else Decimal(stated)


def period_of(term: LimitTerm) -> Period | None:
    """The period in which a limit repeats; None where it holds for good."""
    return None if isinstance(term, Seats) else term.per


def given(terms: Terms) -> dict[str, Term]:
    """The terms that give something."""
    return {key: term for key, term in terms.items() if not gives_nothing(term)}


def compare_terms(first: Term | None, second: Term | None) -> Relation:
    """What the first term gives, against the second of the same feature."""
    if first == second:
        return Relation.equal
    if gives_nothing(first) or gives_nothing(second):
        return _order(not gives_nothing(first), not gives_nothing(second))
    match first, second:
        case (
            (QuantityTerm() | Rate() | Seats() | ServiceUnits()),
            (QuantityTerm() | Rate() | Seats() | ServiceUnits()),
        ):
            return _compare_limits(first, second)
        case Included(), Included():
            return Relation.equal
        case Channel(), Channel():
            return _compare_channels(first, second)
        case Expertise(), Expertise():
            return combined(
                (
                    _order(_LEVELS.index(first.level), _LEVELS.index(second.level)),
                    _order(_CLOSENESS[first.assignment], _CLOSENESS[second.assignment]),
                    _reach(first.severities, second.severities),
                )
            )
        case Deliverable(), Deliverable():
            return combined(
                (
                    _order(_a_year(first), _a_year(second)),
                    _order(first.on_site, second.on_site),
                    _order(not first.on_request, not second.on_request),
                )
            )
        case Uptime(), Uptime():
            return combined(
                (
                    _order(first.percent or 0, second.percent or 0),
                    _order(bool(first.credits), bool(second.credits)),
                )
            )
        case StaticValue(), StaticValue():
            return Relation.equal if _said(first) == _said(second) else Relation.unclear
        case FreeText(), FreeText():
            return Relation.equal if first.text == second.text else Relation.unclear
    return Relation.unclear


def compare_given(first: Terms, second: Terms) -> Relation:
    """What the first set of terms gives, against the second."""
    keys = first.keys() | second.keys()
    return combined(compare_terms(first.get(key), second.get(key)) for key in keys)


def lost(lower: Terms, higher: Terms) -> list[tuple[str, Term, Term | None]]:
    """Features of which the higher set gives less, with both terms."""
    return [
        (key, term, higher.get(key))
        for key, term in lower.items()
        if compare_terms(higher.get(key), term) is Relation.less
    ]


def gained(lower: Terms, higher: Terms) -> list[tuple[str, Term | None, Term]]:
    """Features of which the higher set gives more, with both terms."""
    return [
        (key, lower.get(key), term)
        for key, term in higher.items()
        if compare_terms(term, lower.get(key)) is Relation.more
    ]


def changed(lower: Terms, higher: Terms) -> list[str]:
    """Features of which nobody can say whether the higher set gives more: words, settings."""
    return [
        key
        for key in lower.keys() | higher.keys()
        if compare_terms(higher.get(key), lower.get(key)) is Relation.unclear
    ]


def _order(first: Decimal | float, second: Decimal | float) -> Relation:
    if first == second:
        return Relation.equal
    return Relation.more if first > second else Relation.less


def _compare_limits(first: LimitTerm, second: LimitTerm) -> Relation:
    amounts = limit_of(first), limit_of(second)
    if amounts[0] == amounts[1] and amounts[0] == UNLIMITED:
        return Relation.equal
    if _unit(first) != _unit(second):
        return Relation.unclear
    periods = period_of(first), period_of(second)
    if periods[0] == periods[1]:
        return _order(*amounts)
    if periods[0] is None or periods[1] is None:
        return Relation.unclear
    return _order(amounts[0] / _SECONDS[periods[0]], amounts[1] / _SECONDS[periods[1]])


def _unit(term: LimitTerm) -> str:
    return (term.role if isinstance(term, Seats) else term.unit) or ""


def _compare_channels(first: Channel, second: Channel) -> Relation:
    if first.channel is not second.channel:
        return Relation.unclear
    return combined(
        (
            _reach(first.severities, second.severities),
            _order(not first.best_effort, not second.best_effort),
            _order(first.prioritised, second.prioritised),
        )
    )


def _reach(first: tuple[str, ...], second: tuple[str, ...]) -> Relation:
    """Severities that are served: none listed means all."""
    if set(first) == set(second):
        return Relation.equal
    if not first or (second and set(first) > set(second)):
        return Relation.more
    if not second or set(first) < set(second):
        return Relation.less
    return Relation.unclear


def _a_year(term: Deliverable) -> Decimal:
    return Decimal(term.times) / _SECONDS[term.per]


def _said(term: StaticValue) -> tuple[object, str | None]:
    return term.value, term.unit

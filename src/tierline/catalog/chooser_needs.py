"""Whether a tier meets a need, and which promise says so."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tierline.catalog.difference_waits import Timed
from tierline.catalog.lint.comparison import gives_nothing
from tierline.catalog.resolved import ResolvedTarget, promise_id
from tierline.catalog.term import QuantityTerm, Rate, Seats, ServiceUnits, StaticValue
from tierline.catalog.words import (
    NO_TARGET,
    NOT_INCLUDED,
    Cover,
    cover_of,
    duration_in_words,
    milestone_name,
    number_in_words,
    severity_code,
    target_in_words,
    term_in_words,
)

if TYPE_CHECKING:
    from tierline.catalog.catalog import Catalog
    from tierline.catalog.chooser_statement import Need
    from tierline.catalog.resolved import ResolvedTier
    from tierline.catalog.statement import MilestoneKind
    from tierline.catalog.term import Term

_UNLIMITED = Decimal("Infinity")


@dataclass(frozen=True, slots=True)
class Met:
    """Whether a need is met, and by the words of which promise (or of its absence)."""

    is_met: bool
    promise_id: str
    words: str


def meets(catalog: Catalog, tier: ResolvedTier, need: Need) -> tuple[str, Met]:
    """The need in words, and whether the tier meets it. All that a need states must hold."""
    if need.milestone is not None:
        return _target_need(catalog, tier, need, need.milestone)
    feature = need.feature or ""
    known = catalog.features.get(feature)
    name = known.name if known else feature
    words = name if need.at_least is None else f"{name}: at least {number_in_words(need.at_least)}"
    resolved = tier.terms.get(feature)
    term = resolved.term if resolved else None
    return words, Met(
        _gives(term, need),
        promise_id(catalog, tier.key, feature),
        f"{name}: {term_in_words(catalog, known, term) if term else NOT_INCLUDED}",
    )


def _gives(term: Term | None, need: Need) -> bool:
    if term is None or gives_nothing(term):
        return False
    return need.at_least is None or _amount(term) >= _limit(need.at_least)


def _amount(term: Term) -> Decimal:
    """The number that a need is held against; a term without one counts as 1."""
    match term:
        case QuantityTerm() | Rate() | Seats():
            return _limit(term.limit)
        case ServiceUnits():
            return _limit(term.amount)
        case StaticValue() if isinstance(term.value, Decimal):
            return term.value
    return Decimal(1)


def _limit(limit: Decimal | str) -> Decimal:
    return _UNLIMITED if isinstance(limit, str) else limit


def _target_need(
    catalog: Catalog, tier: ResolvedTier, need: Need, milestone: MilestoneKind
) -> tuple[str, Met]:
    severity = need.severity or next(iter(catalog.severities), "")
    name = f"{severity_code(catalog, severity)} {milestone_name(milestone).lower()}"
    words = f"{name} within {duration_in_words(need.within)}" if need.within else name
    words += ", day and night" if need.always_on else ""
    target = tier.targets.get((severity, milestone.value))
    promise = promise_id(catalog, tier.key, f"{severity}.{milestone.value}")
    if target is None or target.statement.within is None:
        return words, Met(False, promise, f"{name}: {NO_TARGET.lower()}")
    is_met = _in_time(catalog, target, need) and _always(catalog, target, need)
    return words, Met(is_met, promise, f"{name}: {target_in_words(catalog, target)}")


def _in_time(catalog: Catalog, target: ResolvedTarget, need: Need) -> bool:
    """The target's open time on its own hours is within the need; with `always_on` that is wall
    time, because the hours then never close."""
    if need.within is None:
        return True
    within = target.statement.within
    if within is None:
        return False
    hours = catalog.business_hours.get(target.hours) if target.hours else None
    return Timed(within, hours).open_seconds() <= need.within.elapsed_seconds()


def _always(catalog: Catalog, target: ResolvedTarget, need: Need) -> bool:
    if not need.always_on or target.hours is None:
        return True
    hours = catalog.business_hours.get(target.hours)
    return hours is not None and cover_of(hours) is Cover.always

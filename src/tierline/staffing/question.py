"""What is asked of a target: checked as a whole, with what a catalog promises filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from tierline.catalog.statement import MilestoneKind
from tierline.kernel.errors import Fault, Invalid
from tierline.kernel.instants import SECOND_US
from tierline.kernel.money import minor_digits
from tierline.milestones.terms import terms_of
from tierline.staffing.cost import StatedRate
from tierline.staffing.credible import CREDIBLE_PERCENT, MOST_ON_DUTY

if TYPE_CHECKING:
    from tierline.catalog.catalog import Catalog
    from tierline.milestones.terms import PromisedTarget, Terms

KINDS = (MilestoneKind.acknowledge, MilestoneKind.first_response)
"""What is met as soon as somebody is free for it; how long the rest takes is not theirs alone."""
NAMES = (
    "tier", "severity", "milestone", "within_minutes", "agents", "case_minutes", "sittings",
    "rate", "currency",
)  # fmt: skip
MOST_MINUTES = 30 * 24 * 60
_BOUNDS = {
    "within_minutes": (1, MOST_MINUTES, "Minutes of open time"),
    "agents": (0, MOST_ON_DUTY, "People on duty at once"),
    "case_minutes": (5, 40 * 60, "Minutes of work on a case"),
    "sittings": (1, 50, "Sittings that a case takes"),
}
_CURRENCY = re.compile("[A-Z]{3}")
_MOST_FIGURES = 9
_HIGHEST_RATE = 100_000
_MINUTE_US = 60 * SECOND_US


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A target of `within_minutes` on `hours` of the terms. None in `agents`, `case_minutes` and
    `sittings`: as it is known; in `rate`: what it costs is not asked."""

    terms: Terms
    tier: str
    severity: str
    milestone: MilestoneKind
    hours: str
    within_minutes: float
    promised_minutes: float | None
    wanted_percent: float
    agents: int | None
    case_minutes: int | None
    sittings: int | None
    rate: StatedRate | None


def question_of(stated: Mapping[str, str], catalogs: Sequence[Catalog]) -> Question:
    """The question in words of a query. What is left out is the highest tier, the worst severity,
    what is promised there. Raises Invalid with every fault."""
    given = {name: value for name in NAMES if (value := stated.get(name, "").strip())}
    faults: list[Fault] = []
    numbers = _numbers(given, faults)
    rate = _amount(given, faults)
    catalog = _catalog(given, catalogs, faults)
    terms = terms_of(catalog)
    tier = given.get("tier", terms.tiers[-1])
    severity = _one_of(given, "severity", terms.severities, terms.severities[:1], faults)
    promised = [kind for kind in KINDS if terms.target(tier, severity, kind)]
    kind = _one_of(given, "milestone", KINDS, promised or KINDS, faults)
    currency = given.get("currency", catalog.currency)
    faults += _faults_of_money(rate, currency)
    target = terms.target(tier, severity, MilestoneKind(kind)) if kind else None
    hours = _hours(terms, catalog, tier, target)
    within = numbers.get("within_minutes")
    if not faults and target is None and within is None:
        instead = "State minutes."
        faults.append(Fault("missing", "Nothing is promised here.", "within_minutes", instead))
    if not faults and not hours:
        faults.append(Fault("no_hours", f"The tier '{tier}' has no hours.", "tier"))
    if faults:
        raise Invalid(_WRONG, faults)
    allowed = None if target is None else target.allowance_us / _MINUTE_US
    committed = target.attainment_percent if target else None
    return Question(
        terms=terms,
        tier=tier,
        severity=severity,
        milestone=MilestoneKind(kind),
        hours=hours,
        within_minutes=float(within if within is not None else allowed or 0),
        promised_minutes=allowed,
        wanted_percent=float(CREDIBLE_PERCENT if committed is None else committed),
        agents=numbers.get("agents"),
        case_minutes=numbers.get("case_minutes"),
        sittings=numbers.get("sittings"),
        rate=None if rate is None else StatedRate(rate, currency),
    )


_WRONG = "This cannot be worked out as asked."


def _numbers(given: Mapping[str, str], faults: list[Fault]) -> dict[str, int]:
    found = {}
    for name, (least, most, what) in _BOUNDS.items():
        typed = given.get(name)
        if typed is None:
            continue
        is_whole = typed.isascii() and typed.isdigit() and len(typed) <= _MOST_FIGURES
        if is_whole and least <= int(typed) <= most:
            found[name] = int(typed)
        else:
            words = f"{what}: a whole number from {least} to {most:,}."
            faults.append(Fault("bad_number", words, name))
    return found


def _amount(given: Mapping[str, str], faults: list[Fault]) -> Decimal | None:
    typed = given.get("rate")
    if typed is None:
        return None
    try:
        rate = Decimal(typed) if len(typed) <= 2 * _MOST_FIGURES else Decimal("NaN")
    except InvalidOperation:
        rate = Decimal("NaN")
    if not rate.is_finite() or not 0 < rate <= _HIGHEST_RATE:
        words = "An amount for an hour, such as 62.50."
        faults.append(Fault("bad_rate", words, "rate"))
        return None
    return rate


def _faults_of_money(rate: Decimal | None, currency: str) -> Iterator[Fault]:
    if not _CURRENCY.fullmatch(currency):
        yield Fault("bad_currency", "A currency is three capitals, such as EUR.", "currency")
    elif rate is not None and rate != round(rate, minor_digits(currency)):
        yield Fault("too_fine", f"{rate} is finer than {currency} goes.", "rate")


def _catalog(given: Mapping[str, str], catalogs: Sequence[Catalog], faults: list[Fault]) -> Catalog:
    """The one that has the tier, else the one with the longest ladder. Raises Invalid where none
    promises anything."""
    timed = [each for each in catalogs if each.tiers and each.severities]
    if not timed:
        words = "No catalog is published that promises anything."
        raise Invalid(_WRONG, [*faults, Fault("no_catalog", words)])
    tier = given.get("tier")
    longest = max(timed, key=lambda each: len(each.tiers))
    found = next((each for each in timed if tier in each.tiers), None)
    if tier is not None and found is None:
        known = ", ".join(dict.fromkeys(key for each in timed for key in each.tiers))
        faults.append(Fault("unknown_tier", f"There is no tier '{tier}'.", "tier", f"Of: {known}."))
    return found or longest


def _one_of(
    given: Mapping[str, str],
    name: str,
    known: Sequence[str],
    usual: Sequence[str],
    faults: list[Fault],
) -> str:
    stated = given.get(name)
    if stated is None:
        return usual[0]
    if stated not in known:
        words = f"Of: {', '.join(known)}."
        faults.append(Fault(f"unknown_{name}", f"'{stated}' is not asked here.", name, words))
        return ""
    return stated


def _hours(terms: Terms, catalog: Catalog, tier: str, target: PromisedTarget | None) -> str:
    """On which the target runs; where nothing is promised, those of the tier."""
    if target is not None:
        return target.hours
    others = (each.hours for key, each in terms.targets.items() if key[0] == tier)
    stated = catalog.tiers[tier].hours if tier in catalog.tiers else None
    return stated or next(others, "")

"""Plants in use: who goes quiet, who needs more than is included, what nobody uses, what precedes
an upgrade, and what goes wrong on the way to us."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from tierline.sample.chance import Chance
from tierline.sample.customers import Customer, terms_of
from tierline.sample.delivery import LATE_DAYS
from tierline.sample.plants.contracts import LAUNCH_DAYS
from tierline.sample.rises import grown_by_add_ons, grown_by_rise
from tierline.sample.story import FIRST_DAY, LAST_DAY
from tierline.sample.usage import (
    REPORT,
    SOURCES,
    days_of_the_year,
    event_id,
)

if TYPE_CHECKING:
    from tierline.sample.company import Company

_QUIET_FROM, _QUIET_TO = date(2025, 10, 7), date(2025, 11, 16)
_USERS_BEFORE, _USERS_AFTER = 100, 37
_HOURS, _INCLUDED, _RATE, _CAP = 27, 10, 180, 1200
_STANDARD_RATE, _OVER_RATE = 50, 59
_LAUNCH_USERS = 30
_FIRST_VERSION = "2024-01-01"
_GAP_SOURCE, _GAP_DAYS = SOURCES["Asia Pacific"], 3
_REPEATED_EACH, _LATE_EACH = 12, 6
"""Of ten customers seen in the year."""
_REVIEWS_USED = {"small": 1, "standard": 3, "large": 5}
_REVIEW_PRICE, _REVIEWS_A_YEAR = 3000, 4
_IDLE_FEATURES = 10


def quiet_customer(company: Company) -> None:
    """F05: 100 people a day become 37 within 90 days, and nothing is said."""
    part, users = "Delmarva Logistics", {}
    renews = terms_of(company.customer(part))[-1].end
    lasts = (_QUIET_TO - _QUIET_FROM).days
    for day in days_of_the_year():
        gone = min(max((day - _QUIET_FROM).days, 0), lasts)
        users[day] = _USERS_BEFORE - (_USERS_BEFORE - _USERS_AFTER) * gone // lasts
    company.habit(part).users = users
    company.plant(
        "F05",
        "declining_use",
        company.cast.name(part),
        {
            "rank_before": "1",
            "rank": "1",
            "before": str(_USERS_BEFORE),
            "now": str(_USERS_AFTER),
            "fall_percent": "63",
            "renews": str(renews),
            "payment": "paid",
        },
    )


def waived_overage(company: Company) -> None:
    """F31: 27 hours in a month, 17 beyond; the cap waives what a cap is for. And the decoy that
    uses more every month and pays for it."""
    part = "Pinecrest Robotics"
    month = company.cast.month(part, 8, earliest=4, latest=11)
    company.habit(part).hours = {month: (3,) * (_HOURS // 3)}
    company.plant(
        "F31",
        "waived_overage",
        company.cast.name(part),
        {
            "feature": "engineering_hours",
            "month": f"2025-{month:02}",
            "used": str(_HOURS),
            "over": str(_HOURS - _INCLUDED),
            "overage": str((_HOURS - _INCLUDED) * _RATE),
            "cap": str(_CAP),
            "waived": str((_HOURS - _INCLUDED) * _RATE - _CAP),
            "notices": "2",
        },
    )
    company.habit("Quill Analytics").hours = dict.fromkeys(range(1, 13), (2, 2, 2, 2, 2, 3))


def over_its_limit(company: Company) -> None:
    """F13: 118% of the requests that its plan allows, around the day of its withdrawal. And the
    decoy that has as many more in the weeks of its launch, for which it was given room."""
    part = "Juniper Clinics"
    day = company.cast.day(part, date(2025, 6, 1))
    days = [day + timedelta(number) for number in range(-20, 31)]
    company.habit(part).peaks = dict.fromkeys(days, _OVER_RATE)
    company.plant(
        "F13.limit",
        "over_limit",
        company.cast.name(part),
        {
            "feature": "api_rate",
            "limit": str(_STANDARD_RATE),
            "highest_percent": "118",
            "days": str(len(days)),
            "first": days[0].isoformat(),
            "last": days[-1].isoformat(),
        },
    )
    launch = company.cast.day("Holloway Steel", date(2025, 6, 2))
    habit = company.habit("Holloway Steel")
    for number in range(1, LAUNCH_DAYS):
        day = launch + timedelta(number)
        habit.peaks[day], habit.users[day] = 2 * _STANDARD_RATE, _LAUNCH_USERS


def unused_reviews(company: Company) -> None:
    """F04: nearly everybody on Enterprise has architecture reviews, and nearly nobody takes one."""
    chance = Chance(company.cast.seed, "reviews")
    holders = [each for each in company.customers if each.tier_on(LAST_DAY) == "enterprise"]
    for each in holders:
        company.habit(each.part).reviews = ()
    entitled = [each for each in holders if each.left_on is None and each.part != "Pemberton Rail"]
    using = chance.shuffled([each for each in entitled if not each.is_named])
    named = chance.shuffled([each for each in entitled if each.is_named and not _is_idle(each)])
    for each in (using + named)[: _REVIEWS_USED[company.shape.name]]:
        late = max(FIRST_DAY, each.opened_on, each.rises_on or FIRST_DAY)
        day = late + timedelta(chance.between(5, (LAST_DAY - late).days))
        company.habit(each.part).reviews = (day,)
    used = _REVIEWS_USED[company.shape.name]
    wasted = (len(entitled) - used) * _REVIEW_PRICE * _REVIEWS_A_YEAR
    company.plant(
        "F04",
        "unused_promises",
        "architecture_review",
        {
            "rank": "1",
            "entitled": str(len(entitled)),
            "used": str(used),
            "wasted": str(wasted),
            "evidence": "weak",
        },
    )


def idle_account(company: Company) -> None:
    """F35: bought the highest tier, depends little on us, and signs in to the portal."""
    part = "Riverbend University"
    company.habit(part).is_portal_only = True
    company.plant(
        "F35",
        "idle_accounts",
        company.cast.name(part),
        {
            "used": "1",
            "entitled": str(_IDLE_FEATURES),
            "percent": "10",
            "criticality": "low",
            "step_down": "yes",
        },
    )


def upgrade_trigger(company: Company) -> None:
    """F15: who works in a sandbox and reaches the API limit moves up soon after."""
    cohort = [
        each
        for each in company.customers
        if each.tier != "Enterprise" and not each.is_gold and each.is_there_all_year
    ]
    for each in cohort:
        if each.is_trier:
            _try_out(company, each)
    with_signs = [each for each in cohort if each.is_trier]
    rising = [each for each in cohort if each.rises_on is not None]
    rose_with = sum(each.is_trier for each in rising)
    company.plant(
        "F15",
        "upgrade_triggers",
        "sandboxes + api_rate",
        {
            "with_signs": str(len(with_signs)),
            "rose_with": str(rose_with),
            "without_signs": str(len(cohort) - len(with_signs)),
            "rose_without": str(len(rising) - rose_with),
        },
    )


def expansion_share(company: Company) -> None:
    """F15: and of what they pay more than before, those who tried it out pay most."""
    total = of_triers = 0
    for each in company.customers:
        own = [happening for happening in company.happenings if happening.who == each.name]
        grown = grown_by_rise(each) + grown_by_add_ons(each, own)
        total += grown
        of_triers += grown if each.is_trier else 0
    percent = (Decimal(100 * of_triers) / total).quantize(Decimal("0.1"), ROUND_HALF_EVEN)
    company.plant(
        "F15.share",
        "expansion_share",
        "sandboxes + api_rate",
        {
            "expansion": f"{total:,}.00 USD",
            "of_activated": f"{of_triers:,}.00 USD",
            "percent": str(percent),
        },
    )


def mishaps(company: Company) -> None:
    """Telemetry with a gap of three days from one region, events that come twice, and late ones."""
    chance = Chance(company.cast.seed, "mishaps")
    first = company.cast.day("gap", date(2025, 8, 11))
    gap = (first, first + timedelta(_GAP_DAYS - 1))
    steady = [each for each in company.customers if each.is_there_all_year and not each.is_named]
    steady = [each for each in steady if SOURCES[each.region] != _GAP_SOURCE]
    seen = len(company.customers)
    company.mishaps.gap_source, company.mishaps.gap = _GAP_SOURCE, gap
    odd = _some(steady, seen * (_REPEATED_EACH + _LATE_EACH) // 10, chance)
    late = seen * _LATE_EACH // 10
    company.mishaps.late, company.mishaps.repeated = set(odd[:late]), set(odd[late:])
    company.plant(
        "gap",
        "telemetry_gaps",
        _GAP_SOURCE,
        {"last_heard": gap[0].isoformat(), "missed": str(_GAP_DAYS)},
    )
    company.plant(
        "duplicates",
        "telemetry_quality",
        "duplicates",
        {"events": str(len(company.mishaps.repeated))},
    )
    company.plant("late", "telemetry_quality", "late", {"events": str(len(company.mishaps.late))})


def _is_idle(customer: Customer) -> bool:
    return customer.part == "Riverbend University"


def _try_out(company: Company, customer: Customer) -> None:
    """In a sandbox first, then at the limit; whoever rises does so after both."""
    chance = Chance(company.cast.seed, "tries", customer.part)
    habit = company.habit(customer.part)
    if customer.tier == "Standard":
        begun = terms_of(customer)[1].start
        first = begun + timedelta(chance.between(3, 10))
        habit.sandbox = (first, begun + timedelta(28))
        reached = begun + timedelta(chance.between(31, 34))
    elif customer.rises_on is not None:
        first = max(FIRST_DAY + timedelta(1), customer.rises_on - timedelta(chance.between(60, 80)))
        habit.sandbox = (first, LAST_DAY)
        reached = customer.rises_on - timedelta(chance.between(10, 30))
    else:
        first = FIRST_DAY + timedelta(chance.between(20, 200))
        habit.sandbox = (first, LAST_DAY)
        reached = first + timedelta(chance.between(20, 60))
    for day in (reached, reached + timedelta(2)):
        habit.peaks[day] = _allowed(customer, day) + chance.between(0, 4)


def _allowed(customer: Customer, day: date) -> int:
    """Requests a second by the version that its plan of a day was signed on."""
    if customer.tier == "Standard":
        return _STANDARD_RATE
    (term,) = [
        each
        for each in terms_of(customer)
        if each.start <= day and (each.end is None or day < each.end)
    ]
    return 150 if term.version == _FIRST_VERSION else 200


def _some(customers: list[Customer], number: int, chance: Chance) -> list[str]:
    """The ids of so many daily reports; none of the last weeks, so that what comes late still comes
    in the year."""
    last = len(days_of_the_year()) - 4 * LATE_DAYS
    found: dict[str, None] = {}
    while len(found) < number:
        day = days_of_the_year()[chance.below(last)]
        found[event_id(chance.one_of(customers).name, REPORT, day)] = None
    return list(found)

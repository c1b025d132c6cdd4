"""Plants in cases: who writes to us, by which way, and what comes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from tierline.kernel.instants import (
    SECOND_US,
    format_micros,
    from_micros,
    parse_instant,
    to_micros,
)
from tierline.sample.chance import Chance
from tierline.sample.customers import at_noon
from tierline.sample.plants.case_lives import (
    by_channel,
    cases_of,
    is_plain,
    opened_at,
    plan_of,
    retold,
    taken_after,
    waits,
    worst_of_all,
)
from tierline.sample.plants.prevention import checks_prevent
from tierline.sample.story import COMPLETE_UNTIL, HOUR, OFFICE

if TYPE_CHECKING:
    from tierline.sample.company import Company

_WITHOUT_PLAN, _OF_CUSTOMERS = 143, 198
_UNKNOWN_OF_THREE = 2
_LONG_GONE = timedelta(days=45)
_MILD = 2
"""From the third severity on."""
_FRIDAY = 4
_FIVE_DAYS_US = 5 * 8 * HOUR * SECOND_US
_OVER_A_CHANGE = (
    ("Evergreen Labs", "2025-03-07T22:15:00Z", ("2025-03-07T22:15:00Z",) * 2),
    ("Holloway Steel", "2025-10-31T20:45:00Z", ("2025-11-04T15:00:00Z", "2025-11-05T15:30:00Z")),
)
"""Who, when a severity-2 case was raised, and from when to when it waited for them."""
_TAKEN_MINUTES = (22, 11, 38)
"""Under a letter that says 15."""


def without_plan(company: Company) -> None:
    """F12: 143 cases come from people whom we do not know, or whose contract is long over."""
    total = _WITHOUT_PLAN * len(company.customers) // _OF_CUSTOMERS
    chance = Chance(company.cast.seed, "without a plan")
    named = {customer.name for customer in company.customers if customer.is_named}
    mild = [
        place
        for place, each in enumerate(company.cases)
        if each.life.story.severity >= _MILD and each.who not in named
    ]
    gone = [each for each in company.customers if each.left_on is not None and not each.is_named]
    expired = 0
    for place in chance.shuffled(mild)[:total]:
        each = company.cases[place]
        opened = from_micros(each.life.story.opened * SECOND_US)
        left = [
            who.name
            for who in gone
            if who.left_on is not None and opened > who.midnight(who.left_on) + _LONG_GONE
        ]
        is_known = bool(left) and not chance.happens(1000 * _UNKNOWN_OF_THREE // 3)
        expired += is_known
        company.cases[place] = replace(each, who=chance.one_of(left) if is_known else None)
    for subject, cases in (("unknown", total - expired), ("uncovered", expired)):
        values = {"cases": str(cases), "with_a_clock": "0"}
        company.plant("F12", "cases_without_plan", subject, values)


_CALLS_OF_CASTERLINE = 9
_BY_PHONE_PERCENT = 27
_MEDIAN_SECONDS = 22 * 60
_AROUND = (1320, 780, 1860, 960, 1560, 1320, 840, 2040, 1140, 1740)
"""Seconds to a first answer at Casterline: as many below the median as above it."""


def old_phone_number(company: Company) -> None:
    """F19: 27% of what comes in from Standard comes by phone, which its plan does not include; and
    of Casterline's (F03) nine calls."""
    standing = {each.name: each for each in company.customers}
    standard = [
        place
        for place, each in enumerate(company.cases)
        if each.who is not None and plan_of(standing[each.who], each) == "standard"
    ]
    chance = Chance(company.cast.seed, "old phone number")
    callers = set(chance.shuffled(cases_of(company, "Casterline Motors"))[:_CALLS_OF_CASTERLINE])
    for place in cases_of(company, "Casterline Motors"):
        channel = "Phone" if place in callers else "Portal"
        retold(company, place, partial(by_channel, channel=channel))
    called = [place for place in standard if company.cases[place].life.story.channel == "Phone"]
    others = [
        place
        for place in standard
        if not standing[company.cases[place].who or ""].is_named and place not in called
    ]
    wanted = max(0, round(len(standard) * _BY_PHONE_PERCENT / 100) - len(called))
    for place in chance.shuffled(others)[:wanted]:
        retold(company, place, partial(by_channel, channel="Phone"))
    percent = {"channel": "phone", "percent": str(_BY_PHONE_PERCENT)}
    company.plant("F19", "channel_leakage", "standard", percent)


def personal_contact(company: Company) -> None:
    """F03: somebody answers Casterline at once, far sooner than Standard promises."""
    places = cases_of(company, "Casterline Motors")
    for number, place in enumerate(places):
        after = _AROUND[number % len(_AROUND)]
        retold(company, place, partial(taken_after, open_seconds=after))
    values = {
        "cases": str(len(places)),
        "median_minutes": str(_MEDIAN_SECONDS // 60),
        "promised_hours": "8",
        "phone_calls": str(_CALLS_OF_CASTERLINE),
    }
    company.plant("F03", "answered_sooner", company.cast.name("Casterline Motors"), values)


def letter_missed_twice(company: Company) -> None:
    """F25: of three severity-1 cases under Orchard Bank's letter two were answered late."""
    since = at_noon(company.cast.day("Orchard Bank", date(2025, 2, 10)))
    under = [
        place
        for place in cases_of(company, "Orchard Bank")
        if opened_at(company.cases[place]) > since + timedelta(14)
        and opened_at(company.cases[place]).weekday() < _FRIDAY
    ]
    chosen = under[:: max(1, len(under) // 3)][:3]
    if len(chosen) < len(_TAKEN_MINUTES):
        return  # a company with next to no cases
    minutes = dict(zip(chosen, _TAKEN_MINUTES, strict=True))
    already = [
        place
        for place in cases_of(company, "Orchard Bank")
        if company.cases[place].life.story.severity == 0 and opened_at(company.cases[place]) > since
    ]
    minutes |= dict.fromkeys(set(already) - minutes.keys(), 9)
    for place, after in minutes.items():
        retold(company, place, partial(worst_of_all, taken_minutes=after))
    values = {"target": "S1.acknowledge", "cases": str(len(minutes)), "missed": "2"}
    company.plant("F25", "side_letter_misses", company.cast.name("Orchard Bank"), values)


def lifted_by_regulation(company: Company) -> None:
    """F36: two cases of Sable Pharma are about regulated data, and one severity worse for it."""
    lives = {place: company.cases[place].life for place in cases_of(company, "Sable Pharma")}
    mild = [place for place, life in lives.items() if life.story.severity == _MILD]
    mild.sort(key=lambda place: (not is_plain(lives[place]), waits(lives[place]),
                                 lives[place].resolved - lives[place].story.opened))  # fmt: skip
    answers = {"business_impact": "slowed", "regulatory_exposure": "regulated"}
    for place in mild[:2]:
        retold(company, place, partial(replace, answers=answers))
    values = {"cases": "2", "from": "S3", "to": "S2", "by": "regulatory_exposure"}
    company.plant("F36", "lifted_severities", company.cast.name("Sable Pharma"), values)


def gone_silent(company: Company) -> None:
    """F05: six cases a month, and none for a hundred days."""
    opened = [opened_at(company.cases[each]) for each in cases_of(company, "Delmarva Logistics")]
    values = {"a_month": "6", "days": str((COMPLETE_UNTIL - max(opened)).days)}
    company.plant("F05", "fallen_silent", company.cast.name("Delmarva Logistics"), values)


def worst_sunday(company: Company) -> None:
    """F06: Farrow's severity-1 case of a Sunday; its course is in `scripted.py`."""
    values = {
        "acknowledge": "47 of 15 min",
        "periodic_update": "2 missed",
        "restore": "580 of 240 min",
    }
    subject = f"{company.cast.name('Farrow Energy')} 2025-09-14T02:10:00Z"
    company.plant("F06", "worst_cases", subject, values)


def calendar_effects(company: Company) -> None:
    """F07 and F08: a holiday that decides a verdict, and a case over each change of the clocks; the
    course of the three is in `scripted.py`. All of them live by Chicago's clock."""
    holiday = {
        "by": "holiday",
        "due": "2025-07-07T20:30:00Z",
        "verdict": "met",
        "due_without": "2025-07-04T20:30:00Z",
        "without": "missed",
    }
    gulfport = f"{company.cast.name('Gulfport Medical')} 2025-07-03T20:30:00Z acknowledge"
    company.plant("F07", "calendar_effects", gulfport, holiday)
    for part, opened, wait in _OVER_A_CHANGE:
        start, (held, on) = _micros(opened), tuple(map(_micros, wait))
        left = _FIVE_DAYS_US - OFFICE.open_micros(start, held)
        due = OFFICE.add_micros(on, left)
        values = {"by": "clock_change", "due": format_micros(due)}
        subject = f"{company.cast.name(part)} {opened} resolution"
        company.plant("F08", "calendar_effects", subject, values)


def _micros(text: str) -> int:
    return to_micros(parse_instant(text))


PLANTS = (
    calendar_effects,
    without_plan,
    checks_prevent,
    old_phone_number,
    personal_contact,
    letter_missed_twice,
    lifted_by_regulation,
    gone_silent,
    worst_sunday,
)
"""Of cases, in this order: who writes without a plan is drawn first."""

"""Who the people at the customers are, what they agreed to, and how much depends on us there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from tierline.accounts.consent import Purpose
from tierline.accounts.contact import ContactRole
from tierline.accounts.criticality import Part
from tierline.sample.chance import Chance
from tierline.sample.customers import Customer, at_noon
from tierline.sample.happenings import (
    Agrees,
    Assesses,
    Happening,
    Joins,
    Replaces,
)
from tierline.sample.story import FIRST_DAY, LAST_DAY

if TYPE_CHECKING:
    from tierline.sample.cast import Cast

_FIRST_NAMES = (
    "Aino", "Amara", "Anders", "Beatriz", "Bram", "Chiara", "Daan", "Deepa", "Elif", "Emeka",
    "Farah", "Finn", "Grace", "Hana", "Hugo", "Ines", "Ivo", "Jasper", "Jun", "Kaya",
    "Lars", "Leila", "Mateo", "Mei", "Nadia", "Noor", "Olga", "Pavel", "Priya", "Rafael",
    "Rosa", "Sami", "Sanne", "Tariq", "Thea", "Uma", "Viktor", "Wanda", "Yusuf", "Zoe",
)  # fmt: skip
_LAST_NAMES = (
    "Abara", "Aalto", "Bakker", "Bell", "Castillo", "Chen", "Costa", "Demir", "Dubois", "Eriksen",
    "Farkas", "Fischer", "Garcia", "Haddad", "Ito", "Jansen", "Kaur", "Kowalski", "Larsen", "Lim",
    "Marino", "Mensah", "Moreau", "Nagy", "Novak", "Okafor", "Olsen", "Park", "Petrov", "Quinn",
    "Rossi", "Sato", "Silva", "Singh", "Tan", "Torres", "Varga", "Weber", "Young", "Zhang",
)  # fmt: skip
_NAMED = {"Standard": (1, 2), "Priority": (2, 4), "Enterprise": (3, 7)}
_AGREES = (
    (Purpose.product_analytics, 800),
    (Purpose.personalisation, 700),
    (Purpose.marketing, 450),
)
_SWAPS_OF_THOUSAND = 180
_LEVELS: dict[str, tuple[str, ...]] = {
    "Standard": ("low", "moderate", "moderate"),
    "Priority": ("moderate", "high", "high"),
    "Enterprise": ("high", "critical", "critical"),
}
_COST = {"Standard": 400, "Priority": 4_000, "Enterprise": 30_000}
_RECOVERY = {"Standard": 2_880, "Priority": 480, "Enterprise": 240}
PLACES = 5
"""Named contacts that Priority gives."""
NOTICE = "2024-05"


def people_happenings(customers: list[Customer], cast: Cast) -> Iterator[Happening]:
    """People join with their account; some hand over; accounts agree, and are assessed."""
    for customer in customers:
        chance = Chance(cast.seed, "people", customer.part)
        yield from _contacts(customer, chance)
        yield from _consents(customer, chance)
        yield from _criticality(customer, chance)


def people_of(customer: Customer) -> Iterator[str]:
    """Names of people who could work there, none twice."""
    chance = Chance(len(customer.name), "names of people", customer.name)
    firsts, lasts = chance.shuffled(_FIRST_NAMES), chance.shuffled(_LAST_NAMES)
    for turn in range(len(lasts)):
        for place, first in enumerate(firsts):
            yield f"{first} {lasts[(place + turn) % len(lasts)]}"


def domain_of(name: str) -> str:
    """The mail domain of a company."""
    return f"{''.join(name.lower().split())}.example"


def _contacts(customer: Customer, chance: Chance) -> Iterator[Happening]:
    people, start = people_of(customer), at_noon(customer.opened_on)
    number = PLACES if customer.part == "Lattice Retail" else chance.between(*_NAMED[customer.tier])
    named = [next(people) for _ in range(number)]
    for name in named:
        yield Happening(start, customer.name, Joins(person=name, role=ContactRole.named_contact))
    yield Happening(start, customer.name, Joins(person=next(people), role=ContactRole.billing))
    swaps, after = chance.happens(_SWAPS_OF_THOUSAND), chance.between(20, 340)
    day = FIRST_DAY + timedelta(after)
    may_swap = customer.is_active_on(day) and customer.opened_on < FIRST_DAY
    if swaps and may_swap and not customer.is_named:
        yield Happening(at_noon(day), customer.name, Replaces(person=named[0], by=next(people)))


def _consents(customer: Customer, chance: Chance) -> Iterator[Happening]:
    since = at_noon(customer.opened_on) + timedelta(hours=1)
    for purpose, of_thousand in _AGREES:
        happens = chance.happens(of_thousand)
        if happens or customer.part == "Juniper Clinics":
            yield Happening(since, customer.name, Agrees(purpose=purpose, notice=NOTICE))


def _criticality(customer: Customer, chance: Chance) -> Iterator[Happening]:
    """At the start, and again in the year; most of those on Standard nobody has assessed."""
    again = FIRST_DAY + timedelta(chance.between(30, 330))
    values = _profile(customer, chance)
    is_known = customer.tier != "Standard" or customer.is_named or chance.happens(300)
    for day in (customer.opened_on + timedelta(10), again):
        if is_known and customer.is_active_on(day) and day <= LAST_DAY:
            at = at_noon(day) + timedelta(hours=2)
            yield Happening(at, customer.name, Assesses(values=values))


def _profile(customer: Customer, chance: Chance) -> tuple[tuple[Part, str], ...]:
    is_calm = customer.part == "Riverbend University"
    levels = ("low",) if is_calm else _LEVELS[customer.tier]
    return (
        (Part.mission_criticality, chance.one_of(levels)),
        (Part.uptime_impact, f"{_COST[customer.tier] * chance.between(50, 150) // 100} USD"),
        (Part.recovery_time, str(_RECOVERY[customer.tier])),
        (Part.recovery_point, str(_RECOVERY[customer.tier] // 4)),
        (Part.regulatory_exposure, "GxP" if customer.part == "Sable Pharma" else "none"),
        (Part.data_sensitivity, chance.one_of(("low", "moderate", "high"))),
        (Part.switching_cost, chance.one_of(("low", "moderate", "high"))),
    )

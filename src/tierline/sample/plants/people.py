"""Plants among people: contacts who take turns, and consent that is taken back."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from tierline.accounts.consent import Purpose
from tierline.accounts.prompts import Prompt
from tierline.sample.customers import at_noon
from tierline.sample.happenings import Replaces, Withdraws, WouldSee
from tierline.sample.people import NOTICE, PLACES, people_of

if TYPE_CHECKING:
    from tierline.sample.company import Company

_TURNS, _DAYS_BETWEEN = 26, 12
_PROMPTED_BEFORE, _PROMPTED_AFTER = 3, 12
"""Weeks."""


def rotating_contacts(company: Company) -> None:
    """F14: 31 people take turns in five places."""
    part = "Lattice Retail"
    first = company.cast.day(part, date(2025, 2, 3))
    names = list(islice(people_of(company.customer(part)), PLACES + 1 + _TURNS))
    in_places, joining = names[:PLACES], names[PLACES + 1 :]
    for turn, name in enumerate(joining):
        gone = in_places.pop(0)
        day = first + timedelta(turn * _DAYS_BETWEEN)
        company.tell(at_noon(day), part, Replaces(person=gone, by=name))
        in_places.append(name)
    company.plant(
        "F14",
        "rotating_contacts",
        company.cast.name(part),
        {"people": str(PLACES + _TURNS), "places": str(PLACES)},
    )


def consent_withdrawn(company: Company) -> None:
    """F13: no prompt to buy more after the day; notices of its limits go on."""
    part = "Juniper Clinics"
    day = company.cast.day(part, date(2025, 6, 1))
    company.tell(at_noon(day), part, Withdraws(purpose=Purpose.personalisation, notice=NOTICE))
    for week in range(-_PROMPTED_BEFORE, _PROMPTED_AFTER):
        moment = at_noon(day + timedelta(7 * week)) + timedelta(hours=3)
        company.tell(
            moment, part, WouldSee(prompt=Prompt.upsell), WouldSee(prompt=Prompt.limit_notice)
        )
    company.plant(
        "F13",
        "withdrawn_consents",
        company.cast.name(part),
        {
            "purpose": "personalisation",
            "since": day.isoformat(),
            "upsell": "blocked",
            "limit_notice": "allowed",
            "prompts_suppressed": str(_PROMPTED_AFTER),
        },
    )

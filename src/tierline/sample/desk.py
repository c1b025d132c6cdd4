"""Halyard's desk: what each of its people knows and carries, where and when they work, and the plan
by which cases find them.

Seniors follow the sun: in each of the three offices somebody senior is there on every day, and
where one office closes the next one opens. Generalists work on weekdays.
"""

from __future__ import annotations

from dataclasses import dataclass

from tierline.sample.story import AGENTS, HONEST_PAUSER, QUIET_PAUSER, SPECIALISTS

ROTTERDAM, AUSTIN, SINGAPORE = "Europe/Amsterdam", "America/Chicago", "Asia/Singapore"
_DAY, _LATE = "08:00-17:00", "10:00-19:00"
_WEEKDAYS, _FROM_SUNDAY, _TO_SATURDAY = "mon-fri", "sun-thu", "tue-sat"
SECURITY, MODELS, INTEGRATION = "security", "model governance", "integration"
DATA, SPEED, FIELD_BUS = "data integrity", "performance", "opc ua"
EVERYTHING = (SECURITY, MODELS, INTEGRATION, DATA, SPEED)
SKILLS_OF = {
    "Security": SECURITY,
    "Model quality": MODELS,
    "Integration": INTEGRATION,
    "Edge sync": DATA,
    "API": SPEED,
}
"""What cases of a category turn out to need; whoever is there helps with the others."""
CLEARANCE, CLEARED_PART = "gxp", "Sable Pharma"
RESIDENT_PART = "Orchard Bank"
"""Its data may be seen by people of its own region."""
OWN_PEOPLE_PART = "Farrow Energy"
"""Has named engineers, one in each office, each with a deputy who works on other days."""
ENGINEERS, DEPUTIES = (13, 14, 15), (16, 21, 17)
SECOND_PART = 11
PARTS = frozenset({QUIET_PAUSER, HONEST_PAUSER, SECOND_PART})
"""Whose own cases are a part of the story, and nobody else's."""
PERSONAL_CONTACT = "Casterline Motors"
"""Goes to specialists whom it knows, whatever its plan says."""
LEAD_OF_SKILLS = 21
"""Takes what nobody knows enough for."""
_OFFICES = {
    ROTTERDAM: (13, 16, 20, 22, 1, 2, 8, 9),
    AUSTIN: (7, 14, 21, 3, 4, 10, 11),
    SINGAPORE: (15, 17, 18, 5, 6, 12, 19),
}
_SENIORS = frozenset({7, 13, 14, 15, 16, 17, 18, 20, 21, 22})
_FIRST_LINE = frozenset(range(1, 7))
_REGIONS = ("europe", "americas", "asia pacific")
_SEES = {ROTTERDAM: _REGIONS, AUSTIN: _REGIONS[:2], SINGAPORE: _REGIONS[2:]}
_WEEKS = {
    7: _WEEKDAYS, 14: _FROM_SUNDAY, 21: _TO_SATURDAY,
    13: _FROM_SUNDAY, 16: _TO_SATURDAY, 20: _WEEKDAYS, 22: _WEEKDAYS,
    15: _FROM_SUNDAY, 17: _TO_SATURDAY, 18: _WEEKDAYS,
}  # fmt: skip
_SKILLS = {
    2: (SPEED,), 4: (DATA,), 6: (SPEED,),
    8: (SPEED, DATA), 9: (INTEGRATION, MODELS), 10: (INTEGRATION, SPEED),
    11: (DATA, SPEED, INTEGRATION, MODELS), 12: (SECURITY, INTEGRATION), 19: (MODELS, DATA),
    1: (), 3: (SECURITY,), 5: (),
    7: (SECURITY, SPEED, DATA, INTEGRATION),
    13: (MODELS, INTEGRATION, DATA, SPEED), 14: (MODELS, SECURITY, INTEGRATION, SPEED),
    15: (MODELS, SECURITY, DATA, SPEED), 16: EVERYTHING, 17: EVERYTHING,
    18: (SECURITY, INTEGRATION, DATA, SPEED), 20: EVERYTHING, 21: EVERYTHING, 22: EVERYTHING,
}  # fmt: skip
_CAPACITY = {1: 40, 2: 35, 3: 25}


@dataclass(frozen=True, slots=True)
class Post:
    """Where one of Halyard's people works on cases."""

    number: int
    office: str
    level: int
    capacity: int
    skills: tuple[str, ...]
    regions: tuple[str, ...]
    clearances: tuple[str, ...]
    week: dict[str, str]


def posts() -> list[Post]:
    """All of them, by number."""
    found = [_post(number, office) for office, held in _OFFICES.items() for number in held]
    return sorted(found, key=lambda post: post.number)


def plan_of(addresses: dict[int, str]) -> dict[str, object]:
    """The routing plan as it is written; `addresses` by number."""
    around = [_shift(addresses, office, _SENIORS - {20, 22}) for office in _OFFICES]
    return {
        "answered_by": {
            "enterprise": {"S1": {"lowest": 3}, "S2": {"lowest": 3}, "any": {"lowest": 2}},
            "priority": {"S1": {"lowest": 2}, "S2": {"lowest": 2}, "any": {"lowest": 1}},
            "gold_care": {"S1": {"lowest": 2}, "any": {"lowest": 1}},
            "standard": {"S1": {"lowest": 2}, "any": {"lowest": 1, "highest": 2}},
        },
        "roles": {
            "On-call engineer": {"time_zone": "UTC", "shifts": around},
            "Specialist on call": {"time_zone": "UTC", "shifts": _turns(addresses, (16, 17, 14))},
            "Duty manager": {"time_zone": "UTC", "shifts": _turns(addresses, (20, 21))},
            "Support lead": {"time_zone": AUSTIN, "shifts": _turns(addresses, (21, 20))},
            "Head of support": {"time_zone": ROTTERDAM, "shifts": _turns(addresses, (22,))},
        },
    }


def specialists() -> tuple[int, ...]:
    """To whom cases are passed on."""
    return AGENTS[SPECIALISTS]


def _post(number: int, office: str) -> Post:
    is_senior = number in _SENIORS
    level = 3 if is_senior else 1 if number in _FIRST_LINE else 2
    is_late = is_senior and office == AUSTIN
    days = _WEEKS.get(number, _WEEKDAYS)
    return Post(
        number=number,
        office=office,
        level=level,
        capacity=_CAPACITY[level],
        skills=_SKILLS[number],
        regions=_REGIONS if is_senior else _SEES[office],
        clearances=(CLEARANCE,) if level > 1 else (),
        week=_week(days, _LATE if is_late else _DAY),
    )


def _week(days: str, window: str) -> dict[str, str]:
    if days == _FROM_SUNDAY:
        return {"sun": window, "mon-thu": window}
    return {days: window}


_TURN_OF = {ROTTERDAM: "07:00-16:00", AUSTIN: "16:00-24:00", SINGAPORE: "00:00-07:00"}
"""Who is called at which hour of UTC."""


def _shift(addresses: dict[int, str], office: str, seniors: frozenset[int]) -> dict[str, object]:
    people = [addresses[number] for number in _OFFICES[office] if number in seniors]
    return {
        "week": {"mon-sun": _TURN_OF[office]},
        "people": people,
        "since": "2025-01-06",
        "turns": "week",
    }


def _turns(addresses: dict[int, str], numbers: tuple[int, ...]) -> list[dict[str, object]]:
    people = [addresses[number] for number in numbers]
    if len(people) == 1:
        return [{"people": people}]
    return [{"people": people, "since": "2025-01-06", "turns": "week"}]

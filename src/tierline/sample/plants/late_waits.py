"""A plant in waits (F09): agent-07 sets cases waiting shortly before they would be late, and asks
nothing. Beside them somebody who waits as often, and as late, with a question each time."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from tierline.sample.chance import Chance
from tierline.sample.plants.case_lives import (
    asked,
    is_plain,
    opened_at,
    retold,
    severity_when_waiting,
    waits,
    with_wait,
)
from tierline.sample.staff import STAFF
from tierline.sample.story import AGENTS, HONEST_PAUSER, HOUR, QUIET_PAUSER
from tierline.sample.truth import Decoy

if TYPE_CHECKING:
    from tierline.sample.company import Company, RaisedCase

_PERCENT = 38
_LEAST_WAITS, _MOST_MORE = 8, 8
_LATE_SECONDS, _IN_TIME_SECONDS = (120, 540), (2 * HOUR, 6 * HOUR)
_TIMED = (0, 1)
"""Severities whose resolution is promised: a wait stops no clock of the others."""
_MAJOR = 1
_THURSDAY = 3


def quiet_waits(company: Company) -> None:
    """38% of what agent-07 sets waiting, within ten minutes of a breach and without a question."""
    chance = Chance(company.cast.seed, "quiet waits")
    free = chance.shuffled(_free(company))
    ordinary = _asking(company, QUIET_PAUSER)
    found = _share_of(ordinary, len(free))
    if found is None:
        return  # a company with next to no cases
    more, quiet = found
    rest = iter(free)
    for place in islice(rest, quiet):
        _wait(company, place, QUIET_PAUSER, chance.between(*_LATE_SECONDS), asks=False)
    for place in islice(rest, more):
        _wait(company, place, QUIET_PAUSER, chance.between(*_IN_TIME_SECONDS), asks=True)
    for place in islice(rest, quiet + 2):
        _wait(company, place, HONEST_PAUSER, chance.between(*_LATE_SECONDS), asks=True)
    company.plant(
        "F09",
        "late_waits",
        _name(QUIET_PAUSER),
        {"rank": "1", "percent": str(_PERCENT), "restated_is_lower": "yes"},
    )
    because = "waits often and late, and asks each time"
    company.truth.decoys.append(Decoy(_name(HONEST_PAUSER), because))


def _asking(company: Company, agent: int) -> int:
    """How many waits of an agent stop a clock; each of them asks from now on. The old plan times
    no resolution."""
    timing = {each.name for each in company.customers if not each.is_gold}
    places = [
        place
        for place, each in enumerate(company.cases)
        if each.life.story.agent == agent and severity_when_waiting(each.life) in _TIMED
    ]
    for place in places:
        retold(company, place, asked)
    return sum(company.cases[place].who in timing for place in places)


def _free(company: Company) -> list[int]:
    """Cases that may be told with a late wait: where agent-07 works, of who stays on one tier, and
    due on days on which its clocks never stand still."""
    queues = {queue for queue, agents in AGENTS.items() if QUIET_PAUSER in agents}
    moving = {each.name for each in company.customers if each.rises_on or each.is_gold}
    return [
        place
        for place, each in enumerate(company.cases)
        if (story := each.life.story).queue in queues
        and story.severity == _MAJOR
        and (story.tier.name == "Enterprise" or _is_of_a_week(each))
        and each.who is not None
        and each.who not in moving
        and is_plain(each.life)
        and not waits(each.life)
    ]


def _is_of_a_week(each: RaisedCase) -> bool:
    """Whether it is of Priority, and due before the weekend."""
    return each.life.story.tier.name == "Priority" and opened_at(each).weekday() < _THURSDAY


def _wait(company: Company, place: int, agent: int, left_seconds: int, *, asks: bool) -> None:
    story = replace(company.cases[place].life.story, agent=agent)
    lasts = Chance(company.cast.seed, "lasts", story.number).between(6, 30) * HOUR
    retold(
        company,
        place,
        lambda life: with_wait(replace(life, story=story), left_seconds, asks=asks, lasts=lasts),
    )


def _share_of(ordinary: int, most: int) -> tuple[int, int] | None:
    """How many ordinary waits more, and how many quiet ones, make the share to a whole percent;
    None where there are too few cases."""
    found = [
        (more, quiet)
        for more in range(min(most, _MOST_MORE))
        for quiet in range(1, most - more)
        if (total := ordinary + more + quiet) >= _LEAST_WAITS
        and round(100 * quiet / total) == _PERCENT
    ]

    def distance(each: tuple[int, int]) -> float:
        more, quiet = each
        return abs(quiet / (ordinary + more + quiet) - _PERCENT / 100)

    return min(found, key=distance, default=None)


def _name(agent: int) -> str:
    return next(each.name for each in STAFF if each.number == agent)

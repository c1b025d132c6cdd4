"""A plant in how cases are found (F10): the promises of Priority are kept, and its customers are
less content than all others: cases come back, and updates say nothing."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import cycle
from typing import TYPE_CHECKING

from tierline.kernel.instants import SECOND_US, to_micros
from tierline.sample.chance import Chance
from tierline.sample.plants.case_lives import is_plain, plan_of, reopened, retold
from tierline.sample.story import COMPLETE_UNTIL, HOUR

if TYPE_CHECKING:
    from tierline.sample.company import Company

_SCORES = (5, 2, 4, 3, 3)
"""3.4 in the mean."""
_REOPENED_PERCENT = 21
_EMPTY_OF_THOUSAND = 600
_MILD = 2
_LATEST = to_micros(COMPLETE_UNTIL) // SECOND_US - 12 * 24 * HOUR


def watermelon(company: Company) -> None:
    """Green outside, red inside."""
    chance = Chance(company.cast.seed, "watermelon")
    standing = {each.name: each for each in company.customers}
    places = [
        place
        for place, each in enumerate(company.cases)
        if each.who is not None and plan_of(standing[each.who], each) == "priority"
    ]
    _reopen(company, chance.shuffled(places))
    _rate(company, places)
    for place in places:
        if chance.happens(_EMPTY_OF_THOUSAND):
            retold(company, place, partial(replace, says_nothing=True))
    values = {"satisfaction": "3.4", "reopened_percent": str(_REOPENED_PERCENT)}
    company.plant("F10", "opposing_moves", "priority", values)


def _reopen(company: Company, places: list[int]) -> None:
    """Mild matters that come back a day after they were resolved."""
    lives = {place: company.cases[place].life for place in places}
    resolved = [place for place, life in lives.items() if life.resolved]
    already = sum(
        any("reopen_count" in step.changes for step in lives[place].steps) for place in resolved
    )
    may = [
        place
        for place in resolved
        if (life := lives[place]).story.severity >= _MILD
        and is_plain(life)
        and life.resolved < _LATEST
    ]
    more = max(0, round(len(resolved) * _REOPENED_PERCENT / 100) - already)
    for place in may[:more]:
        retold(company, place, reopened)


def _rate(company: Company, places: list[int]) -> None:
    """Five at a time have the mean to a tenth; the rest of them say nothing."""
    rated = [place for place in places if company.cases[place].life.score]
    keep = len(rated) // len(_SCORES) * len(_SCORES)
    for place, score in zip(rated[:keep], cycle(_SCORES), strict=False):
        retold(company, place, partial(replace, score=score))
    for place in rated[keep:]:
        retold(company, place, partial(replace, score=0))

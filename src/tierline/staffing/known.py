"""What past cases, agents and calendars say of a desk, for a question about a target."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from tierline.kernel.instants import from_micros, to_micros
from tierline.staffing.credible import Situation
from tierline.staffing.desk import SLOTS, Askers, Desk
from tierline.staffing.week import HOURS, hours_of_week, monday_of, on_duty, open_week

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tierline.routing.agent import Agent
    from tierline.routing.plan import Plan
    from tierline.staffing.question import Question

LEAST_CASES = 30
"""Fewer that the same people take, or of which time was entered, say nothing of a desk."""
LEAST_LIKE = 8
"""Fewer of the tier and severity say nothing of when these come."""
_BACK_WITHIN = timedelta(days=7)
_MOST_SPREAD = 3.0
_MINUTES = 60
Kind = tuple[str, str]
"""A tier and a severity."""


class Lack(StrEnum):
    """What is not known well enough for a figure."""

    cases = auto()
    like_it = auto()
    time = auto()
    people = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCases:
    """Cases that were opened from `since` until before `until`, as columns. `minutes` and
    `sittings` are what was entered of time, 0 where nothing was; `squares` the sum of the squares
    of these minutes."""

    since: datetime
    until: datetime
    kinds: tuple[Kind, ...]
    kind: NDArray[np.int64]
    zones: tuple[str, ...]
    zone: NDArray[np.int64]
    opened: NDArray[np.int64]
    minutes: NDArray[np.int64]
    sittings: NDArray[np.int64]
    squares: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """What a case takes; `timed` are the cases of which time was entered."""

    case_minutes: float
    sittings: float
    spread: float
    timed: int
    variation: float
    """The standard deviation of the minutes of a case, as a share of their mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was learned. `like` are the cases of the tier and severity, `cases` those that the same
    people take (a case of which they are half of those who may take it counts half)."""

    since: datetime
    until: datetime
    like: int
    cases: float
    timed: int
    effort: Effort | None
    people: int
    """Those recorded who may take such cases."""
    staff: NDArray[np.int64]
    lacks: tuple[Lack, ...]
    situation: Situation | None

    @property
    def most_on_duty(self) -> int:
        """At once, in the week."""
        return int(self.staff.max(initial=0))


def known_of(question: Question, past: PastCases, agents: Sequence[Agent], plan: Plan) -> Known:
    """What is known; without a situation where it is too little."""
    monday = monday_of(past.until)
    there = [each for each in agents if not each.is_absent(past.until + _BACK_WITHIN)]
    own = _takers(there, plan, (question.tier, question.severity))
    parts = np.array(
        [_part(own, _takers(there, plan, kind), there, kind, question) for kind in past.kinds]
    )
    weights = parts[past.kind] if len(past.kind) else np.zeros(0)
    like = _like(question, past)
    effort = _effort(question, past, weights > 0)
    askers = tuple(_askers(question, past, like, monday))
    cover = np.zeros(SLOTS, dtype=np.bool_)
    for each in askers:
        cover |= each.open > 0
    staff = on_duty(own, monday)
    if question.agents is not None:
        staff = question.agents * cover.astype(np.int64)
    lacks = [
        lack
        for lack, is_so in (
            (Lack.like_it, int(like.sum()) < LEAST_LIKE),
            (Lack.cases, float(weights.sum()) < LEAST_CASES),
            (Lack.time, effort is None),
            (Lack.people, question.agents is None and not there),
        )
        if is_so
    ]
    situation = None
    if not lacks and effort is not None:
        situation = Situation(
            desk=_desk(question, past, weights, effort, monday),
            staff=staff,
            cover=cover,
            askers=askers,
            unsure=_unsure(float(weights.sum()), effort),
        )
    return Known(
        since=_watched(past),
        until=past.until,
        like=int(like.sum()),
        cases=float(weights.sum()),
        timed=int(((weights > 0) & (past.sittings > 0)).sum()),
        effort=effort,
        people=len(own),
        staff=staff,
        lacks=tuple(lacks),
        situation=situation,
    )


def _takers(people: Sequence[Agent], plan: Plan, kind: Kind) -> tuple[Agent, ...]:
    """Who may take such cases by the plan: skills, regions and clearances narrow a single case, and
    are not asked here."""
    levels = plan.levels(*kind)
    return tuple(each for each in people if levels.lowest <= each.level <= levels.highest)


def _part(
    own: Sequence[Agent],
    others: Sequence[Agent],
    everybody: Sequence[Agent],
    kind: Kind,
    question: Question,
) -> float:
    """What part of such cases comes to those who take what is asked about: as they are a part of
    all who may."""
    if not everybody or kind == (question.tier, question.severity):
        return 1.0
    users = {each.user for each in own}
    return sum(each.user in users for each in others) / len(others) if others else 0.0


def _like(question: Question, past: PastCases) -> NDArray[np.bool_]:
    asked = (question.tier, question.severity)
    return np.isin(past.kind, [place for place, kind in enumerate(past.kinds) if kind == asked])


def _effort(question: Question, past: PastCases, theirs: NDArray[np.bool_]) -> Effort | None:
    """As it was stated, else as it was entered; None where too few say it."""
    timed = theirs & (past.sittings > 0)
    minutes, count = past.minutes[timed], int(timed.sum())
    is_known = count >= LEAST_CASES
    if question.case_minutes is None and not is_known:
        return None
    mean = float(minutes.mean()) if is_known else 0.0
    sittings = float(past.sittings[timed].mean()) if is_known else 1.0
    piece = mean / sittings
    second = float(past.squares[timed].sum() / past.sittings[timed].sum()) if is_known else 0.0
    stated = question.case_minutes
    return Effort(
        case_minutes=mean if stated is None else float(stated),
        sittings=sittings if question.sittings is None else float(question.sittings),
        spread=min(max(second / piece**2 - 1, 0.0), _MOST_SPREAD) if is_known else 1.0,
        timed=count,
        variation=float(minutes.std()) / mean if stated is None else 0.0,
    )


def _desk(
    question: Question,
    past: PastCases,
    weights: NDArray[np.float64],
    effort: Effort,
    monday: int,
) -> Desk:
    ranks = [_rank(question, kind) for kind in past.kinds]
    own = _rank(question, (question.tier, question.severity))
    order = np.array([(rank > own) - (rank < own) for rank in ranks])[past.kind]
    hours = _hours(past, monday)
    an_hour = effort.case_minutes / _MINUTES / _weeks(past)
    before, same, after = (
        np.repeat(
            np.bincount(hours[order == each], weights[order == each], HOURS) * an_hour,
            SLOTS // HOURS,
        )
        for each in (-1, 0, 1)
    )
    return Desk(
        before=before,
        same=same,
        after=after,
        piece_hours=effort.case_minutes / effort.sittings / _MINUTES,
        spread=effort.spread,
    )


def _rank(question: Question, kind: Kind) -> tuple[int, int]:
    """The order of the queue: severity, then tier (`routing/queue.py: rank`)."""
    tier, severity = kind
    terms = question.terms
    worst = (
        terms.severities.index(severity) if severity in terms.severities else len(terms.severities)
    )
    return worst, -terms.tiers.index(tier) if tier in terms.tiers else 1


def _askers(
    question: Question, past: PastCases, like: NDArray[np.bool_], monday: int
) -> list[Askers]:
    """Those of one zone together, where the hours are kept in the customer's."""
    if question.hours not in question.terms.local_hours:
        hours = question.terms.hours[question.hours]
        return [_askers_of(_hours(past, monday)[like], open_week(hours, monday))]
    found = []
    for place, zone in enumerate(past.zones):
        theirs = like & (past.zone == place)
        if theirs.any():
            hours = question.terms.in_zone(zone).hours[question.hours]
            found.append(_askers_of(_hours(past, monday)[theirs], open_week(hours, monday)))
    return found


def _askers_of(hours: NDArray[np.int64], opened: NDArray[np.float64]) -> Askers:
    come = np.repeat(np.bincount(hours, minlength=HOURS).astype(np.float64), SLOTS // HOURS)
    return Askers(come=come, open=opened)


def _hours(past: PastCases, monday: int) -> NDArray[np.int64]:
    found = np.zeros(len(past.opened), dtype=np.int64)
    for place, zone in enumerate(past.zones):
        theirs = past.zone == place
        found[theirs] = hours_of_week(past.opened[theirs], zone, monday)
    return found


def _watched(past: PastCases) -> datetime:
    """From the first case on, where the desk is younger than the stretch."""
    first = int(past.opened.min()) if len(past.opened) else to_micros(past.since)
    return max(past.since, from_micros(first))


def _weeks(past: PastCases) -> float:
    return max((past.until - _watched(past)) / timedelta(weeks=1), 1.0)


def _unsure(cases: float, effort: Effort) -> float:
    """The relative error of the work that comes: cases are counted, minutes a mean."""
    of_time = effort.variation**2 / effort.timed if effort.timed else 0.0
    return sqrt(1 / max(cases, 1.0) + of_time)

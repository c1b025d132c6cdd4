"""What a case costs its customer, and whether the first contact was enough, by channel and tier."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from tierline.cases.effort import BEST_SCORE
from tierline.kernel.errors import Invalid
from tierline.scorecards.experience import Share
from tierline.scorecards.intervals import WEAK_BELOW, Z_95, Interval

BY = ("channel", "tier")
QUIET_DAYS = 7
"""So long nobody of the account comes back on the topic where the first contact was enough."""
REOPEN_POINTS = 2
MOST_DAYS = 10
"""A case counts no more days of waiting than these, so that one forgotten case is not a channel."""
Raised = Mapping[tuple[str, str], Sequence[int]]
"""When cases were raised (microseconds), by account and topic."""
_DAY_US = 86_400_000_000
_QUIET_US = QUIET_DAYS * _DAY_US


@dataclass(frozen=True, slots=True, kw_only=True)
class EffortCase:
    """A case that was resolved. `contacts` are what its customer said until then with its opening,
    `minutes` what was entered for it; instants are microseconds. `back_at` is when it was reopened
    first, or its customer wrote again, after it was resolved."""

    account: str
    topic: str
    channel: str
    tier: str
    opened: int
    resolved: int
    back_at: int | None
    contacts: int
    handoffs: int
    reopens: int
    score: int | None
    minutes: int

    @property
    def days(self) -> float:
        """Days from raising to resolution, at most MOST_DAYS."""
        return min((self.resolved - self.opened) / _DAY_US, float(MOST_DAYS))

    @property
    def points(self) -> float:
        """The parts of the index that every case has."""
        return self.contacts - 1 + self.handoffs + REOPEN_POINTS * self.reopens + self.days


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerEffort:
    """A channel, a tier, or both. Each part is a mean by case; `index` is their sum with `survey`,
    which is BEST_SCORE less the mean score (0 where nobody answered)."""

    group: tuple[str, ...]
    cases: int
    first_contact: Share
    contacts: float
    handoffs: float
    reopens: float
    days: float
    survey: float
    answers: int
    index: float
    interval: Interval | None
    timed: int
    minutes: float | None
    """Entered time by case, of the `timed` ones for which any was."""

    @property
    def is_weak(self) -> bool:
        """Whether it rests on too few cases."""
        return self.cases < WEAK_BELOW

    @property
    def cost(self) -> float | None:
        """Minutes of ours times effort of theirs: less is better; None on too few."""
        if self.minutes is None or self.timed < WEAK_BELOW or self.is_weak:
            return None
        return self.minutes * self.index


def effort_by(
    cases: Sequence[EffortCase], by: Sequence[str], raised: Raised, known_until: int
) -> tuple[CustomerEffort, ...]:
    """By names of BY. Raises Invalid for any other. Whether the first contact was enough is decided
    where the QUIET_DAYS after the resolution are over by `known_until`; others are not counted for
    it. `raised` are all cases, resolved or not."""
    for word in by:
        if word not in BY:
            raise Invalid(f"'{word}' is none of: {', '.join(BY)}.", code="unknown_dimension")
    came_back = _came_back(cases, raised)
    groups: dict[tuple[str, ...], list[int]] = {}
    for place, case in enumerate(cases):
        groups.setdefault(tuple(getattr(case, word) for word in by), []).append(place)
    found = []
    for group, places in sorted(groups.items()):
        decided = [at for at in places if cases[at].resolved + _QUIET_US <= known_until]
        enough = sum(cases[at].contacts == 1 and not came_back[at] for at in decided)
        of_one = [cases[at] for at in places]
        found.append(_row(group, of_one, Share(enough, len(decided))))
    return tuple(found)


def best_of(rows: Iterable[CustomerEffort]) -> CustomerEffort | None:
    """The one with the best cost for effort; None where fewer than two can be compared."""
    known = [(each.cost, each) for each in rows if each.cost is not None]
    return min(known, key=lambda each: each[0])[1] if len(known) > 1 else None


def _came_back(cases: Sequence[EffortCase], raised: Raised) -> list[bool]:
    """By case: whether somebody of its account wrote on the topic within QUIET_DAYS after it was
    resolved, in it or in a new case. What is about nothing known has no further case."""
    ordered = {key: sorted(times) for key, times in raised.items()}
    found = []
    for case in cases:
        until = case.resolved + _QUIET_US
        times = ordered.get((case.account, case.topic), []) if case.topic else []
        following = bisect_right(times, case.resolved)
        has_another = following < len(times) and times[following] <= until
        found.append(has_another or (case.back_at is not None and case.back_at <= until))
    return found


def _row(group: tuple[str, ...], cases: Sequence[EffortCase], first: Share) -> CustomerEffort:
    scores = [BEST_SCORE - case.score for case in cases if case.score is not None]
    timed = [case.minutes for case in cases if case.minutes]
    survey = _mean(scores)
    return CustomerEffort(
        group=group,
        cases=len(cases),
        first_contact=first,
        contacts=_mean([case.contacts - 1 for case in cases]),
        handoffs=_mean([case.handoffs for case in cases]),
        reopens=_mean([REOPEN_POINTS * case.reopens for case in cases]),
        days=_mean([case.days for case in cases]),
        survey=survey,
        answers=len(scores),
        index=_mean([case.points for case in cases]) + survey,
        interval=_interval([case.points for case in cases], scores),
        timed=len(timed),
        minutes=_mean(timed) if timed else None,
    )


def _interval(points: Sequence[float], scores: Sequence[float]) -> Interval | None:
    """95% interval of the sum of both means (normal); None for fewer than two cases."""
    if len(points) <= 1:
        return None
    middle = _mean(points) + _mean(scores)
    half = Z_95 * sqrt(_square_error(points) + _square_error(scores))
    return Interval(max(0.0, middle - half), middle + half)


def _square_error(values: Sequence[float]) -> float:
    if len(values) <= 1:
        return 0.0
    mean = _mean(values)
    return sum((each - mean) ** 2 for each in values) / (len(values) - 1) / len(values)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0

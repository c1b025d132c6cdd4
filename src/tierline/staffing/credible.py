"""Whether a target can be believed: the share of cases begun in time with the people there are, how
many people it would take, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tierline.kernel.errors import Invalid
from tierline.staffing.desk import SLOT_HOURS
from tierline.staffing.queue import line_of
from tierline.staffing.wait import in_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tierline.staffing.desk import Askers, Desk

CREDIBLE_PERCENT = 95
"""What must be attained where the catalog commits to no share."""
MOST_ON_DUTY = 60
MOST_EXTRA = 40
_FEWER = (-2, -1)
_FIRST, _RUNGS = (0, 1, 2, 3, 4), (8, 16, 24, 32, MOST_EXTRA)
_BESIDE = (1 / 4, 1 / 3, 1 / 2, 2 / 3, 3 / 4, 4 / 3, 3 / 2, 2, 3, 4, 6)
"""The targets beside the one that is asked about, as its multiples."""
_Z_95 = 1.959963984540054
_MINUTES = 60
_PERCENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A desk with its people, and whose cases are asked about. `cover` are the slots in which
    whoever comes in addition is on duty, `unsure` the relative error of how much work comes."""

    desk: Desk
    staff: NDArray[np.int64]
    cover: NDArray[np.bool_]
    askers: tuple[Askers, ...]
    unsure: float = 0.0

    @property
    def cover_hours(self) -> float:
        """Hours of a week that one more is on duty."""
        return float(self.cover.sum()) * SLOT_HOURS


@dataclass(frozen=True, slots=True, kw_only=True)
class Credibility:
    """`share` is begun in time with the people there are; `low` and `high` are its 95% interval
    by what is not known of how much work comes. `extra` is how many more have to be on duty for
    `wanted`, None where MOST_EXTRA are not enough."""

    within_minutes: float
    wanted: float
    share: float
    low: float
    high: float
    extra: int | None
    by_target: tuple[tuple[float, float], ...]
    by_extra: tuple[tuple[int, float], ...]

    @property
    def is_credible(self) -> bool:
        """Whether as much is attained as is wanted."""
        return self.share >= self.wanted


def credibility_of(
    situation: Situation, within_minutes: float, wanted_percent: float = CREDIBLE_PERCENT
) -> Credibility:
    """The answer for a target in minutes of open time. Raises Invalid for a desk too large to be
    followed."""
    if int(situation.staff.max(initial=0)) > MOST_ON_DUTY:
        raise Invalid(
            f"More than {MOST_ON_DUTY} people on duty at once are not worked out here. Ask for a "
            "part of the desk.",
            code="too_many_on_duty",
        )
    wanted = wanted_percent / _PERCENT
    spare = _Z_95 * situation.unsure
    fewer = [each for each in _FEWER if _keeps_up(situation, each)]
    rows = [*fewer, *_FIRST, 0, 0]
    loads = np.ones(len(rows))
    loads[-2:] = (1 + spare, max(1 - spare, 0.0))
    beside = {max(1.0, float(round(within_minutes * each))) for each in _BESIDE}
    targets = sorted(beside | {within_minutes})
    found = _shares(situation, rows, loads, targets)
    shares = found[targets.index(within_minutes)]
    known = {each: float(share) for each, share in zip(rows[:-2], shares, strict=False)}
    extra = _enough(situation, known, within_minutes, wanted)
    now = found[:, rows.index(0)]
    return Credibility(
        within_minutes=within_minutes,
        wanted=wanted,
        share=known[0],
        low=min(float(shares[-2]), known[0]),
        high=max(float(shares[-1]), known[0]),
        extra=extra,
        by_target=tuple(zip(targets, map(float, now), strict=True)),
        by_extra=tuple(sorted(known.items())),
    )


def _enough(
    situation: Situation, known: dict[int, float], within: float, wanted: float
) -> int | None:
    """The fewest in addition that attain what is wanted; what was tried is added to `known`."""
    for rungs in (_FIRST, _RUNGS):
        tried = [each for each in rungs if each not in known]
        if tried:
            found = _shares(situation, tried, np.ones(len(tried)), [within])[0]
            known.update(zip(tried, map(float, found), strict=True))
        enough = next((each for each in rungs if known[each] >= wanted), None)
        if enough is not None:
            break
    else:
        return None
    below = max((each for each in known if 0 <= each < enough), default=enough)
    between = list(range(below + 1, enough))
    if between:
        found = _shares(situation, between, np.ones(len(between)), [within])[0]
        known.update(zip(between, map(float, found), strict=True))
    return next(each for each in sorted(known) if each >= 0 and known[each] >= wanted)


def _shares(
    situation: Situation,
    extras: Sequence[int],
    loads: NDArray[np.float64],
    targets: Sequence[float],
) -> NDArray[np.float64]:
    """By target in minutes and by number of people in addition: nothing where what is taken first
    is more than can be done."""
    desk = situation.desk
    staff = np.array([_with(situation, each) for each in extras])
    first = float((desk.before + desk.same).sum()) * loads
    found = np.zeros((len(targets), len(extras)))
    rows = np.flatnonzero(first < staff.sum(axis=1))
    if len(rows):
        line = line_of(desk, staff[rows], loads[rows])
        for place, minutes in enumerate(targets):
            within = minutes / _MINUTES
            shares = in_time(desk, staff[rows], loads[rows], line, situation.askers, within)
            found[place, rows] = shares
    return found


def _keeps_up(situation: Situation, extra: int) -> bool:
    """Whether a week's work is done in a week."""
    return bool(situation.desk.work.sum() < _with(situation, extra).sum())


def _with(situation: Situation, extra: int) -> NDArray[np.int64]:
    found: NDArray[np.int64] = np.maximum(situation.staff + extra * situation.cover, 0)
    return found

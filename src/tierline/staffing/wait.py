"""The probability that somebody begins in time, from how the desk stands when a case comes.

Who finds somebody free waits for nobody. Who finds all busy and `n` portions ahead waits until the
desk has done with `n + 1`, less what comes meanwhile and is taken before. Portions that are done,
and such that come, are counts of chance (Poisson) whose means follow from who is on duty until the
deadline; whether the line was ever empty until then is the reflection of a walk (Feller 1968, An
Introduction to Probability Theory I, chapter 3; for unequal rates Karlin and Taylor 1975, 7.5).
Who comes on duty takes of what waits at once.
"""

from __future__ import annotations

from math import ceil, lgamma, sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tierline.staffing.desk import SLOT_HOURS, SLOTS, passed, value_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tierline.staffing.desk import Askers, Desk
    from tierline.staffing.queue import Line

_SIGMAS = 5
_NEAR = 12
"""Beyond so many it does not matter how long the first one is, but for what it adds."""
_FAR_WEEKS = 30


def in_time(
    desk: Desk,
    staff: NDArray[np.int64],
    loads: NDArray[np.float64],
    line: Line,
    askers: Sequence[Askers],
    within_hours: float,
) -> NDArray[np.float64]:
    """By row: of the cases that are asked about, the share that is begun in so many open hours."""
    found, came = np.zeros(len(loads)), sum(float(each.come.sum()) for each in askers)
    if within_hours <= 0 or not came:
        return found
    for each in askers:
        slots = np.flatnonzero(each.come > 0)
        deadlines = each.deadlines(within_hours)[slots]
        for row, load in enumerate(loads):
            until = _until(desk, staff[row], float(load), slots, deadlines)
            waits = line.ahead[row, slots]
            begun = _begun(until, waits.shape[1])
            met = line.is_free[row, slots] + (waits * begun).sum(axis=1)
            found[row] += float((each.come[slots] * met).sum())
    shares: NDArray[np.float64] = np.clip(found / came, 0, 1)
    return shares


class _Until(NamedTuple):
    """By arrival, up to its deadline, in portions: what is done and what comes that is taken
    before, on average (`meanwhile` while somebody is on duty), what is taken by those who come on
    duty, and how much of a portion the first one is."""

    done: NDArray[np.float64]
    before: NDArray[np.float64]
    meanwhile: NDArray[np.float64]
    taken: NDArray[np.float64]
    first: NDArray[np.float64]


def _until(
    desk: Desk,
    staff: NDArray[np.int64],
    load: float,
    slots: NDArray[np.int64],
    deadlines: NDArray[np.float64],
) -> _Until:
    far = np.minimum(deadlines / SLOT_HOURS, _FAR_WEEKS * SLOTS - 1.0)
    weeks = int((slots.max() + 0.5 + far.max(initial=0)) // SLOTS) + 1
    start = slots.astype(np.float64) + 0.5
    end = start + far
    portion = desk.residual_hours
    first = desk.before * load
    done, before, meanwhile = (
        (value_at(sums, end) - value_at(sums, start)) / portion
        for sums in (
            passed(rates, weeks) for rates in (staff.astype(np.float64), first, first * (staff > 0))
        )
    )
    more = np.maximum(staff - np.roll(staff, 1), 0)
    coming = np.concatenate([np.zeros(1), np.cumsum(np.tile(more, weeks))])
    people = coming[end.astype(np.int64) + 1] - coming[slots + 1]
    taken = (people - 1) * desk.piece_hours / portion + 1
    there = np.maximum(staff[slots], 1)
    length = (desk.piece_hours * (1 - 1 / there) + portion / there) / portion
    return _Until(done, before, meanwhile, np.where(people > 0, taken, 0), length)


def _begun(until: _Until, size: int) -> NDArray[np.float64]:
    """By arrival and by portions ahead: the probability to be begun by the deadline."""
    mean = float(until.before.max(initial=0))
    most = ceil(mean + _SIGMAS * sqrt(mean))
    reached = _reached(until, size, most)
    wanted = np.arange(1, size + 1)[None, :] - until.taken[:, None] + most
    wanted = np.clip(wanted, 0, reached.shape[1] - 1)
    low = wanted.astype(np.int64)
    high = np.minimum(low + 1, reached.shape[1] - 1)
    rows = np.arange(len(wanted))[:, None]
    found: NDArray[np.float64] = reached[rows, low] + (wanted - low) * (
        reached[rows, high] - reached[rows, low]
    )
    return found


def _reached(until: _Until, size: int, most: int) -> NDArray[np.float64]:
    """By arrival and by a number from `-most` to `size`: the probability that by the deadline, or
    at any time until then, so many more were done than came before."""
    tail = _done(until, size + most + 1)
    tail = np.concatenate([np.ones((len(tail), most + 1)), tail], axis=1)
    if not most:
        return tail[:, : size + 1]
    came = _poisson(until.before, most + 1)
    width = size + most + 1
    net = np.zeros((len(tail), width))
    for number in range(most + 1):
        net += came[:, number, None] * tail[:, number : number + width]
    ratio = np.minimum(until.meanwhile / np.maximum(until.done, 1e-12), 1)
    again, ever = np.zeros(len(tail)), net.copy()
    for place in range(width - 3, most, -1):
        again = ratio * (net[:, place + 1] - net[:, place + 2] + again)
        ever[:, place] += again
    return np.clip(ever, 0, 1)


def _done(until: _Until, size: int) -> NDArray[np.float64]:
    """By arrival and by a number from 1: the probability that so many portions are done. The first
    is the first end of several pieces in hand."""
    tail = 1 - np.cumsum(_poisson(until.done + 1 - until.first, size), axis=1)
    for number in range(1, min(_NEAR, size) + 1):
        means = until.done * number / (number - 1 + until.first)
        tail[:, number - 1] = 1 - _poisson(means, number).sum(axis=1)
    return tail


def _poisson(means: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """By mean: the probabilities of 0, 1, 2 and so on."""
    numbers = np.arange(size)
    factorials = np.array([lgamma(each + 1) for each in numbers])
    logs = np.log(np.maximum(means, 1e-300))[:, None] * numbers - means[:, None] - factorials
    found: NDArray[np.float64] = np.exp(logs)
    return found

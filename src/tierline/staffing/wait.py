"""The probability that somebody begins in time, from how the desk stands when a case comes.

Who finds somebody free waits for nobody. Who finds all busy and `n` portions ahead waits until the
desk has done with `n + 1`, less what comes meanwhile and is taken before. Portions that are done,
and such that come, are counts of chance (Poisson) whose means follow from who is on duty until the
deadline; whether the line was ever empty until then is the reflection of a walk (Feller 1968, An
Introduction to Probability Theory I, chapter 3; for unequal rates Karlin and Taylor 1975, 7.5).
Who comes on duty takes of what waits at once.
"""

from __future__ import annotations

from math import ceil, lgamma, log2, pi, sqrt
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from tierline.staffing.desk import SLOT_HOURS, SLOTS, passed, value_at

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from tierline.staffing.desk import Askers, Desk
    from tierline.staffing.queue import Line

_SIGMAS = 5
_NEAR = 12
"""Beyond so many it does not matter how long the first one is, but for what it adds."""
_FAR_WEEKS = 30
COUNTED = 100
"""Where more come that are taken before, on average, their number and what is done meanwhile are
normal numbers: to count each of them takes minutes, and says the same."""
_DEEP = 1_000
"""Where those who come on duty take more than so much, it does not matter how much more."""


def in_time(
    desk: Desk,
    staff: NDArray[np.int64],
    loads: NDArray[np.float64],
    line: Line,
    askers: Sequence[Askers],
    within_hours: float,
) -> NDArray[np.float64]:
    """By row: of the cases that are asked about, the share that is begun in so many open hours."""
    came = sum(float(each.come.sum()) for each in askers)
    if within_hours <= 0 or not came:
        return np.zeros(len(loads))
    when = [np.flatnonzero(each.come > 0) for each in askers]
    deadlines = [each.deadlines(within_hours)[at] for each, at in zip(askers, when, strict=True)]
    come = np.concatenate([each.come[at] for each, at in zip(askers, when, strict=True)])
    slots, until = np.concatenate(when), np.concatenate(deadlines)
    found = np.zeros(len(loads))
    for start in range(0, len(slots), SLOTS):
        some = slice(start, start + SLOTS)
        at = slots[some]
        for row, load in enumerate(loads):
            waits = line.ahead[row, at]
            begun = _begun(_until(desk, staff[row], float(load), at, until[some]), waits.shape[1])
            met = line.is_free[row, at] + (waits * begun).sum(axis=1)
            found[row] += float((come[some] * met).sum())
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


_NetOf: TypeAlias = "Callable[[_Until, int, int], NDArray[np.float64]]"


def _begun(until: _Until, size: int) -> NDArray[np.float64]:
    """By arrival and by portions ahead: the probability to be begun by the deadline."""
    many = until.before > COUNTED
    if not many.any():
        return _begun_of(until, size, _counted)
    found = np.zeros((len(many), size))
    for chosen, net_of in ((many, _measured), (~many, _counted)):
        if chosen.any():
            found[chosen] = _begun_of(_Until(*(each[chosen] for each in until)), size, net_of)
    return found


def _begun_of(until: _Until, size: int, net_of: _NetOf) -> NDArray[np.float64]:
    most = min(ceil(float(until.taken.max(initial=0))), _DEEP)
    reached = _reached(until, net_of(until, size, most), most)
    wanted = np.arange(1, size + 1)[None, :] - until.taken[:, None] + most
    wanted = np.maximum(wanted, 0)
    low = wanted.astype(np.int64)
    high = np.minimum(low + 1, reached.shape[1] - 1)
    rows = np.arange(len(wanted))[:, None]
    found: NDArray[np.float64] = reached[rows, low] + (wanted - low) * (
        reached[rows, high] - reached[rows, low]
    )
    return found


def _reached(until: _Until, net: NDArray[np.float64], most: int) -> NDArray[np.float64]:
    """By arrival and by a number from `-most`: the probability that by the deadline, or at any time
    until then, so many more were done than came before; `net` is that of the deadline alone."""
    ratio = np.minimum(until.meanwhile / np.maximum(until.done, 1e-12), 1)
    again, ever = np.zeros(len(net)), net.copy()
    for place in range(net.shape[1] - 3, most, -1):
        again = ratio * (net[:, place + 1] - net[:, place + 2] + again)
        ever[:, place] += again
    return np.clip(ever, 0, 1)


def _counted(until: _Until, size: int, most: int) -> NDArray[np.float64]:
    """By arrival and by a number from `-most` to `size`: the probability that so many more were
    done than came before. Each number that may come is counted, as a product of transforms."""
    mean = float(until.before.max(initial=0))
    came = _poisson(until.before, ceil(mean + _SIGMAS * sqrt(mean)) + 1)
    width = size + most + 1
    tail = _done(until, size + came.shape[1])
    tail = np.concatenate([np.ones((len(tail), most + 1)), tail], axis=1)[
        :, : width + came.shape[1] - 1
    ]
    if came.shape[1] == 1:
        return tail
    room = 2 ** ceil(log2(tail.shape[1] + came.shape[1]))
    product = np.fft.rfft(tail, room) * np.conj(np.fft.rfft(came, room))
    found: NDArray[np.float64] = np.fft.irfft(product, room)[:, :width]
    return found


def _measured(until: _Until, size: int, most: int) -> NDArray[np.float64]:
    """The same where so many come that what is done beyond them is a normal number."""
    mean = until.done + 1 - until.first - until.before
    spread = np.sqrt(np.maximum(until.done + 1 - until.first, 0) + until.before)
    numbers = np.arange(-most, size + 1)
    return _normal((mean[:, None] - numbers + 0.5) / spread[:, None])


def _normal(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The probability to stay below, within 8 of 100 million (Abramowitz and Stegun 1964,
    26.2.17)."""
    near = 1 / (1 + 0.2316419 * np.abs(values))
    sums = np.zeros_like(values)
    for each in (1.330274429, -1.821255978, 1.781477937, -0.356563782, 0.319381530):
        sums = (sums + each) * near
    beyond = sums * np.exp(-values * values / 2) / sqrt(2 * pi)
    found: NDArray[np.float64] = np.where(values > 0, 1 - beyond, beyond)
    return found


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

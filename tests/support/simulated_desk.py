"""A desk played event by event: what the rule of `staffing` is held against."""

from __future__ import annotations

import heapq
from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from tierline.staffing.desk import SLOT_HOURS, SLOTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierline.staffing.desk import Askers, Desk

_WEEK = SLOTS * SLOT_HOURS
_DONE, _PEOPLE, _COMES = 0, 1, 2


def played(
    desk: Desk, staff: Sequence[int], asked: Askers, within_hours: float, *, weeks: int, seed: int
) -> float:
    """The share of the cases that were asked about whose work began in so many open hours. Pieces
    are lognormal, of one mean; who goes off duty finishes what they have."""
    chance = np.random.default_rng(seed)
    arrivals = [
        _arrivals(flow / desk.piece_hours, weeks, chance)
        for flow in (desk.before, desk.same, desk.after)
    ]
    deadlines = _Deadlines(asked, within_hours)
    events = [(at, _COMES, rank) for rank, times in enumerate(arrivals) for at in times]
    events += [
        ((week * SLOTS + slot) * SLOT_HOURS, _PEOPLE, staff[slot])
        for week in range(weeks)
        for slot in range(SLOTS)
        if staff[slot] != staff[slot - 1] or (week == 0 and slot == 0)
    ]
    heapq.heapify(events)
    lengths = _lengths(desk, sum(map(len, arrivals)), chance)
    queues: list[deque[float]] = [deque(), deque(), deque()]
    on_duty = working = leaving = met = came = 0
    while events:
        now, kind, value = heapq.heappop(events)
        if kind == _PEOPLE:
            leaving += max(0, working - value)
            working = min(working, value)
            on_duty = value
        elif kind == _COMES:
            queues[value].append(now)
        elif leaving and chance.random() * (leaving + working) < leaving:
            leaving -= 1
        else:
            working -= 1
        while working < on_duty and any(queues):
            rank = next(place for place, queue in enumerate(queues) if queue)
            since = queues[rank].popleft()
            if rank == 1 and since > _WEEK:
                came += 1
                met += now - since <= deadlines.of(since) + 1e-9
            working += 1
            heapq.heappush(events, (now + next(lengths), _DONE, 0))
    return met / (came + len([at for at in queues[1] if at > _WEEK]))


class _Deadlines:
    def __init__(self, asked: Askers, within_hours: float) -> None:
        weeks = int(within_hours / (asked.open.sum() * SLOT_HOURS)) + 3
        sums = np.cumsum(np.tile(asked.open, weeks)) * SLOT_HOURS
        self._sums, self._within = np.concatenate([[0.0], sums]), within_hours
        self._edges = np.arange(len(self._sums)) * SLOT_HOURS

    def of(self, since: float) -> float:
        """So many hours after it came."""
        at = since % _WEEK
        wanted = np.interp(at, self._edges, self._sums) + self._within
        place = int(np.searchsorted(self._sums, wanted - 1e-12))
        low = self._sums[place - 1]
        part = (wanted - low) / (self._sums[place] - low)
        return float((place - 1 + part) * SLOT_HOURS - at)


def _arrivals(rates: np.ndarray, weeks: int, chance: np.random.Generator) -> np.ndarray:
    counts = chance.poisson(np.tile(rates * SLOT_HOURS, weeks))
    slots = np.repeat(np.arange(len(counts)), counts)
    return (slots + chance.random(len(slots))) * SLOT_HOURS


def _lengths(desk: Desk, count: int, chance: np.random.Generator):
    sigma = np.sqrt(np.log1p(desk.spread))
    drawn = chance.lognormal(np.log(desk.piece_hours) - sigma**2 / 2, sigma, count + 1)
    return iter(drawn)

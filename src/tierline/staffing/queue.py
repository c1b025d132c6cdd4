"""How many stand in a queue through a week whose work and staff change by the hour.

The numbers in it are followed step by step, instead of taken as they would be if each hour lasted
for ever: so what came overnight stands before the door when it opens, and an hour with too few
people is felt in the next. Two chains are enough for any number of priorities where nobody puts a
piece down:

- of the whole desk: how many work, and beyond that how much waits. It is the birth-death chain of
  M/M/c (Erlang 1917) with rates of the hour;
- of what is taken no later than the cases that are asked about: it grows while all are busy, and
  is what they take first. When all are busy it does not matter what the rest is.

A piece need not be exponential. What waits is counted in portions of the time that a piece in
somebody's hands still lasts, `w = E[S^2] / 2 E[S]`, and not in pieces: in a steady desk the wait is
then that of the two-moment rule for M/G/c (Lee and Longton 1959; Allen and Cunneen), with
priorities that of Cobham (1954), Operations Research 2, 70-76; with exponential pieces both
chains are exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt
from typing import TYPE_CHECKING

import numpy as np

from tierline.kernel.errors import Invalid
from tierline.staffing.desk import SLOT_HOURS, SLOTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tierline.staffing.desk import Desk

MOST_WAITING = 240
"""Portions of work for which there is room: beyond them a desk has more to do than it can do, and
what comes is turned away where nothing follows from it but how busy it is."""
_ROOM, _SIGMAS, _TAIL = 24, 6, 7
_A_DAY = SLOTS // 7
"""Before the week that counts, so that it does not begin with an empty desk."""
_MOST_WEEKS, _SETTLED = 4, 0.002
_LOOKS, _STILL = 4, 1e-4
MOST_STEPS = 60_000
"""So many steps of a week are followed, six seconds of work: many people with very short pieces
take more."""


@dataclass(frozen=True, slots=True)
class Line:
    """How the desk stands in the middle of each slot, for several stated numbers of people.
    `ahead[row, slot, n]` is the probability that all are busy and `n` portions wait that are taken
    first."""

    ahead: NDArray[np.float64]

    @property
    def is_free(self) -> NDArray[np.float64]:
        """By row and slot: the probability that somebody is free."""
        found: NDArray[np.float64] = np.clip(1 - self.ahead.sum(axis=2), 0, 1)
        return found


def line_of(desk: Desk, staff: NDArray[np.int64], loads: NDArray[np.float64]) -> Line:
    """Follow a week. `staff[row, slot]` are people on duty, `loads[row]` what all work is
    multiplied by. Raises Invalid where that would take too long."""
    size = _room_for(desk, staff, loads)
    chains = _Chains(desk, staff, loads, size)
    return Line(chains.settled())


def _room_for(desk: Desk, staff: NDArray[np.int64], loads: NDArray[np.float64]) -> int:
    """Portions for which there must be room: what would wait if nothing were left to chance, and
    what a steady desk as full as this one at its fullest has waiting once in a thousand times."""
    most, coming = 0.0, desk.work[None, :] * loads[:, None]
    waiting = np.zeros(len(loads))
    for _ in range(2):
        for slot in range(SLOTS):
            change = (coming[:, slot] - staff[:, slot]) * SLOT_HOURS
            waiting = np.maximum(waiting + change, 0)
            most = max(most, float(waiting.max()))
    portions = most / desk.residual_hours
    load = coming / np.maximum(staff, 1)
    fullest = float(load[(load < 1) & (staff > 0)].max(initial=0))
    by_chance = min(MOST_WAITING, ceil(_TAIL / (1 - fullest)))
    return min(MOST_WAITING, ceil(portions + _SIGMAS * sqrt(portions)) + max(_ROOM, by_chance))


class _Chains:
    """Both chains of all rows, as they stand."""

    def __init__(
        self, desk: Desk, staff: NDArray[np.int64], loads: NDArray[np.float64], size: int
    ) -> None:
        self._desk, self._staff, self._loads, self._size = desk, staff, loads, size
        self._left = MOST_STEPS
        rows, most = len(loads), int(staff.max(initial=0))
        self._all = np.zeros((rows, most + size))
        is_behind = desk.work.sum() * loads >= staff.sum(axis=1)
        self._all[:, 0] = np.where(is_behind, 0.0, 1.0)
        self._all[:, -1] = np.where(is_behind, 1.0, 0.0)
        self._ahead = np.zeros((rows, size))
        self._at = np.arange(most + size)
        self._people = staff[:, -1].copy()
        self._rates = np.zeros((2, rows, most + size))
        self._pair = np.zeros((2, rows, 1))
        self._is_busy: NDArray[np.float64] = np.zeros_like(self._all)

    def settled(self) -> NDArray[np.float64]:
        """The week after which the next one is the same."""
        seen = np.zeros((len(self._loads), SLOTS, self._size))
        self._follow(range(SLOTS - _A_DAY, SLOTS), seen)
        for _ in range(_MOST_WEEKS):
            before = self._all.copy()
            self._follow(range(SLOTS), seen)
            if float(np.abs(self._all - before).sum(axis=1).max()) < _SETTLED:
                break
        return seen

    def _follow(self, slots: range, seen: NDArray[np.float64]) -> None:
        for slot in slots:
            self._change_people(self._staff[:, slot])
            steps = self._set_rates(slot)
            half = (steps + 1) // 2
            self._run(half, steps)
            seen[:, slot] = self._whole()
            self._run(steps - half, steps)

    def _set_rates(self, slot: int) -> int:
        """The rates of a slot; answers in how many steps it is followed."""
        desk, people = self._desk, self._people[:, None]
        coming = (desk.work[slot] * self._loads)[:, None]
        is_served = self._at[None, :] < people
        self._is_busy = np.where(is_served, 0.0, 1.0)
        portion = desk.residual_hours
        self._rates[0] = np.where(is_served, coming / desk.piece_hours, coming / portion)
        self._rates[0][:, -1] = 0
        in_hand = self._at[None, :] / desk.piece_hours
        self._rates[1] = np.where(self._at[None, :] <= people, in_hand, people / portion)
        first = ((desk.before[slot] + desk.same[slot]) * self._loads)[:, None]
        self._pair[0], self._pair[1] = first / portion, people / portion
        fastest = float((self._rates[0] + self._rates[1]).max())
        return max(2, ceil(fastest * SLOT_HOURS))

    def _run(self, steps: int, of: int) -> None:
        """So many steps of a slot, or fewer where nothing changes any more."""
        length = SLOT_HOURS / of
        for step in range(steps):
            busy = self._busy()
            slope = self._slope_of_all(self._all)
            slope_ahead = self._slope_of_ahead(self._ahead, busy)
            if step % _LOOKS == 0 and _is_still(slope) and _is_still(slope_ahead):
                return
            self._left -= 1
            if not self._left:
                raise _too_short()
            curve = self._slope_of_all(slope)
            halfway = self._ahead + slope_ahead * (length / 2)
            self._all += slope * length + curve * (length * length / 2)
            middle = (busy + self._busy()) / 2
            self._ahead += self._slope_of_ahead(halfway, middle) * length

    def _busy(self) -> NDArray[np.float64]:
        """By row: the probability that nobody is free."""
        found: NDArray[np.float64] = np.einsum("ij,ij->i", self._all, self._is_busy)
        return found

    def _slope_of_all(self, chain: NDArray[np.float64]) -> NDArray[np.float64]:
        up, down = self._rates[0] * chain, self._rates[1] * chain
        slope: NDArray[np.float64] = -up - down
        slope[:, 1:] += up[:, :-1]
        slope[:, :-1] += down[:, 1:]
        return slope

    def _slope_of_ahead(
        self, chain: NDArray[np.float64], busy: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Place 0 holds nothing: that all are busy and none of these waits follows from `busy`."""
        chain[:, 0] = np.maximum(busy - chain[:, 1:].sum(axis=1), 0)
        up, down = self._pair[0] * chain, self._pair[1] * chain
        up[:, -1] = 0
        slope: NDArray[np.float64] = -up - down
        slope[:, 1:] += up[:, :-1]
        slope[:, :-1] += down[:, 1:]
        slope[:, 0] = 0
        return slope

    def _whole(self) -> NDArray[np.float64]:
        """What is ahead, with place 0."""
        found = np.maximum(self._ahead, 0)
        found[:, 0] = np.maximum(self._busy() - found[:, 1:].sum(axis=1), 0)
        return found

    # who comes and goes -----------------------------------------------------------------------

    def _change_people(self, people: NDArray[np.int64]) -> None:
        """Who begins takes what waits; who goes finishes the piece in hand beyond their time, and
        is the first to go where they have none."""
        for row in np.flatnonzero(people != self._people):
            before, now = int(self._people[row]), int(people[row])
            self._all[row] = _moved(self._all[row], self._places(before, now))
            if now > before:
                taken = (now - before) * self._desk.piece_hours / self._desk.residual_hours
                places = np.maximum(np.arange(self._size) - taken, 0.0)
                self._ahead[row] = _moved(self._ahead[row], places)
        self._people = people.copy()

    def _places(self, before: int, now: int) -> NDArray[np.float64]:
        """Where each state of the whole desk goes."""
        at = self._at.astype(np.float64)
        if now < before:
            return np.where(at > before, at - (before - now), np.minimum(at, now))
        portion = self._desk.residual_hours / self._desk.piece_hours
        pieces = (at - before) * portion
        more = now - before
        waiting = np.where(pieces <= more, before + pieces, now + (pieces - more) / portion)
        return np.where(at <= before, at, waiting)


def _too_short() -> Invalid:
    return Invalid(
        "So many pieces of work that are so short are not worked out here. Ask for a part of the "
        "desk, or with fewer sittings.",
        code="too_many_pieces",
    )


def _is_still(slope: NDArray[np.float64]) -> bool:
    """Whether a slot at this pace changes next to nothing."""
    return float(np.abs(slope).sum(axis=1).max()) * SLOT_HOURS < _STILL


def _moved(chain: NDArray[np.float64], places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities at other places; one between two is shared."""
    low = np.minimum(places.astype(np.int64), len(chain) - 1)
    part = np.minimum(places - low, 1.0)
    found = np.zeros(len(chain))
    np.add.at(found, low, chain * (1 - part))
    np.add.at(found, np.minimum(low + 1, len(chain) - 1), chain * part)
    return found

"""A desk over an ordinary week: what work comes in each quarter of an hour, and who is there."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SLOTS = 7 * 24 * 4
"""A week from Monday 00:00 UTC, in quarters of an hour."""
SLOT_HOURS = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What comes to the same people, in hours of work that come in an hour: what they take before
    the cases that are asked about, those themselves, and what they take after them. Who is free
    takes the next piece and does not put it down for another."""

    before: NDArray[np.float64]
    same: NDArray[np.float64]
    after: NDArray[np.float64]
    piece_hours: float
    """How long a piece of work is, on average."""
    spread: float = 1.0
    """The variance of that as a share of its square: 0 where all are alike, 1 where they vary as
    the lengths of calls do (exponential)."""

    @property
    def residual_hours(self) -> float:
        """How long whoever finds a piece in somebody's hands waits for its end, on average."""
        return self.piece_hours * (1 + self.spread) / 2

    @property
    def work(self) -> NDArray[np.float64]:
        """All of it."""
        return self.before + self.same + self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class Askers:
    """Cases whose clock runs on the same hours: when they come (in any unit), and what part of
    each slot is open."""

    come: NDArray[np.float64]
    open: NDArray[np.float64]

    def deadlines(self, within_hours: float) -> NDArray[np.float64]:
        """By slot: so many hours after its middle the open time of whoever came then runs out;
        endless where the clock never runs."""
        week = float(self.open.sum()) * SLOT_HOURS
        if not week:
            return np.full(SLOTS, np.inf)
        weeks = ceil(within_hours / week) + 2
        opened = passed(self.open, weeks)
        middles = np.arange(SLOTS, dtype=np.float64) + 0.5
        wanted = value_at(opened, middles) + within_hours
        edge = np.searchsorted(opened, wanted - 1e-9)
        before = opened[edge - 1]
        part = (wanted - before) / (opened[edge] - before)
        found: NDArray[np.float64] = (edge - 1 + part - middles) * SLOT_HOURS
        return found


def passed(rates: NDArray[np.float64], weeks: int) -> NDArray[np.float64]:
    """By the edges of slots over some weeks: the sum up to then of what each hour brings."""
    sums = np.cumsum(np.tile(rates, weeks)) * SLOT_HOURS
    return np.concatenate([np.zeros(1), sums])


def value_at(sums: NDArray[np.float64], slots: NDArray[np.float64]) -> NDArray[np.float64]:
    """What has come up to instants in slots; beyond the last edge nothing more comes."""
    found: NDArray[np.float64] = np.interp(slots, np.arange(len(sums)), sums)
    return found

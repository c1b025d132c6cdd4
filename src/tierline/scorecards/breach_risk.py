"""How likely an open milestone is to be missed: what became of those like it that were still open
when as much of their time was used, and what its signs add to that count."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp
from typing import TYPE_CHECKING

import numpy as np

from tierline.kernel.instants import SECOND_US
from tierline.milestones.improvement import plain_tier
from tierline.milestones.table import KINDS, NEVER, Verdict
from tierline.scorecards.breach_signs import Looks, learned_weights, signs_of
from tierline.scorecards.intervals import wilson_interval

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from tierline.cases.log import Labels
    from tierline.milestones.table import MilestoneTable
    from tierline.scorecards.breach_signs import Sign, Signs, Weights
    from tierline.scorecards.intervals import Interval

AHEAD_SECONDS = 30 * 60
"""An alert is worth something so long before the breach. It is open time of the milestone's hours:
on the wall it is as long, or longer."""
LEAST = 30
"""So many of the past milestones of a group must be decided before it is asked."""
LAST = -1.0
"""A moment: the last one at which an alert is early enough."""
_LEARNED_AT = (0.0, 0.5, LAST)
"""At these moments what signs add is learned."""
_PERCENT = 100
Likeness = tuple[str, str, str]
"""The kind of a milestone, its severity and its tier; the last two may be left open (empty)."""


@dataclass(frozen=True, slots=True)
class Likelihood:
    """What became of past milestones that were like an open one."""

    like: Likeness
    """What they have in common with it."""
    used: float
    """The share of its time that it has used."""
    open: int
    """n: how many were still open when they had used that share."""
    missed: int
    """How many of those were missed in the end."""
    shift: float = 0.0
    """What its signs add to the log-odds of the count."""
    signs: tuple[str, ...] = ()
    """Those that speak for a miss, in words; the strongest first."""

    @property
    def counted(self) -> float:
        """The share that was counted, by the rule of succession: never quite nothing, never quite
        sure."""
        return (self.missed + 1) / (self.open + 2)

    @property
    def share(self) -> float:
        """The probability of a miss."""
        if not self.shift:
            return self.counted
        odds = self.counted / (1 - self.counted) * exp(self.shift)
        return odds / (1 + odds)

    @property
    def interval(self) -> Interval | None:
        """Of the share that was counted; None where none was open for so long."""
        return wilson_interval(self.missed, self.open)

    @property
    def because(self) -> str:
        """The count, and what signs made of it, in words."""
        counted = (
            f"of {self.open:,} like it that were still open at {int(self.used * _PERCENT)}% of "
            f"their time, {self.missed:,} were missed (one missed and one met are added to the "
            "count: a few cases make nothing certain)"
        )
        was, is_now = f"{self.counted:.0%}", f"{self.share:.0%}"
        if was == is_now:
            return counted
        signs = f", because {' and '.join(self.signs)}" if self.signs else ""
        return f"{counted}; what else is known of it makes {is_now} of {was}{signs}"


@dataclass(frozen=True, slots=True)
class Pool:
    """Decided milestones of one likeness: the shares of their time that those used that were met,
    ascending, and how many were missed."""

    met: NDArray[np.float64]
    missed: int

    @property
    def size(self) -> int:
        """How many were decided."""
        return len(self.met) + self.missed

    def open_at(self, used: NDArray[np.float64]) -> NDArray[np.int64]:
        """How many were still open when they had used these shares, all below 1. A missed one was,
        so the share that was missed never falls while time is used."""
        found: NDArray[np.int64] = self.size - np.searchsorted(self.met, used, side="left")
        return found


def looks_at(table: MilestoneTable, chosen: NDArray[np.bool_], moments: Sequence[float]) -> Looks:
    """The chosen milestones at the moments at which they were open; a moment is a share of their
    time, or LAST: where AHEAD_SECONDS are left, if it has as much."""
    rows = np.flatnonzero(chosen)
    missed = table.verdict[rows] == Verdict.missed
    used = table.used[rows] / table.allowance[rows]
    last = 1 - AHEAD_SECONDS * SECOND_US / table.allowance[rows]
    found: list[NDArray[np.int64]] = []
    shares: list[NDArray[np.float64]] = []
    for moment in moments:
        at = last if moment == LAST else np.full(len(rows), moment)
        was_open = (at >= 0) & (missed | (used >= at))
        found.append(rows[was_open])
        shares.append(at[was_open])
    return Looks(np.concatenate(found), np.concatenate(shares))


@dataclass(frozen=True)
class BreachRisk:
    """What was learned of decided milestones, by likeness; empty where there were none."""

    pools: Mapping[Likeness, Pool]
    weights: Weights | None = None
    """What signs add; None where too few were missed to learn it."""

    def likelihood(
        self, kind: str, severity: str, tier: str, *, used: float, sign: Sign | None = None
    ) -> Likelihood | None:
        """Of a milestone that has used this share of its time. None where too few like it were
        decided, and where its time is over: then nothing is left to be likely."""
        found = self.pool(kind, severity, tier)
        if found is None or used >= 1:
            return None
        like, pool = found
        still = int(pool.open_at(np.array([used]))[0])
        counted = Likelihood(like, used, still, pool.missed)
        if self.weights is None or sign is None:
            return counted
        shift = self.weights.shift(sign, used)
        return replace(counted, shift=shift, signs=tuple(self.weights.words(sign, used)))

    def shares(
        self, looks: Looks, table: MilestoneTable, signs: Signs
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Of those of which something can be said: their places among the looks, and how likely
        each was then. The same as `likelihood`, as columns."""
        counted = self._counted(looks, table)
        known = np.flatnonzero(counted > 0)
        if self.weights is None:
            return known, counted[known]
        return known, self.weights.shares(signs, looks.among(known), counted[known])

    def _counted(self, looks: Looks, table: MilestoneTable) -> NDArray[np.float64]:
        """By look; 0 where nothing can be said."""
        found = np.zeros(len(looks.rows))
        for like, places in alike(table, looks.rows):
            pool = self.pool(*like)
            if pool is not None:
                still = pool[1].open_at(looks.used[places])
                found[places] = (pool[1].missed + 1) / (still + 2)
        return found

    def pool(self, kind: str, severity: str, tier: str) -> tuple[Likeness, Pool] | None:
        """The narrowest one that is large enough."""
        for like in _widening(kind, severity, plain_tier(tier)):
            pool = self.pools.get(like)
            if pool is not None and pool.size >= LEAST:
                return like, pool
        return None


def learned(table: MilestoneTable, zone: Labels, *, until: int) -> BreachRisk:
    """What the milestones teach whose time was over by `until` (microseconds since 1970). One that
    was met early, of a case of yesterday, is left out: its like that will be missed are still open,
    and those that are met alone would say too much good."""
    decided = was_decided(table, until)
    rows = np.flatnonzero(decided)
    missed = table.verdict[rows] == Verdict.missed
    used = np.where(missed, np.inf, table.used[rows] / table.allowance[rows])
    gathered: dict[Likeness, list[NDArray[np.float64]]] = {}
    for (kind, severity, tier), places in alike(table, rows):
        for like in _widening(kind, severity, tier):
            gathered.setdefault(like, []).append(used[places])
    risk = BreachRisk({like: _pooled(parts) for like, parts in gathered.items()})
    looks, signs = looks_at(table, decided, _LEARNED_AT), signs_of(table, zone)
    known, counted = risk.shares(looks, table, signs)
    seen = looks.among(known)
    missed = table.verdict[seen.rows] == Verdict.missed
    return replace(risk, weights=learned_weights(signs, seen, counted, missed))


def was_decided(table: MilestoneTable, until: int) -> NDArray[np.bool_]:
    """The milestones that came out, and whose time was over by then."""
    known = np.isin(table.verdict, (Verdict.met, Verdict.missed))
    decided: NDArray[np.bool_] = known & (table.due != NEVER) & (table.due <= until)
    return decided & (table.allowance > 0)


def alike(
    table: MilestoneTable, rows: NDArray[np.int64]
) -> Iterator[tuple[Likeness, NDArray[np.int64]]]:
    """Rows of the table by likeness, as places among `rows`."""
    if not len(rows):
        return
    sizes = len(KINDS), len(table.severities), len(table.tiers)
    columns = (table.kind[rows], table.severity[rows], table.tier[rows])
    code = (columns[0].astype(np.int64) * sizes[1] + columns[1]) * sizes[2] + columns[2]
    order = np.argsort(code, kind="stable")
    starts = np.flatnonzero(np.diff(code[order], prepend=-1))
    for start, end in zip(starts, [*starts[1:], len(order)], strict=True):
        places = order[start:end]
        first = int(rows[places[0]])
        yield (
            (
                KINDS[int(table.kind[first])].value,
                table.severities[int(table.severity[first])],
                plain_tier(table.tiers[int(table.tier[first])]),
            ),
            places,
        )


def _widening(kind: str, severity: str, tier: str) -> tuple[Likeness, ...]:
    return (kind, severity, tier), (kind, severity, ""), (kind, "", "")


def _pooled(parts: list[NDArray[np.float64]]) -> Pool:
    used = np.sort(np.concatenate(parts))
    met = used[np.isfinite(used)]
    return Pool(met, len(used) - len(met))

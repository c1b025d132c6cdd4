"""How likely an open milestone is to be missed: what became of those like it that were still open
when as much of their time was used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tierline.milestones.improvement import plain_tier
from tierline.milestones.table import KINDS, NEVER, Verdict
from tierline.scorecards.intervals import wilson_interval

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from tierline.milestones.table import MilestoneTable
    from tierline.scorecards.intervals import Interval

LEAST = 30
"""So many of the past milestones of a group must be decided before it is asked."""
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

    @property
    def share(self) -> float:
        """The probability of a miss, by the rule of succession: never quite nothing, never quite
        sure."""
        return (self.missed + 1) / (self.open + 2)

    @property
    def interval(self) -> Interval | None:
        """Of the share that was counted; None where none was open for so long."""
        return wilson_interval(self.missed, self.open)

    @property
    def because(self) -> str:
        """The count in words."""
        return (
            f"of {self.open:,} like it that were still open at {int(self.used * _PERCENT)}% of "
            f"their time, {self.missed:,} were missed (one missed and one met are added to the "
            "count: a few cases make nothing certain)"
        )


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


@dataclass(frozen=True)
class BreachRisk:
    """What was learned of decided milestones, by likeness; empty where there were none."""

    pools: Mapping[Likeness, Pool]

    def likelihood(self, kind: str, severity: str, tier: str, *, used: float) -> Likelihood | None:
        """Of a milestone that has used this share of its time. None where too few like it were
        decided, and where its time is over: then nothing is left to be likely."""
        found = self.pool(kind, severity, tier)
        if found is None or used >= 1:
            return None
        like, pool = found
        still = int(pool.open_at(np.array([used]))[0])
        return Likelihood(like, used, still, pool.missed)

    def pool(self, kind: str, severity: str, tier: str) -> tuple[Likeness, Pool] | None:
        """The narrowest one that is large enough."""
        for like in _widening(kind, severity, plain_tier(tier)):
            pool = self.pools.get(like)
            if pool is not None and pool.size >= LEAST:
                return like, pool
        return None


def learned(table: MilestoneTable, *, until: int) -> BreachRisk:
    """What the milestones teach whose time was over by `until` (microseconds since 1970). One that
    was met early, of a case of yesterday, is left out: its like that will be missed are still open,
    and those that are met alone would say too much good."""
    decided = was_decided(table, until)
    used = np.where(table.verdict == Verdict.missed, np.inf, table.used / table.allowance)
    gathered: dict[Likeness, list[NDArray[np.float64]]] = {}
    for (kind, severity, tier), rows in alike(table, decided):
        for like in _widening(kind, severity, tier):
            gathered.setdefault(like, []).append(used[rows])
    return BreachRisk({like: _pooled(parts) for like, parts in gathered.items()})


def was_decided(table: MilestoneTable, until: int) -> NDArray[np.bool_]:
    """The milestones that came out, and whose time was over by then."""
    known = np.isin(table.verdict, (Verdict.met, Verdict.missed))
    decided: NDArray[np.bool_] = known & (table.due != NEVER) & (table.due <= until)
    return decided & (table.allowance > 0)


def alike(
    table: MilestoneTable, chosen: NDArray[np.bool_]
) -> Iterator[tuple[Likeness, NDArray[np.int64]]]:
    """The chosen milestones by likeness, as places in the table."""
    places = np.flatnonzero(chosen)
    if not len(places):
        return
    sizes = len(KINDS), len(table.severities), len(table.tiers)
    columns = (table.kind[places], table.severity[places], table.tier[places])
    code = (columns[0].astype(np.int64) * sizes[1] + columns[1]) * sizes[2] + columns[2]
    order = np.argsort(code, kind="stable")
    starts = np.flatnonzero(np.diff(code[order], prepend=-1))
    for start, end in zip(starts, [*starts[1:], len(order)], strict=True):
        rows = places[order[start:end]]
        first = int(rows[0])
        yield (
            (
                KINDS[int(table.kind[first])].value,
                table.severities[int(table.severity[first])],
                plain_tier(table.tiers[int(table.tier[first])]),
            ),
            rows,
        )


def _widening(kind: str, severity: str, tier: str) -> tuple[Likeness, ...]:
    return (kind, severity, tier), (kind, severity, ""), (kind, "", "")


def _pooled(parts: list[NDArray[np.float64]]) -> Pool:
    used = np.sort(np.concatenate(parts))
    met = used[np.isfinite(used)]
    return Pool(met, len(used) - len(met))

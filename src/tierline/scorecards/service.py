"""What stands out in how accounts are served: cases with most promises missed, accounts that are
answered far sooner than promised, and accounts that fell silent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tierline.catalog.statement import MilestoneKind
from tierline.milestones.table import KINDS, NEVER, Verdict
from tierline.scorecards.groups import Dimension, groups_of
from tierline.scorecards.intervals import WEAK_BELOW, Interval, wilson_interval
from tierline.scorecards.over_delivery import FAST_PERCENT
from tierline.scorecards.percentiles import percentiles_by_group
from tierline.scorecards.together import Judged, plain_tiers

if TYPE_CHECKING:
    from numpy.typing import NDArray

MANY_KINDS = 3
"""So many kinds of milestone missed make a case one of the worst."""
_DAY_US = 86_400_000_000
_SILENT_DAYS = 90
_CHANCE = 1e-4
"""A silence that is less likely than this at the pace of before is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedKind:
    """Of one kind in one case: how often missed, and the longest of them (microseconds)."""

    milestone: str
    times: int
    used: int
    allowance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstCase:
    """A case with many kinds of milestone missed; `case` is its place."""

    case: int
    kinds: tuple[MissedKind, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredSooner:
    """An account of a tier whose cases are taken up far sooner than promised: within FAST_PERCENT
    of what is allowed. `others` is the same share of all others of its tier. Microseconds."""

    account: str
    tier: str
    cases: int
    fast: int
    used_p50: int
    allowed_p50: int
    others: Interval | None

    @property
    def interval(self) -> Interval | None:
        """95% interval of the share."""
        return wilson_interval(self.fast, self.cases)


@dataclass(frozen=True, slots=True, kw_only=True)
class FallenSilent:
    """An account that raised cases at a pace and raises none any more. `chance` is how likely so
    many cases all come before the silence if the pace had not changed (a Poisson process, whose
    pace nobody knows but from them)."""

    account: str
    cases: int
    a_month: float
    days: int
    chance: float


def worst_cases(judged: Judged) -> tuple[WorstCase, ...]:
    """Those with the most kinds missed first."""
    table = judged.table
    rows = np.flatnonzero(table.verdict == Verdict.missed)
    found: dict[int, dict[int, list[int]]] = {}
    for row in rows.tolist():
        found.setdefault(int(table.case[row]), {}).setdefault(int(table.kind[row]), []).append(row)
    worst = [
        WorstCase(case=case, kinds=tuple(_missed(judged, kind, of) for kind, of in kinds.items()))
        for case, kinds in found.items()
        if len(kinds) >= MANY_KINDS
    ]
    return tuple(sorted(worst, key=lambda each: (-len(each.kinds), each.case)))


def answered_sooner(judged: Judged, account: Dimension) -> tuple[AnsweredSooner, ...]:
    """Accounts beyond the others of their tier by more than chance, on at least 8 cases, most of
    them so; `account` is by case. The one with the largest share first."""
    table = judged.table
    rows = np.flatnonzero(
        table.of_kind(MilestoneKind.acknowledge) & (table.stopped != NEVER) & (table.cycle == 0)
    )
    tiers = plain_tiers(Dimension(table.tier[rows], table.tiers))
    of_account = Dimension(account.codes[table.case[rows]], account.names)
    fast = (table.used[rows] * 100 <= table.allowance[rows] * FAST_PERCENT).astype(np.int64)
    groups = groups_of([of_account, tiers], len(rows))
    counts = groups.counts(fast, 2)
    used = percentiles_by_group(table.used[rows], groups.of_row, len(groups), (50,))
    allowed = percentiles_by_group(table.allowance[rows], groups.of_row, len(groups), (50,))
    of_tier: dict[str, NDArray[np.int64]] = {}
    for (_, tier), count in zip(groups.names, counts, strict=True):
        of_tier[tier] = of_tier.get(tier, np.zeros(2, dtype=np.int64)) + count
    found = []
    for place, ((name, tier), count) in enumerate(zip(groups.names, counts, strict=True)):
        others = of_tier[tier] - count
        row = AnsweredSooner(
            account=name,
            tier=tier,
            cases=int(count.sum()),
            fast=int(count[1]),
            used_p50=int(used[place, 0]),
            allowed_p50=int(allowed[place, 0]),
            others=wilson_interval(int(others[1]), int(others.sum())),
        )
        own = row.interval
        if row.cases >= WEAK_BELOW and own and row.others and own.low > max(0.5, row.others.high):
            found.append(row)
    return tuple(sorted(found, key=lambda row: -row.fast / row.cases))


def fallen_silent(
    account: Dimension, opened: NDArray[np.int64], since: int, as_of: int
) -> tuple[FallenSilent, ...]:
    """Accounts without a case for 90 days or more, though at their pace of before that is next to
    impossible; the least likely first. `opened` is by case, from `since` on (microseconds)."""
    found = []
    for code, name in enumerate(account.names):
        own = opened[account.codes == code]
        last = int(own.max())
        days, before = (as_of - last) // _DAY_US, max(1, (last - since) // _DAY_US)
        chance = (before / (before + days)) ** len(own)
        if days >= _SILENT_DAYS and len(own) >= WEAK_BELOW and chance < _CHANCE:
            found.append(
                FallenSilent(
                    account=name,
                    cases=len(own),
                    a_month=len(own) / before * 365 / 12,
                    days=days,
                    chance=chance,
                )
            )
    return tuple(sorted(found, key=lambda row: row.chance))


def _missed(judged: Judged, kind: int, rows: list[int]) -> MissedKind:
    table = judged.table
    longest = max(rows, key=lambda row: int(table.used[row]) / int(table.allowance[row]))
    return MissedKind(
        milestone=KINDS[kind].value,
        times=len(rows),
        used=int(table.used[longest]),
        allowance=int(table.allowance[longest]),
    )

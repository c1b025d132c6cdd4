"""Over-delivery: service beyond what the tier promised, measured, with no word on its worth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tierline.cases.log import Labels
from tierline.milestones.matching import ABSENT, matched_rows
from tierline.milestones.table import KINDS, Verdict
from tierline.scorecards.groups import Dimension, groups_of
from tierline.scorecards.intervals import Evidence, Interval, evidence, wilson_interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tierline.cases.log import CaseLog
    from tierline.milestones.table import MilestoneTable
    from tierline.milestones.terms import Terms

FAST_PERCENT = 10
"""Met within this percentage of the allowance is answered far sooner than promised."""


@dataclass(frozen=True, slots=True)
class OverDelivery:
    """Over-delivery on one promise: one tier, severity and kind."""

    tier: str
    severity: str
    kind: str
    met: int
    fast: int
    """Met within FAST_PERCENT of the allowance."""
    tier_above: str
    """The next tier of the ladder, or an empty text at the top."""
    compared: int
    """Met milestones for which the tier above promises something tighter or on other hours."""
    kept_above: int
    """Of the compared: those that kept the promise of the tier above as well."""


@dataclass(frozen=True, slots=True)
class TierAbove:
    """Whole cases of one tier, held against the promises of the next one."""

    tier: str
    tier_above: str
    cases: int
    """Cases whose milestones are all decided under the tier above."""
    kept: int
    """Of these: every milestone met as the tier above promises it."""

    @property
    def share(self) -> float | None:
        """Kept of cases."""
        return self.kept / self.cases if self.cases else None

    @property
    def interval(self) -> Interval | None:
        """95% interval of the share."""
        return wilson_interval(self.kept, self.cases)

    @property
    def evidence(self) -> Evidence:
        """How much the share can carry."""
        return evidence(self.kept, self.cases)


def tiers_above(terms: Terms) -> dict[str, str]:
    """The next tier of the ladder for each tier but the highest."""
    return dict(zip(terms.tiers, terms.tiers[1:], strict=False))


def lifted(log: CaseLog, terms: Terms) -> CaseLog:
    """The same facts, had every case been opened one tier higher. Judged under the same terms it
    says which promises of the tier above were kept."""
    above = tiers_above(terms)
    names = tuple(above.get(name, name) for name in log.tier.names)
    return replace(log, tier=Labels(log.tier.codes, names))


def over_delivery_of(
    table: MilestoneTable, raised: MilestoneTable, terms: Terms
) -> tuple[OverDelivery, ...]:
    """By promise; `raised` is the judgement of the `lifted` log under the same terms."""
    rows, rows_above = matched_rows(table, raised)
    is_met = (rows != ABSENT) & (table.verdict[rows] == Verdict.met)
    rows, rows_above = rows[is_met], rows_above[is_met]
    is_fast = table.used[rows] * 100 <= table.allowance[rows] * FAST_PERCENT
    compared = _is_compared(rows, rows_above, table, raised, terms)
    kept = compared & (raised.verdict[rows_above] == Verdict.met)
    groups = groups_of(_promise(table, rows), len(rows))
    above = tiers_above(terms)
    sums = [
        np.bincount(groups.of_row, weights=mask, minlength=len(groups)).astype(np.int64)
        for mask in (np.ones(len(rows)), is_fast, compared, kept)
    ]
    return tuple(
        OverDelivery(
            tier=name[0],
            severity=name[1],
            kind=name[2],
            met=int(sums[0][place]),
            fast=int(sums[1][place]),
            tier_above=above.get(name[0], ""),
            compared=int(sums[2][place]),
            kept_above=int(sums[3][place]),
        )
        for place, name in enumerate(groups.names)
    )


def cases_kept_above(
    table: MilestoneTable, raised: MilestoneTable, log: CaseLog, terms: Terms
) -> tuple[TierAbove, ...]:
    """By tier: cases that got everything the tier above promises. Cases of the highest tier, and
    cases with a milestone still open under the tier above, are not counted."""
    size = len(log)
    has = np.zeros(size, dtype=np.bool_)
    has[raised.case] = True
    undecided = np.zeros(size, dtype=np.bool_)
    undecided[raised.case[raised.verdict >= Verdict.running]] = True
    failed = np.zeros(size, dtype=np.bool_)
    failed[raised.case[raised.verdict == Verdict.missed]] = True
    judged = np.zeros(size, dtype=np.bool_)
    judged[table.case] = True
    counted = has & judged & ~undecided
    return tuple(
        _tier_above(tier, above, counted & (_opened_in(log, tier)), failed)
        for tier, above in tiers_above(terms).items()
    )


def _tier_above(
    tier: str, above: str, counted: NDArray[np.bool_], failed: NDArray[np.bool_]
) -> TierAbove:
    return TierAbove(tier, above, int(counted.sum()), int((counted & ~failed).sum()))


def _opened_in(log: CaseLog, tier: str) -> NDArray[np.bool_]:
    code = log.tier.names.index(tier) if tier in log.tier.names else len(log.tier.names)
    mask: NDArray[np.bool_] = log.tier.codes == code
    return mask


def _promise(table: MilestoneTable, rows: NDArray[np.int64]) -> tuple[Dimension, ...]:
    return (
        Dimension(table.tier[rows], table.tiers),
        Dimension(table.severity[rows], table.severities),
        Dimension(table.kind[rows], tuple(kind.value for kind in KINDS)),
    )


def _is_compared(
    rows: NDArray[np.int64],
    above: NDArray[np.int64],
    table: MilestoneTable,
    raised: MilestoneTable,
    terms: Terms,
) -> NDArray[np.bool_]:
    """Where the tier above times the same milestone by another promise and it has stopped."""
    code_of = _promise_codes(terms)
    here = code_of[table.tier[rows], table.severity[rows], table.kind[rows]]
    there = code_of[raised.tier[above], raised.severity[above], raised.kind[above]]
    compared: NDArray[np.bool_] = (above != ABSENT) & (here != there)
    return compared


def _promise_codes(terms: Terms) -> NDArray[np.int64]:
    """[tier, severity, kind] -> a code shared by promises with the same allowance and hours."""
    shape = len(terms.tiers) + 1, len(terms.severities) + 1, len(KINDS)
    codes = np.full(shape, -1, dtype=np.int64)
    code_of: dict[tuple[int, str], int] = {}
    for (tier, severity, kind), target in terms.targets.items():
        what = target.allowance_us, target.hours
        place = terms.tiers.index(tier), terms.severities.index(severity), KINDS.index(kind)
        codes[place] = code_of.setdefault(what, len(code_of))
    return codes

"""Promises of a share of a month's cases ("95% a month"): what was committed, what was reached."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum, auto
from typing import TYPE_CHECKING

import numpy as np

from tierline.calendars.local_time import zone_named
from tierline.milestones.table import Verdict
from tierline.scorecards.groups import Dimension, groups_of
from tierline.scorecards.intervals import Evidence, Interval, evidence, wilson_interval
from tierline.scorecards.local_hours import local_micros
from tierline.scorecards.together import plain_tiers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tierline.scorecards.together import Judged


class Kept(StrEnum):
    """How a month stands with its commitment."""

    met = auto()
    missed = auto()
    too_early = auto()
    """The month is not over, or milestones are open that decide it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentMonth:
    """One promise of one account in one month of its own time zone: the month in which its cases
    were raised. `missing` are the places of the cases with a miss."""

    account: str
    tier: str
    severity: str
    milestone: str
    month: str
    percent: Decimal
    met: int
    missed: int
    open: int
    is_over: bool
    missing: tuple[int, ...]

    @property
    def decided(self) -> int:
        """n of what was reached."""
        return self.met + self.missed

    @property
    def share(self) -> float | None:
        """Met of decided."""
        return self.met / self.decided if self.decided else None

    @property
    def interval(self) -> Interval | None:
        """95% interval of the share."""
        return wilson_interval(self.met, self.decided)

    @property
    def evidence(self) -> Evidence:
        """How much the share says of the next month; what is owed hangs on the count alone."""
        return evidence(self.met, self.decided)

    @property
    def kept(self) -> Kept:
        """Decided only where nothing that is open can turn it."""
        total = self.decided + self.open
        if not self.is_over:
            return Kept.too_early
        if self.met * 100 >= self.percent * total:
            return Kept.met
        return (
            Kept.missed if (self.met + self.open) * 100 < self.percent * total else Kept.too_early
        )


@dataclass(frozen=True)
class CaseColumns:
    """By case: who raised it, when (microseconds), and in which zone they live."""

    account: Dimension
    zone: Dimension
    opened: NDArray[np.int64]
    as_of: int


def commitment_months(judged: Judged, cases: CaseColumns) -> tuple[CommitmentMonth, ...]:
    """Every promise of a share, by account and month, the newest month first. A month without a
    case has nothing to keep, and is not named."""
    rows = np.flatnonzero(judged.committed.codes >= 0)
    if not len(rows):
        return ()
    table, of_case = judged.table, judged.table.case[rows]
    months, is_over = local_months(cases)
    groups = groups_of(
        [
            Dimension(cases.account.codes[of_case], cases.account.names),
            plain_tiers(Dimension(table.tier[rows], table.tiers)),
            Dimension(table.severity[rows], table.severities),
            Dimension(judged.outcomes.kind.codes[rows], judged.outcomes.kind.names),
            Dimension(months.codes[of_case], months.names),
            Dimension(judged.committed.codes[rows], judged.committed.names),
        ],
        len(rows),
    )
    counts = groups.counts(table.verdict[rows], len(Verdict))
    missing = _missing(groups.of_row, of_case, table.verdict[rows] == Verdict.missed, len(groups))
    over = np.zeros(len(groups), dtype=np.bool_)
    over[groups.of_row] = is_over[of_case]
    found = [
        CommitmentMonth(
            account=name[0],
            tier=name[1],
            severity=name[2],
            milestone=name[3],
            month=name[4],
            percent=Decimal(name[5]),
            met=int(count[Verdict.met]),
            missed=int(count[Verdict.missed]),
            open=int(count[Verdict.running] + count[Verdict.paused]),
            is_over=bool(over[place]),
            missing=missing[place],
        )
        for place, (name, count) in enumerate(zip(groups.names, counts, strict=True))
    ]
    return tuple(sorted(found, key=lambda each: each.month, reverse=True))


def _missing(
    group: NDArray[np.int64], case: NDArray[np.int64], missed: NDArray[np.bool_], groups: int
) -> Sequence[tuple[int, ...]]:
    found: list[dict[int, None]] = [{} for _ in range(groups)]
    for place, one in zip(group[missed].tolist(), case[missed].tolist(), strict=True):
        found[place][one] = None
    return [tuple(each) for each in found]


def local_months(cases: CaseColumns) -> tuple[Dimension, NDArray[np.bool_]]:
    """By case: the month in which it was raised, on the account's own calendar; and whether that
    month is over."""
    month = np.zeros(len(cases.opened), dtype="datetime64[M]")
    now = np.zeros(len(cases.opened), dtype="datetime64[M]")
    for code, name in ((-1, "UTC"), *enumerate(cases.zone.names)):
        here = np.flatnonzero(cases.zone.codes == code)
        if len(here):
            zone = zone_named(name)
            month[here] = _month_of(local_micros(cases.opened[here], zone))
            now[here] = _month_of(local_micros(np.array([cases.as_of]), zone))[0]
    present, codes = np.unique(month, return_inverse=True)
    return Dimension(codes, tuple(str(each) for each in present)), now > month


def _month_of(local: NDArray[np.int64]) -> NDArray[np.datetime64]:
    return local.astype("datetime64[us]").astype("datetime64[M]")

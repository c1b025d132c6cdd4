"""A desk over a stretch of time: its cases as columns, judged together, and the milestones behind a
figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tierline.accounts.coverage import CoverageState
from tierline.kernel.instants import from_micros
from tierline.milestones.improvement import plain_tier
from tierline.milestones.table import NEVER
from tierline.scorecards.adherence import Adherence
from tierline.scorecards.commitments import CaseColumns, CommitmentMonth, commitment_months
from tierline.scorecards.groups import Dimension
from tierline.scorecards.local_hours import local_micros, months_of
from tierline.scorecards.outcomes import Outcome
from tierline.scorecards.together import judged_together, plain_tiers

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray

    from tierline.cases.event import EventKind
    from tierline.cases.log import CaseLog, Labels
    from tierline.milestones.terms import Terms
    from tierline.scorecards.together import Judged

REASONS = (
    "The plan promises nothing of this kind at this severity",
    "Nothing has happened yet that starts this clock",
    "Nobody knows yet who asks",
    "No contract covers who asks",
    "The promise does not know the severity or the tier",
)
_UNCOVERED, _UNKNOWN_WORD = 3, 4


@dataclass(frozen=True)
class KeptCases:
    """Cases by place, those that are held to one promise beside each other; those that are held to
    none stand first. `parts` are the promises, each with its first case and the log of its cases.
    """

    ids: tuple[str, ...]
    numbers: tuple[int, ...]
    opened: NDArray[np.int64]
    """Microseconds since 1970."""
    account: Labels
    segment: Labels
    channel: Labels
    access: Labels
    """How the channel stood to the plan."""
    contract: Labels
    coverage: Labels
    tier: Labels
    severity: Labels
    """As it was raised, or as it stood at last."""
    zone: Labels
    """The account's own."""
    parts: tuple[tuple[int, CaseLog, Terms], ...]
    as_of: int

    def __len__(self) -> int:
        return len(self.ids)

    def first_at(
        self, kinds: Collection[EventKind], *, after: NDArray[np.int64] | None = None
    ) -> NDArray[np.int64]:
        """By case: when one of these happened first (after an instant of each), else NEVER."""
        found = np.full(len(self), NEVER, dtype=np.int64)
        for first, log, _ in self.parts:
            rows = np.flatnonzero(np.isin(log.kind, [int(kind) for kind in kinds]))[::-1]
            case = first + log.case_of_row[rows]
            if after is not None:
                is_later = (after[case] != NEVER) & (log.at[rows] > after[case])
                rows, case = rows[is_later], case[is_later]
            found[case] = log.at[rows]  # the earliest is written last
        return found


@dataclass(frozen=True, slots=True)
class Stretch:
    """Cases that were opened in [since, until), as they stood at `as_of`."""

    since: datetime
    until: datetime
    as_of: datetime


@dataclass(frozen=True)
class DeskAdherence:
    """What a stretch of time came to: the cases, and how they stand with what was promised."""

    cases: KeptCases
    adherence: Adherence

    @property
    def commitments(self) -> tuple[CommitmentMonth, ...]:
        """The promises of a share of a month's cases."""
        kept = self.cases
        columns = CaseColumns(
            account=_of(kept.account), zone=_of(kept.zone), opened=kept.opened, as_of=kept.as_of
        )
        return commitment_months(self.adherence.judged, columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneRow:
    """A milestone behind a figure, or a case and a kind that has none: then there are no instants
    and no lengths, and `reason` says why. Lengths are microseconds of open time."""

    case: str
    number: int
    account: str
    channel: str
    opened_at: datetime
    milestone: str
    cycle: int | None
    tier: str
    severity: str
    outcome: Outcome
    reason: str
    started_at: datetime | None = None
    due_at: datetime | None = None
    stopped_at: datetime | None = None
    breached_at: datetime | None = None
    used: int | None = None
    allowance: int | None = None


def judged_desk(kept: KeptCases, zone: ZoneInfo | None = None) -> DeskAdherence:
    """All cases judged, each in the outcomes. Months are those of UTC, or of a zone."""
    judged = judged_together(kept.parts, kept.opened)
    case = judged.outcomes.case
    months = months_of(kept.opened if zone is None else local_micros(kept.opened, zone))
    names = {key: name for _, _, terms in kept.parts for key, name in terms.names.items()}
    dimensions = {
        "tier": plain_tiers(judged.outcomes.tier),
        "severity": judged.outcomes.severity,
        "milestone": judged.outcomes.kind,
        "channel": _spread(_of(kept.channel), case),
        "month": _spread(months, case),
        "segment": _spread(_of(kept.segment), case),
        "account": _spread(_of(kept.account), case),
    }
    reason = _reason(kept, judged)
    return DeskAdherence(kept, Adherence(len(kept), judged, dimensions, reason, names))


def milestone_rows(desk: DeskAdherence, rows: Iterable[int]) -> list[MilestoneRow]:
    """The milestones behind a figure, by their places among the outcomes."""
    return [_row(desk, int(row)) for row in rows]


def _row(desk: DeskAdherence, row: int) -> MilestoneRow:
    kept, outcomes, table = desk.cases, desk.adherence.judged.outcomes, desk.adherence.judged.table
    case, is_timed = int(outcomes.case[row]), row < len(table)
    return MilestoneRow(
        case=kept.ids[case],
        number=kept.numbers[case],
        account=kept.account.text(case),
        channel=kept.channel.text(case),
        opened_at=from_micros(int(kept.opened[case])),
        milestone=_name(outcomes.kind, row),
        cycle=int(table.cycle[row]) if is_timed else None,
        tier=plain_tier(_name(outcomes.tier, row)) or kept.tier.text(case),
        severity=_name(outcomes.severity, row) or kept.severity.text(case),
        outcome=Outcome(int(outcomes.outcome[row])),
        reason=_name(desk.adherence.reason, row),
        started_at=_instant(table.started, row) if is_timed else None,
        due_at=_instant(table.due, row) if is_timed else None,
        stopped_at=_instant(table.stopped, row) if is_timed else None,
        breached_at=_instant(table.breached, row) if is_timed else None,
        used=int(table.used[row]) if is_timed else None,
        allowance=int(table.allowance[row]) if is_timed else None,
    )


def _reason(kept: KeptCases, judged: Judged) -> Dimension:
    """Why an outcome is in no share."""
    outcome, case = judged.outcomes.outcome, judged.outcomes.case
    codes = np.full(len(outcome), -1, dtype=np.int64)
    codes[outcome == Outcome.not_promised] = 0
    codes[outcome == Outcome.not_begun] = 1
    of_coverage = [2 if name == CoverageState.unknown else _UNCOVERED
                   for name in kept.coverage.names]  # fmt: skip
    table = np.array([*of_coverage, _UNCOVERED], dtype=np.int64)
    excluded = outcome == Outcome.excluded
    codes[excluded] = table[kept.coverage.codes[case[excluded]]]
    codes[excluded & (judged.outcomes.kind.codes >= 0)] = _UNKNOWN_WORD
    return Dimension(codes, REASONS)


def _of(labels: Labels) -> Dimension:
    """In the order of the alphabet, as lists show them."""
    order = sorted(range(len(labels.names)), key=labels.names.__getitem__)
    place = np.empty(len(order) + 1, dtype=np.int64)
    place[order] = np.arange(len(order))
    place[-1] = -1
    return Dimension(place[labels.codes], tuple(labels.names[each] for each in order))


def _spread(by_case: Dimension, case: NDArray[np.int64]) -> Dimension:
    return Dimension(by_case.codes[case], by_case.names)


def _name(dimension: Dimension, row: int) -> str:
    code = int(dimension.codes[row])
    return dimension.names[code] if code >= 0 else ""


def _instant(column: NDArray[np.int64], row: int) -> datetime | None:
    at = int(column[row])
    return None if at == NEVER else from_micros(at)

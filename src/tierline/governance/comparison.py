"""A draft beside the catalog in force: the milestones whose outcome differs, and for whom."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from tierline.milestones.matching import ABSENT, matched_rows
from tierline.milestones.table import KINDS, Verdict

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tierline.cases.log import CaseLog
    from tierline.milestones.table import MilestoneTable


class Change(IntEnum):
    """How a milestone's outcome under the draft differs from the one in force."""

    unchanged = 0
    met_to_missed = 1
    missed_to_met = 2
    newly_promised = 3
    no_longer_promised = 4
    other_change = 5
    """Open on at least one side: running or paused where the other is decided, or the reverse."""


@dataclass(frozen=True)
class ChangeCount:
    """Milestones by Change for one value of a dimension (a tier, an account, a kind)."""

    name: str
    counts: tuple[int, ...]
    cases: int
    """Cases with at least one flip."""

    def count(self, change: Change) -> int:
        """Milestones with this change."""
        return self.counts[change]

    @property
    def flips(self) -> int:
        """Milestones whose outcome differs."""
        return sum(self.counts) - self.counts[Change.unchanged]


@dataclass(frozen=True, slots=True)
class Flip:
    """One milestone whose outcome differs. Instants and lengths are microseconds; a side that does
    not time it has None."""

    case_id: str
    account: str
    tier: str
    severity: str
    kind: str
    started: int
    change: Change
    used: int | None
    allowance: int | None
    draft_used: int | None
    draft_allowance: int | None


@dataclass(frozen=True)
class Comparison:
    """All milestones of both judgements, matched. Columns have one entry for each pair."""

    before: MilestoneTable
    after: MilestoneTable
    row: NDArray[np.int64]
    """Row in `before`, or ABSENT."""
    draft_row: NDArray[np.int64]
    """Row in `after`, or ABSENT."""
    change: NDArray[np.int64]

    @property
    def flipped(self) -> NDArray[np.int64]:
        """Places of the pairs whose outcome differs; what is lost comes first, then what is won."""
        places = np.flatnonzero(self.change)
        order: NDArray[np.int64] = places[np.argsort(self.change[places], kind="stable")]
        return order

    @property
    def case(self) -> NDArray[np.int64]:
        """The case of each pair."""
        return self._either(self.before.case, self.after.case)

    def overall(self) -> ChangeCount:
        """All milestones."""
        return self._counted("", np.arange(len(self.change)))

    def by_tier(self) -> tuple[ChangeCount, ...]:
        """By the tier whose promise is judged: the one in force where it times the milestone."""
        names = [*self.before.tiers, *self.after.tiers]
        codes = self._either(self.before.tier, self.after.tier + len(self.before.tiers))
        return self._by(codes, names)

    def by_severity(self) -> tuple[ChangeCount, ...]:
        """By severity, in the same sense."""
        names = [*self.before.severities, *self.after.severities]
        codes = self._either(
            self.before.severity, self.after.severity + len(self.before.severities)
        )
        return self._by(codes, names)

    def by_kind(self) -> tuple[ChangeCount, ...]:
        """By kind of milestone."""
        codes = self._either(self.before.kind, self.after.kind)
        return self._by(codes, [kind.value for kind in KINDS])

    def by_attribute(self, log: CaseLog, attribute: str) -> tuple[ChangeCount, ...]:
        """By an attribute of the case (`account`); only values with a flip, the most flips first.
        Empty where the log does not have it."""
        labels = log.attributes.get(attribute)
        if labels is None:
            return ()
        flipped = self.flipped
        rows = self._by(labels.codes[self.case[flipped]], [*labels.names], flipped)
        return tuple(sorted(rows, key=lambda row: -row.flips))

    def flip(self, place: int, log: CaseLog) -> Flip:
        """One flip in full."""
        row, draft_row = int(self.row[place]), int(self.draft_row[place])
        table, at = (self.before, row) if row != ABSENT else (self.after, draft_row)
        account = log.attributes.get("account")
        case = int(table.case[at])
        return Flip(
            case_id=log.case_ids[case],
            account=account.text(case) if account else "",
            tier=table.tiers[table.tier[at]],
            severity=table.severities[table.severity[at]],
            kind=KINDS[table.kind[at]].value,
            started=int(table.started[at]),
            change=Change(int(self.change[place])),
            used=_value(self.before.used, row),
            allowance=_value(self.before.allowance, row),
            draft_used=_value(self.after.used, draft_row),
            draft_allowance=_value(self.after.allowance, draft_row),
        )

    def _either(self, before: NDArray[np.integer], after: NDArray[np.integer]) -> NDArray[np.int64]:
        answer = np.empty(len(self.row), dtype=np.int64)
        here = self.row != ABSENT
        answer[here] = before[self.row[here]]
        answer[~here] = after[self.draft_row[~here]]
        return answer

    def _by(
        self,
        codes: NDArray[np.integer],
        names: list[str],
        places: NDArray[np.int64] | None = None,
    ) -> tuple[ChangeCount, ...]:
        """One row for each name that occurs, in the order of the names."""
        places = np.arange(len(self.change)) if places is None else places
        order = np.argsort(codes, kind="stable")
        present, first = np.unique(codes[order], return_index=True)
        parts: dict[str, list[NDArray[np.int64]]] = {}
        for code, part in zip(present, np.split(places[order], first[1:]), strict=False):
            parts.setdefault(names[code] if code >= 0 else "", []).append(part)
        return tuple(self._counted(name, np.concatenate(part)) for name, part in parts.items())

    def _counted(self, name: str, places: NDArray[np.int64]) -> ChangeCount:
        change = self.change[places]
        counts = np.bincount(change, minlength=len(Change))
        cases = len(np.unique(self.case[places[change != Change.unchanged]]))
        return ChangeCount(name, tuple(int(count) for count in counts), cases)


def compare(before: MilestoneTable, after: MilestoneTable) -> Comparison:
    """Match the milestones of two judgements of one log and name each change."""
    row, draft_row = matched_rows(before, after)
    was = np.where(row == ABSENT, ABSENT, _at(before.verdict, row))
    will_be = np.where(draft_row == ABSENT, ABSENT, _at(after.verdict, draft_row))
    change = np.full(len(row), Change.other_change, dtype=np.int64)
    change[(was == Verdict.met) & (will_be == Verdict.missed)] = Change.met_to_missed
    change[(was == Verdict.missed) & (will_be == Verdict.met)] = Change.missed_to_met
    change[was == ABSENT] = Change.newly_promised
    change[will_be == ABSENT] = Change.no_longer_promised
    change[was == will_be] = Change.unchanged
    return Comparison(before, after, row, draft_row, change)


def _at(column: NDArray[np.int8], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """The column at rows, of which some may be ABSENT."""
    if len(column) == 0:
        return np.full(len(rows), ABSENT, dtype=np.int64)
    return column[rows].astype(np.int64)


def _value(column: NDArray[np.int64], row: int) -> int | None:
    return None if row == ABSENT else int(column[row])

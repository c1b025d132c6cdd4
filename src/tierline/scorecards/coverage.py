"""Coverage: every case that was read is judged or listed with a reason, and the sum is checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tierline.scorecards.groups import NOT_STATED
from tierline.scorecards.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierline.cases.log import CaseLog
    from tierline.milestones.terms import Terms
    from tierline.scorecards.outcomes import Outcomes


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A case that is not judged, and why."""

    case_id: str
    code: str
    """A stable word for the reason."""
    reason: str


@dataclass(frozen=True)
class Coverage:
    """Cases read = judged + listed."""

    judged: int
    listed: tuple[ListedCase, ...]

    @property
    def read(self) -> int:
        """All cases that the log holds, those included that could not be understood."""
        return self.judged + len(self.listed)

    def reasons(self) -> dict[str, int]:
        """Cases by reason, the most frequent first."""
        counts: dict[str, int] = {}
        for case in self.listed:
            counts[case.reason] = counts.get(case.reason, 0) + 1
        return dict(sorted(counts.items(), key=lambda pair: -pair[1]))


def coverage_of(
    log: CaseLog, outcomes: Outcomes, terms: Terms, refused: Sequence[ListedCase] = ()
) -> Coverage:
    """Which cases have a milestone, and why the others have none. `refused` are the cases that the
    reader could not turn into facts."""
    is_judged = np.zeros(len(log), dtype=np.bool_)
    is_judged[outcomes.case[: outcomes.judged]] = True
    listed = [*refused, *_listed(log, outcomes, is_judged, terms)]
    return Coverage(int(is_judged.sum()), tuple(listed))


def _listed(
    log: CaseLog,
    outcomes: Outcomes,
    is_judged: np.ndarray[tuple[int], np.dtype[np.bool_]],
    terms: Terms,
) -> list[ListedCase]:
    later = slice(outcomes.judged, None)
    rows = np.flatnonzero(~is_judged[outcomes.case[later]]) + outcomes.judged
    # A case has one row for each kind; the strongest reason speaks for it.
    order = np.lexsort((_STRENGTH[outcomes.outcome[rows]], outcomes.case[rows]))
    cases, first = np.unique(outcomes.case[rows[order]], return_index=True)
    chosen = rows[order][first]
    listed = [
        _listed_case(log.case_ids[case], row, outcomes, terms)
        for case, row in zip(cases, chosen, strict=True)
    ]
    without = np.setdiff1d(np.flatnonzero(~is_judged), cases)
    return [*listed, *(_nothing_timed(log.case_ids[case]) for case in without)]


_STRENGTH = np.argsort(
    [
        *(outcome for outcome in Outcome if outcome < Outcome.not_promised),
        *(Outcome.excluded, Outcome.not_begun, Outcome.not_promised),
    ]
)
"""Of several reasons the one to state: excluded, else not begun, else not promised."""


def _listed_case(case_id: str, row: int, outcomes: Outcomes, terms: Terms) -> ListedCase:
    tier = _name(outcomes.tier.names, int(outcomes.tier.codes[row]))
    severity = _name(outcomes.severity.names, int(outcomes.severity.codes[row]))
    outcome = Outcome(int(outcomes.outcome[row]))
    if outcome is Outcome.not_begun:
        reason = f"no clock that {tier} has at severity {severity} has begun"
        return ListedCase(case_id, "not_begun", reason)
    if outcome is Outcome.not_promised:
        return ListedCase(
            case_id, "not_promised", f"{tier} promises nothing at severity {severity}"
        )
    if tier not in terms.tiers:
        return ListedCase(case_id, "unknown_tier", f"tier {tier}: not in the catalog")
    return ListedCase(case_id, "unknown_severity", f"severity {severity}: not in the catalog")


def _nothing_timed(case_id: str) -> ListedCase:
    return ListedCase(case_id, "not_promised", "the catalog times nothing")


def _name(names: Sequence[str], code: int) -> str:
    return names[code] if code >= 0 else NOT_STATED

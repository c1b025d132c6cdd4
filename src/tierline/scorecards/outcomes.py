"""Every case and every kind of milestone that the catalog times, each with an outcome: nothing is
left out of the count without a reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from tierline.milestones.rows import SEVERITY_FACTS, is_one_of, last_where, rows_of
from tierline.milestones.table import KINDS
from tierline.scorecards.groups import Dimension

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tierline.cases.log import CaseLog, Labels
    from tierline.milestones.table import MilestoneTable
    from tierline.milestones.terms import Terms


class Outcome(IntEnum):
    """How a case stands with one kind of milestone. The first four are the verdicts' codes."""

    met = 0
    missed = 1
    running = 2
    paused = 3
    not_promised = 4
    """The tier promises nothing of this kind at this severity."""
    not_begun = 5
    """It is promised, and no fact of the case has started the clock."""
    excluded = 6
    """The catalog does not know the tier or the severity."""


@dataclass(frozen=True)
class Outcomes:
    """Columns of equal length: the judged milestones first, in the table's order, then one row for
    each case and kind that has no milestone."""

    case: NDArray[np.int64]
    kind: Dimension
    tier: Dimension
    severity: Dimension
    began: NDArray[np.int64]
    """Microseconds since 1970: when the clock started, or where it did not, the case opened."""
    outcome: NDArray[np.int64]
    judged: int
    """How many of the rows are milestones."""

    def __len__(self) -> int:
        return len(self.case)


def outcomes_of(log: CaseLog, table: MilestoneTable, terms: Terms) -> Outcomes:
    """The outcomes of a judged log."""
    kinds = timed_kinds(terms)
    case, kind = _pairs_without_milestone(len(log), table, kinds)
    (tiers, tier_of_case), (severities, severity_of_case) = _at_the_end(log, terms)
    tier, severity = tier_of_case[case], severity_of_case[case]
    why = _why_none(tier, severity, kind, terms)
    return Outcomes(
        case=np.concatenate([table.case, case]),
        kind=Dimension(np.concatenate([table.kind, kind]), tuple(kind.value for kind in KINDS)),
        tier=Dimension(np.concatenate([table.tier, tier]), tiers),
        severity=Dimension(np.concatenate([table.severity, severity]), severities),
        began=np.concatenate([table.started, log.opened_at[case]]),
        outcome=np.concatenate([table.verdict, why]).astype(np.int64),
        judged=len(table),
    )


def timed_kinds(terms: Terms) -> tuple[int, ...]:
    """Codes of the kinds that the catalog promises to anyone."""
    promised = {kind for _, _, kind in terms.targets}
    return tuple(code for code, kind in enumerate(KINDS) if kind in promised)


def _pairs_without_milestone(
    cases: int, table: MilestoneTable, kinds: Sequence[int]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    has = np.zeros((len(KINDS), cases), dtype=np.bool_)
    has[table.kind, table.case] = True
    place, case = np.nonzero(~has[list(kinds)])
    return case, np.array(kinds, dtype=np.int64)[place]


def _at_the_end(
    log: CaseLog, terms: Terms
) -> tuple[tuple[tuple[str, ...], NDArray[np.int64]], tuple[tuple[str, ...], NDArray[np.int64]]]:
    """Names and codes of the tier and of the severity in force at each case's end; what the
    catalog lacks keeps its own name."""
    rows = rows_of(log, terms)
    last = log.first_row[1:] - 1
    stated = last_where(is_one_of(log, SEVERITY_FACTS))[last]
    return (
        _with_unknown(rows.tier[last], log.tier, log.tier.codes, terms.tiers),
        _with_unknown(rows.severity[last], log.value, log.value.codes[stated], terms.severities),
    )


def _with_unknown(
    found: NDArray[np.int16], labels: Labels, codes: NDArray[np.int32], names: tuple[str, ...]
) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """The names of the catalog and after them those that only the log has, with all codes."""
    known = found.astype(np.int64)
    unknown = known < 0
    strange = sorted({labels.names[code] for code in np.unique(codes[unknown]) if code >= 0})
    place = {name: len(names) + number for number, name in enumerate(strange)}
    table = np.array([*(place.get(name, -1) for name in labels.names), -1], dtype=np.int64)
    known[unknown] = table[codes[unknown]]
    return (*names, *strange), known


def _why_none(
    tier: NDArray[np.int64], severity: NDArray[np.int64], kind: NDArray[np.int64], terms: Terms
) -> NDArray[np.int64]:
    tiers, severities = len(terms.tiers), len(terms.severities)
    unknown = (tier < 0) | (tier >= tiers) | (severity < 0) | (severity >= severities)
    promised = np.zeros((tiers + 1, severities + 1, len(KINDS)), dtype=np.bool_)
    for tier_key, severity_key, of_kind in terms.targets:
        place = terms.tiers.index(tier_key), terms.severities.index(severity_key)
        promised[(*place, KINDS.index(of_kind))] = True
    is_promised = promised[np.where(unknown, -1, tier), np.where(unknown, -1, severity), kind]
    why = np.where(is_promised, Outcome.not_begun, Outcome.not_promised)
    why[unknown] = Outcome.excluded
    return why

"""Adherence of a desk: how every case came out with every kind of milestone, and the reason of
everything that is in no share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from tierline.kernel.errors import Fault, Invalid
from tierline.scorecards.attainment import attainment_by
from tierline.scorecards.groups import NOT_STATED, Dimension
from tierline.scorecards.heatmap import week_hours
from tierline.scorecards.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from tierline.scorecards.attainment import Attainment
    from tierline.scorecards.heatmap import WeekHours
    from tierline.scorecards.together import Judged

BY = ("tier", "severity", "milestone", "channel", "month", "segment", "account")
"""What adherence may be looked at by."""
MOST_BY = 3
"""So many of them together."""
OPEN = (Outcome.running, Outcome.paused)
OUTSIDE = (Outcome.not_promised, Outcome.not_begun, Outcome.excluded)
"""Outcomes that are in no share, each with a reason."""


@dataclass(frozen=True)
class Adherence:
    """Everything is by outcome (a milestone, or a case and a kind that has none). `dimensions` are
    named as in BY; `reason` says why an outcome is in no share, -1 where it is in one."""

    cases: int
    judged: Judged
    dimensions: Mapping[str, Dimension]
    reason: Dimension
    names: Mapping[str, str] = field(default_factory=dict)
    """Names for people, by key of a tier and a severity."""

    @property
    def overall(self) -> Attainment:
        """Everything together."""
        return attainment_by((), self.judged.outcomes, self.judged.table)[0]

    def by(self, names: Sequence[str]) -> tuple[Attainment, ...]:
        """One row for each group that occurs. Raises Invalid for what it cannot be looked at by."""
        refuse_unknown(names)
        chosen = [self.dimensions[name] for name in names]
        return attainment_by(chosen, self.judged.outcomes, self.judged.table)

    def reasons(self) -> tuple[tuple[str, int], ...]:
        """Why outcomes are in no share, with how many, the commonest first."""
        codes = self.reason.codes
        counts = np.bincount(codes[codes >= 0], minlength=len(self.reason.names))
        found = [(name, int(count)) for name, count in zip(self.reason.names, counts, strict=True)]
        return tuple(sorted((each for each in found if each[1]), key=lambda each: -each[1]))

    def week(self) -> WeekHours:
        """When the clocks start that are missed, by the hour of the week in UTC."""
        return week_hours(self.judged.outcomes, self.judged.outcomes.began, "UTC")

    def where(
        self, among: Mapping[str, str], outcomes: Sequence[Outcome] = ()
    ) -> NDArray[np.int64]:
        """The outcomes of a group, by what it is called in each dimension, and with one of these
        outcomes; the milestones that used the largest share of what was allowed stand first."""
        refuse_unknown(among)
        found = np.ones(len(self.judged.outcomes), dtype=np.bool_)
        for name, value in among.items():
            found &= _is(self.dimensions[name], value)
        if outcomes:
            found &= np.isin(self.judged.outcomes.outcome, outcomes)
        rows = np.flatnonzero(found)
        return rows[np.argsort(-self._share_used(rows), kind="stable")]

    def _share_used(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        table = self.judged.table
        share = np.full(len(rows), -1.0)
        timed = rows < len(table)
        share[timed] = table.used[rows[timed]] / table.allowance[rows[timed]]
        return share


def refuse_unknown(names: Sequence[str] | Mapping[str, str]) -> None:
    """Raise Invalid for a word that adherence cannot be looked at by, or for too many of them."""
    faults = [
        Fault("unknown_dimension", f"'{name}' is nothing that adherence is counted by.", "by",
              f"Write some of: {', '.join(BY)}.")
        for name in names
        if name not in BY
    ]  # fmt: skip
    if not isinstance(names, dict) and len(names) > MOST_BY:
        faults.append(Fault("too_many", f"Adherence is counted by up to {MOST_BY} things.", "by"))
    if faults:
        raise Invalid("Adherence cannot be counted so.", faults)


def _is(dimension: Dimension, value: str) -> NDArray[np.bool_]:
    wanted = -1 if value in ("", NOT_STATED) else -2
    if value in dimension.names:
        wanted = dimension.names.index(value)
    mask: NDArray[np.bool_] = dimension.codes == wanted
    return mask

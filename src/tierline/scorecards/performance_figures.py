"""The figures of a month that the public is told, from the same counts as our own report. What
rests on too few cases or customers is left out, and so is the whole where it would give it away."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tierline.milestones.table import NEVER
from tierline.scorecards.adherence import OPEN
from tierline.scorecards.groups import NOT_STATED
from tierline.scorecards.outcomes import Outcome
from tierline.scorecards.performance import ATTAINMENT, TIMED, UPTIME, Figure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tierline.scorecards.attainment import Attainment
    from tierline.scorecards.desk import DeskAdherence
    from tierline.scorecards.performance import Value
    from tierline.status.uptime import Uptime

LEAST = 5
"""A figure that rests on fewer cases than this, or on cases of fewer accounts, is not told."""


def month_figures(
    desk: DeskAdherence, uptime: Uptime, private: Collection[str] = ()
) -> tuple[Figure, ...]:
    """The figures of the cases of a month. Tiers that are agreed with one account (`private`) count
    in the whole alone, and are not named."""
    found, cells = desk.adherence, _Cells(desk)
    rows = {each.group[0]: each for each in found.by(["tier"]) if each.decided}
    named = [key for key in rows if key not in {*private, NOT_STATED}]
    shown = [key for key in named if cells.are_enough(cells.decided(key))]
    rest = [cells.decided(key) for key in rows if key not in shown]
    is_whole_shown = cells.are_enough(cells.decided()) and (
        not rest or cells.are_enough(np.logical_or.reduce(rest))
    )
    figures = [
        _figure(ATTAINMENT, "", "", _counts(found.overall) if is_whole_shown else None),
        *(
            _figure(ATTAINMENT, key, _name(desk, key), _counts(rows[key]) if key in shown else None)
            for key in named
        ),
        *_times(desk, cells, named, shown),
    ]
    if uptime.watched_us:
        value = uptime.watched_us, uptime.down_us, uptime.planned_us
        figures.append(_figure(UPTIME, "", "", value))
    return tuple(figures)


def _times(
    desk: DeskAdherence, cells: _Cells, named: Sequence[str], shown: Collection[str]
) -> Iterator[Figure]:
    """Median times by tier and kind; of a tier that is not shown none is."""
    lengths = {each.group: each.lengths for each in desk.adherence.by(["tier", "milestone"])}
    for key in named:
        for kind in TIMED:
            took = lengths.get((key, kind.value))
            if took is not None:
                is_shown = key in shown and cells.are_enough(cells.stopped(key, kind.value))
                value = (took.used_p50, took.count) if is_shown else None
                yield _figure(kind.value, key, _name(desk, key), value)


def _figure(what: str, tier: str, name: str, value: Value | None) -> Figure:
    return Figure(what=what, tier=tier, name=name, value=value)


def _name(desk: DeskAdherence, key: str) -> str:
    return desk.adherence.names.get(key, key)


def _counts(row: Attainment) -> Value:
    return row.met, row.decided, sum(row.counts[each] for each in OPEN)


class _Cells:
    """Which outcomes a figure rests on, and whether those are enough."""

    def __init__(self, desk: DeskAdherence) -> None:
        self._adherence = desk.adherence
        self._case = desk.adherence.judged.outcomes.case
        self._account = desk.cases.account.codes[self._case]

    def decided(self, tier: str | None = None) -> NDArray[np.bool_]:
        """Met and missed ones, of one tier or all."""
        found = np.isin(self._adherence.judged.outcomes.outcome, (Outcome.met, Outcome.missed))
        return found if tier is None else found & self._is("tier", tier)

    def stopped(self, tier: str, kind: str) -> NDArray[np.bool_]:
        """Milestones of a kind that have a length."""
        stopped = self._adherence.judged.table.stopped
        found = self._is("tier", tier) & self._is("milestone", kind)
        found[: len(stopped)] &= stopped != NEVER
        found[len(stopped) :] = False
        return found

    def are_enough(self, rows: NDArray[np.bool_]) -> bool:
        """Whether they are of enough cases, and those of enough accounts that we know."""
        accounts = self._account[rows]
        counts = (self._case[rows], accounts[accounts >= 0])
        return all(len(np.unique(each)) >= LEAST for each in counts)

    def _is(self, dimension: str, name: str) -> NDArray[np.bool_]:
        found = self._adherence.dimensions[dimension]
        code = found.names.index(name) if name in found.names else -2
        mask: NDArray[np.bool_] = found.codes == code
        return mask

"""Cases that are held to many promises, judged together: one table, and one outcome for each case
and kind, whichever promise it is under."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tierline.milestones.columns import judge
from tierline.milestones.improvement import plain_tier
from tierline.milestones.table import KINDS, MilestoneTable
from tierline.scorecards.groups import Dimension
from tierline.scorecards.outcomes import Outcome, Outcomes, outcomes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    from numpy.typing import NDArray

    from tierline.cases.log import CaseLog
    from tierline.milestones.terms import PromisedTarget, Terms

Part = tuple[int, "CaseLog", "Terms"]
"""The place of the first case of a log, the log, and what its cases are held to."""
_COLUMNS = ("started", "stopped", "used", "allowance", "due", "breached")


@dataclass(frozen=True)
class Judged:
    """All milestones, and all outcomes: the milestones stand first in both, in the same order."""

    outcomes: Outcomes
    table: MilestoneTable
    committed: Dimension
    """By milestone: the percentage of a month's cases that is promised, -1 where each case is."""
    promises: Dimension
    """By milestone: the id of the promise whose target was judged."""


def judged_together(parts: Sequence[Part], opened: NDArray[np.int64]) -> Judged:
    """Judge every part. `opened` is by case, of all cases: one in no part was promised nothing, and
    has one outcome, `excluded`, of no kind."""
    judged = [_Part.of(*part) for part in parts]
    order = _order(judged)
    table = _table(judged, order)
    rest = _rest(judged, opened)
    percents = sorted({each for part in judged for each in part.percents})
    committed = _joined([part.committed_among(percents) for part in judged])
    ids = sorted({each for part in judged for each in part.promise_ids})
    promises = _joined([part.promises_among(ids) for part in judged])
    return Judged(
        outcomes=_outcomes(judged, table, rest, opened),
        table=table,
        committed=Dimension(committed[order], tuple(f"{each:f}" for each in percents)),
        promises=Dimension(promises[order], tuple(ids)),
    )


def plain_tiers(tiers: Dimension) -> Dimension:
    """A tier that stands beside another for a better promise is counted as that one."""
    names = tuple(dict.fromkeys(map(plain_tier, tiers.names)))
    table = np.array([*(names.index(plain_tier(name)) for name in tiers.names), -1])
    return Dimension(table[tiers.codes], names)


@dataclass(frozen=True)
class _Part:
    """One promise, judged; cases are places among all cases."""

    first: int
    cases: int
    terms: Terms
    table: MilestoneTable
    outcomes: Outcomes

    @classmethod
    def of(cls, first: int, log: CaseLog, terms: Terms) -> _Part:
        table = judge(log, terms)
        return cls(first, len(log), terms, table, outcomes_of(log, table, terms))

    @property
    def percents(self) -> set[Decimal]:
        stated = (target.attainment_percent for target in self.terms.targets.values())
        return {percent for percent in stated if percent is not None}

    @property
    def promise_ids(self) -> set[str]:
        return {target.promise_id for target in self.terms.targets.values()}

    def committed_among(self, percents: Sequence[Decimal]) -> NDArray[np.int64]:
        """By milestone: the place of what is promised among `percents`, or -1."""
        place: dict[Decimal | None, int] = {each: code for code, each in enumerate(percents)}
        return self._by_target(lambda target: place.get(target.attainment_percent, -1))

    def promises_among(self, ids: Sequence[str]) -> NDArray[np.int64]:
        """By milestone: the place of its promise among `ids`."""
        place = {id_: code for code, id_ in enumerate(ids)}
        return self._by_target(lambda target: place[target.promise_id])

    def _by_target(self, code_of: Callable[[PromisedTarget], int]) -> NDArray[np.int64]:
        shape = len(self.table.tiers), len(self.table.severities), len(KINDS)
        code = np.full(shape, -1, dtype=np.int64)
        for (tier, severity, kind), target in self.terms.targets.items():
            here = self.terms.tiers.index(tier), self.terms.severities.index(severity)
            code[(*here, KINDS.index(kind))] = code_of(target)
        return code[self.table.tier, self.table.severity, self.table.kind]


def _order(parts: Sequence[_Part]) -> NDArray[np.int64]:
    """By kind, then case, then cycle, as a table of milestones stands."""
    case = _joined([part.table.case + part.first for part in parts])
    kind = _joined([part.table.kind for part in parts])
    cycle = _joined([part.table.cycle for part in parts])
    return np.lexsort((cycle, case, kind))


def _table(parts: Sequence[_Part], order: NDArray[np.int64]) -> MilestoneTable:
    tiers = _names([part.table.tiers for part in parts])
    severities = _names([part.table.severities for part in parts])
    tables = [part.table for part in parts]

    def column(found: Sequence[NDArray[np.integer]]) -> NDArray[np.int64]:
        return _joined(found)[order]

    return MilestoneTable(
        tiers=tiers,
        severities=severities,
        case=column([part.table.case + part.first for part in parts]),
        kind=column([table.kind for table in tables]).astype(np.int8),
        tier=column([_coded(each.tier, each.tiers, tiers) for each in tables]).astype(np.int16),
        severity=column(
            [_coded(each.severity, each.severities, severities) for each in tables]
        ).astype(np.int16),
        cycle=column([table.cycle for table in tables]).astype(np.int32),
        verdict=column([table.verdict for table in tables]).astype(np.int8),
        **{name: column([getattr(table, name) for table in tables]) for name in _COLUMNS},
    )


def _rest(parts: Sequence[_Part], opened: NDArray[np.int64]) -> NDArray[np.int64]:
    """The cases that are in no part."""
    has = np.zeros(len(opened), dtype=np.bool_)
    for part in parts:
        has[part.first : part.first + part.cases] = True
    return np.flatnonzero(~has)


def _outcomes(
    parts: Sequence[_Part],
    table: MilestoneTable,
    rest: NDArray[np.int64],
    opened: NDArray[np.int64],
) -> Outcomes:
    """The milestones, then what has none, then the cases to which nothing was promised."""
    tiers = _names([part.outcomes.tier.names for part in parts])
    severities = _names([part.outcomes.severity.names for part in parts])
    nothing = np.full(len(rest), -1, dtype=np.int64)
    others = [(part, part.outcomes, slice(part.outcomes.judged, None)) for part in parts]

    def column(of_table: NDArray[np.integer], of_others: list[NDArray[np.integer]],
               of_rest: NDArray[np.int64]) -> NDArray[np.int64]:  # fmt: skip
        return _joined([of_table, *of_others, of_rest])

    return Outcomes(
        case=column(table.case, [each.case[at] + part.first for part, each, at in others], rest),
        kind=Dimension(
            column(table.kind, [each.kind.codes[at] for _, each, at in others], nothing),
            tuple(kind.value for kind in KINDS),
        ),
        tier=Dimension(
            column(
                _coded(table.tier, table.tiers, tiers),
                [_coded(each.tier.codes[at], each.tier.names, tiers) for _, each, at in others],
                nothing,
            ),
            tiers,
        ),
        severity=Dimension(
            column(
                _coded(table.severity, table.severities, severities),
                [_coded(each.severity.codes[at], each.severity.names, severities)
                 for _, each, at in others],
                nothing,
            ),
            severities,
        ),
        began=column(table.started, [each.began[at] for _, each, at in others], opened[rest]),
        outcome=column(
            table.verdict,
            [each.outcome[at] for _, each, at in others],
            np.full(len(rest), Outcome.excluded, dtype=np.int64),
        ),
        judged=len(table),
    )  # fmt: skip


def _names(stated: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """All names once, in the order in which the promises state them."""
    return tuple(dict.fromkeys(name for names in stated for name in names))


def _coded(
    codes: NDArray[np.integer], names: tuple[str, ...], among: tuple[str, ...]
) -> NDArray[np.int64]:
    """The codes of `names` as codes of `among`."""
    table = np.array([*(among.index(name) for name in names), -1], dtype=np.int64)
    found: NDArray[np.int64] = table[codes]
    return found


def _joined(columns: Sequence[NDArray[np.integer]]) -> NDArray[np.int64]:
    if not columns:
        return np.zeros(0, dtype=np.int64)
    joined: NDArray[np.int64] = np.concatenate(columns).astype(np.int64)
    return joined

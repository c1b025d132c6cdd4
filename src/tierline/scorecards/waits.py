"""Waits that began shortly before a breach and asked nothing, by who set them, and adherence as it
would be without those waits (a signal to look at, never a verdict about a person)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tierline.cases.event import EventKind
from tierline.cases.log import CaseLog, Labels
from tierline.kernel.instants import SECOND_US
from tierline.milestones.columns import judge
from tierline.milestones.rows import PAUSES
from tierline.milestones.table import KINDS, Verdict
from tierline.scorecards.intervals import (
    WEAK_BELOW,
    Evidence,
    Interval,
    evidence,
    wilson_interval,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tierline.milestones.terms import Terms
    from tierline.scorecards.together import Part

NEAR_SECONDS = 600
"""A wait is late where a clock that it stops would have been missed within so many seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """A wait that stopped a clock: the place of its case among all cases, the row of its fact in
    the log of its part, and how long before the next breach it began (microseconds)."""

    case: int
    part: int
    row: int
    at: int
    reason: str
    left: int
    needs_question: bool

    @property
    def is_late(self) -> bool:
        """Whether it began within NEAR_SECONDS of a breach, and not after it."""
        return 0 <= self.left <= NEAR_SECONDS * SECOND_US


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentWaits:
    """Waits of one of us. `quiet` are the late ones that asked nothing although their reason needs
    a question; `cases` are theirs. `reported` and `restated` are met and missed milestones of the
    cases in which they set somebody waiting, as they stand and as they would without the quiet
    waits of anybody."""

    agent: str
    waits: int
    late: int
    quiet: int
    others: Interval | None
    """The 95% interval of the same share of all others together."""
    reported: tuple[int, int]
    restated: tuple[int, int]
    cases: tuple[int, ...]

    @property
    def share(self) -> float | None:
        """Quiet of waits."""
        return self.quiet / self.waits if self.waits else None

    @property
    def interval(self) -> Interval | None:
        """95% interval of the share."""
        return wilson_interval(self.quiet, self.waits)

    @property
    def evidence(self) -> Evidence:
        """How much the share can carry."""
        return evidence(self.quiet, self.waits)

    @property
    def is_conspicuous(self) -> bool:
        """Whether the share lies beyond that of the others by more than chance, and rests on enough
        waits to say so."""
        own, others = self.interval, self.others
        if own is None or others is None or self.waits < WEAK_BELOW:
            return False
        return own.low > others.high


def waits_of(parts: Sequence[Part]) -> list[Wait]:
    """Every wait that stopped a running clock."""
    found: list[Wait] = []
    for place, (first, log, terms) in enumerate(parts):
        rows = np.flatnonzero(np.isin(log.kind, PAUSES))
        if len(rows):
            found += _waits(place, first, log, terms, rows)
    return found


def by_agent(
    waits: Sequence[Wait],
    agents: Mapping[Wait, str],
    asks: Callable[[Wait], bool],
    verdicts: tuple[Mapping[int, tuple[int, int]], Mapping[int, tuple[int, int]]],
) -> tuple[AgentWaits, ...]:
    """Who set waits, the most conspicuous first. `verdicts` are met and missed milestones by case,
    as reported and as restated."""
    quiet = {each for each in waits if is_quiet(each, asks)}
    of_agent: dict[str, list[Wait]] = {}
    for each in waits:
        of_agent.setdefault(agents[each], []).append(each)
    found = []
    for agent, own in of_agent.items():
        own_quiet = [each for each in own if each in quiet]
        others = len(quiet) - len(own_quiet), len(waits) - len(own)
        cases = {each.case for each in own}
        found.append(
            AgentWaits(
                agent=agent,
                waits=len(own),
                late=sum(each.is_late for each in own),
                quiet=len(own_quiet),
                others=wilson_interval(*others),
                reported=_sum(cases, verdicts[0]),
                restated=_sum(cases, verdicts[1]),
                cases=tuple(dict.fromkeys(each.case for each in own_quiet)),
            )
        )
    return tuple(sorted(found, key=_rank))


def is_quiet(wait: Wait, asks: Callable[[Wait], bool]) -> bool:
    """Whether it began shortly before a breach, and asked nothing although its reason needs it."""
    return wait.is_late and wait.needs_question and not asks(wait)


def without(parts: Sequence[Part], waits: Sequence[Wait]) -> list[Part]:
    """The parts as if these waits had not been set: their facts are read as notes among us."""
    rows: dict[int, list[int]] = {}
    for each in waits:
        rows.setdefault(each.part, []).append(each.row)
    changed = list(parts)
    for place, of_part in rows.items():
        first, log, terms = parts[place]
        kind = log.kind.copy()
        kind[of_part] = EventKind.private_note
        changed[place] = first, replace(log, kind=kind), terms
    return changed


def _waits(
    place: int, first: int, log: CaseLog, terms: Terms, rows: NDArray[np.int64]
) -> list[Wait]:
    """The milestones that ran just before each wait, and when they would have been missed."""
    case = log.case_of_row[rows]
    table = judge(_before(log, rows, case), terms)
    running = np.flatnonzero((table.verdict == Verdict.running) & (table.stopped < 0))
    left: dict[int, tuple[int, bool]] = {}
    for at in running.tolist():
        of_wait = int(table.case[at])
        pause = terms.rules_of(table.tiers[table.tier[at]]).pauses.get(
            log.value.text(int(rows[of_wait]))
        )
        if pause is None or KINDS[table.kind[at]] not in pause.stops:
            continue
        due = int(table.due[at]) - int(log.at[rows[of_wait]])
        known = left.get(of_wait)
        if known is None or due < known[0]:
            left[of_wait] = due, pause.needs_question
    return [
        Wait(
            case=first + int(case[of_wait]),
            part=place,
            row=int(rows[of_wait]),
            at=int(log.at[rows[of_wait]]),
            reason=log.value.text(int(rows[of_wait])),
            left=due,
            needs_question=needs,
        )
        for of_wait, (due, needs) in sorted(left.items())
    ]


def _before(log: CaseLog, rows: NDArray[np.int64], case: NDArray[np.int64]) -> CaseLog:
    """For each of these rows a case with the facts before it, as it stood then."""
    spans = [np.arange(log.first_row[of], row) for of, row in zip(case, rows, strict=True)]
    held = np.concatenate(spans)
    return CaseLog(
        case_ids=tuple(str(row) for row in rows.tolist()),
        first_row=np.cumsum([0, *(len(span) for span in spans)]).astype(np.int64),
        at=log.at[held],
        kind=log.kind[held],
        value=Labels(log.value.codes[held], log.value.names),
        tier=Labels(log.tier.codes[case], log.tier.names),
        as_of=0,
        attributes={
            name: Labels(labels.codes[case], labels.names)
            for name, labels in log.attributes.items()
        },
    )


def _sum(cases: set[int], verdicts: Mapping[int, tuple[int, int]]) -> tuple[int, int]:
    found = [verdicts.get(case, (0, 0)) for case in cases]
    return sum(met for met, _ in found), sum(missed for _, missed in found)


def _rank(row: AgentWaits) -> tuple[bool, float, str]:
    low = row.interval.low if row.interval else 0.0
    return not row.is_conspicuous, -low, row.agent

"""What holidays and changes of the clocks decided: milestones that would have come out otherwise on
hours without holidays, and those that were due beyond a night on which the clocks changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum, auto
from typing import TYPE_CHECKING

import numpy as np

from tierline.calendars.local_time import zone_named
from tierline.cases.history import CUSTOMER_TIME_ZONE
from tierline.milestones.columns import judge
from tierline.milestones.table import KINDS, NEVER, MilestoneTable, Verdict
from tierline.scorecards.local_hours import local_micros

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tierline.calendars.business_hours import BusinessHours
    from tierline.cases.log import CaseLog
    from tierline.milestones.terms import Terms
    from tierline.scorecards.together import Part


class EffectKind(StrEnum):
    """What it was."""

    holiday = auto()
    clock_change = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEffect:
    """A milestone of a case (by its place). Instants are microseconds; `due` is NEVER where it has
    none. `without` and `due_without` are the verdict and the due instant on hours without holidays,
    or with clocks that had stayed as they were when it began."""

    by: EffectKind
    case: int
    milestone: str
    cycle: int
    started: int
    due: int
    verdict: Verdict
    due_without: int
    without: Verdict


def calendar_effects(parts: Sequence[Part]) -> tuple[CalendarEffect, ...]:
    """In the order in which the cases were held to promises: first what holidays decided."""
    found = [effect for part in parts for effect in _of_part(*part)]
    return tuple(sorted(found, key=lambda each: (each.by is EffectKind.clock_change, each.started)))


def _of_part(first: int, log: CaseLog, terms: Terms) -> Iterator[CalendarEffect]:
    table = judge(log, terms)
    plain = judge(log, replace(terms, hours={key: _without_holidays(each)
                                             for key, each in terms.hours.items()}))  # fmt: skip
    for row in np.flatnonzero(table.verdict != plain.verdict).tolist():
        yield _effect(EffectKind.holiday, first, table, row, plain)
    shift = _shift(log, table, terms)
    for row in np.flatnonzero(shift).tolist():
        moved = int(table.due[row]) + int(shift[row])
        yield replace(_effect(EffectKind.clock_change, first, table, row, table), due_without=moved)


def _effect(
    by: EffectKind, first: int, table: MilestoneTable, row: int, plain: MilestoneTable
) -> CalendarEffect:
    return CalendarEffect(
        by=by,
        case=first + int(table.case[row]),
        milestone=KINDS[table.kind[row]].value,
        cycle=int(table.cycle[row]),
        started=int(table.started[row]),
        due=int(table.due[row]),
        verdict=Verdict(table.verdict[row]),
        due_without=int(plain.due[row]),
        without=Verdict(plain.verdict[row]),
    )


def _without_holidays(hours: BusinessHours) -> BusinessHours:
    return replace(
        hours,
        holidays=(),
        recurring_holidays=(),
        country=None,
        subdivision=None,
        public_holidays=None,
    )


def _shift(log: CaseLog, table: MilestoneTable, terms: Terms) -> NDArray[np.int64]:
    """By milestone on hours that close: by how much the clocks of its hours were moved between its
    start and its due instant."""
    found = np.zeros(len(table), dtype=np.int64)
    zones = log.attributes[CUSTOMER_TIME_ZONE]
    for (tier, severity, kind), target in terms.targets.items():
        hours = terms.hours[target.hours]
        if hours.always_open:
            continue
        rows = np.flatnonzero(
            (table.tier == terms.tiers.index(tier))
            & (table.severity == terms.severities.index(severity))
            & (table.kind == KINDS.index(kind))
            & (table.due != NEVER)
        )
        own = zones.codes[table.case[rows]]
        is_local = target.hours in terms.local_hours
        for code in np.unique(own).tolist():
            here = rows[own == code]
            named = zones.names[code] if is_local and code >= 0 else hours.time_zone
            zone = zone_named(named)
            start, due = table.started[here], table.due[here]
            found[here] = (local_micros(due, zone) - due) - (local_micros(start, zone) - start)
    return found

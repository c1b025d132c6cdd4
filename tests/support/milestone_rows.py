"""Milestones of both faces as rows that can be compared, field by field."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tierline.cases.history import CaseHistory
from tierline.milestones.fold import Milestone, milestones_of
from tierline.milestones.table import KINDS, MilestoneTable
from tierline.milestones.terms import Terms

FIELDS = (
    "kind", "cycle", "tier", "severity",
    "started", "stopped", "used", "allowance", "due", "verdict",
)  # fmt: skip


def live_rows(
    cases: Iterable[CaseHistory], promised: Terms, now: datetime
) -> list[tuple[object, ...]]:
    rows = [
        (place, *_row_of(milestone))
        for place, history in enumerate(cases)
        for milestone in milestones_of(history, promised, now)
    ]
    return sorted(rows, key=lambda row: (KINDS.index(row[1]), row[0], row[2]))  # type: ignore[arg-type]


def _row_of(milestone: Milestone) -> tuple[object, ...]:
    return tuple(getattr(milestone, field) for field in FIELDS)


def column_rows(table: MilestoneTable) -> list[tuple[object, ...]]:
    return [
        (
            int(table.case[row]),
            KINDS[table.kind[row]],
            int(table.cycle[row]),
            table.tiers[table.tier[row]],
            table.severities[table.severity[row]],
            *(
                int(column[row])
                for column in (
                    table.started,
                    table.stopped,
                    table.used,
                    table.allowance,
                    table.due,
                    table.verdict,
                )
            ),
        )
        for row in range(len(table))
    ]

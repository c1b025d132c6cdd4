"""Which cases of an account were open at an instant, as they were known then."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tierline.actions.case_clocks import next_due
from tierline.cases.standing import ENDED
from tierline.milestones.fold import milestones_of
from tierline.queries.cases import OPEN_STATES
from tierline.store.cases import NO_DUE_TIME, case_event_table, case_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tierline.cases.case import Case
    from tierline.cases.event import CaseEvent
    from tierline.cases.standing import CaseState
    from tierline.store.records import Reads

_case, _event = case_table.c, case_event_table.c
_WHICH = sa.select(_case.id).where(
    _case.account_id == sa.bindparam("whose"),
    _case.opened_at <= sa.bindparam("known"),
    sa.or_(
        _case.state.in_(OPEN_STATES),
        sa.exists().where(_event.case_id == _case.id, _event.recorded_at > sa.bindparam("known")),
    ),
)
"""Those that are open, and those of which something became known afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """A case that had not ended. `next_due_at` is None where nothing of it was due."""

    id: str
    number: int
    state: CaseState
    severity: str
    next_due_at: datetime | None


def open_cases_at(reads: Reads, account: str, at: datetime) -> list[OpenCase]:
    """The cases of an account that had not ended, in the order of the list of cases: folded from
    the facts that were known, so that of the present they are the index of that list."""
    found = list(_open(reads, account, at))
    return sorted(found, key=lambda each: (each.next_due_at or NO_DUE_TIME, each.id))


def _open(reads: Reads, account: str, at: datetime) -> Iterator[OpenCase]:
    for case in reads.cases.of_ids(_which(reads, account, at)).values():
        events = tuple(each for each in case.events if max(each.at, _told(each)) <= at)
        known = replace(case, events=events)
        if known.standing.state not in ENDED:
            yield OpenCase(
                id=known.id,
                number=known.number,
                state=known.standing.state,
                severity=known.standing.severity,
                next_due_at=_due(reads, known, at),
            )


def _which(reads: Reads, account: str, at: datetime) -> list[str]:
    return [row.id for row in reads.snapshot.rows(_WHICH, {"whose": account, "known": at})]


def _told(event: CaseEvent) -> datetime:
    return event.recorded_at or event.at


def _due(reads: Reads, case: Case, at: datetime) -> datetime | None:
    if not case.terms:
        return None
    return next_due(milestones_of(case.history, reads.cases.terms(case.terms), at))

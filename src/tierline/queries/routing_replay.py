"""Past cases with what routing needs to know of them, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from tierline.actions.escalations import away_among
from tierline.actions.routing import need_under, on_call_for
from tierline.cases.event import EventKind
from tierline.cases.standing import ENDED, CaseState
from tierline.catalog.statement import MilestoneKind
from tierline.kernel.errors import Fault, Invalid
from tierline.kernel.instants import from_micros, to_micros
from tierline.routing.past import PastCase
from tierline.routing.replay_counts import RoutingReplay, routing_replay
from tierline.store.accelerated_responses import accelerated_response_table
from tierline.store.account_needs import ALL_NEEDS, need_of_row
from tierline.store.cases import case_event_table, case_table
from tierline.store.routing import (
    assignment_of,
    case_assignment_table,
    case_routing_table,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tierline.milestones.terms import Terms
    from tierline.routing.agent import Agent
    from tierline.routing.assignment import Assignment
    from tierline.routing.need import AccountNeed, CaseNeed
    from tierline.routing.plan import Plan
    from tierline.store.records import Reads

CASES_LIMIT_COUNT = 50_000
"""So many cases are replayed at once."""
_case, _event = case_table.c, case_event_table.c
_routing, _assignment = case_routing_table.c, case_assignment_table.c
_response = accelerated_response_table.c
_OF_CASE = ("id", "number", "account_id", "tier", "terms_digest", "time_zone", "opened_at", "state")


@dataclass(frozen=True, slots=True)
class ReplayOfPlan:
    """The replay, and the number of the plan that it is of."""

    number: int
    agents: int
    found: RoutingReplay


def replay_routing(reads: Reads, *, start: datetime, end: datetime, now: datetime) -> ReplayOfPlan:
    """The cases that were opened from `start` to before `end`, as they were given to people, beside
    how the plan in force and the agents of today give them out. Raises Invalid where there is no
    plan, nobody works on cases, or there are too many."""
    number, plan = reads.routing.plan()
    people = reads.routing.agents()
    _refuse_nothing(number, people)
    cases = list(_past_cases(reads, plan, people, start, end))
    return ReplayOfPlan(number, len(people), routing_replay(cases, people, plan, until=now))


def _refuse_nothing(number: int, people: tuple[Agent, ...]) -> None:
    faults = []
    if not number:
        told = "No routing plan is published."
        faults.append(Fault("no_plan", told, write_instead="Publish one: tierline routing publish"))
    if not people:
        told = "Nobody is recorded who works on cases."
        faults.append(Fault("no_agents", told, write_instead="Record them: tierline agent keep"))
    if faults:
        raise Invalid("There is nothing to replay routing with.", faults)


def _past_cases(
    reads: Reads, plan: Plan, people: tuple[Agent, ...], start: datetime, end: datetime
) -> Iterator[PastCase]:
    chosen = sa.and_(_case.opened_at >= start, _case.opened_at < end)
    rows = _rows(reads, chosen)
    severities, ended = _severities(reads, chosen), _ended(reads, chosen)
    skills, trails = _skills(reads, chosen), _trails(reads, chosen)
    needs, terms, owed = _needs(reads), dict[str, "Terms"](), _owed(reads, chosen)
    for row in rows:
        digest = row["terms_digest"]
        if digest and digest not in terms:
            terms[digest] = reads.cases.terms(digest)
        held_to = terms.get(digest or "")
        need = _need_of(row, severities[row["id"]], held_to, needs.get(row["account_id"] or ""))
        yield PastCase(
            need=replace(
                need, skills=skills.get(row["id"], frozenset()), owed_for=owed.get(row["id"])
            ),
            number=row["number"],
            ended_at=ended.get(row["id"]) if CaseState(row["state"]) in ENDED else None,
            on_call=on_call_for(
                reads, need, held_to, plan, now=row["opened_at"], is_away=away_among(people)
            ),
            trail=tuple(trails.get(row["id"], ())),
        )


def _need_of(
    row: sa.RowMapping, severity: str, terms: Terms | None, account: AccountNeed | None
) -> CaseNeed:
    """With the severity that it was opened with, and the end of its time to be acknowledged."""
    need = need_under(row["id"], row["tier"], severity, row["opened_at"], terms)
    due_at = None
    if terms is not None:
        zoned = terms.in_zone(row["time_zone"])
        target = zoned.target(row["tier"], severity, MilestoneKind.acknowledge)
        if target is not None:
            calendar, opened = zoned.calendar(target.hours), to_micros(row["opened_at"])
            due_at = from_micros(calendar.add_micros(opened, target.allowance_us))
    return replace(need, due_at=due_at, account=account)


def _rows(reads: Reads, chosen: sa.ColumnElement[bool]) -> list[sa.RowMapping]:
    statement = sa.select(*(_case[name] for name in _OF_CASE)).where(chosen)
    found = list(reads.snapshot.execute(statement.limit(CASES_LIMIT_COUNT + 1)).mappings())
    if len(found) > CASES_LIMIT_COUNT:
        told = f"At most {CASES_LIMIT_COUNT:,} cases are replayed at once."
        raise Invalid(told, [Fault("too_many", told, "start", "State a shorter stretch.")])
    return found


def _severities(reads: Reads, chosen: sa.ColumnElement[bool]) -> dict[str, str]:
    statement = _of_events(chosen, _event.value).where(_event.place == 0)
    return {row.case_id: row.value for row in reads.snapshot.execute(statement)}


def _ended(reads: Reads, chosen: sa.ColumnElement[bool]) -> dict[str, datetime]:
    """When cases were resolved for the last time."""
    last = sa.func.max(_event.at, type_=_event.at.type).label("last")
    statement = _of_events(chosen, last).where(_event.kind == EventKind.resolved.name)
    rows = reads.snapshot.execute(statement.group_by(_event.case_id))
    return {row.case_id: row.last for row in rows}


def _of_events(chosen: sa.ColumnElement[bool], column: Any) -> sa.Select[Any]:
    joined = sa.select(_event.case_id, column).join(case_table, _case.id == _event.case_id)
    return joined.where(chosen)


def _skills(reads: Reads, chosen: sa.ColumnElement[bool]) -> dict[str, frozenset[str]]:
    statement = sa.select(_routing.case_id, _routing.skills)
    joined = statement.join(case_table, _case.id == _routing.case_id).where(chosen)
    return {row.case_id: frozenset(row.skills) for row in reads.snapshot.execute(joined)}


def _owed(reads: Reads, chosen: sa.ColumnElement[bool]) -> dict[str, int]:
    """Which cases went first, and for the missed target of which."""
    statement = sa.select(_response.used_case_id, _response.number)
    joined = statement.join(case_table, _case.id == _response.used_case_id).where(chosen)
    return {row.used_case_id: row.number for row in reads.snapshot.execute(joined)}


def _trails(reads: Reads, chosen: sa.ColumnElement[bool]) -> dict[str, list[Assignment]]:
    joined = sa.select(case_assignment_table).join(case_table, _case.id == _assignment.case_id)
    ordered = joined.where(chosen).order_by(_assignment.case_id, _assignment.place)
    found: dict[str, list[Assignment]] = {}
    for row in reads.snapshot.execute(ordered).mappings():
        found.setdefault(row["case_id"], []).append(assignment_of(row))
    return found


def _needs(reads: Reads) -> dict[str, AccountNeed]:
    rows = reads.snapshot.execute(ALL_NEEDS).mappings()
    return {row["id"]: need_of_row(row["id"], row) for row in rows}

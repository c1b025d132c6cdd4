"""Agents, what accounts need of them, the routing plan, and who has which case.

`case_routing` is an index of `case_assignment`: who has a case now, and how often it changed hands.
Its `is_open` follows the state of the case, so that what somebody has to do is counted by an index.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from tierline.access.role import Role
from tierline.calendars.portable import from_jsonable
from tierline.cases.playbook_run import GuideEventKind
from tierline.cases.standing import ENDED, CaseState
from tierline.kernel.errors import NotFound
from tierline.routing.agent import Agent
from tierline.routing.assignment import Assignment, How, Ownership
from tierline.routing.need import AccountNeed, WaitingCase
from tierline.routing.plan import NO_PLAN, Plan
from tierline.store.accelerated_responses import owed_number
from tierline.store.account_needs import (
    NEED_OF,
    STATED_NEEDS,
    account_need_table,
    known_of,
    need_of_row,
)
from tierline.store.cases import NO_DUE_TIME, case_table
from tierline.store.columns import Document, Instant, Whole, Words
from tierline.store.guides import case_guide_event_table
from tierline.store.participants import case_merge_table
from tierline.store.prepared_reads import Ask, any_of
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot
from tierline.store.users import user_table

agent_table = table(
    "agent",
    sa.Column("user_id", Words, sa.ForeignKey("user.id"), primary_key=True),
    sa.Column("level", Whole, nullable=False),
    sa.Column("capacity", Whole, nullable=False),
    sa.Column("profile", Document, nullable=False),
    sa.Column("absent_until", Instant),
    sa.Column("changed_at", Instant, nullable=False),
)
routing_plan_table = table(
    "routing_plan",
    sa.Column("number", Whole, primary_key=True, autoincrement=False),
    sa.Column("statement", Words, nullable=False),
    sa.Column("published_at", Instant, nullable=False),
    sa.Column("published_by", Words, nullable=False),
)
case_routing_table = table(
    "case_routing",
    sa.Column("case_id", Words, sa.ForeignKey("support_case.id"), primary_key=True),
    sa.Column("user_id", Words, sa.ForeignKey("user.id")),
    sa.Column("skills", Document, nullable=False),
    sa.Column("missing", Document, nullable=False),
    sa.Column("places", Whole, nullable=False),
    sa.Column("handoffs", Whole, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("is_open", Whole, nullable=False),
    sa.Index("case_routing_user_id", "user_id", "case_id"),
    sa.Index(
        "case_routing_load",
        "user_id",
        sqlite_where=sa.text("is_open = 1"),
        postgresql_where=sa.text("is_open = 1"),
    ),
)
case_assignment_table = table(
    "case_assignment",
    sa.Column("case_id", Words, sa.ForeignKey("support_case.id"), primary_key=True),
    sa.Column("place", Whole, primary_key=True, autoincrement=False),
    sa.Column("user_id", Words, sa.ForeignKey("user.id")),
    sa.Column("how", Words, nullable=False),
    sa.Column("reason", Words, nullable=False),
    sa.Column("why_not", Document, nullable=False),
    sa.Column("note_place", Whole),
    sa.Column("pick", Whole),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", Words, nullable=False),
    sa.Index("case_assignment_pick", "pick"),
)
_agent, _need, _plan = agent_table.c, account_need_table.c, routing_plan_table.c
_routing, _assignment = case_routing_table.c, case_assignment_table.c
_case, _user, _said = case_table.c, user_table.c, case_guide_event_table.c
_GOES_WITH = sa.select(case_merge_table.c.case_id).where(case_merge_table.c.case_id == _case.id)
_OF_WAITING = ("id", "number", "account_id", "tier", "severity", "terms_digest", "opened_at",
               "next_due_at")  # fmt: skip
_OF_OWNERSHIP = ("case_id", "user_id", "skills", "missing", "places", "handoffs")
_MOST_LEADS = 20
_KEPT_AGENTS = 8_192
_AGENTS = (
    sa.select(
        _agent.user_id,
        _agent.level,
        _agent.capacity,
        sa.type_coerce(_agent.profile, Words).label("profile"),
        _agent.absent_until,
    )
    .join(user_table, _user.id == _agent.user_id)
    .where(_user.disabled_at.is_(None))
    .order_by(_agent.user_id)
)
_IS_OPEN = _routing.is_open == sa.literal_column("1")
"""As the index says it: a value of a statement would not be known to be the same."""
_LOAD = (
    sa.select(_routing.user_id, sa.func.count().label("cases"))
    .where(_IS_OPEN, _routing.user_id.is_not(None))
    .group_by(_routing.user_id)
)
_TOPIC = (
    sa.select(_said.value)
    .where(_said.case_id == _routing.case_id, _said.kind == GuideEventKind.topic_set.name)
    .order_by(_said.place.desc())
    .limit(1)
    .scalar_subquery()
    .label("topic")
)
_OWED_FOR = owed_number(_routing.case_id)
_OWNERSHIPS = sa.select(case_routing_table, _TOPIC, _OWED_FOR).where(
    _routing.case_id.in_(any_of("ids"))
)
_TRAIL = (
    sa.select(case_assignment_table)
    .where(_assignment.case_id == sa.bindparam("its_id"))
    .order_by(_assignment.place)
)
_ANY_WAITING = (
    sa.select(_case.id)
    .join(case_routing_table, _routing.case_id == _case.id)
    .where(
        _IS_OPEN,
        _routing.user_id.is_(None),
        ~_GOES_WITH.exists(),
        sa.select(_agent.user_id).exists(),
    )
    .limit(1)
)
_OPEN = tuple(state.value for state in CaseState if state not in ENDED)
_UNQUEUED = sa.select(_case.id).where(
    _case.state.in_(_OPEN),
    ~sa.select(_routing.case_id).where(_routing.case_id == _case.id).exists(),
)
_ANY_UNQUEUED = _UNQUEUED.where(sa.select(_agent.user_id).exists()).limit(1)
_PLAN = (
    sa.select(_plan.number, _plan.statement)
    .order_by(_plan.number.desc())
    .limit(sa.literal_column("1"))  # as a value a server would plan for many, each time anew
)


PLAN_IN_FORCE: Ask = (_PLAN, {})
"""What asks for the plan in force."""
PEOPLE_AND_LOAD: tuple[Ask, ...] = ((_AGENTS, {}), (_LOAD, {}))
"""What asks for who works on cases, and how many each has."""


def asked_of_need(account: str) -> Ask:
    """What asks for what an account's cases need."""
    return NEED_OF, {"its_id": account}


class RoutingReads:
    """Reads of agents, needs, the plan and assignments."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._plan: tuple[int, Plan] | None = None

    def agents(self) -> tuple[Agent, ...]:
        """Everybody who works on cases and may sign in, by id."""
        return tuple(_written_agent(*row) for row in self._snapshot.rows(_AGENTS, {}))

    def agent(self, user: str) -> Agent:
        """What is recorded of a user as an agent. Raises NotFound."""
        chosen = sa.select(agent_table).where(_agent.user_id == user)
        row = self._snapshot.execute(chosen).mappings().first()
        if row is None:
            raise NotFound(f"There is no agent '{user}'.")
        return agent_of(row)

    def load(self) -> dict[str, int]:
        """How many open cases each user has."""
        found = self._snapshot.rows(_LOAD, {})
        return {row.user_id: row.cases for row in found}

    def need_of(self, account: str) -> AccountNeed | None:
        """What an account's cases need; None where there is no such account."""
        found = self._snapshot.row(*asked_of_need(account))
        return None if found is None else need_of_row(account, found)

    def needs_with_people(self) -> tuple[AccountNeed, ...]:
        """What those accounts need that have named engineers or a pod, by account."""
        rows = self._snapshot.execute(STATED_NEEDS).mappings()
        needs = (need_of_row(row["id"], row) for row in rows)
        return tuple(need for need in needs if need.has_people)

    def ownership(self, case: str) -> Ownership:
        """Who has a case; nobody and nothing where it was never routed."""
        return self.ownerships([case])[case]

    def ownerships(self, cases: Collection[str]) -> dict[str, Ownership]:
        """The same of several cases, by case."""
        rows = self._snapshot.rows(_OWNERSHIPS, {"ids": sorted(cases)})
        known = {row.case_id: ownership_of(row) for row in rows}
        return {case: known.get(case) or Ownership(case=case) for case in cases}

    def trail(self, case: str) -> tuple[Assignment, ...]:
        """Every step of a case's ownership, the first one first."""
        return tuple(assignment_of(row) for row in self._snapshot.rows(_TRAIL, {"its_id": case}))

    def waiting(self, limit: int) -> tuple[WaitingCase, ...]:
        """Open cases that nobody has, in one query: what is owed an accelerated response stands
        first, then what is due first."""
        chosen = (
            sa.select(
                *(_case[name] for name in _OF_WAITING),
                *known_of(_case.account_id),
                *(_routing[name] for name in _OF_OWNERSHIP),
                _TOPIC,
                _OWED_FOR,
            )
            .join(case_routing_table, _routing.case_id == _case.id)
            .where(_IS_OPEN, _routing.user_id.is_(None), ~_GOES_WITH.exists())
            .order_by(_OWED_FOR.is_(None), _case.next_due_at, _case.id)
            .limit(limit)
        )
        return tuple(_waiting_of(row) for row in self._snapshot.execute(chosen).mappings())

    def is_anything_waiting(self) -> bool:
        """Whether somebody works on cases, and a case waits for somebody."""
        return self._snapshot.row(_ANY_WAITING, {}) is not None

    def is_any_unqueued(self) -> bool:
        """Whether somebody works on cases, and an open case is in nobody's hands and no queue."""
        return self._snapshot.row(_ANY_UNQUEUED, {}) is not None

    def unqueued(self) -> tuple[str, ...]:
        """The open cases that are in nobody's hands and no queue."""
        return tuple(row.id for row in self._snapshot.rows(_UNQUEUED, {}))

    def picks(self) -> int:
        """How many cases have left the queue."""
        highest: int | None = self._snapshot.execute(
            sa.select(sa.func.max(_assignment.pick))
        ).scalar()
        return 0 if highest is None else highest + 1

    def plan(self) -> tuple[int, Plan]:
        """The number of the plan in force and the plan; 0 and the empty one where there is none."""
        if self._plan is None:
            row = self._snapshot.row(*PLAN_IN_FORCE)
            self._plan = (0, NO_PLAN) if row is None else (row.number, _plan_of(row.statement))
        return self._plan

    def leads(self) -> tuple[str, ...]:
        """Who leads the desk and may sign in; where nobody does, the admins."""
        chosen = sa.select(_user.id, _user.roles).where(
            _user.account_id.is_(None), _user.disabled_at.is_(None)
        )
        rows = self._snapshot.execute(chosen.order_by(_user.id)).all()
        for role in (Role.lead, Role.admin):
            found = tuple(row.id for row in rows if role.value in row.roles)
            if found:
                return found[:_MOST_LEADS]
        return ()

    def our_users(self, named: Collection[str]) -> dict[str, str]:
        """The ids of our own people who are named by id or by address, by what they are named."""
        chosen = sa.select(_user.id, _user.email).where(
            _user.account_id.is_(None),
            _user.disabled_at.is_(None),
            sa.or_(_user.id.in_(sorted(named)), _user.email.in_(sorted(named))),
        )
        found: dict[str, str] = {}
        for row in self._snapshot.execute(chosen):
            found |= {row.id: row.id, row.email: row.id}
        return {name: found[name] for name in named if name in found}

    def plan_of(self, number: int) -> Plan:
        """A version of the plan. Raises NotFound."""
        chosen = sa.select(_plan.statement).where(_plan.number == number)
        statement = self._snapshot.execute(chosen).scalar()
        if statement is None:
            raise NotFound(f"There is no version {number} of the routing plan.")
        return _plan_of(statement)


def agent_of(row: sa.RowMapping) -> Agent:
    """The agent of a row."""
    return _agent_with(
        row["user_id"], row["level"], row["capacity"], row["profile"], row["absent_until"]
    )


@lru_cache(maxsize=_KEPT_AGENTS)
def _written_agent(
    user: str, level: int, capacity: int, profile: str, absent_until: datetime | None
) -> Agent:
    """The agent whose profile is written so: all are asked for with every new case, and few have
    changed since the last one."""
    return _agent_with(user, level, capacity, json.loads(profile), absent_until)


def _agent_with(
    user: str, level: int, capacity: int, profile: dict[str, Any], absent_until: datetime | None
) -> Agent:
    return Agent(
        user=user,
        level=level,
        capacity=capacity,
        skills=frozenset(profile["skills"]),
        regions=frozenset(profile["regions"]),
        clearances=frozenset(profile["clearances"]),
        languages=frozenset(profile["languages"]),
        pod=profile["pod"],
        hours=from_jsonable(profile["hours"]),
        quiet=None if profile["quiet"] is None else from_jsonable(profile["quiet"]),
        absent_until=absent_until,
    )


def ownership_of(row: sa.RowMapping) -> Ownership:
    """How a case stands, of its row."""
    return Ownership(
        case=row["case_id"],
        user=row["user_id"],
        skills=frozenset(row["skills"]),
        missing=tuple(row["missing"]),
        places=row["places"],
        handoffs=row["handoffs"],
        topic=row["topic"] or "",
        owed_for=row["owed_for"],
    )


def _waiting_of(row: sa.RowMapping) -> WaitingCase:
    due, account = row["next_due_at"], row["account_id"]
    return WaitingCase(
        id=row["id"],
        number=row["number"],
        account=account,
        tier=row["tier"],
        severity=row["severity"],
        terms=row["terms_digest"] or "",
        opened_at=row["opened_at"],
        due_at=None if due == NO_DUE_TIME else due,
        need=None if account is None else need_of_row(account, row),
        owned=ownership_of(row),
    )


def assignment_of(row: sa.RowMapping) -> Assignment:
    """The step of a row."""
    return Assignment(
        case=row["case_id"],
        place=row["place"],
        user=row["user_id"],
        how=How(row["how"]),
        reason=row["reason"],
        at=row["at"],
        by=row["by"],
        why_not=tuple((user, words) for user, words in row["why_not"]),
        note=row["note_place"],
        pick=row["pick"],
    )


@lru_cache(maxsize=64)
def _plan_of(statement: str) -> Plan:
    return Plan.model_validate(json.loads(statement))

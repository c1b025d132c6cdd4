"""Writing who works on cases, what accounts need of them, the routing plan, and who has which."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tierline.calendars.portable import to_jsonable
from tierline.kernel.digest import canonical_json
from tierline.routing.agent import Agent
from tierline.routing.assignment import Assignment, Ownership
from tierline.routing.need import AccountNeed
from tierline.routing.plan import Plan
from tierline.store.account_needs import account_need_table
from tierline.store.cases import case_table
from tierline.store.routing import (
    RoutingReads,
    agent_table,
    case_assignment_table,
    case_routing_table,
    routing_plan_table,
)
from tierline.store.unit_of_work import UnitOfWork

_agent, _need = agent_table.c, account_need_table.c
_routing, _case = case_routing_table.c, case_table.c
_SET_AGENT = (
    agent_table.update()
    .where(_agent.user_id == sa.bindparam("its_id"))
    .values(
        level=sa.bindparam("new_level"),
        capacity=sa.bindparam("new_capacity"),
        profile=sa.bindparam("new_profile"),
        absent_until=sa.bindparam("new_absence"),
        changed_at=sa.bindparam("new_at"),
    )
)
_FORGET_AGENT = agent_table.delete().where(_agent.user_id == sa.bindparam("its_id"))
_SET_NEED = (
    account_need_table.update()
    .where(_need.account_id == sa.bindparam("its_id"))
    .values(need=sa.bindparam("new_need"), changed_at=sa.bindparam("new_at"))
)
_INSERT_ASSIGNMENT = case_assignment_table.insert()


class RoutingRecords(RoutingReads):
    """The same inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def keep_agent(self, agent: Agent, *, at: datetime) -> None:
        """Write what is known of an agent."""
        values = {
            "its_id": agent.user,
            "new_level": agent.level,
            "new_capacity": agent.capacity,
            "new_profile": _profile(agent),
            "new_absence": agent.absent_until,
            "new_at": at,
        }
        if self._unit.write(_SET_AGENT, values) == 0:
            self._unit.write(
                agent_table.insert(),
                {
                    "user_id": agent.user,
                    "level": agent.level,
                    "capacity": agent.capacity,
                    "profile": _profile(agent),
                    "absent_until": agent.absent_until,
                    "changed_at": at,
                },
            )

    def queue_unrouted(self, *, at: datetime) -> None:
        """Put open cases into the queue that came before anybody was recorded."""
        rows = [ownership_row(Ownership(case=case), at) for case in self.unqueued()]
        self._unit.write(case_routing_table.insert(), rows)

    def forget_agent(self, user: str) -> bool:
        """Take an agent away; False where there was none."""
        return self._unit.write(_FORGET_AGENT, {"its_id": user}) == 1

    def keep_need(self, need: AccountNeed, *, at: datetime) -> None:
        """Write what an account's cases need."""
        stated = {
            "residency": need.residency,
            "clearances": sorted(need.clearances),
            "pod": need.pod,
            "engineers": sorted(need.engineers),
            "deputies": sorted(need.deputies),
            "cover": None if need.cover is None else to_jsonable(need.cover),
            "language": need.language,
        }
        values = {"its_id": need.account, "new_need": stated, "new_at": at}
        if self._unit.write(_SET_NEED, values) == 0:
            row = {"account_id": need.account, "need": stated, "changed_at": at}
            self._unit.write(account_need_table.insert(), row)

    def keep_ownership(self, owned: Ownership, *, at: datetime) -> None:
        """Bring the index of a case up to its trail."""
        insert = self._unit.insert_or_set(case_routing_table, "case_id")
        self._unit.write_later(insert, ownership_row(owned, at))

    def assign(self, step: Assignment) -> None:
        """Write a step of a case's ownership. Where somebody else was quicker it is a Conflict, and
        the unit is tried again."""
        self._unit.write_later(_INSERT_ASSIGNMENT, assignment_row(step))

    def publish_plan(self, plan: Plan, *, by: str, at: datetime) -> int:
        """Put a new version of the plan into force; its number."""
        number = self.plan()[0] + 1
        self._plan = None
        self._unit.write(
            routing_plan_table.insert(),
            {
                "number": number,
                "statement": canonical_json(plan.model_dump(mode="json")).decode(),
                "published_at": at,
                "published_by": by,
            },
        )
        return number


def ownership_row(owned: Ownership, at: datetime, *, is_open: bool = True) -> dict[str, Any]:
    """What is kept of who has a case; one that has ended changes hands no more."""
    return {
        "case_id": owned.case,
        "user_id": owned.user,
        "skills": sorted(owned.skills),
        "missing": list(owned.missing),
        "places": owned.places,
        "handoffs": owned.handoffs,
        "changed_at": at,
        "is_open": int(is_open),
    }


def assignment_row(step: Assignment) -> dict[str, Any]:
    """What is kept of a step of a case's ownership."""
    return {
        "case_id": step.case,
        "place": step.place,
        "user_id": step.user,
        "how": step.how.value,
        "reason": step.reason,
        "why_not": [list(pair) for pair in step.why_not],
        "note_place": step.note,
        "pick": step.pick,
        "at": step.at,
        "by": step.by,
    }


def _profile(agent: Agent) -> dict[str, Any]:
    return {
        "skills": sorted(agent.skills),
        "regions": sorted(agent.regions),
        "clearances": sorted(agent.clearances),
        "languages": sorted(agent.languages),
        "pod": agent.pod,
        "hours": to_jsonable(agent.hours),
        "quiet": None if agent.quiet is None else to_jsonable(agent.quiet),
    }

"""Telling who works on cases: agents with what they know and when they are there, what accounts
need of them, and the routing plan."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from tierline.actions.agents import (
    AgentBooks,
    AgentDetails,
    AgentRecords,
    NeedDetails,
    keep_agent,
    keep_need,
)
from tierline.actions.routing_plans import PlanBooks, PlanRecords, publish_plan
from tierline.catalog.document import parse_document
from tierline.sample.customers import at_noon
from tierline.sample.desk import (
    CLEARANCE,
    CLEARED_PART,
    DEPUTIES,
    ENGINEERS,
    OWN_PEOPLE_PART,
    RESIDENT_PART,
    plan_of,
    posts,
)
from tierline.sample.staff import LEADS, STAFF
from tierline.sample.story import COMPLETE_UNTIL, FIRST_DAY

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.sample.company import Company

SINCE = at_noon(FIRST_DAY - timedelta(30))
_NAMED_AT = COMPLETE_UNTIL - timedelta(days=3)
_COVERED = {"mon-fri": "08:00-17:00"}


class _Routing(AgentRecords, PlanRecords, Protocol):
    """Agents, needs and plans."""


class PostBooks(AgentBooks, PlanBooks, Protocol):
    """What the telling of the desk needs."""

    @property
    def routing(self) -> _Routing: ...


def tell_desk(
    books: PostBooks,
    made: Company,
    moment: Callable[[datetime], Occasion],
    *,
    accounts: Mapping[str, str],
    agents: Mapping[int, str],
) -> None:
    """Have everybody take their post. `accounts` are ids by name, `agents` ids of users by
    number."""
    occasion = moment(SINCE)
    for post in posts():
        details = AgentDetails(
            level=post.level,
            capacity=post.capacity,
            skills=post.skills,
            regions=post.regions,
            clearances=post.clearances,
            hours={"time_zone": post.office, "week": post.week},
        )
        keep_agent(books, agents[post.number], details, occasion)
    cleared, resident = made.customer(CLEARED_PART), made.customer(RESIDENT_PART)
    needs = {
        cleared.name: NeedDetails(clearances=(CLEARANCE,)),
        resident.name: NeedDetails(residency=resident.region),
    }
    for name, need in needs.items():
        keep_need(books, accounts[name], need, occasion)
    plan = plan_of({each.number: each.email for each in STAFF})
    publish_plan(books, parse_document(json.dumps(plan), "halyard-desk"), occasion)


def tell_named_people(
    books: AgentBooks,
    made: Company,
    moment: Callable[[datetime, str], Occasion],
    *,
    accounts: Mapping[str, str],
    agents: Mapping[int, str],
) -> None:
    """Enterprise has named engineers: from the new year on one customer knows its own. The cases of
    the year went by the plan alone."""
    customer = made.customer(OWN_PEOPLE_PART)
    people = NeedDetails(
        engineers=tuple(agents[number] for number in ENGINEERS),
        deputies=tuple(agents[number] for number in DEPUTIES),
        cover={"time_zone": customer.time_zone, "week": _COVERED},
    )
    keep_need(books, accounts[customer.name], people, moment(_NAMED_AT, agents[LEADS[0]]))

"""Escalations over HTTP: the routing plan, who is called when, and when nobody would be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Query, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions import routing_plans as actions
from tierline.api.answers import Page, TypedDict, instant, said, word_of
from tierline.api.callers import may
from tierline.api.idempotency import Once
from tierline.api.inputs import Instant, listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.cases import seen_case
from tierline.bootstrap.escalations import Rung, Tree, tree_of
from tierline.catalog.document import parse_document
from tierline.queries.actors import users_named
from tierline.queries.cases import whole_case
from tierline.routing.agent import first_name
from tierline.routing.chain_words import climb_words, trigger_words, vacancy_words, why_words
from tierline.routing.rota import Why

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.actions.occasion import Occasion
    from tierline.routing.notice import Climb
    from tierline.routing.rota import Vacancy
    from tierline.store.records import Reads, Records

router = Routes(tags=["routing"])
Reader = Annotated[Caller, Depends(may(Permission.read_cases))]
Worker = Annotated[Caller, Depends(may(Permission.work_cases))]
Lead = Annotated[Caller, Depends(may(Permission.manage_desk))]
SOURCE = "The body"
VACANCIES_LIMIT = 500


class RoutingPlanAnswer(TypedDict):
    """A version of the routing plan."""

    number: Annotated[int, said("Its version; 0: none was published, and nobody is told anything.")]
    plan: Annotated[dict[str, Any], said("The plan, with ids in the place of addresses.")]


class NodeAnswer(TypedDict):
    """A level of an escalation."""

    role: Annotated[str, said("Who it is.")]
    kind: Annotated[str, said("`functional`: to more skill; `hierarchical`: to more authority.")]
    when: Annotated[str, said("What brings a case to it, in words.")]
    user: Annotated[str | None, said("Who holds it then; null: nobody, or you are a customer.")]
    name: Annotated[str | None, said("Their name; to a customer their first name.")]
    why: Annotated[str | None, said("Why they hold it, or nobody does; null for a customer.")]
    is_in_hours: Annotated[bool, said("Whether it is within the hours of the level.")]
    opens_at: Annotated[
        str | None, instant("Where it is closed then, when it opens; null: it is open.")
    ]
    is_lit: Annotated[bool, said("Whether the case is at this level.")]
    at: Annotated[
        str | None, instant("When the case climbed to it, or will if nothing else happens.")
    ]
    because: Annotated[str | None, said("What brings it there then, in words.")]
    reach: Annotated[str, said("How whoever holds it is reached; empty: by writing in the case.")]


class EscalationAnswer(TypedDict):
    """An escalation at an instant."""

    name: Annotated[str, said("Its name in the catalog.")]
    at: Annotated[str, instant("When.")]
    is_promised: Annotated[bool, said("Whether the catalog states it; else we usually do it so.")]
    is_with_owner: Annotated[
        bool, said("Whether a case has climbed to no level yet: it is with whoever has it.")
    ]
    levels: Annotated[list[NodeAnswer], said("The first one first.")]


class VacancyAnswer(TypedDict):
    """A time in which nobody holds a role."""

    role: Annotated[str, said("Which.")]
    start: Annotated[str, instant("From when on.")]
    end: Annotated[str, instant("Until when.")]
    why: Annotated[str, word_of(Why, "Why nobody does.")]
    words: Annotated[str, said("The same in words.")]


@router.get("/v1/routing-plan", summary="The routing plan in force")
def read_plan(
    request: Request,
    _: Worker,
    *,
    number: Annotated[
        int | None, Query(ge=1, le=2**62, description="That version; else the one in force.")
    ] = None,
) -> RoutingPlanAnswer:
    """Who answers what, how the queue is kept fair, and the rota."""

    def work(reads: Reads) -> RoutingPlanAnswer:
        if number is not None:
            found = number, reads.routing.plan_of(number)
        else:
            found = reads.routing.plan()
        return {"number": found[0], "plan": found[1].model_dump(mode="json")}

    return application_of(request).read(work)


@router.put("/v1/routing-plan", summary="Publish a routing plan")
def publish_plan(
    caller: Lead,
    body: dict[str, Any],
    once: Once,
    *,
    dry_run: Annotated[bool, Query(description="Only check it.")] = False,
) -> RoutingPlanAnswer:
    """The next version, in force at once; every fault of it is told. People are named by address
    or id. The same again changes nothing."""
    document = parse_document(json.dumps(body), SOURCE)

    def work(records: Records, occasion: Occasion) -> RoutingPlanAnswer:
        if dry_run:
            plan = actions.checked_plan(records, document)
            return {"number": records.routing.plan()[0], "plan": plan.model_dump(mode="json")}
        number, plan = actions.publish_plan(records, document, occasion)
        return {"number": number, "plan": plan.model_dump(mode="json")}

    return once.act(caller, work)


@router.get("/v1/escalations", summary="Who is called at an instant")
def read_escalation(
    request: Request,
    caller: Worker,
    *,
    tier: Annotated[str, Query(max_length=200, description="The tier's key.")],
    severity: Annotated[str, Query(max_length=200, description="The severity's key.")],
    at: Annotated[Instant | None, Query(description="When; absent: now.")] = None,
    catalog: Annotated[
        str | None, Query(max_length=200, description="Of this catalog; else of any that has it.")
    ] = None,
) -> EscalationAnswer:
    """Who gets it on Sunday at 03:10? Answered by what runs it."""
    application = application_of(request)
    when = at or application.now()

    def work(reads: Reads) -> EscalationAnswer:
        chain, nodes = actions.who_is_called(reads, tier, severity, when, catalog)
        rungs = tuple(Rung(node, None, is_lit=False) for node in nodes)
        return _answer(reads, Tree(chain, rungs), when, caller)

    return application.read(work)


@router.get("/v1/cases/{case}/escalation", summary="The escalation of a case, with its lit level")
def read_escalation_of_case(request: Request, caller: Reader, case: str) -> EscalationAnswer:
    """The same for both sides, with the instants at which it climbs; a customer reads first names
    alone."""
    application = application_of(request)
    now = application.now()

    def work(reads: Reads) -> EscalationAnswer:
        found = seen_case(reads, case, caller, Permission.read_cases)
        whole = whole_case(reads.cases, found, now=now)
        tree = tree_of(reads, whole, reads.routing.ownership(case).user, now)
        return _answer(reads, tree, now, caller)

    return application.read(work)


@router.get("/v1/escalation-vacancies", summary="When nobody would be called")
def list_vacancies(
    request: Request,
    _: Worker,
    *,
    days: Annotated[int, Query(ge=1, le=92, description="So many days ahead.")] = 14,
) -> Page[VacancyAnswer]:
    """Every time in the days to come in which nobody holds a role that a case may climb to."""
    application = application_of(request)
    now = application.now()
    found = application.read(lambda reads: actions.vacancies_ahead(reads, now, days))
    return listed([_vacancy(each) for each in found[:VACANCIES_LIMIT]], None)


def _answer(reads: Reads, tree: Tree, at: datetime, caller: Caller) -> EscalationAnswer:
    held = (rung.node.held.user for rung in tree.rungs)
    named = {user for user in held if user is not None}
    users, is_ours = users_named(reads.snapshot, named), caller.accounts is None
    levels: list[NodeAnswer] = []
    for rung in tree.rungs:
        node, climb = rung.node, rung.climb
        user = node.held.user
        name = None if user is None or user not in users else users[user].name
        levels.append(
            {
                "role": node.level.role,
                "kind": "hierarchical" if node.level.is_hierarchical else "functional",
                "when": trigger_words(node.level),
                "user": user if is_ours else None,
                "name": name if is_ours or name is None else first_name(name),
                "why": why_words(node.held) if is_ours else None,
                "is_in_hours": node.is_in_hours,
                "opens_at": None if node.opens_at is None else shown(node.opens_at),
                "is_lit": rung.is_lit,
                "at": None if climb is None else shown(climb.at),
                "because": None if climb is None else _because(climb),
                "reach": node.reach,
            }
        )
    return {
        "name": tree.chain.name,
        "at": shown(at),
        "is_promised": tree.is_promised,
        "is_with_owner": tree.is_with_owner,
        "levels": levels,
    }


def _because(climb: Climb) -> str:
    return climb_words(climb, climb.milestone.replace("_", " "))


def _vacancy(vacancy: Vacancy) -> VacancyAnswer:
    return {
        "role": vacancy.role,
        "start": shown(vacancy.start),
        "end": shown(vacancy.end),
        "why": vacancy.why.value,
        "words": vacancy_words(vacancy.why),
    }

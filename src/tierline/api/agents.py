"""Agents over HTTP: who works on cases, with what they know and carry, and what accounts need."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request, Response
from pydantic import Field

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions import agents as actions
from tierline.api.answers import AccountId, Id, Page, TypedDict, instant, said
from tierline.api.callers import account_for, may
from tierline.api.idempotency import Once
from tierline.api.inputs import DEFAULT_LIMIT, After, Body, Instant, Limit, Word, listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.calendars.portable import to_jsonable
from tierline.queries import routing as queries
from tierline.routing.agent import Agent
from tierline.routing.need import AccountNeed

router = Routes(tags=["routing"])
Worker = Annotated[Caller, Depends(may(Permission.work_cases))]
Lead = Annotated[Caller, Depends(may(Permission.manage_desk))]
Words = Annotated[tuple[Word, ...], Field(max_length=100)]
Users = Annotated[tuple[Word, ...], Field(max_length=50)]


class WorkHoursAnswer(TypedDict):
    """Hours of a week."""

    time_zone: Annotated[str, said("The zone that they are local to.")]
    always_open: Annotated[bool, said("Whether they never close.")]
    week: Annotated[
        dict[str, list[list[int]]], said("By weekday: pairs of seconds after midnight.")
    ]


class AgentAnswer(TypedDict):
    """Somebody who works on cases."""

    user: Id
    level: Annotated[int, said("1: first line, 2: second line, 3: senior.")]
    capacity: Annotated[int, said("How many open cases they have at once.")]
    skills: Annotated[list[str], said("What they know.")]
    regions: Annotated[list[str], said("Regions whose data they may see.")]
    clearances: Annotated[list[str], said("What they are cleared for.")]
    languages: Annotated[list[str], said("What they speak.")]
    pod: Annotated[str, said("The group that looks after the same accounts; empty: none.")]
    hours: Annotated[WorkHoursAnswer, said("When they work.")]
    quiet: Annotated[
        WorkHoursAnswer | None, said("When nobody writes to them but for the worst severity.")
    ]
    absent_until: Annotated[str | None, instant("Until when they are away; null: they are there.")]


class AgentRowAnswer(AgentAnswer):
    """An agent in a list."""

    name: Annotated[str, said("Their name.")]
    cases: Annotated[int, said("How many open cases they have.")]


class AccountNeedAnswer(TypedDict):
    """What an account's cases need."""

    account: AccountId
    residency: Annotated[str, said("The region in which its data may be seen; empty: anywhere.")]
    clearances: Annotated[list[str], said("What whoever sees its data is cleared for.")]
    pod: Annotated[str, said("Its pod; empty: none.")]
    engineers: Annotated[list[str], said("Its named engineers: users.")]
    deputies: Annotated[list[str], said("Who stands in for them, or for its pod: users.")]
    cover: Annotated[
        WorkHoursAnswer | None,
        said("When one of them has to be there; null: nothing is stated."),
    ]
    language: Annotated[str, said("What it would rather be spoken to in; empty: anything.")]


class WorkHoursBody(Body):
    """Hours of a week, as in business hours of a catalog."""

    time_zone: Word = "UTC"
    week: dict[str, str] = Field(max_length=7, examples=[{"mon-fri": "09:00-17:00"}])


class AgentBody(Body):
    """Who works on cases; what is not stated is taken away."""

    level: int = Field(default=1, ge=1, le=3)
    capacity: int = Field(default=10, ge=1, le=500)
    skills: Words = ()
    regions: Words = ()
    clearances: Words = ()
    languages: Words = ()
    pod: str = Field(default="", max_length=60)
    hours: WorkHoursBody | None = None
    quiet: WorkHoursBody | None = None
    absent_until: Instant | None = None


class AccountNeedBody(Body):
    """What an account's cases need; what is not stated is needed no longer."""

    residency: str = Field(default="", max_length=60)
    clearances: Words = ()
    pod: str = Field(default="", max_length=60)
    engineers: Users = ()
    deputies: Users = ()
    cover: WorkHoursBody | None = None
    language: str = Field(default="", max_length=60)


@router.get("/v1/agents", summary="Who works on cases")
def list_agents(
    request: Request, _: Worker, *, after: After = None, limit: Limit = DEFAULT_LIMIT
) -> Page[AgentRowAnswer]:
    """By id, with how many open cases each has. Where nobody is recorded no case is assigned."""
    page = application_of(request).read(
        lambda reads: queries.list_agents(reads.snapshot, after=after, limit=limit)
    )
    rows: list[AgentRowAnswer] = [
        {**_agent(row.agent), "name": row.name, "cases": row.cases} for row in page.items
    ]
    return listed(rows, page.next)


@router.get("/v1/agents/{user}", summary="One agent")
def read_agent(request: Request, _: Worker, user: str) -> AgentAnswer:
    """What is recorded of them."""
    return _agent(application_of(request).read(lambda reads: reads.routing.agent(user)))


@router.put("/v1/agents/{user}", summary="Say what an agent knows and carries")
def keep_agent(caller: Lead, user: str, body: AgentBody, once: Once) -> AgentAnswer:
    """A user of ours as one who works on cases, from the next case on."""
    details = actions.AgentDetails(**{name: _plain(value) for name, value in body})
    return once.act(
        caller,
        lambda records, at: _agent(actions.keep_agent(records, user, details, at)),
    )


@router.delete("/v1/agents/{user}", status_code=204, summary="Take an agent away")
def forget_agent(request: Request, caller: Lead, user: str) -> Response:
    """They get no more cases. What they have stays with them until somebody hands it over."""
    application = application_of(request)
    occasion = application.occasion(caller.id)
    application.change(lambda records: actions.forget_agent(records, user, occasion))
    return Response(status_code=204)


@router.get("/v1/accounts/{account}/routing-need", summary="What an account's cases need")
def read_need(request: Request, caller: Worker, account: str) -> AccountNeedAnswer:
    """Where its data may be seen, who is cleared, its pod, its named engineers and who stands in
    for them."""
    application = application_of(request)
    found = account_for(application, caller, account, Permission.work_cases)

    def work(reads: Any) -> AccountNeedAnswer:
        reads.accounts.get(found)
        return _need(reads.routing.need_of(found) or AccountNeed(account=found))

    return application.read(work)


@router.put("/v1/accounts/{account}/routing-need", summary="Say what an account's cases need")
def keep_need(
    request: Request, caller: Lead, account: str, body: AccountNeedBody, once: Once
) -> AccountNeedAnswer:
    """From the next case on. Residency and clearances are never relaxed, not for the worst
    severity either."""
    application = application_of(request)
    found = account_for(application, caller, account, Permission.manage_desk)
    occasion = application.occasion(caller.id)
    details = actions.NeedDetails(**{name: _plain(value) for name, value in body})
    return once.change(
        caller, lambda records: _need(actions.keep_need(records, found, details, occasion))
    )


def _plain(value: Any) -> Any:
    if isinstance(value, WorkHoursBody):
        return value.model_dump()
    return value


def _agent(agent: Agent) -> AgentAnswer:
    return {
        "user": agent.user,
        "level": agent.level,
        "capacity": agent.capacity,
        "skills": sorted(agent.skills),
        "regions": sorted(agent.regions),
        "clearances": sorted(agent.clearances),
        "languages": sorted(agent.languages),
        "pod": agent.pod,
        "hours": _hours(agent.hours),
        "quiet": None if agent.quiet is None else _hours(agent.quiet),
        "absent_until": shown(agent.absent_until),
    }


def _hours(hours: Any) -> WorkHoursAnswer:
    stated = to_jsonable(hours)
    return {
        "time_zone": stated["time_zone"],
        "always_open": stated["always_open"],
        "week": stated["week"],
    }


def _need(need: AccountNeed) -> AccountNeedAnswer:
    return {
        "account": need.account,
        "residency": need.residency,
        "clearances": sorted(need.clearances),
        "pod": need.pod,
        "engineers": sorted(need.engineers),
        "deputies": sorted(need.deputies),
        "cover": None if need.cover is None else _hours(need.cover),
        "language": need.language,
    }

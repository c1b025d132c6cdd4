"""Post-mortems over HTTP: who owes one, what is written, published, and done after it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Query, Request, Response
from pydantic import Field

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions import post_mortems as actions
from tierline.api.answers import Page
from tierline.api.callers import may
from tierline.api.idempotency import Once, OnceOnly
from tierline.api.inputs import DEFAULT_LIMIT, After, Body, Limit, Word, listed, shown
from tierline.api.of import application_of
from tierline.api.post_mortem_answers import (
    ActionAnswer,
    CustomerVersionAnswer,
    DebtAnswer,
    PostMortemAnswer,
    action_told,
    customer_told,
    debt_told,
    earlier_told,
    facts_told,
    is_out,
    version_told,
)
from tierline.api.routes import Routes
from tierline.bootstrap.cases import seen_case
from tierline.bootstrap.post_mortems import (
    begun_of_case,
    begun_of_incident,
    facts_known,
    told_of_case,
)
from tierline.cases.post_mortem import ActionState, DebtState, Part, lacks
from tierline.kernel.errors import Fault, Invalid
from tierline.queries import post_mortems as queries

if TYPE_CHECKING:
    from collections.abc import Callable

    from tierline.actions.occasion import Occasion
    from tierline.cases.post_mortem import PostMortem
    from tierline.store.records import Reads, Records

router = Routes(tags=["post-mortems"])
Reader = Annotated[Caller, Depends(may(Permission.read_cases))]
Worker = Annotated[Caller, Depends(may(Permission.work_cases))]
Publisher = Annotated[Caller, Depends(may(Permission.publish_post_mortems))]
Title = Annotated[str, Field(min_length=1, max_length=300)]
Text = Annotated[str, Field(max_length=20_000)]


class PostMortemBody(Body):
    """What it is about: a case, or an incident with the cases that it causes."""

    case: Word | None = None
    incident: Word | None = None


class PostMortemVersionBody(Body):
    """A version is whole: what is left out is empty in it."""

    texts: dict[Part, Text] = Field(default_factory=dict, description="By part.")
    failure_mode: Annotated[str, Field(max_length=100)] = ""


class ActionBody(Body):
    """What somebody of ours does, by the end of a day in UTC; `is_told`: the customer reads it."""

    title: Title
    owner: Word
    due_on: date
    is_told: bool = False


class ActionClosureBody(Body):
    """Done, or dropped with the reason."""

    state: ActionState
    reason: Annotated[str, Field(max_length=2_000)] = ""


@router.get("/v1/post-mortems", summary="Cases that owe a post-mortem")
def list_post_mortems(
    request: Request,
    caller: Worker,
    *,
    state: Annotated[
        DebtState | None, Query(description="In this state; absent: owed or being written.")
    ] = None,
    after: After = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[DebtAnswer]:
    """By when it is due, so that what is overdue stands first; without a promised time last."""
    del caller  # whoever works on cases sees all of them
    application = application_of(request)
    now = application.now()
    page = application.read(
        lambda reads: queries.list_debts(reads.snapshot, state=state, after=after, limit=limit)
    )
    return listed([debt_told(row, now) for row in page.items], page.next)


@router.post("/v1/post-mortems", status_code=201, summary="Begin a post-mortem")
def begin(response: Response, caller: Worker, body: PostMortemBody, once: Once) -> PostMortemAnswer:
    """The facts, and a draft of them: texts that say so, which go out only once they are written
    anew, and the topic of the case, or the one that is suggested, as the failure mode."""
    case, incident = body.case, body.incident
    if (case is None) == (incident is None):
        fault = Fault("one_of", "State a case or an incident.", "case")
        raise Invalid("The post-mortem cannot be begun as stated.", [fault])

    def work(records: Records, occasion: Occasion) -> PostMortem:
        if case is not None:
            seen_case(records, case, caller, Permission.work_cases)
            made = begun_of_case(records, case, occasion)
        else:
            made = begun_of_incident(records, incident or "", occasion)
        response.headers["Location"] = f"/v1/post-mortems/{made.id}"
        return made

    return _changed(once, caller, work)


@router.get("/v1/post-mortems/{post_mortem}", summary="A post-mortem")
def read(request: Request, caller: Worker, post_mortem: str) -> PostMortemAnswer:
    """As we read it, with its facts, all versions, and its actions."""
    application = application_of(request)
    occasion = application.occasion(caller.id)
    return application.read(
        lambda reads: _answer(reads, reads.post_mortems.get(post_mortem), occasion)
    )


@router.post(
    "/v1/post-mortems/{post_mortem}/versions", status_code=201, summary="Write a post-mortem"
)
def write(
    caller: Worker, post_mortem: str, body: PostMortemVersionBody, once: Once
) -> PostMortemAnswer:
    """The post-mortem with a new version; the ones before it stay."""
    order = actions.TextOrder(texts=body.texts, failure_mode=body.failure_mode)
    return _changed(
        once, caller,
        lambda records, at: actions.write_version(records, post_mortem, order, at),
    )  # fmt: skip


@router.put("/v1/post-mortems/{post_mortem}/publication", summary="Publish a post-mortem")
def publish(request: Request, caller: Publisher, post_mortem: str, once: Once) -> PostMortemAnswer:
    """Its latest version goes out: the customer reads what is written for them, each case says so,
    and its post-mortem milestone stops."""
    address = application_of(request).access.address
    return _changed(
        once, caller,
        lambda records, at: actions.publish_post_mortem(records, post_mortem, at, address=address),
    )  # fmt: skip


@router.post("/v1/post-mortems/{post_mortem}/actions", status_code=201, summary="State an action")
def add_action(caller: Worker, post_mortem: str, body: ActionBody, once: Once) -> ActionAnswer:
    """With who does it, and by when."""
    order = actions.ActionOrder(**body.model_dump())

    def work(records: Records, occasion: Occasion) -> ActionAnswer:
        made = actions.add_action(records, post_mortem, order, occasion)
        return action_told(
            queries.action_row(records.snapshot, made.id, occasion.now), occasion.now
        )

    return once.act(caller, work)


@router.get("/v1/post-mortem-actions", summary="Actions after post-mortems")
def list_actions(
    request: Request,
    caller: Worker,
    *,
    owner: Annotated[str | None, Query(max_length=200, description="Of this user.")] = None,
    state: Annotated[ActionState, Query(description="In this state.")] = ActionState.open,
    after: After = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[ActionAnswer]:
    """By when they are due, so that what is overdue stands first."""
    del caller  # whoever works on cases sees all of them
    application = application_of(request)
    now = application.now()
    page = application.read(
        lambda reads: queries.list_actions(
            reads.snapshot, now, state=state, owner=owner, after=after, limit=limit
        )
    )
    return listed([action_told(row, now) for row in page.items], page.next)


@router.put("/v1/post-mortem-actions/{action}/closure", summary="Close an action")
def close_action(caller: Worker, action: str, body: ActionClosureBody, once: Once) -> ActionAnswer:
    """The action as done or dropped, with how many cases had its failure mode in the 90 days before
    and after."""

    def work(records: Records, occasion: Occasion) -> ActionAnswer:
        actions.close_action(records, action, body.state, body.reason, occasion)
        return action_told(queries.action_row(records.snapshot, action, occasion.now), occasion.now)

    return once.act(caller, work)


@router.get("/v1/cases/{case}/post-mortem", summary="The post-mortem of a case")
def read_told(request: Request, caller: Reader, case: str) -> CustomerVersionAnswer:
    """As its customer reads it, once it is published."""
    return application_of(request).read(
        lambda reads: customer_told(told_of_case(reads, case, caller))
    )


def _changed(
    once: OnceOnly, caller: Caller, act: Callable[[Records, Occasion], PostMortem]
) -> PostMortemAnswer:
    return once.act(caller, lambda records, at: _answer(records, act(records, at), at))


def _answer(records: Reads | Records, found: PostMortem, occasion: Occasion) -> PostMortemAnswer:
    snapshot, now = records.snapshot, occasion.now
    earlier = queries.earlier_cases(snapshot, found.latest.failure_mode, but=found.cases)
    return {
        "id": found.id,
        "incident": found.incident,
        "begun_at": shown(found.begun_at),
        "begun_by": found.begun_by,
        "is_published": is_out(found),
        "lacks": list(lacks(found.latest)),
        "versions": [version_told(each) for each in found.versions],
        "facts": [facts_told(each) for each in facts_known(records, found, now)],
        "actions": [action_told(row, now) for row in queries.actions_of(snapshot, found.id, now)],
        "earlier": [earlier_told(each) for each in earlier],
    }

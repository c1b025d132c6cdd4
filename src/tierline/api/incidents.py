"""Incidents over HTTP: declared, drafted, published, and linked to the cases that they cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Query, Request, Response
from pydantic import Field

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions import incidents as actions
from tierline.api.answers import ActorId, Id, Page, TypedDict, instant, said, word_of
from tierline.api.callers import may
from tierline.api.components import ScopeAnswer, ScopeBody, scope_shown, scope_stated
from tierline.api.idempotency import Once, OnceOnly
from tierline.api.inputs import DEFAULT_LIMIT, After, Body, Instant, Limit, Word, listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.cases import seen_case
from tierline.kernel.errors import Fault, Invalid
from tierline.queries.status import list_incidents as read_list
from tierline.status.component import Condition
from tierline.status.incident import (
    Incident,
    IncidentKind,
    Phase,
    Update,
    Window,
    drafts_of,
    ended_at,
    linked_cases,
    phase_of,
    published_of,
    started_at,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tierline.actions.occasion import Occasion
    from tierline.store.records import Records

router = Routes(tags=["status"])
Worker = Annotated[Caller, Depends(may(Permission.work_incidents))]
Publisher = Annotated[Caller, Depends(may(Permission.publish_incidents))]
Title = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(min_length=1, max_length=10_000)]


class IncidentRowAnswer(ScopeAnswer):
    """An incident in a list."""

    id: Id
    number: Annotated[int, said("What people call it by.")]
    kind: Annotated[str, word_of(IncidentKind, "A disruption, or planned maintenance.")]
    title: Annotated[str, said("What it is about.")]
    phase: Annotated[str, word_of(Phase, "Where it is in its life, by what is published.")]
    is_published: Annotated[bool, said("Whether anybody outside sees it.")]
    declared_at: Annotated[str, instant("When it was declared.")]
    started_at: Annotated[str | None, instant("When it began; null: nothing is published.")]
    ended_at: Annotated[str | None, instant("When it was over, or is planned to be.")]


class IncidentUpdateAnswer(TypedDict):
    """An update: a draft, or published."""

    id: Id
    text: Annotated[str, said("The words.")]
    since: Annotated[str, instant("Since when it is so.")]
    phase: Annotated[str | None, word_of(Phase, "What it changes the phase to; null: not.")]
    effects: Annotated[dict[str, str], said("How components are since then, by their ids.")]
    published_at: Annotated[str | None, instant("When it went out; null: it is a draft.")]
    published_by: Annotated[str | None, said("Who sent it out.")]


class IncidentAnswer(IncidentRowAnswer):
    """An incident with its updates and cases."""

    declared_by: ActorId
    window_start: Annotated[str | None, instant("Maintenance is planned from here.")]
    window_end: Annotated[str | None, instant("Maintenance is planned until here.")]
    updates: Annotated[list[IncidentUpdateAnswer], said("Published in their order, then drafts.")]
    cases: Annotated[list[str], said("The cases that it causes.")]


class IncidentBody(ScopeBody):
    """A new incident. Maintenance has a planned start and end."""

    title: Title
    kind: IncidentKind = IncidentKind.disruption
    start: Instant | None = None
    end: Instant | None = None


class IncidentUpdateBody(Body):
    """What is said, and how things are since then. `is_published`: it goes out at once, which needs
    publish_incidents."""

    text: Text
    phase: Phase | None = None
    effects: Annotated[dict[Word, Condition], Field(max_length=200)] = {}  # noqa: RUF012 - frozen by pydantic, which copies it
    since: Instant | None = None
    is_published: bool = False


@router.get("/v1/incidents", summary="Incidents, the newest first")
def list_incidents(
    request: Request,
    caller: Worker,
    *,
    is_over: Annotated[
        bool | None, Query(description="Only those that are over, or that are not.")
    ] = None,
    after: After = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[IncidentRowAnswer]:
    """Whoever they concern, published or not."""
    del caller  # whoever may work on incidents sees all of them
    application = application_of(request)
    now = application.now()
    page = application.read(
        lambda reads: read_list(reads.incidents, now=now, is_over=is_over, after=after, limit=limit)
    )
    return listed([_row(each, now) for each in page.items], page.next)


@router.post("/v1/incidents", status_code=201, summary="Declare an incident")
def declare_incident(
    request: Request, response: Response, caller: Worker, body: IncidentBody, once: Once
) -> IncidentAnswer:
    """The incident. Nobody outside sees it until its first update is published."""
    application = application_of(request)
    order = actions.IncidentOrder(
        kind=body.kind,
        title=body.title,
        scope=scope_stated(application, body),
        window=_window(body),
    )
    occasion = application.occasion(caller.id)

    def work(records: Records) -> IncidentAnswer:
        made = actions.declare_incident(records, order, occasion)
        response.headers["Location"] = f"/v1/incidents/{made.id}"
        return _answer(made, occasion.now)

    return once.change(caller, work)


@router.get("/v1/incidents/{incident}", summary="An incident")
def read_incident(request: Request, caller: Worker, incident: str) -> IncidentAnswer:
    """With its updates, drafts among them, and the cases that it causes."""
    del caller  # as above
    application = application_of(request)
    return _answer(application.read(lambda reads: reads.incidents.get(incident)), application.now())


@router.post(
    "/v1/incidents/{incident}/updates", status_code=201, summary="Write an update of an incident"
)
def draft_update(
    caller: Worker, incident: str, body: IncidentUpdateBody, once: Once
) -> IncidentAnswer:
    """The incident with a draft, or with the update published."""
    if body.is_published:
        caller.require(Permission.publish_incidents)
    order = actions.UpdateOrder(
        text=body.text, phase=body.phase, effects=body.effects, since=body.since
    )

    def work(records: Records, occasion: Occasion) -> Incident:
        found, update = actions.draft_update(records, incident, order, occasion)
        if body.is_published:
            found = actions.publish_update(records, incident, update, occasion)
        return found

    return _changed(once, caller, work)


@router.put("/v1/incidents/{incident}/updates/{update}/publication", summary="Publish an update")
def publish_update(caller: Publisher, incident: str, update: str, once: Once) -> IncidentAnswer:
    """It goes out once: to the status page, and as an answer into each open case that the incident
    causes, where it is the update that was due."""
    return _changed(
        once, caller,
        lambda records, at: actions.publish_update(records, incident, update, at),
    )  # fmt: skip


@router.delete("/v1/incidents/{incident}/updates/{update}", summary="Withdraw a draft")
def withdraw_update(caller: Worker, incident: str, update: str, once: Once) -> IncidentAnswer:
    """The incident without the draft; what is published is corrected by another update."""
    return _changed(
        once, caller,
        lambda records, at: actions.withdraw_update(records, incident, update, at),
    )  # fmt: skip


@router.put("/v1/incidents/{incident}/cases/{case}", summary="Link a case to its incident")
def link_case(caller: Worker, incident: str, case: str, once: Once) -> IncidentAnswer:
    """Updates that are published from now on answer the case too."""

    def work(records: Records, occasion: Occasion) -> Incident:
        seen_case(records, case, caller, Permission.work_incidents)
        return actions.link_case(records, incident, case, occasion)

    return _changed(once, caller, work)


@router.delete("/v1/incidents/{incident}/cases/{case}", summary="Take a case from an incident")
def unlink_case(caller: Worker, incident: str, case: str, once: Once) -> IncidentAnswer:
    """What was said in the case stays said."""
    return _changed(
        once, caller,
        lambda records, at: actions.unlink_case(records, incident, case, at),
    )  # fmt: skip


def _changed(
    once: OnceOnly, caller: Caller, act: Callable[[Records, Occasion], Incident]
) -> IncidentAnswer:
    return once.act(caller, lambda records, at: _answer(act(records, at), at.now))


def _window(body: IncidentBody) -> Window | None:
    if body.start is None and body.end is None:
        return None
    if body.start is None or body.end is None:
        fault = Fault("missing", "A window has a start and an end.", "end")
        raise Invalid("The incident cannot be declared as stated.", [fault])
    return Window(body.start, body.end)


def _row(incident: Incident, now: datetime) -> IncidentRowAnswer:
    return {
        "id": incident.id,
        "number": incident.number,
        "kind": incident.kind.value,
        "title": incident.title,
        **scope_shown(incident.scope),
        "phase": phase_of(incident, now).value,
        "is_published": bool(published_of(incident)),
        "declared_at": shown(incident.events[0].at),
        "started_at": shown(started_at(incident)),
        "ended_at": shown(ended_at(incident)),
    }


def _answer(incident: Incident, now: datetime) -> IncidentAnswer:
    start, end = incident.window or (None, None)
    published = [_update(each.update, each.at, each.by) for each in published_of(incident)]
    return {
        **_row(incident, now),
        "declared_by": incident.events[0].by,
        "window_start": shown(start),
        "window_end": shown(end),
        "updates": [*published, *(_update(each) for each in drafts_of(incident))],
        "cases": list(linked_cases(incident)),
    }


def _update(
    update: Update, at: datetime | None = None, by: str | None = None
) -> IncidentUpdateAnswer:
    return {
        "id": update.id,
        "text": update.text,
        "since": shown(update.since),
        "phase": None if update.phase is None else update.phase.value,
        "effects": {name: each.value for name, each in sorted(update.effects.items())},
        "published_at": shown(at),
        "published_by": by,
    }

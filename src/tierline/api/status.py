"""The status page over HTTP: for everybody, and for a customer their own scope."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Query, Request
from starlette.concurrency import run_in_threadpool

from tierline.access.caller import Caller, Unauthenticated
from tierline.api.answers import Id, TypedDict, instant, said, word_of
from tierline.api.callers import caller_of
from tierline.api.inputs import NO_TOKEN
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.status import seen_status
from tierline.kernel.errors import Invalid, NotFound
from tierline.status.component import Condition
from tierline.status.incident import IncidentKind, Phase

router = Routes(tags=["status"])


class StatusMonthAnswer(TypedDict):
    """The uptime of a month."""

    month: Annotated[str, said("The month: 2026-10.")]
    uptime_percent: Annotated[str | None, said("Exact, and cut off after three places.")]
    watched_seconds: Annotated[int, said("So much of it has passed and was watched.")]
    down_seconds: Annotated[int, said("So much of that it was down.")]
    planned_maintenance_seconds: Annotated[int, said("So much was planned: not counted as down.")]


class StatusDayAnswer(TypedDict):
    """A day."""

    on: Annotated[str, said("The day: 2026-10-31.")]
    condition: Annotated[str, word_of(Condition, "The worst of the day.")]
    down_seconds: Annotated[int, said("So long it was down.")]


class StatusComponentAnswer(TypedDict):
    """A component as the reader sees it."""

    id: Id
    name: Annotated[str, said("What it is called.")]
    about: Annotated[str, said("What it does; may be empty.")]
    condition: Annotated[str, word_of(Condition, "How it is now.")]
    months: Annotated[list[StatusMonthAnswer], said("Twelve months at most, in their order.")]
    days: Annotated[list[StatusDayAnswer], said("90 days at most, in their order.")]


class StatusUpdateAnswer(TypedDict):
    """What was published of an incident."""

    id: Id
    at: Annotated[str, instant("When it went out.")]
    since: Annotated[str, instant("Since when it is so.")]
    phase: Annotated[str | None, word_of(Phase, "What it changed the phase to; null: not.")]
    text: Annotated[str, said("The words.")]


class StatusIncidentAnswer(TypedDict):
    """An incident as the reader sees it."""

    id: Id
    number: Annotated[int, said("What people call it by.")]
    kind: Annotated[str, word_of(IncidentKind, "A disruption, or planned maintenance.")]
    title: Annotated[str, said("What it is about.")]
    phase: Annotated[str, word_of(Phase, "Where it is in its life.")]
    started_at: Annotated[str, instant("When it began, or is planned to.")]
    ended_at: Annotated[str | None, instant("When it was over, or is planned to be.")]
    components: Annotated[list[str], said("The names of the components that it touches.")]
    updates: Annotated[list[StatusUpdateAnswer], said("What was said, the newest first.")]


class StatusTogetherAnswer(StatusMonthAnswer):
    """All components together: their time is added up."""

    days: Annotated[list[StatusDayAnswer], said("90 days at most, in their order.")]


class StatusAnswer(TypedDict):
    """How everything is, and was."""

    format: Annotated[str, said("The name and version of this form.")]
    company: Annotated[str, said("Whose it is; empty where no catalog is published.")]
    as_of: Annotated[str, instant("When this was so.")]
    scope: Annotated[str, said("`public`, or `own` for that of an account.")]
    time_zone: Annotated[str, said("Where days and months begin: an IANA name.")]
    condition: Annotated[str, word_of(Condition, "The worst of all components now.")]
    sentence: Annotated[str, said("The same in words.")]
    uptime_rule: Annotated[str, said("What counts as down, and what does not.")]
    together: Annotated[StatusTogetherAnswer, said("All components, in the present month.")]
    components: Annotated[list[StatusComponentAnswer], said("In the order of the page.")]
    open: Annotated[list[StatusIncidentAnswer], said("What is going on.")]
    planned: Annotated[list[StatusIncidentAnswer], said("Maintenance to come, the next first.")]
    past: Annotated[list[StatusIncidentAnswer], said("What ended within 90 days.")]
    last_ended_at: Annotated[
        str | None, instant("When the newest incident before those ended; null: there was none.")
    ]


@router.get("/v1/status", summary="How everything is", openapi_extra=NO_TOKEN)
async def read_status(
    request: Request,
    account: Annotated[
        str | None,
        Query(max_length=200, description="For who is signed in: as this account sees it."),
    ] = None,
) -> StatusAnswer:
    """For everybody, without a token. Who sends one of a customer sees what concerns them: figures
    may differ from the public ones, which count what others had. A token that is not valid any
    more is answered with the public page, so that nobody loses it when they need it most."""
    return await run_in_threadpool(_answer, request, account)


def _answer(request: Request, account: str | None) -> StatusAnswer:
    caller: Caller | None = None
    try:
        caller = caller_of(request)
    except Unauthenticated:
        account = None
    try:
        return cast(StatusAnswer, seen_status(application_of(request), caller, account))
    except NotFound as error:
        raise Invalid(error.message, code="no_account") from None

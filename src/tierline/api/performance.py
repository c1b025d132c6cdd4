"""Public figures of how promises are kept, over HTTP: for everybody once they are published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

from fastapi import Depends, Query, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions import performance as actions
from tierline.api.answers import TypedDict, instant, said
from tierline.api.callers import may
from tierline.api.idempotency import Once
from tierline.api.inputs import NO_TOKEN, Body, Word, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.performance import public_performance

if TYPE_CHECKING:
    from tierline.actions.performance import Publication

router = Routes(prefix="/v1/performance", tags=["status"])
Lead = Annotated[Caller, Depends(may(Permission.manage_desk))]


class PerformanceValue(TypedDict):
    """A figure; what it has no part in is null."""

    share: Annotated[float | None, said("Of attainment: met of those decided.")]
    met: Annotated[int | None, said("Of attainment: met.")]
    of: Annotated[int | None, said("n: those decided; of a time, those that stopped.")]
    open: Annotated[int | None, said("Of attainment: on neither side yet.")]
    low: Annotated[float | None, said("The lower end of the share's 95% interval.")]
    high: Annotated[float | None, said("Its upper end.")]
    median_seconds: Annotated[float | None, said("Of a time: half took no more open time.")]
    uptime_percent: Annotated[str | None, said("Of uptime: exact, cut off after three places.")]
    watched_seconds: Annotated[int | None, said("Of uptime: so much was watched.")]
    down_seconds: Annotated[int | None, said("Of uptime: so much of that it was down.")]
    planned_maintenance_seconds: Annotated[int | None, said("Of uptime: planned, not counted.")]


class PerformanceFigure(TypedDict):
    """A figure of a month."""

    what: Annotated[str, said("`attainment`, `uptime`, or the kind of milestone of a median.")]
    tier: Annotated[str | None, said("The tier's key; null: all together.")]
    name: Annotated[str, said("What the tier is called.")]
    value: Annotated[PerformanceValue | None, said("null: it rests on too few, and is not told.")]


class PerformanceCorrection(TypedDict):
    """A figure that was told otherwise before."""

    at: Annotated[str, instant("When it was corrected.")]
    what: Annotated[str, said("Which figure.")]
    tier: Annotated[str | None, said("Of which tier; null: all together.")]
    name: Annotated[str, said("What the tier is called.")]
    was: Annotated[PerformanceValue | None, said("As it was told before; null: it was not.")]
    now: Annotated[PerformanceValue | None, said("As it is told since; null: it is not.")]


class PerformanceMonth(TypedDict):
    """A month."""

    month: Annotated[str, said("The month, in UTC: 2025-12.")]
    published_at: Annotated[str, instant("When it was told of first.")]
    edition: Annotated[int, said("1: as it was told first; one more for each correction.")]
    figures: Annotated[list[PerformanceFigure], said("As they are told now.")]
    corrections: Annotated[list[PerformanceCorrection], said("What was told before, latest first.")]


class PerformanceAnswer(TypedDict):
    """Twelve months of figures."""

    format: Annotated[str, said("The name and version of this form.")]
    company: Annotated[str, said("Whose they are.")]
    as_of: Annotated[str, instant("When they were read.")]
    since: Annotated[str, said("The first month that is published.")]
    until: Annotated[str, said("The last of these months.")]
    least: Annotated[int, said("What rests on fewer cases or customers is left out.")]
    rules: Annotated[list[str], said("How it is counted, left out and corrected.")]
    months: Annotated[list[PerformanceMonth], said("The newest first.")]


class PublicationAnswer(TypedDict):
    """What the team said of publishing."""

    since: Annotated[str | None, said("The first month that is published; null: none is.")]
    at: Annotated[str, instant("When it was said.")]
    by: Annotated[str, said("Who said it.")]


class PublicationBody(Body):
    """From which month on figures are published: `2025-01`."""

    since: Word


@router.get(
    "",
    summary="How promises are kept, for everybody",
    openapi_extra=NO_TOKEN,
    responses={404: {}},
)
def read_performance(
    request: Request,
    until: Annotated[
        str, Query(max_length=20, description="The last of twelve months. Absent: the newest.")
    ] = "",
) -> PerformanceAnswer:
    """Attainment by tier, median times and uptime by month, without a token; not found as long as
    the team has not published them."""
    return cast(PerformanceAnswer, public_performance(application_of(request), until))


@router.put("/publication", summary="Publish how promises are kept")
def publish(caller: Lead, body: PublicationBody, once: Once) -> PublicationAnswer:
    """From this month on, also months that are over; each is told a week after its end."""
    return once.act(
        caller,
        lambda records, at: _said(actions.publish_performance(records, body.since, at)),
    )


@router.delete("/publication", summary="Show how promises are kept to nobody")
def withdraw(caller: Lead, once: Once) -> PublicationAnswer:
    """What was told stays kept, and is shown again with all corrections when it is published."""
    return once.act(caller, lambda records, at: _said(actions.withdraw_performance(records, at)))


def _said(found: Publication) -> PublicationAnswer:
    return {"since": found.since, "at": shown(found.at), "by": found.by}

"""Uptime over HTTP: for everybody, for a customer against what is promised to them, and of all."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends, Query, Request
from starlette.concurrency import run_in_threadpool

from tierline.access.caller import Caller, Unauthenticated
from tierline.access.permission import Permission
from tierline.api.answers import AccountId, Feature, Id, TypedDict, instant, said, word_of
from tierline.api.callers import caller_of, may
from tierline.api.inputs import NO_TOKEN
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.api.status import StatusDayAnswer
from tierline.bootstrap.status import seen_uptime
from tierline.catalog.statement import Period
from tierline.kernel.errors import Invalid, NotFound
from tierline.queries.uptime import uptime_of_all, uptime_of_all_document
from tierline.status.budget import BudgetState
from tierline.status.incident import IncidentKind

router = Routes(tags=["status"])
Lead = Annotated[Caller, Depends(may(Permission.manage_desk))]
Month = Annotated[
    str, Query(max_length=20, description="A month: 2026-10. Absent: the present one.")
]


class UptimeAnswer(TypedDict):
    """A figure with what it is made of."""

    uptime_percent: Annotated[str | None, said("Exact, and cut off after three places.")]
    watched_seconds: Annotated[int, said("So much has passed and was watched.")]
    down_seconds: Annotated[int, said("So much of that it was down.")]
    planned_maintenance_seconds: Annotated[int, said("So much was planned: not counted as down.")]


class UptimeCommitmentAnswer(TypedDict):
    """What is promised, and where it was signed."""

    feature: Feature
    committed_percent: Annotated[str, said("So much is promised.")]
    per: Annotated[str, word_of(Period, "Of each such period, on the account's clock.")]
    scope: Annotated[str, said("The component that it is about; else what the contract says.")]
    measure: Annotated[str, said("How the contract says that it is measured; may be empty.")]
    excludes: Annotated[list[str], said("What the contract excludes, in its words.")]
    promise_id: Annotated[str, said("The promise.")]
    catalog_version: Annotated[str, said("The version that it was signed on.")]


class UptimeBudgetAnswer(UptimeCommitmentAnswer):
    """A commitment against what was measured on a component."""

    first: Annotated[str, said("The first day of the period: 2026-10-01.")]
    until: Annotated[str, said("The first day after it.")]
    measured_percent: Annotated[str | None, said("What was measured in it so far.")]
    allowed_seconds: Annotated[int, said("So long it may be down in the whole period.")]
    down_seconds: Annotated[int, said("So long it was, as the contract counts.")]
    left_seconds: Annotated[int, said("What is left; below 0 where it was down for longer.")]
    state: Annotated[str, word_of(BudgetState, "How it stands.")]


class UptimeIncidentAnswer(TypedDict):
    """An incident behind a figure. The three lengths sum to its own, in that month."""

    incident: Id
    number: Annotated[int, said("What people call it by.")]
    title: Annotated[str, said("What it is about.")]
    kind: Annotated[str, word_of(IncidentKind, "A disruption, or planned maintenance.")]
    component: Annotated[str, said("The component that was down.")]
    is_public: Annotated[bool, said("Whether it is in the public figure.")]
    counted_seconds: Annotated[int, said("What counts.")]
    planned_seconds: Annotated[int, said("Within planned maintenance: not counted.")]
    shared_seconds: Annotated[int, said("Counted for an earlier incident of the same time.")]


class UptimeComponentAnswer(UptimeAnswer):
    """A component in a month."""

    id: Id
    name: Annotated[str, said("What it is called.")]
    commitments: Annotated[list[UptimeBudgetAnswer], said("What is promised of it.")]
    incidents: Annotated[list[UptimeIncidentAnswer], said("What the figure comes from.")]


class UptimeMonthAnswer(UptimeAnswer):
    """A month of all components together."""

    month: Annotated[str, said("The month: 2026-10.")]
    public: Annotated[UptimeAnswer | None, said("What everybody reads; null where that is this.")]
    components: Annotated[list[UptimeComponentAnswer], said("Each by itself.")]
    unmeasured: Annotated[
        list[UptimeCommitmentAnswer], said("Promised for periods that no month is made of.")
    ]
    others: Annotated[
        list[UptimeIncidentAnswer], said("In the public figure only: what others had.")
    ]


class UptimeReport(TypedDict):
    """Uptime of twelve months, and what each figure comes from."""

    format: Annotated[str, said("The name and version of this form.")]
    company: Annotated[str, said("Whose it is; empty where no catalog is published.")]
    as_of: Annotated[str, instant("When this was so.")]
    scope: Annotated[str, said("`public`, or `own` for that of an account.")]
    time_zone: Annotated[str, said("Where days and months begin: an IANA name.")]
    until: Annotated[str, said("The last month.")]
    uptime_rule: Annotated[str, said("What counts as down, and what does not.")]
    together_rule: Annotated[str, said("How components make one figure.")]
    days: Annotated[list[StatusDayAnswer], said("The 90 days until its end, together.")]
    public_days: Annotated[list[StatusDayAnswer] | None, said("The same as everybody reads it.")]
    months: Annotated[list[UptimeMonthAnswer], said("The newest first.")]


class UptimeRegionAnswer(UptimeAnswer):
    """What every account of a region had."""

    region: Annotated[str, said("The region.")]
    accounts: Annotated[int, said("How many accounts are there now.")]


class UptimePromiseAnswer(UptimeBudgetAnswer):
    """A commitment to an account, on one component."""

    account: AccountId
    name: Annotated[str, said("What the account is called.")]
    component: Annotated[str, said("What it is measured on.")]


class UptimeOfAllReport(TypedDict):
    """A month by region, and against what is promised to whom."""

    month: Annotated[str, said("The month: 2026-10.")]
    public: Annotated[UptimeAnswer, said("What everybody reads.")]
    regions: Annotated[list[UptimeRegionAnswer], said("In UTC, as the public figure.")]
    states: Annotated[dict[str, int], said("How many commitments stand how.")]
    commitments: Annotated[
        list[UptimePromiseAnswer], said("The 1,000 with the least left, those first.")
    ]


@router.get("/v1/uptime", summary="Whether it was up, by month", openapi_extra=NO_TOKEN)
async def read_uptime(
    request: Request,
    account: Annotated[
        str | None,
        Query(max_length=200, description="For who is signed in: as this account sees it."),
    ] = None,
    until: Month = "",
) -> UptimeReport:
    """Twelve months, the last of which is `until`, for everybody and without a token. Who sends one
    of a customer gets what concerned them, beside the public figure, and what is promised to them
    with the rest of its budget."""
    return await run_in_threadpool(_answer, request, account, until)


@router.get("/v1/reports/uptime", summary="Uptime by region, and against what is promised to whom")
def read_uptime_of_all(request: Request, _: Lead, month: Month = "") -> UptimeOfAllReport:
    """Of a month. A region's figure is what each of its accounts had, but for incidents of single
    accounts; the commitments count those too."""
    application = application_of(request)
    now = application.now()
    found = application.read(lambda reads: uptime_of_all(reads, now, month))
    return cast(UptimeOfAllReport, uptime_of_all_document(found))


def _answer(request: Request, account: str | None, until: str) -> UptimeReport:
    caller: Caller | None = None
    try:
        caller = caller_of(request)
    except Unauthenticated:
        account = None
    try:
        found = seen_uptime(application_of(request), caller, account, until)
    except NotFound as error:
        raise Invalid(error.message, code="no_account") from None
    return cast(UptimeReport, found)

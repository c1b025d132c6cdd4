"""Health reports over HTTP: those that are kept, and drawing one up beside the plan's cadence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions.health_reports import KeptReport
from tierline.api.answers import AccountId, ActorId, ContractId, Id, Page, TypedDict, instant, said
from tierline.api.callers import account_for, may
from tierline.api.idempotency import Once
from tierline.api.inputs import DEFAULT_LIMIT, After, Body, Instant, Limit, listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.health_reports import drawn_up, keep_reports, seen_report
from tierline.kernel.errors import Conflict
from tierline.queries.health_reports import asked_period, list_reports
from tierline.scorecards.health_report import HealthReport

if TYPE_CHECKING:
    from tierline.store.records import Records

router = Routes(tags=["accounts"])
Reader = Annotated[Caller, Depends(may(Permission.read_contracts))]
Writer = Annotated[Caller, Depends(may(Permission.write_accounts))]
_PATH = "/v1/accounts/{account}/health-reports"


class HealthReportAnswer(TypedDict):
    """A health report that is kept; `GET /v1/health-reports/{report}` says what stands in it."""

    id: Id
    account: AccountId
    contract: ContractId
    start: Annotated[str, instant("The first instant of its period.")]
    end: Annotated[str, instant("The first instant after it.")]
    made_at: Annotated[str, instant("When it was drawn up.")]
    made_by: ActorId
    digest: Annotated[str, said("`sha256:` of what stands in it; the journal has the same.")]


class HealthReportBody(Body):
    """The period [start, end) that it is about: it is over, and at most 800 days long."""

    start: Instant
    end: Instant


@router.get(_PATH, summary="The health reports of an account")
def list_health_reports(
    request: Request,
    caller: Reader,
    account: str,
    *,
    after: After = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[HealthReportAnswer]:
    """As they were drawn up, the newest period first."""
    application = application_of(request)
    id_ = account_for(application, caller, account, Permission.read_contracts)
    page = application.read(
        lambda reads: (
            reads.accounts.get(id_),
            list_reports(reads.snapshot, id_, after=after, limit=limit),
        )
    )[1]
    return listed([_answer(each) for each in page.items], page.next)


@router.post(_PATH, status_code=201, summary="Draw up a health report")
def make_health_report(
    request: Request, caller: Writer, account: str, body: HealthReportBody, *, once: Once
) -> HealthReportAnswer:
    """Of a period of your own, beside those that the plan promises; it is kept and written to the
    account's people like them. Of one contract and period there is one report."""
    application = application_of(request)
    id_ = account_for(application, caller, account, Permission.write_accounts)
    occasion = application.occasion(caller.id)
    period = application.read(
        lambda reads: asked_period(reads, id_, body.start, body.end, occasion.now)
    )
    report = drawn_up(application, period, occasion.now)

    def work(records: Records) -> HealthReportAnswer:
        kept = keep_reports(application, records, [(period, report)], occasion)
        if not kept:
            message = "There is a health report of this contract and period."
            raise Conflict(message, code="report_kept")
        return _answer(kept[0])

    return once.change(caller, work)


@router.get("/v1/health-reports/{report}", summary="What a health report says")
def read_health_report(request: Request, caller: Reader, report: str) -> HealthReport:
    """As it was drawn up: promises kept and missed by kind, each miss, live milestones, incidents,
    care, balances, and what is next."""
    _, found = application_of(request).read(lambda reads: seen_report(reads, report, caller))
    return found


def _answer(kept: KeptReport) -> HealthReportAnswer:
    return {
        "id": kept.id,
        "account": kept.account,
        "contract": kept.contract,
        "start": shown(kept.start),
        "end": shown(kept.end),
        "made_at": shown(kept.made_at),
        "made_by": kept.made_by,
        "digest": kept.digest,
    }

"""Who was helped with what their plan does not include, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Query, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.api.adherence import AsOf, Since, Until
from tierline.api.answers import Id, TypedDict, instant, said
from tierline.api.callers import may
from tierline.api.experience import ShareAnswer, share_answer
from tierline.api.inputs import shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.queries.adherence import stretch
from tierline.queries.beyond_plan import BeyondPlan, beyond_plan
from tierline.scorecards.beyond_plan import BY, ExceptionsOf

if TYPE_CHECKING:
    from tierline.scorecards.beyond_plan import PlanException
    from tierline.store.records import Reads

router = Routes(prefix="/v1/reports/beyond-plan", tags=["cases"])
Lead = Annotated[Caller, Depends(may(Permission.manage_desk))]


class PlanExceptionAnswer(TypedDict):
    """One exception."""

    case: Id
    number: Annotated[int, said("What people call the case by.")]
    account: Annotated[str, said("Whose it is; empty: of somebody unknown.")]
    tier: Annotated[str, said("The tier on which the case was raised.")]
    topic: Annotated[str, said("What it is about; empty: nobody knows.")]
    at: Annotated[str, instant("When.")]
    by: Annotated[str, said("Who helped.")]
    reason: Annotated[str, said("Why, in their words.")]


class ExceptionGroupAnswer(TypedDict):
    """Exceptions of a tier, an account or a topic."""

    group: Annotated[str, said("Its key or id.")]
    exceptions: Annotated[int, said("How many.")]
    cases: Annotated[int, said("On how many cases.")]
    helped: Annotated[ShareAnswer | None, said("Of all cases of it; null: topics have no n.")]


class BeyondPlanAnswer(TypedDict):
    """The report."""

    since: Annotated[str, instant("Cases that were opened from then on.")]
    until: Annotated[str, instant("And before then.")]
    as_of: Annotated[str, instant("As of when.")]
    cases: Annotated[int, said("All cases that were opened then.")]
    groups: Annotated[list[ExceptionGroupAnswer], said("The most exceptions first.")]
    exceptions: Annotated[list[PlanExceptionAnswer], said("Each of them, the newest first.")]


@router.get("", summary="Help with what the plan does not include")
def read_beyond_plan(
    request: Request,
    caller: Lead,
    *,
    by: Annotated[str, Query(max_length=20, description=f"One of: {', '.join(BY)}.")] = "tier",
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
) -> BeyondPlanAnswer:
    """Exceptions of the cases opened in that time, with their reasons."""
    application = application_of(request)
    during = stretch(application.now(), since, until, as_of)

    def work(reads: Reads) -> tuple[BeyondPlan, tuple[ExceptionsOf, ...]]:
        found = beyond_plan(reads, during, accounts=caller.visible_accounts)
        return found, found.by(by)

    found, groups = application.read(work)
    return {
        "since": shown(during.since),
        "until": shown(during.until),
        "as_of": shown(during.as_of),
        "cases": found.cases,
        "groups": [
            {
                "group": each.group,
                "exceptions": each.exceptions,
                "cases": each.cases,
                "helped": None if each.helped is None else share_answer(each.helped),
            }
            for each in groups
        ],
        "exceptions": [_exception(each) for each in found.exceptions],
    }


def _exception(row: PlanException) -> PlanExceptionAnswer:
    return {
        "case": row.case,
        "number": row.number,
        "account": row.account,
        "tier": row.tier,
        "topic": row.topic,
        "at": shown(row.at),
        "by": row.by,
        "reason": row.reason,
    }

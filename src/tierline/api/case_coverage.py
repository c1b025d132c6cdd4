"""How the accounts of cases stood, over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Query, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.accounts.coverage import CoverageState
from tierline.api.answers import Page, TypedDict, said, word_of
from tierline.api.callers import may
from tierline.api.inputs import Instant, listed
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.queries.case_coverage import case_coverage

router = Routes(tags=["cases"])
Reader = Annotated[Caller, Depends(may(Permission.read_cases))]
_DAYS = timedelta(days=90)


class CoverageCountAnswer(TypedDict):
    """Cases by how their account stood when they were opened."""

    coverage: Annotated[str, word_of(CoverageState, "How it stood.")]
    cases: Annotated[int, said("All of them.")]
    with_a_clock: Annotated[int, said("Held to a promise by now.")]


@router.get("/v1/case-coverage", summary="How many cases are covered, and how many are not")
def list_coverage(
    request: Request,
    caller: Reader,
    since: Annotated[Instant | None, Query(description="Absent: 90 days ago.")] = None,
    until: Annotated[Instant | None, Query(description="Absent: now.")] = None,
) -> Page[CoverageCountAnswer]:
    """Cases opened from `since` to before `until`, by how their account stood."""
    application = application_of(request)
    start = since or (until or application.now()) - _DAYS
    found = application.read(
        lambda reads: case_coverage(
            reads.snapshot, since=start, until=until, accounts=caller.visible_accounts
        )
    )
    items: list[CoverageCountAnswer] = [
        {
            "coverage": each.coverage.value,
            "cases": each.cases,
            "with_a_clock": each.with_a_clock,
        }
        for each in found
    ]
    return listed(items, None)

"""Whether the first contact was enough, and what cases cost customers, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Query, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.api.adherence import AsOf, IntervalAnswer, Since, Until, interval_answer
from tierline.api.answers import Page, TypedDict, said
from tierline.api.callers import may
from tierline.api.experience import ShareAnswer, share_answer
from tierline.api.inputs import listed
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.queries.adherence import stretch
from tierline.queries.customer_effort import effort_report
from tierline.scorecards.customer_effort import BY, CustomerEffort, best_of

if TYPE_CHECKING:
    from tierline.store.records import Reads

router = Routes(prefix="/v1/reports/customer-effort", tags=["cases"])
Lead = Annotated[Caller, Depends(may(Permission.manage_desk))]


class CustomerEffortAnswer(TypedDict):
    """A channel, a tier, or both. The parts sum to the index."""

    group: Annotated[dict[str, str], said("By what it was asked for.")]
    cases: Annotated[int, said("n: cases that were resolved; under 8 it is weak evidence.")]
    first_contact: Annotated[
        ShareAnswer, said("One contact, and none more on the topic in 7 days; of those decided.")
    ]
    contacts: Annotated[float, said("Part: contacts after the first, by case.")]
    handoffs: Annotated[float, said("Part: handoffs, by case.")]
    reopens: Annotated[float, said("Part: two for each time that it was reopened, by case.")]
    days: Annotated[float, said("Part: days until it was resolved, at most 10, by case.")]
    survey: Annotated[float, said("Part: 5 less the mean score; 0: nobody answered.")]
    answers: Annotated[int, said("n of the survey.")]
    index: Annotated[float, said("The sum of the parts; less is better.")]
    interval: Annotated[IntervalAnswer | None, said("95% interval of the index.")]
    is_weak: Annotated[bool, said("Of fewer than 8.")]
    timed: Annotated[int, said("Cases for which time was entered.")]
    minutes: Annotated[float | None, said("Minutes entered, by such a case.")]
    is_best: Annotated[bool, said("Whether minutes times index is the least of all.")]


@router.get("", summary="First-contact resolution and customer effort, by channel and tier")
def read_customer_effort(
    request: Request,
    caller: Lead,
    *,
    by: Annotated[
        list[str] | None, Query(max_length=2, description=f"Of: {', '.join(BY)}.")
    ] = None,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
) -> Page[CustomerEffortAnswer]:
    """Of the cases opened in that time that were resolved and are promised anything; by channel
    where nothing is said."""
    application = application_of(request)
    during = stretch(application.now(), since, until, as_of)
    names = tuple(by or ("channel",))

    def work(reads: Reads) -> tuple[CustomerEffort, ...]:
        return effort_report(reads, during, accounts=caller.visible_accounts).by(*names)

    rows = application.read(work)
    best = best_of(rows)
    return listed([_answer(each, names, is_best=each is best) for each in rows], None)


def _answer(row: CustomerEffort, names: tuple[str, ...], *, is_best: bool) -> CustomerEffortAnswer:
    return {
        "group": dict(zip(names, row.group, strict=True)),
        "cases": row.cases,
        "first_contact": share_answer(row.first_contact),
        "contacts": row.contacts,
        "handoffs": row.handoffs,
        "reopens": row.reopens,
        "days": row.days,
        "survey": row.survey,
        "answers": row.answers,
        "index": row.index,
        "interval": interval_answer(row.interval),
        "is_weak": row.is_weak,
        "timed": row.timed,
        "minutes": row.minutes,
        "is_best": is_best,
    }

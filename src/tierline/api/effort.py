"""Time entries, follow-ups, and how customers found their cases, over HTTP."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Query, Request
from pydantic import Field

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions import effort as actions
from tierline.api.answers import Id, Page, TypedDict, instant, said
from tierline.api.callers import may
from tierline.api.idempotency import Once
from tierline.api.inputs import Body, Instant, listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.cases import seen_case
from tierline.bootstrap.feedback import feedback_path
from tierline.cases.effort import BEST_SCORE, MOST_MINUTES, FollowUp, Rating, TimeEntry
from tierline.cases.standing import ENDED
from tierline.kernel.errors import Forbidden
from tierline.queries import effort as queries

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.store.records import Reads, Records

router = Routes(tags=["cases"])
Reader = Annotated[Caller, Depends(may(Permission.read_cases))]
Opener = Annotated[Caller, Depends(may(Permission.open_cases))]
Worker = Annotated[Caller, Depends(may(Permission.work_cases))]
Start = Annotated[Instant, Query(description="From then on.")]
End = Annotated[Instant, Query(description="Until before then.")]


class TimeEntryAnswer(TypedDict):
    """Time that somebody worked on a case."""

    id: Id
    user: Annotated[str, said("Who entered it.")]
    minutes: Annotated[int, said("How many.")]
    what: Annotated[str, said("What was done.")]
    is_billable: Annotated[bool, said("Whether it is billed; else the plan includes it.")]
    worked_on: Annotated[str, said("The day.")]
    recorded_at: Annotated[str, instant("When it was entered.")]
    removed_at: Annotated[str | None, instant("When it was said to be wrong; null: it counts.")]


class FollowUpAnswer(TypedDict):
    """When a case comes back."""

    at: Annotated[str | None, instant("When; null: it does not.")]
    what: Annotated[str, said("Why.")]
    by: Annotated[str, said("Who wanted it.")]


class FeedbackAnswer(TypedDict):
    """How the customer found a case."""

    score: Annotated[int | None, said(f"From 1 to {BEST_SCORE}; null: they have not said.")]
    comment: Annotated[str, said("In their words.")]
    answered_at: Annotated[str | None, instant("When.")]
    path: Annotated[str | None, said("The signed page on which to say it; null: not now.")]


class SatisfactionAnswer(TypedDict):
    """The answers of a tier."""

    tier: Annotated[str, said("The tier; empty: nothing was promised.")]
    answers: Annotated[int, said("How many customers answered.")]
    content: Annotated[int, said("How many of them gave 4 or 5.")]
    total: Annotated[int, said("The sum of their scores.")]


class EffortAnswer(TypedDict):
    """What the cases of a tier took."""

    tier: Annotated[str, said("The tier; empty: nothing was promised.")]
    cases: Annotated[int, said("For how many cases time was entered.")]
    in_plan_minutes: Annotated[int, said("Minutes that the plan includes.")]
    billable_minutes: Annotated[int, said("Minutes that are billed.")]


class TimeBody(Body):
    """Time that you worked."""

    minutes: Annotated[int, Field(ge=1, le=MOST_MINUTES)]
    what: Annotated[str, Field(min_length=1, max_length=2_000)]
    is_billable: bool = False
    worked_on: date | None = None


class FollowUpBody(Body):
    """When the case comes back, and why."""

    at: Instant
    what: Annotated[str, Field(max_length=2_000)] = ""


class FeedbackBody(Body):
    """How you found it."""

    score: Annotated[int, Field(ge=1, le=BEST_SCORE)]
    comment: Annotated[str, Field(max_length=10_000)] = ""


@router.get("/v1/cases/{case}/time-entries", summary="What a case took")
def list_entries(request: Request, caller: Worker, case: str) -> Page[TimeEntryAnswer]:
    """All that was entered, also what counts no more."""

    def work(reads: Reads) -> tuple[TimeEntry, ...]:
        seen_case(reads, case, caller, Permission.work_cases)
        return reads.effort.entries(case)

    return listed([_entry(each) for each in application_of(request).read(work)], None)


@router.post("/v1/cases/{case}/time-entries", status_code=201, summary="Enter time")
def enter_time(caller: Worker, case: str, body: TimeBody, once: Once) -> TimeEntryAnswer:
    """Also of a case that has ended."""
    worked = actions.Worked(
        minutes=body.minutes, what=body.what, is_billable=body.is_billable, on=body.worked_on
    )

    def work(records: Records, occasion: Occasion) -> TimeEntryAnswer:
        return _entry(actions.enter_time(records, case, worked, occasion))

    return once.act_on(case, caller, work)


@router.delete("/v1/cases/{case}/time-entries/{entry}", summary="Say that an entry was wrong")
def remove_time(caller: Worker, case: str, entry: str, once: Once) -> Page[TimeEntryAnswer]:
    """It stays known, and counts no more. One's own; any, who leads the desk."""

    def work(records: Records, occasion: Occasion) -> Page[TimeEntryAnswer]:
        may_any = caller.may(Permission.manage_desk)
        actions.remove_time(records, case, entry, occasion, may_any=may_any)
        return listed([_entry(each) for each in records.effort.entries(case)], None)

    return once.act_on(case, caller, work)


@router.put("/v1/cases/{case}/follow-up", summary="Have a case come back")
def set_follow_up(caller: Worker, case: str, body: FollowUpBody, once: Once) -> FollowUpAnswer:
    """At an instant, whatever its state then, instead of one that was set before."""

    def work(records: Records, occasion: Occasion) -> FollowUpAnswer:
        actions.follow_up_at(records, case, body.at, body.what, occasion)
        return _follow_up(records.effort.follow_up(case))

    return once.act_on(case, caller, work)


@router.get("/v1/cases/{case}/follow-up", summary="When a case comes back")
def read_follow_up(request: Request, caller: Worker, case: str) -> FollowUpAnswer:
    """The view `follow-up` of `GET /v1/cases` lists what has come back."""

    def work(reads: Reads) -> FollowUpAnswer:
        seen_case(reads, case, caller, Permission.work_cases)
        return _follow_up(reads.effort.follow_up(case))

    return application_of(request).read(work)


@router.delete("/v1/cases/{case}/follow-up", summary="Say that it was looked at")
def followed_up(caller: Worker, case: str, once: Once) -> FollowUpAnswer:
    """It comes back no more."""

    def work(records: Records, occasion: Occasion) -> FollowUpAnswer:
        actions.followed_up(records, case, occasion)
        return _follow_up(None)

    return once.act_on(case, caller, work)


@router.get("/v1/cases/{case}/feedback", summary="How the customer found a case")
def read_feedback(request: Request, caller: Reader, case: str) -> FeedbackAnswer:
    """Once it is resolved, with the page on which they say it."""

    def work(reads: Reads) -> FeedbackAnswer:
        found = seen_case(reads, case, caller, Permission.read_cases)
        rating = reads.effort.rating(case)
        may_say = rating is None and found.standing.state in ENDED
        return _feedback(rating, feedback_path(case) if may_say else None)

    return application_of(request).read(work)


@router.put("/v1/cases/{case}/feedback", summary="Say how you found a case")
def rate(caller: Opener, case: str, body: FeedbackBody, once: Once) -> FeedbackAnswer:
    """Once a case, by its customer: nobody of ours answers for them."""

    def work(records: Records, occasion: Occasion) -> FeedbackAnswer:
        seen_case(records, case, caller, Permission.open_cases)
        if caller.accounts is None:
            raise Forbidden("Only its customer says how they found it.", code="not_theirs")
        return _feedback(actions.rate_case(records, case, body.score, body.comment, occasion), None)

    return once.act(caller, work)


@router.get("/v1/reports/satisfaction", summary="How customers found their cases, by tier")
def read_satisfaction(
    request: Request, caller: Worker, *, start: Start, end: End
) -> Page[SatisfactionAnswer]:
    """Answers that came in that time."""
    found = application_of(request).read(
        lambda reads: queries.satisfaction_by_tier(
            reads.snapshot, start=start, end=end, accounts=caller.visible_accounts
        )
    )
    rows: list[SatisfactionAnswer] = [
        {"tier": each.tier, "answers": each.answers, "content": each.content, "total": each.total}
        for each in found
    ]
    return listed(rows, None)


@router.get("/v1/reports/effort", summary="What cases took, by tier")
def read_effort(request: Request, caller: Worker, *, start: Start, end: End) -> Page[EffortAnswer]:
    """Time that was entered then, and counts."""
    found = application_of(request).read(
        lambda reads: queries.effort_by_tier(
            reads.snapshot, start=start, end=end, accounts=caller.visible_accounts
        )
    )
    rows: list[EffortAnswer] = [
        {
            "tier": each.tier,
            "cases": each.cases,
            "in_plan_minutes": each.in_plan_minutes,
            "billable_minutes": each.billable_minutes,
        }
        for each in found
    ]
    return listed(rows, None)


def _entry(entry: TimeEntry) -> TimeEntryAnswer:
    return {
        "id": entry.id,
        "user": entry.user,
        "minutes": entry.minutes,
        "what": entry.what,
        "is_billable": entry.is_billable,
        "worked_on": entry.worked_on.isoformat(),
        "recorded_at": shown(entry.recorded_at),
        "removed_at": shown(entry.removed_at),
    }


def _follow_up(found: FollowUp | None) -> FollowUpAnswer:
    if found is None:
        return {"at": None, "what": "", "by": ""}
    return {"at": shown(found.at), "what": found.what, "by": found.by}


def _feedback(rating: Rating | None, path: str | None) -> FeedbackAnswer:
    if rating is None:
        return {"score": None, "comment": "", "answered_at": None, "path": path}
    return {
        "score": rating.score,
        "comment": rating.comment,
        "answered_at": shown(rating.answered_at),
        "path": None,
    }

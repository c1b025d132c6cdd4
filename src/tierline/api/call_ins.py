"""Calling the leads of a subject in to a case, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Path, Query, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions import call_ins as actions
from tierline.api.adherence import AsOf, Since, Until
from tierline.api.answers import Id, Page, TypedDict, instant, said, word_of
from tierline.api.assignments import own_user
from tierline.api.callers import may
from tierline.api.experience import ShareAnswer, share_answer
from tierline.api.idempotency import Once
from tierline.api.inputs import Body, Word, listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.cases import seen_case
from tierline.queries.adherence import stretch
from tierline.queries.call_ins import call_in_report
from tierline.routing.call_in import CallIn, CallInEvent, Part, call_ins_of
from tierline.scorecards.call_ins import BY, CallInScore, Took

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.store.records import Reads, Records

router = Routes(tags=["routing"])
Worker = Annotated[Caller, Depends(may(Permission.work_cases))]
Lead = Annotated[Caller, Depends(may(Permission.manage_desk))]
Number = Annotated[int, Path(ge=1, le=2**31, description="The call-in's number on its case.")]


class AskedAnswer(TypedDict):
    """Somebody who was asked to come, or came."""

    user: Annotated[Id, said("Who.")]
    part: Annotated[str, word_of(Part, "As what; `desk`: in the place of lead and deputy.")]
    at: Annotated[str, instant("When.")]


class CallInAnswer(TypedDict):
    """A call-in of the leads of a domain."""

    number: Annotated[int, said("Its number on the case.")]
    domain: Annotated[str, said("The domain's key.")]
    tier: Annotated[str, said("The tier whose leads were called.")]
    called_at: Annotated[str, instant("When.")]
    by: Annotated[str, said("Who called.")]
    asked: Annotated[list[AskedAnswer], said("Who was asked, in order.")]
    acknowledged: Annotated[
        AskedAnswer | None, said("Who said that they come; null: nobody did before arriving.")
    ]
    arrived: Annotated[AskedAnswer | None, said("Who is there.")]
    called_off_at: Annotated[str | None, instant("When nobody was needed any more.")]


class TookAnswer(TypedDict):
    """How long it took after the call."""

    of: Annotated[int, said("n: of how many; under 8 it is weak evidence.")]
    median_seconds: Annotated[int | None, said("The median, by nearest rank; null: of none.")]
    is_weak: Annotated[bool, said("Of fewer than 8.")]


class CallInScoreAnswer(TypedDict):
    """A tier, or a domain."""

    group: Annotated[str, said("Its key; empty: no domain.")]
    cases: Annotated[int, said("Cases that were of the worst severity at some time.")]
    in_first_hour: Annotated[
        ShareAnswer,
        said("Where a lead or deputy of its subject was there, or had it, within the hour."),
    ]
    calls: Annotated[int, said("Call-ins in which somebody was asked.")]
    unanswered: Annotated[int, said("Of them those to which nobody said that they come.")]
    answered: Annotated[TookAnswer, said("From the call until somebody said that they come.")]
    arrived: Annotated[TookAnswer, said("From the call until somebody was there.")]


class CallInBody(Body):
    """Whom to call in; absent: who leads the domain that the case belongs to."""

    domain: Word | None = None


class ComingBody(Body):
    """Who comes; absent: oneself."""

    user: Word | None = None


@router.get("/v1/cases/{case}/call-ins", summary="Who was called in to a case")
def list_call_ins(request: Request, caller: Worker, case: str) -> Page[CallInAnswer]:
    """Each call-in with who was asked, who comes, and who is there."""

    def work(reads: Reads) -> Page[CallInAnswer]:
        seen_case(reads, case, caller, Permission.work_cases)
        return listed([_answer(each) for each in call_ins_of(reads.call_ins.of_case(case))], None)

    return application_of(request).read(work)


@router.post("/v1/cases/{case}/call-ins", status_code=201, summary="Call a lead in to a case")
def call_in(caller: Worker, case: str, body: CallInBody, once: Once) -> CallInAnswer:
    """To a case of the worst severity: the lead of the domain in their hours, else the deputy, is
    written to at once. Without an answer the next one is asked after ten minutes."""

    def work(records: Records, occasion: Occasion) -> CallInAnswer:
        return _answer(actions.call_in(records, case, body.domain, occasion))

    return once.act_on(case, caller, work)


@router.put("/v1/cases/{case}/call-ins/{number}/acknowledgement", summary="Say that somebody comes")
def acknowledge_call_in(
    caller: Worker, case: str, number: Number, body: ComingBody, once: Once
) -> CallInAnswer:
    """Nobody further is asked. Again changes nothing."""

    def work(records: Records, occasion: Occasion) -> CallInAnswer:
        user = body.user or own_user(caller)
        return _answer(actions.acknowledge_call_in(records, case, number, user, occasion))

    return once.act_on(case, caller, work)


@router.put("/v1/cases/{case}/call-ins/{number}/arrival", summary="Say that somebody is there")
def arrive(caller: Worker, case: str, number: Number, body: ComingBody, once: Once) -> CallInAnswer:
    """Who leads the domain, or stands in. Again changes nothing."""

    def work(records: Records, occasion: Occasion) -> CallInAnswer:
        user = body.user or own_user(caller)
        return _answer(actions.arrive(records, case, number, user, occasion))

    return once.act_on(case, caller, work)


@router.delete("/v1/cases/{case}/call-ins/{number}", summary="Call a call-in off")
def call_off(caller: Worker, case: str, number: Number, once: Once) -> CallInAnswer:
    """Nobody further is asked, and nobody has to come; what happened stays."""

    def work(records: Records, occasion: Occasion) -> CallInAnswer:
        return _answer(actions.call_off(records, case, number, occasion))

    return once.act_on(case, caller, work)


@router.get("/v1/reports/call-ins", summary="Whether leads were there in the first hour")
def report_call_ins(
    request: Request,
    caller: Lead,
    *,
    by: Annotated[str, Query(max_length=20, description=f"One of: {', '.join(BY)}.")] = "tier",
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
) -> Page[CallInScoreAnswer]:
    """Of the cases opened in that time that were of the worst severity: the share with a lead or
    deputy of its subject in the first hour of it, and how long call-ins took."""
    application = application_of(request)
    during = stretch(application.now(), since, until, as_of)
    report = application.read(
        lambda reads: call_in_report(reads, during, accounts=caller.visible_accounts)
    )
    return listed([_score(each) for each in report.by(by)], None)


def _score(row: CallInScore) -> CallInScoreAnswer:
    return {
        "group": row.group,
        "cases": row.cases,
        "in_first_hour": share_answer(row.in_first_hour),
        "calls": row.calls,
        "unanswered": row.unanswered,
        "answered": _took(row.answered),
        "arrived": _took(row.arrived),
    }


def _took(row: Took) -> TookAnswer:
    return {"of": row.of, "median_seconds": row.median_seconds, "is_weak": row.is_weak}


def _answer(found: CallIn) -> CallInAnswer:
    return {
        "number": found.number,
        "domain": found.domain,
        "tier": found.tier,
        "called_at": shown(found.called_at),
        "by": found.by,
        "asked": [_asked(each) for each in found.asked],
        "acknowledged": None if found.acknowledged is None else _asked(found.acknowledged),
        "arrived": None if found.arrived is None else _asked(found.arrived),
        "called_off_at": shown(found.called_off_at),
    }


def _asked(event: CallInEvent) -> AskedAnswer:
    return {
        "user": event.user or "",
        "part": (event.part or Part.lead).value,
        "at": shown(event.at),
    }

"""Disputes on severity over HTTP, and what became of them: precedents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Query, Request, Response
from pydantic import Field

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions import disputes as actions
from tierline.api.answers import ActorId, Id, Page, TypedDict, instant, said
from tierline.api.callers import may
from tierline.api.contacts import require_staff
from tierline.api.idempotency import Once
from tierline.api.inputs import DEFAULT_LIMIT, After, Body, Limit, Word, listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.cases import seen_case, seen_dispute
from tierline.queries import triage as queries

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.cases.dispute import Dispute
    from tierline.store.records import Records

router = Routes(tags=["triage"])
Reader = Annotated[Caller, Depends(may(Permission.read_cases))]
Opener = Annotated[Caller, Depends(may(Permission.open_cases))]
Decider = Annotated[Caller, Depends(may(Permission.decide_disputes))]
Text = Annotated[str, Field(min_length=1, max_length=10_000)]
Search = Annotated[str | None, Query(max_length=200, description="Words that stand in it.")]
Rule = Annotated[
    str | None, Query(max_length=2_000, description="The row of the table, on one line.")
]


class RulingAnswer(TypedDict):
    """How a dispute was decided."""

    at: Annotated[str, instant("When.")]
    by: ActorId
    severity: Annotated[str, said("The severity from then on.")]
    reason: Annotated[str, said("Why.")]


class DisputeAnswer(TypedDict):
    """A dispute on the severity of a case."""

    id: Id
    case: Annotated[str, said("The case.")]
    raised_at: Annotated[str, instant("When it was raised.")]
    raised_by: ActorId
    is_customers: Annotated[bool, said("Whether the customer's side raised it.")]
    words: Annotated[str, said("Why they say that the severity is wrong.")]
    severity: Annotated[str, said("The severity that is disputed.")]
    wanted: Annotated[str, said("The one that is asked for; empty: none.")]
    rule: Annotated[str, said("The row of the table that gave it; empty: none did.")]
    decided_by: Annotated[str, said("The role that decides.")]
    due_at: Annotated[str, instant("By when it is decided.")]
    overdue_at: Annotated[str | None, instant("When it was over its time; null: it is not.")]
    ruling: Annotated[RulingAnswer | None, said("How it was decided; null: not yet.")]


class PrecedentAnswer(DisputeAnswer):
    """A dispute that was decided, with its case."""

    number: Annotated[int, said("The number of the case.")]
    subject: Annotated[str, said("What the case was about.")]


class DisputeBody(Body):
    """Why a severity is wrong; `wanted`: the one that is right."""

    words: Text
    wanted: Word | None = None


class RulingBody(Body):
    """The severity from now on: the same one is upheld. The reason is told to both sides."""

    severity: Word
    reason: Text


@router.post("/v1/cases/{case}/disputes", status_code=201, summary="Dispute a severity")
def raise_dispute(
    response: Response,
    caller: Opener,
    case: str,
    body: DisputeBody,
    once: Once,
) -> DisputeAnswer:
    """The dispute, with who decides it and by when. One is open at a time."""
    order = actions.DisputeOrder(
        words=body.words, wanted=body.wanted, is_customers=caller.accounts is not None
    )

    def work(records: Records, occasion: Occasion) -> DisputeAnswer:
        seen_case(records, case, caller, Permission.open_cases)
        made = actions.raise_dispute(records, case, order, occasion)
        response.headers["Location"] = f"/v1/disputes/{made.id}"
        return _answer(made)

    return once.act(caller, work)


@router.get("/v1/disputes", summary="Disputes that are not decided")
def list_disputes(
    request: Request, caller: Reader, after: After = None, limit: Limit = DEFAULT_LIMIT
) -> Page[DisputeAnswer]:
    """By when they are due."""
    page = application_of(request).read(
        lambda reads: queries.list_disputes(
            reads.snapshot, accounts=caller.visible_accounts, after=after, limit=limit
        )
    )
    return listed([_answer(row.dispute) for row in page.items], page.next)


@router.get("/v1/disputes/{dispute}", summary="A dispute")
def read_dispute(request: Request, caller: Reader, dispute: str) -> DisputeAnswer:
    """With its ruling, once there is one."""
    found = application_of(request).read(
        lambda reads: seen_dispute(reads, dispute, caller, Permission.read_cases)
    )
    return _answer(found)


@router.put("/v1/disputes/{dispute}/ruling", summary="Decide a dispute")
def decide(caller: Decider, dispute: str, body: RulingBody, once: Once) -> DisputeAnswer:
    """The case has this severity from now on, and the reason is a precedent."""

    def work(records: Records, occasion: Occasion) -> DisputeAnswer:
        seen_dispute(records, dispute, caller, Permission.decide_disputes)
        return _answer(
            actions.decide_dispute(records, dispute, body.severity, body.reason, occasion)
        )

    return once.act(caller, work)


@router.get("/v1/precedents", summary="Disputes that were decided")
def list_precedents(
    request: Request,
    caller: Reader,
    *,
    rule: Rule = None,
    search: Search = None,
    after: After = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[PrecedentAnswer]:
    """The last first; for the vendor's people, because they tell of every account."""
    require_staff(caller)
    page = application_of(request).read(
        lambda reads: queries.list_precedents(
            reads.snapshot, rule=rule, words=search, after=after, limit=limit
        )
    )
    return listed(
        [
            {**_answer(row.dispute), "number": row.number, "subject": row.subject}
            for row in page.items
        ],
        page.next,
    )


def _answer(dispute: Dispute) -> DisputeAnswer:
    ruling = dispute.ruling
    return {
        "id": dispute.id,
        "case": dispute.case,
        "raised_at": shown(dispute.raised_at),
        "raised_by": dispute.raised_by,
        "is_customers": dispute.is_customers,
        "words": dispute.words,
        "severity": dispute.severity,
        "wanted": dispute.wanted,
        "rule": dispute.rule,
        "decided_by": dispute.decided_by,
        "due_at": shown(dispute.due_at),
        "overdue_at": shown(dispute.overdue_at),
        "ruling": None
        if ruling is None
        else {
            "at": shown(ruling.at),
            "by": ruling.by,
            "severity": ruling.severity,
            "reason": ruling.reason,
        },
    }

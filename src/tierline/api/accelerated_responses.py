"""Accelerated responses over HTTP: what an account is owed beside money after missed targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.api.answers import AccountId, TypedDict, instant, said, word_of
from tierline.api.callers import account_for, may
from tierline.api.inputs import Word, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.catalog.statement import MilestoneKind
from tierline.milestones.accelerated import ResponseState
from tierline.queries.accelerated_responses import LIMIT_RESPONSES, accelerated_responses

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.queries.accelerated_responses import OwedResponse
    from tierline.store.records import Reads

router = Routes(prefix="/v1/accounts/{account}/accelerated-responses", tags=["accounts"])
Reader = Annotated[Caller, Depends(may(Permission.read_contracts))]


class UseAnswer(TypedDict):
    """The case that went first."""

    case: Annotated[str, said("Its id.")]
    number: Annotated[int, said("What people call it by.")]
    at: Annotated[str, instant("From when on.")]


class AcceleratedResponseAnswer(TypedDict):
    """What is owed for the first miss of a case."""

    case: Annotated[str, said("The id of the case whose target was missed.")]
    number: Annotated[int, said("What people call that case by.")]
    milestone: Annotated[str, word_of(MilestoneKind, "What was missed.")]
    promise_id: Annotated[str, said("The promise that was missed.")]
    severities: Annotated[list[str], said("The next case of one of these goes first.")]
    owed_at: Annotated[str, instant("The instant of the miss.")]
    until: Annotated[str, instant("When it lapses, if nothing uses it before.")]
    state: Annotated[str, word_of(ResponseState, "What has become of it by now.")]
    used_for: Annotated[UseAnswer | None, said("Null: no case has used it.")]


class AcceleratedResponsesAnswer(TypedDict):
    """Those of an account."""

    account: AccountId
    accelerated_responses: Annotated[
        list[AcceleratedResponseAnswer], said(f"The newest first, at most {LIMIT_RESPONSES}.")
    ]


@router.get("", summary="What is owed beside money after missed targets")
def list_accelerated_responses(
    request: Request, caller: Reader, account: Word
) -> AcceleratedResponsesAnswer:
    """Accelerated responses: owed, used, lapsed."""
    application = application_of(request)
    id_ = account_for(application, caller, account, Permission.read_contracts)

    def work(reads: Reads) -> list[OwedResponse]:
        reads.accounts.get(id_)
        return accelerated_responses(reads.snapshot, id_)

    now = application.now()
    found = [_told(each, now) for each in application.read(work)]
    return {"account": id_, "accelerated_responses": found}


def _told(each: OwedResponse, now: datetime) -> AcceleratedResponseAnswer:
    owed = each.owed
    return {
        "case": owed.case,
        "number": owed.number,
        "milestone": owed.milestone.value,
        "promise_id": owed.promise_id,
        "severities": [*owed.severities],
        "owed_at": shown(owed.owed_at),
        "until": shown(owed.until),
        "state": owed.state_at(now).value,
        "used_for": _use(each),
    }


def _use(each: OwedResponse) -> UseAnswer | None:
    owed = each.owed
    if owed.used_for is None or owed.used_at is None or each.used_number is None:
        return None
    return {"case": owed.used_for, "number": each.used_number, "at": shown(owed.used_at)}

"""Usage audits over HTTP: what is kept of usage against the raw events, account after account."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from pydantic import Field

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions.usage_recount import Recount
from tierline.api.answers import AccountId, TypedDict, instant, said
from tierline.api.callers import may
from tierline.api.inputs import Body, Word, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.usage_recount import repaired, verified
from tierline.kernel.instants import from_micros

SHOWN_DIFFERENCES = 1_000
router = Routes(prefix="/v1/usage-audits", tags=["usage"])
Corrector = Annotated[Caller, Depends(may(Permission.correct_usage))]


class UsageAuditBody(Body):
    """`after` is the `next` of the audit before."""

    after: Word | None = None
    repair: Annotated[bool, Field(description="Write what is right.")] = False


class DifferenceAnswer(TypedDict):
    """Where what is kept is not what the raw events come to."""

    account: AccountId
    meter: Annotated[str, said("The key of the meter.")]
    at: Annotated[str, instant("The half-hour of a total, or the instant of a value.")]
    stored: Annotated[str | None, said("What is kept; null: nothing.")]
    recomputed: Annotated[str | None, said("What the raw events come to; null: nothing.")]


class UsageAuditAnswer(TypedDict):
    """Some accounts, counted anew."""

    checked: Annotated[int, said("How many totals and values were compared.")]
    different: Annotated[int, said("How many of them differ.")]
    differences: Annotated[
        list[DifferenceAnswer], said(f"The first {SHOWN_DIFFERENCES:,} of them.")
    ]
    is_repaired: Annotated[bool, said("Whether they were made right.")]
    next: Annotated[str | None, said("What `after` is for the next accounts; null: all are done.")]


@router.post("", summary="Count usage anew from the raw events, and compare")
def audit_usage(request: Request, caller: Corrector, body: UsageAuditBody) -> UsageAuditAnswer:
    """The next accounts in the order of their ids, as many as are counted at once."""
    application, after = application_of(request), body.after or ""
    if body.repair:
        found = repaired(application, after, application.occasion(caller.id))
    else:
        found = verified(application, after)
    return _document(found, is_repaired=body.repair)


def _document(found: Recount, *, is_repaired: bool) -> UsageAuditAnswer:
    differences = found.differences()
    return {
        "checked": found.checked,
        "different": len(differences),
        "differences": [
            {
                "account": each.account,
                "meter": each.meter,
                "at": shown(from_micros(each.at)),
                "stored": each.stored,
                "recomputed": each.recomputed,
            }
            for each in differences[:SHOWN_DIFFERENCES]
        ],
        "is_repaired": is_repaired,
        "next": found.within.upto,
    }

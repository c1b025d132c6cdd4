"""Partner access over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from tierline.access.caller import Caller
from tierline.access.partner_access import PartnerAccess
from tierline.access.permission import Permission
from tierline.actions import partner_access as actions
from tierline.api.answers import AccountId, ActorId, Page, TypedDict, instant, said
from tierline.api.callers import account_for, may
from tierline.api.idempotency import Once
from tierline.api.inputs import Body, Instant, Word, listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes

if TYPE_CHECKING:
    from tierline.store.records import Reads

router = Routes(prefix="/v1/accounts/{account}/partners", tags=["access"])
Writer = Annotated[Caller, Depends(may(Permission.write_accounts))]


class PartnerAnswer(TypedDict):
    """That a partner sees an account."""

    account: AccountId
    partner: Annotated[str, said("The account whose partners see it.")]
    start: Annotated[str, instant("From when on.")]
    end: Annotated[str | None, instant("Until when; null: until it is ended.")]
    given_by: ActorId
    ended_at: Annotated[str | None, instant("When it was ended.")]


class PartnerBody(Body):
    """Which account's partners may see this one, and until when."""

    partner: Word
    end: Instant | None = None


@router.get("", summary="Which partners see an account")
def list_partners(request: Request, caller: Writer, account: str) -> Page[PartnerAnswer]:
    """All that it let in, the newest first, at most 200."""
    application = application_of(request)
    id_ = account_for(application, caller, account, Permission.write_accounts)

    def work(reads: Reads) -> tuple[PartnerAccess, ...]:
        reads.accounts.get(id_)
        return reads.partner_access.of_account(id_)

    found = application.read(work)
    return listed([document(each) for each in found], None)


@router.post("", status_code=201, summary="Let a partner see an account")
def give_access(
    request: Request, caller: Writer, account: str, body: PartnerBody, once: Once
) -> PartnerAnswer:
    """The users of `partner` who have the role partner see this account from now on."""
    application = application_of(request)
    id_ = account_for(application, caller, account, Permission.write_accounts)
    partner = application.account_of(body.partner)
    occasion = application.occasion(caller.id)
    return once.change(
        caller,
        lambda records: document(
            actions.give_access(records, id_, partner, end=body.end, occasion=occasion)
        ),
    )


@router.delete("/{partner}", status_code=204, summary="End a partner's access")
def end_access(request: Request, caller: Writer, account: str, partner: str) -> None:
    """They do not see it from now on."""
    application = application_of(request)
    id_ = account_for(application, caller, account, Permission.write_accounts)
    partner_id = application.account_of(partner)
    occasion = application.occasion(caller.id)
    application.change(lambda records: actions.end_access(records, id_, partner_id, occasion))


def document(access: PartnerAccess) -> PartnerAnswer:
    """Access as a client gets it."""
    return {
        "account": access.account,
        "partner": access.partner,
        "start": shown(access.start),
        "end": shown(access.end),
        "given_by": access.given_by,
        "ended_at": shown(access.ended_at),
    }

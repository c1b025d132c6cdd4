"""Accounts over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.accounts.account import Account
from tierline.actions.accounts import NAME_LIMIT_CHARACTERS, AccountDetails
from tierline.actions.accounts import change_account as change
from tierline.actions.accounts import open_account as open_
from tierline.api.callers import may
from tierline.api.idempotency import Once
from tierline.api.inputs import DEFAULT_LIMIT, After, Body, Instant, Limit, Word, listed
from tierline.api.of import application_of
from tierline.api.versions import IfMatch, expect, tag_of
from tierline.kernel.instants import to_micros
from tierline.queries import accounts as queries
from tierline.queries.account_entitlements import entitlements_of

if TYPE_CHECKING:
    from tierline.store.records import Records

router = APIRouter(prefix="/v1/accounts", tags=["accounts"])
Reader = Annotated[Caller, Depends(may(Permission.read_accounts))]
Writer = Annotated[Caller, Depends(may(Permission.write_accounts))]
ContractReader = Annotated[Caller, Depends(may(Permission.read_contracts))]


class AccountBody(Body):
    """What is said of an account."""

    name: Annotated[str, Query(min_length=1, max_length=NAME_LIMIT_CHARACTERS)]
    time_zone: Word = "UTC"
    parent: Word | None = None
    region: Word | None = None
    segment: Word | None = None

    def details(self) -> AccountDetails:
        """The same for the action."""
        return AccountDetails(**self.model_dump())


@router.get("", summary="Accounts by name")
def list_accounts(
    request: Request,
    caller: Reader,
    *,
    after: After = None,
    limit: Limit = DEFAULT_LIMIT,
    search: Annotated[str, Query(max_length=200)] = "",
) -> dict[str, Any]:
    """Those that the caller sees."""
    page = application_of(request).read(
        lambda reads: queries.accounts_by_name(
            reads.snapshot, after=after, limit=limit, among=caller.visible_accounts, search=search
        )
    )
    return listed([document(account) for account in page.items], page.next)


@router.post("", status_code=201, summary="Open an account")
def open_account(request: Request, caller: Writer, body: AccountBody, once: Once) -> dict[str, Any]:
    """The account, with its new id."""
    occasion = application_of(request).occasion(caller.id)
    return once.change(caller, lambda records: document(open_(records, body.details(), occasion)))


@router.get("/{account}", summary="One account")
def read_account(
    request: Request, response: Response, caller: Reader, account: str
) -> dict[str, Any]:
    """By its id or an alias of it, with its ETag."""
    application = application_of(request)
    id_ = application.account_of(account)
    caller.require(Permission.read_accounts, id_)
    return _tagged(response, application.read(lambda reads: reads.accounts.get(id_)))


@router.put("/{account}", summary="Change an account")
def change_account(
    request: Request,
    response: Response,
    caller: Writer,
    account: str,
    body: AccountBody,
    *,
    if_match: IfMatch = None,
) -> dict[str, Any]:
    """The account with all of its details replaced."""
    application = application_of(request)
    id_ = application.account_of(account)
    caller.require(Permission.write_accounts, id_)
    occasion = application.occasion(caller.id)

    def work(records: Records) -> Account:
        expect(if_match, document(records.accounts.get(id_)))
        return change(records, id_, body.details(), occasion)

    return _tagged(response, application.change(work))


@router.get("/{account}/entitlements", summary="What an account is owed, and which layer says so")
def read_entitlements(
    request: Request, caller: ContractReader, account: str, at: Instant | None = None
) -> dict[str, Any]:
    """Every feature and target at an instant (now, where none is stated)."""
    application = application_of(request)
    id_ = application.account_of(account)
    caller.require(Permission.read_contracts, id_)
    instant = to_micros(at or application.now())
    return application.read(lambda reads: entitlements_of(reads, id_, instant))


def _tagged(response: Response, account: Account) -> dict[str, Any]:
    told = document(account)
    response.headers["ETag"] = tag_of(told)
    return told


def document(account: Account) -> dict[str, Any]:
    """An account as a client gets it."""
    return {
        "id": account.id,
        "name": account.name,
        "time_zone": account.time_zone,
        "parent": account.parent,
        "region": account.region,
        "segment": account.segment,
    }

"""Accounts over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, cast

from fastapi import Depends, Query, Request, Response

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.accounts.account import Account
from tierline.accounts.coverage import CoverageState
from tierline.actions.accounts import NAME_LIMIT_CHARACTERS, AccountDetails
from tierline.actions.accounts import change_account as change
from tierline.actions.accounts import open_account as open_
from tierline.api.answers import (
    AccountId,
    ContractId,
    Feature,
    Id,
    Page,
    TypedDict,
    instant,
    said,
    word_of,
)
from tierline.api.callers import account_for, may
from tierline.api.idempotency import Once
from tierline.api.inputs import DEFAULT_LIMIT, After, Body, Instant, Limit, Word, listed
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.api.versions import IfMatch, expect, tag_of
from tierline.kernel.instants import to_micros
from tierline.queries import accounts as queries
from tierline.queries.account_entitlements import entitlements_of

if TYPE_CHECKING:
    from tierline.store.records import Records

router = Routes(prefix="/v1/accounts", tags=["accounts"])
Reader = Annotated[Caller, Depends(may(Permission.read_accounts))]
Writer = Annotated[Caller, Depends(may(Permission.write_accounts))]
ContractReader = Annotated[Caller, Depends(may(Permission.read_contracts))]


class AccountAnswer(TypedDict):
    """An account: a customer."""

    id: Id
    name: Annotated[str, said("What the customer is called.")]
    time_zone: Annotated[str, said("Of its days and periods: `Europe/Rome`.")]
    parent: Annotated[str | None, said("The account that it belongs to.")]
    region: Annotated[str | None, said("Where its data and people are, as the company names it.")]
    segment: Annotated[str | None, said("What kind of customer it is, as the company names it.")]


class HeldContractAnswer(TypedDict):
    """The contract that holds at an instant."""

    id: ContractId
    start: Annotated[str, instant("Its first instant.")]
    end: Annotated[str | None, instant("The first instant that is no longer in it.")]


class HeldPlanAnswer(TypedDict):
    """The plan that holds at an instant."""

    catalog: Annotated[str, said("The catalog's key.")]
    version: Annotated[str, said("The date of the version that it was signed on.")]
    tier: Annotated[str, said("The tier's key.")]
    name: Annotated[str, said("The tier's name.")]


class LayerAnswer(TypedDict):
    """One of the layers that say something of a feature."""

    layer: Annotated[str, said("Its name: the plan, a trial, an add-on, an override, an uplift.")]
    promise_id: Annotated[str, said("The promise that it states.")]
    version: Annotated[str, said("The version that it was signed on.")]
    start: Annotated[str, instant("Its first instant.")]
    end: Annotated[str | None, instant("The first instant that is no longer in it.")]


class EntitlementAnswer(TypedDict):
    """What an account is owed of one feature or target."""

    key: Feature
    name: Annotated[str, said("Its name.")]
    words: Annotated[str, said("What is owed, in words.")]
    value: Annotated[
        dict[str, Any] | None,
        said("The term or target that counts, as a catalog states it; null: not included."),
    ]
    winner: Annotated[LayerAnswer | None, said("The layer that says so.")]
    added: Annotated[list[LayerAnswer], said("Layers that add units to it.")]
    overruled: Annotated[list[LayerAnswer], said("Layers that say something else, and lose.")]
    conflicts: Annotated[list[str], said("What two layers of one rank contradict each other in.")]


class EntitlementsAnswer(TypedDict):
    """Every feature and target of an account at an instant."""

    account: AccountId
    at: Annotated[str, instant("The instant that is told.")]
    coverage: Annotated[str, word_of(CoverageState, "How the contract stands at that instant.")]
    contract: Annotated[HeldContractAnswer | None, said("Null: none ever held.")]
    plan: Annotated[HeldPlanAnswer | None, said("Null: no contract ever held.")]
    entitlements: Annotated[list[EntitlementAnswer], said("By key.")]


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
) -> Page[AccountAnswer]:
    """Those that the caller sees."""
    page = application_of(request).read(
        lambda reads: queries.accounts_by_name(
            reads.snapshot, after=after, limit=limit, among=caller.visible_accounts, search=search
        )
    )
    return listed([document(account) for account in page.items], page.next)


@router.post("", status_code=201, summary="Open an account")
def open_account(caller: Writer, body: AccountBody, once: Once) -> AccountAnswer:
    """The account, with its new id."""
    return once.act(caller, lambda records, at: document(open_(records, body.details(), at)))


@router.get("/{account}", summary="One account")
def read_account(
    request: Request, response: Response, caller: Reader, account: str
) -> AccountAnswer:
    """By its id or an alias of it, with its ETag."""
    application = application_of(request)
    id_ = account_for(application, caller, account, Permission.read_accounts)
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
) -> AccountAnswer:
    """The account with all of its details replaced."""
    application = application_of(request)
    id_ = account_for(application, caller, account, Permission.write_accounts)
    occasion = application.occasion(caller.id)

    def work(records: Records) -> Account:
        expect(if_match, document(records.accounts.get(id_)))
        return change(records, id_, body.details(), occasion)

    return _tagged(response, application.change(work))


@router.get("/{account}/entitlements", summary="What an account is owed, and which layer says so")
def read_entitlements(
    request: Request, caller: ContractReader, account: str, at: Instant | None = None
) -> EntitlementsAnswer:
    """Every feature and target at an instant (now, where none is stated)."""
    application = application_of(request)
    id_ = account_for(application, caller, account, Permission.read_contracts)
    moment = to_micros(at or application.now())
    found = application.read(lambda reads: entitlements_of(reads, id_, moment))
    return cast(EntitlementsAnswer, found)


def _tagged(response: Response, account: Account) -> AccountAnswer:
    told = document(account)
    response.headers["ETag"] = tag_of(told)
    return told


def document(account: Account) -> AccountAnswer:
    """An account as a client gets it."""
    return {
        "id": account.id,
        "name": account.name,
        "time_zone": account.time_zone,
        "parent": account.parent,
        "region": account.region,
        "segment": account.segment,
    }

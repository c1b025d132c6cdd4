"""Contracts over HTTP: signing, and everything that may be agreed afterwards."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.accounts.contract import (
    Contract,
    ContractException,
    Fee,
    Override,
    PaymentState,
    Uplift,
)
from tierline.actions import contracts as actions
from tierline.api.callers import may
from tierline.api.idempotency import Once, OnceOnly
from tierline.api.inputs import Body, Instant, Word
from tierline.api.of import application_of
from tierline.catalog.clock_rules import Target
from tierline.catalog.statement import Amount, Period
from tierline.catalog.term import Term
from tierline.kernel.instants import to_micros
from tierline.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Callable

    from tierline.actions.occasion import Occasion
    from tierline.store.records import Records

router = APIRouter(tags=["contracts"])
Reader = Annotated[Caller, Depends(may(Permission.read_contracts))]
Signer = Annotated[Caller, Depends(may(Permission.sign_contracts))]
Granter = Annotated[Caller, Depends(may(Permission.override_entitlements))]
Payer = Annotated[Caller, Depends(may(Permission.set_payment_state))]
Count = Annotated[int, Field(ge=1, le=1_000_000)]
Units = Annotated[Decimal, Field(gt=0, max_digits=24, decimal_places=6, allow_inf_nan=False)]
LONGEST_GRACE_DAYS = 3_660


class AddOnBody(Body):
    """An add-on, held `count` times; from the contract's start, or from now, where no start is
    stated."""

    add_on: Word
    count: Count = 1
    start: Instant | None = None
    end: Instant | None = None

    def order(self) -> actions.AddOnOrder:
        """The same for the action."""
        return actions.AddOnOrder(
            add_on=self.add_on, count=self.count, start=self.start, end=self.end
        )


class FeeBody(Body):
    """The agreed fee, in whole units of the catalog's currency."""

    amount: Amount
    per: Period = Period.month


class ContractBody(Body):
    """What is signed. The newest version of the catalog, where none is named."""

    account: Word
    catalog: Word
    tier: Word
    start: Instant
    version: Word | None = None
    end: Instant | None = None
    grace_days: Annotated[int, Field(ge=0, le=LONGEST_GRACE_DAYS)] = 0
    anchor: Instant | None = None
    fee: FeeBody | None = None
    add_ons: Annotated[tuple[AddOnBody, ...], Field(max_length=100)] = ()
    trial_tier: Word | None = None
    trial_end: Instant | None = None


class PlanBody(Body):
    """Another plan: from `at` (now) on, or with `is_downgrade` from the end of the period."""

    tier: Word
    at: Instant | None = None
    catalog: Word | None = None
    version: Word | None = None
    is_downgrade: bool = False


class ExceptionBody(Body):
    """Who lets it be, why, what it costs us, and until when at the longest."""

    owner: Word
    reason: Annotated[str, Field(min_length=1, max_length=2_000)]
    cost: Amount
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "USD"
    expires: Instant


class OverrideBody(Body):
    """A feature or target on other terms: a `value` that replaces it, or `units` more of it."""

    id: Word
    feature: Word
    start: Instant
    end: Instant | None = None
    term: Term | None = None
    target: Target | None = None
    units: Units | None = None
    exception: ExceptionBody


class UpliftBody(Body):
    """More of a feature for a time that ends by itself."""

    id: Word
    feature: Word
    reason: Annotated[str, Field(min_length=1, max_length=2_000)]
    start: Instant
    end: Instant
    term: Term | None = None
    target: Target | None = None
    units: Units | None = None


class PaymentBody(Body):
    """How the account stands with its invoices from `at` (now) on."""

    state: PaymentState
    at: Instant | None = None


class EndBody(Body):
    """The first instant that is no longer in the contract."""

    at: Instant


@router.post("/v1/contracts", status_code=201, summary="Sign a contract")
def sign_contract(
    request: Request, caller: Signer, body: ContractBody, once: Once
) -> dict[str, Any]:
    """The contract on the terms of a published catalog."""
    application = application_of(request)
    account = application.account_of(body.account)
    caller.require(Permission.sign_contracts, account)
    order = actions.ContractOrder(
        account=account,
        catalog=body.catalog,
        version=body.version,
        tier=body.tier,
        start=body.start,
        end=body.end,
        grace_days=body.grace_days,
        anchor=body.anchor,
        fee=None if body.fee is None else Fee(amount=body.fee.amount, per=body.fee.per),
        add_ons=tuple(each.order() for each in body.add_ons),
        trial_tier=body.trial_tier,
        trial_end=body.trial_end,
    )
    occasion = application.occasion(caller.id)

    def work(records: Records) -> dict[str, Any]:
        return records.contracts.form_of(actions.sign_contract(records, order, occasion))

    return once.change(caller, work)


@router.get("/v1/accounts/{account}/contracts", summary="The contracts of an account")
def list_contracts(request: Request, caller: Reader, account: str) -> dict[str, Any]:
    """All of them, the oldest first."""
    application = application_of(request)
    id_ = application.account_of(account)
    caller.require(Permission.read_contracts, id_)

    def work(reads: Any) -> list[dict[str, Any]]:
        reads.accounts.get(id_)
        return [reads.contracts.form_of(each) for each in reads.contracts.of_account(id_)]

    return {"items": application.read(work), "next": None}


@router.get("/v1/contracts/{contract}", summary="One contract")
def read_contract(request: Request, caller: Reader, contract: str) -> dict[str, Any]:
    """Its terms by their digests."""
    return _seen(request, caller, contract, Permission.read_contracts)


@router.post("/v1/contracts/{contract}/plan", summary="Change the plan")
def change_plan(
    request: Request, caller: Signer, contract: str, body: PlanBody, once: Once
) -> dict[str, Any]:
    """An upgrade holds from its instant on, a downgrade from the end of the running period."""

    def change(records: Records, occasion: Occasion) -> Contract:
        return actions.change_plan(
            records,
            contract,
            body.tier,
            occasion,
            at=body.at,
            catalog=body.catalog,
            version=body.version,
            is_downgrade=body.is_downgrade,
        )

    return _changed(request, caller, once, contract, Permission.sign_contracts, change)


@router.post("/v1/contracts/{contract}/add-ons", status_code=201, summary="Add an add-on")
def add_add_on(
    request: Request, caller: Signer, contract: str, body: AddOnBody, once: Once
) -> dict[str, Any]:
    """From the catalog version that the plan was signed on."""
    order = body.order()
    return _changed(
        request,
        caller,
        once,
        contract,
        Permission.sign_contracts,
        lambda records, occasion: actions.add_add_on(records, contract, order, occasion),
    )


@router.post("/v1/contracts/{contract}/overrides", status_code=201, summary="Grant an override")
def grant_override(
    request: Request, caller: Granter, contract: str, body: OverrideBody, once: Once
) -> dict[str, Any]:
    """Each has an exception with an owner, a reason, a cost and an expiry."""
    override = Override(
        id=body.id,
        feature=body.feature,
        start=to_micros(body.start),
        end=None if body.end is None else to_micros(body.end),
        value=body.term or body.target,
        units=body.units,
        exception=ContractException(
            owner=body.exception.owner,
            reason=body.exception.reason,
            cost=Money.of(body.exception.cost, body.exception.currency),
            expires=to_micros(body.exception.expires),
        ),
    )
    return _changed(
        request,
        caller,
        once,
        contract,
        Permission.override_entitlements,
        lambda records, occasion: actions.grant_override(records, contract, override, occasion),
    )


@router.post("/v1/contracts/{contract}/uplifts", status_code=201, summary="Grant an uplift")
def grant_uplift(
    request: Request, caller: Granter, contract: str, body: UpliftBody, once: Once
) -> dict[str, Any]:
    """It ends by itself."""
    uplift = Uplift(
        id=body.id,
        feature=body.feature,
        reason=body.reason,
        start=to_micros(body.start),
        end=to_micros(body.end),
        value=body.term or body.target,
        units=body.units,
    )
    return _changed(
        request,
        caller,
        once,
        contract,
        Permission.override_entitlements,
        lambda records, occasion: actions.grant_uplift(records, contract, uplift, occasion),
    )


@router.post("/v1/contracts/{contract}/payment-state", summary="Say how the account stands")
def set_payment_state(
    request: Request, caller: Payer, contract: str, body: PaymentBody, once: Once
) -> dict[str, Any]:
    """Paid, past due or suspended; the safety floor is served in each."""
    return _changed(
        request,
        caller,
        once,
        contract,
        Permission.set_payment_state,
        lambda records, occasion: actions.set_payment_state(
            records, contract, body.state, occasion, at=body.at
        ),
    )


@router.post("/v1/contracts/{contract}/end", summary="End a contract")
def end_contract(
    request: Request, caller: Signer, contract: str, body: EndBody, once: Once
) -> dict[str, Any]:
    """With the first instant that is no longer in it."""
    return _changed(
        request,
        caller,
        once,
        contract,
        Permission.sign_contracts,
        lambda records, occasion: actions.end_contract(records, contract, body.at, occasion),
    )


def _seen(
    request: Request, caller: Caller, contract: str, permission: Permission
) -> dict[str, Any]:
    """The contract, if the caller may see its account."""

    def work(reads: Any) -> tuple[str, dict[str, Any]]:
        found = reads.contracts.get(contract)
        return found.account, reads.contracts.form_of(found)

    account, form = application_of(request).read(work)
    caller.require(permission, account)
    return form


def _changed(
    request: Request,
    caller: Caller,
    once: OnceOnly,
    contract: str,
    permission: Permission,
    change: Callable[[Records, Occasion], Contract],
) -> dict[str, Any]:
    """The contract after a change; looked at and changed in one transaction."""
    occasion = application_of(request).occasion(caller.id)

    def work(records: Records) -> dict[str, Any]:
        caller.require(permission, records.contracts.get(contract).account)
        return records.contracts.form_of(change(records, occasion))

    return once.change(caller, work)

"""Contracts over HTTP: signing, and everything that may be agreed afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, cast

from fastapi import Depends, Request, Response

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.accounts.contract import Contract, ContractException, Override
from tierline.accounts.contract_form import form_for_customers
from tierline.actions import contracts as actions
from tierline.api.answers import Page
from tierline.api.callers import account_for, may
from tierline.api.contract_answers import (
    AddOnBody,
    ContractAnswer,
    ContractBody,
    EndBody,
    OverrideBody,
    PaymentBody,
    PlanBody,
    UpliftBody,
)
from tierline.api.idempotency import Once
from tierline.api.inputs import listed
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.api.versions import IfMatch, expect, tag_of
from tierline.kernel.errors import NotFound
from tierline.kernel.instants import to_micros
from tierline.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Callable

    from tierline.actions.occasion import Occasion
    from tierline.store.records import Reads, Records

router = Routes(tags=["contracts"])
Reader = Annotated[Caller, Depends(may(Permission.read_contracts))]
Signer = Annotated[Caller, Depends(may(Permission.sign_contracts))]
Granter = Annotated[Caller, Depends(may(Permission.override_entitlements))]
Payer = Annotated[Caller, Depends(may(Permission.set_payment_state))]


class ContractChange:
    """A change of one contract that is there: done once for a key, and only to the version that
    its asker has seen."""

    def __init__(
        self, request: Request, response: Response, once: Once, if_match: IfMatch = None
    ) -> None:
        self._request = request
        self._response = response
        self._once = once
        self._if_match = if_match

    def of(
        self,
        caller: Caller,
        contract: str,
        permission: Permission,
        change: Callable[[Records, Occasion], Contract],
    ) -> ContractAnswer:
        """The contract after a change; looked at and changed in one transaction."""
        occasion = application_of(self._request).occasion(caller.id)

        def work(records: Records) -> ContractAnswer:
            found = visible(records.contracts.get(contract), caller)
            caller.require(permission, found.account)
            expect(self._if_match, records.contracts.form_of(found))
            changed = change(records, occasion)
            return _tagged(self._response, records.contracts.form_of(changed), caller)

        return self._once.change(caller, work)


Change = Annotated[ContractChange, Depends()]


@router.post("/v1/contracts", status_code=201, summary="Sign a contract")
def sign_contract(
    request: Request, response: Response, caller: Signer, body: ContractBody, *, once: Once
) -> ContractAnswer:
    """The contract on the terms of a published catalog."""
    application = application_of(request)
    account = account_for(application, caller, body.account, Permission.sign_contracts)
    order = actions.ContractOrder(
        account=account,
        catalog=body.catalog,
        version=body.version,
        tier=body.tier,
        start=body.start,
        end=body.end,
        grace_days=body.grace_days,
        anchor=body.anchor,
        fee=None if body.fee is None else body.fee.agreed(),
        add_ons=tuple(each.order() for each in body.add_ons),
        trial_tier=body.trial_tier,
        trial_end=body.trial_end,
    )
    occasion = application.occasion(caller.id)

    def work(records: Records) -> ContractAnswer:
        signed = actions.sign_contract(records, order, occasion)
        return _tagged(response, records.contracts.form_of(signed), caller)

    return once.change(caller, work)


@router.get("/v1/accounts/{account}/contracts", summary="The contracts of an account")
def list_contracts(request: Request, caller: Reader, account: str) -> Page[ContractAnswer]:
    """All of them, the oldest first."""
    application = application_of(request)
    id_ = account_for(application, caller, account, Permission.read_contracts)

    def work(reads: Reads) -> Page[ContractAnswer]:
        reads.accounts.get(id_)
        held = reads.contracts.of_account(id_)
        forms = [_seen(reads.contracts.form_of(each), caller) for each in held]
        return listed(forms, None)

    return application.read(work)


@router.get("/v1/contracts/{contract}", summary="One contract")
def read_contract(
    request: Request, response: Response, caller: Reader, contract: str
) -> ContractAnswer:
    """Its terms by their digests; with its ETag."""

    def work(reads: Reads) -> dict[str, Any]:
        found = visible(reads.contracts.get(contract), caller)
        caller.require(Permission.read_contracts, found.account)
        return reads.contracts.form_of(found)

    return _tagged(response, application_of(request).read(work), caller)


@router.post("/v1/contracts/{contract}/plan", summary="Change the plan")
def change_plan(change: Change, caller: Signer, contract: str, body: PlanBody) -> ContractAnswer:
    """An upgrade holds from its instant on, a downgrade from the end of the running period."""

    def work(records: Records, occasion: Occasion) -> Contract:
        return actions.change_plan(
            records,
            contract,
            body.tier,
            occasion,
            at=body.at,
            catalog=body.catalog,
            version=body.version,
            fee=None if body.fee is None else body.fee.agreed(),
            is_downgrade=body.is_downgrade,
        )

    return change.of(caller, contract, Permission.sign_contracts, work)


@router.post("/v1/contracts/{contract}/add-ons", status_code=201, summary="Add an add-on")
def add_add_on(change: Change, caller: Signer, contract: str, body: AddOnBody) -> ContractAnswer:
    """From the catalog version that the plan was signed on."""
    order = body.order()
    return change.of(
        caller,
        contract,
        Permission.sign_contracts,
        lambda records, occasion: actions.add_add_on(records, contract, order, occasion),
    )


@router.post("/v1/contracts/{contract}/overrides", status_code=201, summary="Grant an override")
def grant_override(
    change: Change, caller: Granter, contract: str, body: OverrideBody
) -> ContractAnswer:
    """Each has an exception with an owner, a reason, a cost and an expiry."""
    override = Override(
        id=body.id,
        feature=body.feature,
        start=to_micros(body.start),
        end=None if body.end is None else to_micros(body.end),
        value=body.term or body.target,
        units=body.units,
        document=None if body.document is None else body.document.agreed(),
        exception=ContractException(
            owner=body.exception.owner,
            reason=body.exception.reason,
            cost=Money.of(body.exception.cost, body.exception.currency),
            expires=to_micros(body.exception.expires),
        ),
    )
    return change.of(
        caller,
        contract,
        Permission.override_entitlements,
        lambda records, occasion: actions.grant_override(records, contract, override, occasion),
    )


@router.post("/v1/contracts/{contract}/uplifts", status_code=201, summary="Grant an uplift")
def grant_uplift(
    change: Change, caller: Granter, contract: str, body: UpliftBody
) -> ContractAnswer:
    """It ends by itself."""
    uplift = body.uplift()
    return change.of(
        caller,
        contract,
        Permission.override_entitlements,
        lambda records, occasion: actions.grant_uplift(records, contract, uplift, occasion),
    )


@router.post("/v1/contracts/{contract}/payment-state", summary="Say how the account stands")
def set_payment_state(
    change: Change, caller: Payer, contract: str, body: PaymentBody
) -> ContractAnswer:
    """Paid, past due or suspended; the safety floor is served in each."""
    return change.of(
        caller,
        contract,
        Permission.set_payment_state,
        lambda records, occasion: actions.set_payment_state(
            records, contract, body.state, occasion, at=body.at
        ),
    )


@router.post("/v1/contracts/{contract}/end", summary="End a contract")
def end_contract(change: Change, caller: Signer, contract: str, body: EndBody) -> ContractAnswer:
    """With the first instant that is no longer in it."""
    return change.of(
        caller,
        contract,
        Permission.sign_contracts,
        lambda records, occasion: actions.end_contract(records, contract, body.at, occasion),
    )


def visible(contract: Contract, caller: Caller) -> Contract:
    """The contract, if the caller may know of its account; else there is none for it."""
    if not caller.sees(contract.account):
        raise NotFound(f"There is no contract '{contract.id}'.")
    return contract


def _tagged(response: Response, form: dict[str, Any], caller: Caller) -> ContractAnswer:
    response.headers["ETag"] = tag_of(form)
    return _seen(form, caller)


def _seen(form: dict[str, Any], caller: Caller) -> ContractAnswer:
    """What whoever asks may see of it."""
    return cast(ContractAnswer, form if caller.accounts is None else form_for_customers(form))

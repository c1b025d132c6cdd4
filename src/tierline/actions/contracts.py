"""What can be done with contracts: sign, change the plan, add, override, lift, end, and pay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from tierline.accounts.changes import downgraded, ended, upgraded
from tierline.accounts.contract import (
    Contract,
    Fee,
    HeldAddOn,
    Override,
    PaymentChange,
    PaymentState,
    PlanPhase,
    Trial,
    Uplift,
)
from tierline.accounts.contract_form import told_form
from tierline.accounts.layers import all_keys
from tierline.accounts.signed_terms import add_on_signed, terms_signed
from tierline.actions.accounts import AccountBooks
from tierline.kernel.errors import Conflict, Fault, Invalid
from tierline.kernel.ids import CONTRACT
from tierline.kernel.instants import from_micros, to_micros

if TYPE_CHECKING:
    from tierline.accounts.account import Account
    from tierline.accounts.signed_terms import SignedTerms
    from tierline.actions.occasion import Occasion
    from tierline.catalog.catalog import Catalog
    from tierline.kernel.facts import Fact


class KnownContracts(Protocol):
    """The contracts that there are."""

    def get(self, contract: str) -> Contract: ...


class Contracts(KnownContracts, Protocol):
    """The same, to write."""

    def of_account(self, account: str) -> tuple[Contract, ...]: ...
    def add(self, contracts: Sequence[Contract], *, saved_at: datetime) -> None: ...
    def save(self, contract: Contract, *, saved_at: datetime) -> None: ...
    def form_of(self, contract: Contract) -> dict[str, Any]: ...


class Catalogs(Protocol):
    """The catalogs that are published."""

    def get(self, catalog: str, version: str | None = None) -> Catalog: ...


class ContractReads(Protocol):
    """What looking at a change needs."""

    @property
    def contracts(self) -> KnownContracts: ...

    @property
    def catalogs(self) -> Catalogs: ...


class ContractBooks(AccountBooks, Protocol):
    """What the actions of this module need."""

    @property
    def contracts(self) -> Contracts: ...

    @property
    def catalogs(self) -> Catalogs: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AddOnOrder:
    """An add-on that is signed with the plan or added later."""

    add_on: str
    count: int = 1
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractOrder:
    """What is signed. The newest version of the catalog, where none is named; the end is the first
    instant that is no longer in the contract."""

    account: str
    catalog: str
    tier: str
    start: datetime
    version: str | None = None
    end: datetime | None = None
    grace_days: int = 0
    anchor: datetime | None = None
    fee: Fee | None = None
    add_ons: tuple[AddOnOrder, ...] = ()
    trial_tier: str | None = None
    trial_end: datetime | None = None


_DAY_US = 86_400_000_000


def sign_contract(books: ContractBooks, order: ContractOrder, occasion: Occasion) -> Contract:
    """A new contract on the terms of a published catalog. Raises NotFound for an account, catalog,
    tier or add-on that there is not, Conflict where another contract holds at the same time, and
    Invalid with every fault."""
    account = books.accounts.get(order.account)
    catalog = books.catalogs.get(order.catalog, order.version)
    contract = drafted(order, account, catalog, occasion)
    refuse_overlap(contract, books.contracts.of_account(account.id))
    books.contracts.add([contract], saved_at=occasion.now)
    books.append([signing_fact(books, contract, order, occasion)])
    return contract


def drafted(
    order: ContractOrder,
    account: Account,
    catalog: Catalog,
    occasion: Occasion,
    *,
    terms: SignedTerms | None = None,
) -> Contract:
    """The contract that an order asks for, not written yet. Who drafts many gives the `terms` of
    the tier once made. Raises as `sign_contract`."""
    start = to_micros(order.start)
    contract = Contract(
        id=occasion.new_id(CONTRACT),
        account=account.id,
        plans=(PlanPhase(terms=terms or terms_signed(catalog, order.tier), start=start),),
        start=start,
        end=_micros(order.end),
        grace_us=order.grace_days * _DAY_US,
        trials=_trials(catalog, order),
        add_ons=tuple(
            _held(catalog, each, number, start) for number, each in enumerate(order.add_ons, 1)
        ),
        fee=order.fee,
        anchor=_micros(order.anchor),
        time_zone=account.time_zone,
    )
    _refuse_unsold(catalog, order)
    return contract


def signing_fact(
    books: ContractBooks, contract: Contract, order: ContractOrder, occasion: Occasion
) -> Fact:
    """That a contract was signed, with the whole of it but for what people wrote (0150)."""
    form = told_form(books.contracts.form_of(contract))
    return occasion.fact("ContractSigned", contract.account, {"contract": form}, at=order.start)


def change_plan(
    books: ContractBooks,
    contract: str,
    tier: str,
    occasion: Occasion,
    *,
    at: datetime | None = None,
    catalog: str | None = None,
    version: str | None = None,
    fee: Fee | None = None,
    is_downgrade: bool = False,
) -> Contract:
    """The contract on another plan: from `at` (now) on, or for a downgrade from the end of the
    running period. The newest version of the catalog that it was signed on, where none is named;
    the fee that is paid already, where none is stated. Raises Invalid for a fee below 0."""
    order = PlanOrder(tier, at, catalog, version, fee, is_downgrade)
    return change_plan_so(books, contract, order, occasion)


@dataclass(frozen=True, slots=True)
class PlanOrder:
    """Another plan, as `change_plan` takes it."""

    tier: str
    at: datetime | None = None
    catalog: str | None = None
    version: str | None = None
    fee: Fee | None = None
    is_downgrade: bool = False


def change_plan_so(
    books: ContractBooks, contract: str, order: PlanOrder, occasion: Occasion
) -> Contract:
    """The same of an order."""
    after = with_plan(books, contract, order, occasion)
    kind = "ContractDowngraded" if order.is_downgrade else "ContractUpgraded"
    return _saved(books, after, kind, occasion, at=from_micros(after.plans[-1].start))


def with_plan(
    books: ContractReads, contract: str, order: PlanOrder, occasion: Occasion
) -> Contract:
    """The contract as `change_plan` makes it, not written. Raises as that."""
    if order.fee is not None and order.fee.amount < 0:
        fault = Fault("negative_fee", "A fee is at least 0.", "fee.amount", "Write 0 for none.")
        raise Invalid("The plan cannot change so.", [fault])
    before = books.contracts.get(contract)
    when = to_micros(order.at or occasion.now)
    signed = before.plan_at(when)
    catalog = books.catalogs.get(order.catalog or signed.catalog, order.version)
    terms = terms_signed(catalog, order.tier)
    change = downgraded if order.is_downgrade else upgraded
    return change(before, terms, when, fee=order.fee)


def add_add_on(
    books: ContractBooks, contract: str, order: AddOnOrder, occasion: Occasion
) -> Contract:
    """The contract with an add-on of the catalog version that its plan was signed on."""
    before = books.contracts.get(contract)
    start = to_micros(order.start or occasion.now)
    signed = before.plan_at(start)
    catalog = books.catalogs.get(signed.catalog, signed.version.isoformat())
    _refuse_not_for_tier(catalog, order.add_on, signed.tier)
    held = _held(catalog, order, len(before.add_ons) + 1, start)
    after = replace(before, add_ons=(*before.add_ons, held))
    return _saved(books, after, "AddOnAdded", occasion, at=from_micros(start))


def grant_override(
    books: ContractBooks, contract: str, override: Override, occasion: Occasion
) -> Contract:
    """The contract with a feature on other terms; its exception names owner, reason and expiry."""
    after = with_override(books, contract, override)
    return _saved(books, after, "OverrideGranted", occasion, at=from_micros(override.start))


def with_override(books: ContractReads, contract: str, override: Override) -> Contract:
    """The contract as `grant_override` makes it, not written. Raises as that."""
    before = books.contracts.get(contract)
    _refuse_unknown_feature(before, override.feature)
    _refuse_taken(override.id, [each.id for each in before.overrides])
    return replace(before, overrides=(*before.overrides, override))


def grant_uplift(
    books: ContractBooks, contract: str, uplift: Uplift, occasion: Occasion
) -> Contract:
    """The contract with more of a feature for a time that ends by itself."""
    after = with_uplift(books, contract, uplift)
    return _saved(books, after, "UpliftGranted", occasion, at=from_micros(uplift.start))


def with_uplift(books: ContractReads, contract: str, uplift: Uplift) -> Contract:
    """The contract as `grant_uplift` makes it, not written. Raises as that."""
    before = books.contracts.get(contract)
    _refuse_unknown_feature(before, uplift.feature)
    _refuse_taken(uplift.id, [each.id for each in before.uplifts])
    return replace(before, uplifts=(*before.uplifts, uplift))


def set_payment_state(
    books: ContractBooks,
    contract: str,
    state: PaymentState,
    occasion: Occasion,
    *,
    at: datetime | None = None,
) -> Contract:
    """How the account stands with its invoices from `at` (now) on."""
    before = books.contracts.get(contract)
    when = at or occasion.now
    change = PaymentChange(state=state, at=to_micros(when))
    after = replace(before, payments=(*before.payments, change))
    return _saved(books, after, "PaymentStateChanged", occasion, at=when)


def end_contract(books: ContractBooks, contract: str, at: datetime, occasion: Occasion) -> Contract:
    """The contract with an end: the first instant that is no longer in it."""
    after = ended(books.contracts.get(contract), to_micros(at))
    refuse_overlap(after, books.contracts.of_account(after.account))
    return _saved(books, after, "ContractEnded", occasion, at=at)


def _saved(
    books: ContractBooks, contract: Contract, kind: str, occasion: Occasion, *, at: datetime
) -> Contract:
    books.contracts.save(contract, saved_at=occasion.now)
    _tell(books, contract, kind, occasion, at=at)
    return contract


def _tell(
    books: ContractBooks, contract: Contract, kind: str, occasion: Occasion, *, at: datetime
) -> None:
    """The fact holds the whole contract as it is from now on, so that a fold is its last fact; what
    people wrote in their own words stands in the contract alone (0150)."""
    form = told_form(books.contracts.form_of(contract))
    books.append([occasion.fact(kind, contract.account, {"contract": form}, at=at)])


def _held(catalog: Catalog, order: AddOnOrder, number: int, start: int) -> HeldAddOn:
    return HeldAddOn(
        id=f"{order.add_on}_{number}",
        add_on=add_on_signed(catalog, order.add_on),
        start=start if order.start is None else to_micros(order.start),
        end=_micros(order.end),
        count=order.count,
    )


def _trials(catalog: Catalog, order: ContractOrder) -> tuple[Trial, ...]:
    if order.trial_tier is None or order.trial_end is None:
        return ()
    trial = Trial(
        id=f"trial_{order.trial_tier}",
        terms=terms_signed(catalog, order.trial_tier),
        start=to_micros(order.start),
        end=to_micros(order.trial_end),
    )
    return (trial,)


def _refuse_unsold(catalog: Catalog, order: ContractOrder) -> None:
    for each in order.add_ons:
        _refuse_not_for_tier(catalog, each.add_on, order.tier)


def _refuse_not_for_tier(catalog: Catalog, add_on: str, tier: str) -> None:
    stated = catalog.add_ons.get(add_on)
    if stated is not None and stated.available_for and tier not in stated.available_for:
        raise Conflict(
            f"The add-on '{add_on}' is sold with {', '.join(stated.available_for)} and not with "
            f"'{tier}'.",
            code="add_on_not_sold",
        )


def refuse_overlap(contract: Contract, others: Sequence[Contract]) -> None:
    """Raise Conflict where another contract of the account holds at the same time."""
    for other in others:
        if other.id == contract.id:
            continue
        is_before = other.end is not None and other.end <= contract.start
        is_after = contract.end is not None and contract.end <= other.start
        if not is_before and not is_after:
            raise Conflict(
                f"Contract {other.id} of this account holds at the same time. End it first.",
                code="contracts_overlap",
            )


def _refuse_unknown_feature(contract: Contract, feature: str) -> None:
    known = all_keys(contract)
    if feature not in known:
        fault = Fault(
            "unknown_feature",
            f"The contract names no feature or target '{feature}'.",
            "feature",
            f"It names: {', '.join(sorted(known))}.",
        )
        raise Invalid("The change names something that the contract does not know.", [fault])


def _refuse_taken(id_: str, taken: Sequence[str]) -> None:
    if id_ in taken:
        raise Conflict(f"The contract has a change '{id_}' already.", code="id_taken")


def _micros(instant: datetime | None) -> int | None:
    return None if instant is None else to_micros(instant)

"""Rows of contracts: signed on a published catalog, over whole days of the account's time zone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tierline.accounts.contract import Fee
from tierline.accounts.signed_terms import terms_signed
from tierline.actions.account_draft import beginning_of
from tierline.actions.account_rows import RowKind
from tierline.actions.contracts import AddOnOrder, ContractOrder, drafted, refuse_overlap
from tierline.kernel.errors import Conflict, Invalid, NotFound

if TYPE_CHECKING:
    from tierline.accounts.account import Account
    from tierline.accounts.contract import Contract
    from tierline.accounts.signed_terms import SignedTerms
    from tierline.actions.account_draft import Draft
    from tierline.actions.account_rows import ContractRow
    from tierline.actions.contracts import Catalogs
    from tierline.catalog.catalog import Catalog
    from tierline.kernel.errors import Fault


@dataclass(slots=True)
class Offers:
    """Catalogs and signed terms, each loaded and made once for a whole file."""

    catalogs: Catalogs
    loaded: dict[tuple[str, str | None], Catalog | NotFound]
    terms: dict[tuple[str, str | None, str], SignedTerms]

    def catalog(self, row: ContractRow) -> Catalog:
        """The catalog of a row. Raises NotFound."""
        key = row.catalog, row.version
        if key not in self.loaded:
            try:
                self.loaded[key] = self.catalogs.get(*key)
            except NotFound as error:
                self.loaded[key] = error
        found = self.loaded[key]
        if isinstance(found, NotFound):
            raise found
        return found

    def signed(self, row: ContractRow) -> SignedTerms:
        """The terms of a row's tier."""
        key = row.catalog, row.version, row.tier
        if key not in self.terms:
            self.terms[key] = terms_signed(self.catalog(row), row.tier)
        return self.terms[key]


def draft_contracts(draft: Draft, catalogs: Catalogs) -> None:
    """Draft every contract of the file."""
    offers = Offers(catalogs, {}, {})
    for row in draft.file.contracts:
        if not draft.is_first(RowKind.contract, row):
            continue
        account = draft.governed(row, row.account)
        known = draft.known[RowKind.contract].get(row.external_id)
        if known is not None:
            _compare(draft, row, known.digest)
        elif account is not None:
            _draft(draft, row, account, offers)


def _compare(draft: Draft, row: ContractRow, digest: str) -> None:
    if digest == row.digest:
        draft.count(RowKind.contract).unchanged += 1
        return
    draft.faults.append(
        row.place.fault(
            "contract_differs",
            "This contract was imported with other terms, and what was signed is not rewritten.",
            "external_id",
            "Change its plan, add-ons or end as a change of the contract.",
        )
    )


def _draft(draft: Draft, row: ContractRow, account: Account, offers: Offers) -> None:
    faults = _faults(row, offers)
    draft.faults += faults
    if faults:
        return
    order = _order(row, account)
    held = draft.held.setdefault(account.id, [])
    try:
        contract = drafted(
            order, account, offers.catalog(row), draft.occasion, terms=offers.signed(row)
        )
        refuse_overlap(contract, held)
    except (Invalid, Conflict) as error:
        draft.faults.append(_told(row, error))
        return
    held.append(contract)
    draft.signed.append((contract, order))
    draft.note(RowKind.contract, row, contract.id)


def _order(row: ContractRow, account: Account) -> ContractOrder:
    return ContractOrder(
        account=account.id,
        catalog=row.catalog,
        tier=row.tier,
        version=row.version,
        start=beginning_of(row.first_day, account),
        end=None if row.last_day is None else beginning_of(row.last_day, account, days=1),
        grace_days=row.grace_days,
        fee=None if row.fee is None else Fee(amount=row.fee, per=row.fee_per),
        add_ons=tuple(AddOnOrder(add_on=key, count=count) for key, count in row.add_ons),
    )


def _faults(row: ContractRow, offers: Offers) -> list[Fault]:
    try:
        catalog = offers.catalog(row)
    except NotFound as error:
        column = "catalog" if row.version is None else "version"
        return [row.place.fault("unknown_catalog", error.message, column)]
    faults = []
    if row.tier not in catalog.tiers:
        known = f"Its tiers are: {', '.join(catalog.tiers)}."
        said = f"The catalog has no tier '{row.tier[:60]}'."
        faults.append(row.place.fault("unknown_tier", said, "tier", known))
    for key, _ in row.add_ons:
        if key not in catalog.add_ons:
            known = f"Its add-ons are: {', '.join(catalog.add_ons) or 'none'}."
            said = f"The catalog has no add-on '{key[:60]}'."
            faults.append(row.place.fault("unknown_add_on", said, "add_ons", known))
    if row.last_day is not None and row.last_day < row.first_day:
        said = "The last day lies before the first one."
        faults.append(row.place.fault("ends_before_it_starts", said, "last_day"))
    return faults


def _told(row: ContractRow, error: Invalid | Conflict) -> Fault:
    if error.code == "contracts_overlap":
        said = "Another contract of the account holds at the same time."
        return row.place.fault(error.code, said, "first_day", "Let one end before the other.")
    column = "add_ons" if error.code == "add_on_not_sold" else "external_id"
    told = error.faults[0].message if isinstance(error, Invalid) and error.faults else error.message
    return row.place.fault(error.code, told, column)


def contracts_by_account(draft: Draft) -> dict[str, list[Contract]]:
    """Every contract that the accounts of the file have, or will have."""
    return {account: held for account, held in draft.held.items() if held}

"""Everything about one account in one place, as of an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tierline.accounts.consent import Purpose, Verdict, state_of
from tierline.accounts.contract import PaymentState
from tierline.accounts.criticality import Profile, profile_at
from tierline.accounts.hierarchy import Inheritable, source_of
from tierline.kernel.instants import to_micros
from tierline.languages.language import ENGLISH, Language
from tierline.queries.account_entitlements import AccountEntitlements, account_entitlements

if TYPE_CHECKING:
    from tierline.accounts.account import Account
    from tierline.accounts.contact import Contact
    from tierline.accounts.contract import Contract
    from tierline.entitlements.limit_notice import LimitNotice
    from tierline.store.records import Reads


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """`parents` are the accounts above, nearest first; `inherited` names for each thing that it
    has from above the account that it has it from."""

    account: Account
    parents: tuple[Account, ...]
    children: tuple[Account, ...]
    inherited: dict[Inheritable, Account]
    entitlements: AccountEntitlements
    payment: PaymentState | None
    contracts: tuple[Contract, ...]
    contacts: tuple[Contact, ...]
    """Those who were there at the instant."""
    consents: dict[Purpose, Verdict]
    profile: Profile
    notices: tuple[LimitNotice, ...]
    """What was told until the instant of limits that were reached, the newest first."""
    on: date


def account_page(
    reads: Reads, account: str, at: int, on: date, language: Language = ENGLISH
) -> AccountPage:
    """Read by a fixed number of queries, however much an account has. `on` is the day of `at`.
    Raises NotFound."""
    found = reads.accounts.get(account)
    links = reads.hierarchy.above(account)
    above = [key for key in links if key != account]
    parents = reads.accounts.of_ids(above)
    held = reads.contracts.of_accounts(list(links) or [account])
    known = reads.contacts.of_accounts(list(links) or [account])
    assessed = reads.criticality.of_accounts(list(links) or [account])
    having = {
        Inheritable.contract: set(held),
        Inheritable.contacts: set(known),
        Inheritable.criticality: set(assessed),
    }
    sources = {what: source_of(what, account, links, having[what]) for what in Inheritable}
    entitlements = account_entitlements(reads, account, at, language)
    contract = entitlements.coverage.contract
    return AccountPage(
        account=found,
        parents=tuple(parents[key] for key in above if key in parents),
        children=reads.accounts.children_of(account),
        inherited={
            what: parents[source]
            for what, source in sources.items()
            if source is not None and source != account and source in parents
        },
        entitlements=entitlements,
        payment=None if contract is None else contract.payment_at(at),
        contracts=tuple(held.get(account, ())),
        contacts=_there_at(known.get(account, ()), at),
        consents=state_of(reads.consents.of_account(account), at, account=account),
        profile=profile_at(assessed.get(account, ()), account, on=on),
        notices=tuple(
            each
            for each in reads.limit_notices.of_account(account)
            if to_micros(each.noticed_at) <= at
        ),
        on=on,
    )


def _there_at(contacts: list[Contact] | tuple[()], at: int) -> tuple[Contact, ...]:
    return tuple(
        contact
        for contact in contacts
        if contact.person is not None
        and contact.added_at <= at
        and (contact.removed_at is None or at < contact.removed_at)
    )

"""Who wrote a mail: a contact, an account by its domain, or somebody whom we do not know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tierline.accounts.contact import Contact
from tierline.accounts.mail_domains import is_anybodys

if TYPE_CHECKING:
    from tierline.cases.mail import NewMail


class ContactsByEmail(Protocol):
    """The contacts that there are."""

    def get(self, contact: str) -> Contact: ...
    def of_email(self, email: str) -> tuple[Contact, ...]: ...


class AccountsByDomain(Protocol):
    """What outside systems say of accounts, and which account answers for which."""

    def accounts_of_domain(self, domain: str) -> frozenset[str]: ...
    def merged_into(self) -> Mapping[str, str]: ...


class SenderBooks(Protocol):
    """What is looked at for a sender."""

    @property
    def contacts(self) -> ContactsByEmail: ...
    @property
    def identities(self) -> AccountsByDomain: ...


@dataclass(frozen=True, slots=True)
class Sender:
    """`account` is None where nobody or more than one is meant, and `reason` says so; `contact` is
    one of that account."""

    account: str | None = None
    contact: str | None = None
    reason: str = ""


def sender_of(books: SenderBooks, mail: NewMail) -> Sender:
    """Who wrote it, by From: the contact of that address, else the account of that domain, where
    there is exactly one. A domain that anybody gets an address of stands for nobody."""
    if mail.sender is None:
        return Sender(reason="It names no sender.")
    merged = books.identities.merged_into()
    contacts = [each for each in books.contacts.of_email(mail.sender) if each.removed_at is None]
    accounts = {_survivor(each.account, merged) for each in contacts}
    if len(accounts) > 1:
        return Sender(reason=f"Its sender is a contact of {len(accounts)} accounts.")
    if contacts:
        (account,) = accounts
        own = next((each.id for each in contacts if each.account == account), None)
        return Sender(account, own)
    domain = mail.sender_domain
    if is_anybodys(domain):
        return Sender(reason="Its sender is no contact.")
    found = {_survivor(each, merged) for each in books.identities.accounts_of_domain(domain)}
    if len(found) == 1:
        return Sender(found.pop(), reason=f"Known by the domain {domain} alone.")
    if found:
        return Sender(reason=f"{len(found)} accounts have the domain {domain}.")
    return Sender(reason=f"Its sender is no contact, and no account has the domain {domain}.")


def contact_at(books: SenderBooks, email: str | None, account: str | None) -> str | None:
    """The contact of this address at an account; None where there is none."""
    if email is None or account is None:
        return None
    contacts = books.contacts.of_email(email)
    return next(
        (each.id for each in contacts if each.account == account and each.removed_at is None), None
    )


def _survivor(account: str, merged: Mapping[str, str]) -> str:
    while account in merged:
        account = merged[account]
    return account

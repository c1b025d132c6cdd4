"""Importing accounts, contracts and contacts: all that is wrong at once, or all of it in one unit.

A row is known again by its external id. The same row again changes nothing, whatever was changed
here since; another row under the same id changes an account or a contact. Contracts are signed and
never rewritten: a changed row of one is a fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tierline.accounts.account import Account
from tierline.accounts.contact import Contact
from tierline.actions.account_draft import Draft
from tierline.actions.account_rows import Imported, ImportReport, RowKind
from tierline.actions.accounts import account_form
from tierline.actions.contact_rows import draft_contacts
from tierline.actions.contract_rows import draft_contracts
from tierline.actions.contracts import Catalogs, signing_fact
from tierline.actions.occasion import Journal
from tierline.calendars.local_time import zone_named
from tierline.kernel.errors import Invalid
from tierline.kernel.ids import ACCOUNT
from tierline.kernel.instants import from_micros

if TYPE_CHECKING:
    from tierline.accounts.contract import Contract
    from tierline.accounts.hierarchy import Inheritable
    from tierline.actions.account_rows import AccountFile, AccountRow
    from tierline.actions.contracts import ContractBooks
    from tierline.actions.occasion import Occasion
    from tierline.kernel.facts import Fact

MOST_FAULTS = 1_000
_NAME_LIMIT_CHARACTERS = 200
_WORD_LIMIT_CHARACTERS = 200
_IDS_AT_ONCE = 500
_DEEPEST = 20


class Accounts(Protocol):
    """The accounts that there are."""

    def of_ids(self, accounts: Sequence[str]) -> dict[str, Account]: ...


class AccountsToWrite(Accounts, Protocol):
    """The same, to write."""

    def get(self, account: str) -> Account: ...
    def add(self, accounts: Iterable[Account], *, opened_at: datetime) -> None: ...
    def save(self, account: Account) -> None: ...
    def save_all(self, accounts: Iterable[Account]) -> int: ...


class Contacts(Protocol):
    """The contacts that there are."""

    def of_ids(self, contacts: Sequence[str]) -> dict[str, Contact]: ...
    def of_accounts(self, accounts: Sequence[str]) -> dict[str, list[Contact]]: ...


class ContactsToWrite(Contacts, Protocol):
    """The same, to write."""

    def add(self, contacts: Iterable[Contact]) -> None: ...
    def save_all(self, contacts: Sequence[Contact]) -> int: ...


class HeldContracts(Protocol):
    """The contracts that there are."""

    def of_accounts(self, accounts: Sequence[str]) -> dict[str, list[Contract]]: ...


class ContractsToWrite(HeldContracts, Protocol):
    """The same, to write."""

    def get(self, contract: str) -> Contract: ...
    def of_account(self, account: str) -> tuple[Contract, ...]: ...
    def add(self, contracts: Sequence[Contract], *, saved_at: datetime) -> None: ...
    def save(self, contract: Contract, *, saved_at: datetime) -> None: ...
    def form_of(self, contract: Contract) -> dict[str, object]: ...


class ExternalIds(Protocol):
    """How other systems name our records."""

    def known(self, kind: str, external: Iterable[str]) -> dict[str, Imported]: ...


class ExternalIdsToWrite(ExternalIds, Protocol):
    """The same, to write."""

    def add(self, kind: str, imported: Mapping[str, Imported]) -> None: ...
    def renew(self, kind: str, imported: Mapping[str, Imported]) -> None: ...


class HierarchyToWrite(Protocol):
    """What accounts have from their parents."""

    def save_all(self, inherits: Mapping[str, frozenset[Inheritable]]) -> None: ...


class ImportReads(Protocol):
    """What a dry run looks at."""

    @property
    def accounts(self) -> Accounts: ...
    @property
    def contacts(self) -> Contacts: ...
    @property
    def contracts(self) -> HeldContracts: ...
    @property
    def catalogs(self) -> Catalogs: ...
    @property
    def external_ids(self) -> ExternalIds: ...


class ImportBooks(Journal, Protocol):
    """What an import needs."""

    @property
    def accounts(self) -> AccountsToWrite: ...
    @property
    def contacts(self) -> ContactsToWrite: ...
    @property
    def contracts(self) -> ContractsToWrite: ...
    @property
    def catalogs(self) -> Catalogs: ...
    @property
    def external_ids(self) -> ExternalIdsToWrite: ...
    @property
    def hierarchy(self) -> HierarchyToWrite: ...


def check_import(books: ImportReads, file: AccountFile, occasion: Occasion) -> ImportReport:
    """What an import would do. Raises Invalid with everything that is wrong."""
    return _drafted(books, file, occasion).report(is_dry_run=True)


def import_accounts(books: ImportBooks, file: AccountFile, occasion: Occasion) -> ImportReport:
    """Import a file whole. Raises Invalid with everything that is wrong, and nothing is done."""
    draft = _drafted(books, file, occasion)
    _write(books, draft, occasion)
    return draft.report(is_dry_run=False)


def _drafted(books: ImportReads, file: AccountFile, occasion: Occasion) -> Draft:
    draft = Draft(file, occasion)
    _learn(books, draft)
    _draft_accounts(draft)
    _check_parents(books, draft)
    _learn_people_and_contracts(books, draft)
    draft_contracts(draft, books.catalogs)
    draft_contacts(draft)
    if draft.faults:
        faults = sorted(draft.faults, key=lambda each: (each.source, each.line or 0))
        shown = "" if len(faults) <= MOST_FAULTS else f" The first {MOST_FAULTS:,} are shown."
        noun = "fault" if len(faults) == 1 else "faults"
        raise Invalid(
            f"The file has {len(faults):,} {noun}; nothing was imported.{shown}",
            faults[:MOST_FAULTS],
            code="bad_import",
        )
    return draft


def _learn(books: ImportReads, draft: Draft) -> None:
    """What the file's external ids are known as, and the accounts that it refers to."""
    file = draft.file
    named = {
        RowKind.account: [*draft.references(), *(row.external_id for row in file.accounts)],
        RowKind.contact: [row.external_id for row in file.contacts],
        RowKind.contract: [row.external_id for row in file.contracts],
    }
    for kind, names in named.items():
        draft.known[kind] = books.external_ids.known(kind.value, names)
    ids = {each.record for each in draft.known[RowKind.account].values()}
    ids |= {name for name in draft.references() if name.startswith(f"{ACCOUNT.prefix}_")}
    draft.accounts.update(_accounts_of(books, sorted(ids)))


def _accounts_of(books: ImportReads, ids: Sequence[str]) -> dict[str, Account]:
    found: dict[str, Account] = {}
    for start in range(0, len(ids), _IDS_AT_ONCE):
        found.update(books.accounts.of_ids(ids[start : start + _IDS_AT_ONCE]))
    return found


def _learn_people_and_contracts(books: ImportReads, draft: Draft) -> None:
    stated = (draft.account_of(name) for name in draft.owners())
    ids = sorted({each for each in stated if each is not None and each not in draft.new_accounts})
    draft.people = books.contacts.of_accounts(ids)
    for start in range(0, len(ids), _IDS_AT_ONCE):
        draft.held.update(books.contracts.of_accounts(ids[start : start + _IDS_AT_ONCE]))
    known = [each.record for each in draft.known[RowKind.contact].values()]
    draft.contacts = books.contacts.of_ids(known)


def _draft_accounts(draft: Draft) -> None:
    rows = [row for row in draft.file.accounts if draft.is_first(RowKind.account, row)]
    for row in rows:
        if row.external_id not in draft.known[RowKind.account]:
            draft.new_ids[row.external_id] = draft.occasion.new_id(ACCOUNT)
    for row in rows:
        known = draft.known[RowKind.account].get(row.external_id)
        if known is not None and known.digest == row.digest:
            draft.count(RowKind.account).unchanged += 1
            continue
        account = _account(draft, row)
        if account is None:
            continue
        draft.accounts[account.id] = account
        if row.inherits or known is not None:
            draft.inherits[account.id] = row.inherits
        if known is None:
            draft.new_accounts[account.id] = row
        else:
            draft.changed_accounts[account.id] = row
        draft.note(RowKind.account, row, account.id)


def _account(draft: Draft, row: AccountRow) -> Account | None:
    faults = []
    if not 1 <= len(row.name) <= _NAME_LIMIT_CHARACTERS:
        instead = f"Write 1 to {_NAME_LIMIT_CHARACTERS} characters."
        faults.append(row.place.fault("bad_name", "It has no name.", "name", instead))
    try:
        zone_named(row.time_zone)
    except Invalid as error:
        faults.append(row.place.fault("bad_time_zone", error.message, "time_zone"))
    parent = None if row.parent is None else draft.account_of(row.parent)
    if row.parent is not None and parent is None and not draft.is_unread(row.parent):
        faults.append(draft.unknown_account(row, row.parent, "parent"))
    if row.inherits and row.parent is None:
        said = "It inherits, and has no parent."
        faults.append(row.place.fault("no_parent", said, "inherits"))
    draft.faults += faults
    if faults:
        return None
    known = draft.known[RowKind.account].get(row.external_id)
    return Account(
        id=known.record if known is not None else draft.new_ids[row.external_id],
        name=row.name,
        time_zone=row.time_zone,
        parent=parent,
        region=row.region,
        segment=row.segment,
    )


def _check_parents(books: ImportReads, draft: Draft) -> None:
    """No account of the file may stand below itself, be it through accounts that are not in it."""
    parents = {each.id: each.parent for each in draft.accounts.values()}
    for _ in range(_DEEPEST):
        missing = sorted({up for up in parents.values() if up is not None} - set(parents))
        if not missing:
            break
        above = _accounts_of(books, missing)
        parents.update({up: above[up].parent if up in above else None for up in missing})
    for id_, row in (*draft.new_accounts.items(), *draft.changed_accounts.items()):
        seen, up = {id_}, parents.get(id_)
        while up is not None and up not in seen:
            seen.add(up)
            up = parents.get(up)
        if up is not None:
            said = "An account cannot stand below itself."
            draft.faults.append(row.place.fault("circular", said, "parent"))


def _write(books: ImportBooks, draft: Draft, occasion: Occasion) -> None:
    opened = _parents_first([draft.accounts[id_] for id_ in draft.new_accounts])
    changed = [draft.accounts[id_] for id_ in draft.changed_accounts]
    books.accounts.add(opened, opened_at=occasion.now)
    books.accounts.save_all(changed)
    books.hierarchy.save_all(draft.inherits)
    signed = [contract for contract, _ in draft.signed]
    books.contracts.add(signed, saved_at=occasion.now)
    books.contacts.add(draft.new_contacts)
    books.contacts.save_all(draft.changed_contacts)
    for kind in RowKind:
        books.external_ids.add(kind.value, draft.new_names[kind])
        books.external_ids.renew(kind.value, draft.changed_names[kind])
    books.append(_facts(books, draft, occasion, opened, changed))


def _facts(
    books: ContractBooks | ImportBooks,
    draft: Draft,
    occasion: Occasion,
    opened: Sequence[Account],
    changed: Sequence[Account],
) -> list[Fact]:
    facts = [occasion.fact("AccountOpened", each.id, account_form(each)) for each in opened]
    facts += [occasion.fact("AccountChanged", each.id, account_form(each)) for each in changed]
    facts += [
        occasion.fact("InheritanceChanged", id_, {"inherits": sorted(taken)})
        for id_, taken in draft.inherits.items()
    ]
    facts += [signing_fact(books, contract, order, occasion) for contract, order in draft.signed]
    for kind, contacts in (
        ("ContactAdded", draft.new_contacts),
        ("ContactChanged", draft.changed_contacts),
    ):
        facts += [_contact_fact(kind, each, occasion) for each in contacts]
    return facts


def _contact_fact(kind: str, contact: Contact, occasion: Occasion) -> Fact:
    held = sorted(tenure.role.value for tenure in contact.tenures if tenure.end is None)
    at = from_micros(contact.added_at) if kind == "ContactAdded" else occasion.now
    body = {"contact": contact.id, "roles": held}
    return occasion.fact(kind, contact.account, body, at=at)


def _parents_first(accounts: Sequence[Account]) -> list[Account]:
    """Each account after its parent, where that is among them."""
    waiting = {each.id: each for each in accounts}
    ordered: list[Account] = []
    while waiting:
        free = [each for each in waiting.values() if each.parent not in waiting]
        ordered += free
        for each in free:
            del waiting[each.id]
    return ordered

"""Rows of contacts: people who hold roles at accounts, within what the plan of each gives."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from tierline.accounts.contact import Contact, with_roles
from tierline.accounts.person import person, person_faults
from tierline.actions.account_draft import beginning_of
from tierline.actions.account_rows import RowKind
from tierline.actions.contacts import place_decision
from tierline.actions.contract_rows import contracts_by_account
from tierline.entitlements.decision import Outcome, Reason
from tierline.entitlements.ruleset import Ruleset, with_contracts
from tierline.entitlements.sentence import sentence_of
from tierline.kernel.errors import Conflict
from tierline.kernel.ids import CONTACT
from tierline.kernel.instants import to_micros

if TYPE_CHECKING:
    from tierline.accounts.account import Account
    from tierline.accounts.contact import ContactRole
    from tierline.accounts.person import Person
    from tierline.actions.account_draft import Draft
    from tierline.actions.account_rows import ContactRow
    from tierline.kernel.errors import Fault


def draft_contacts(draft: Draft) -> None:
    """Draft every contact of the file."""
    taken = _addresses(draft)
    places = Places(draft)
    for row in draft.file.contacts:
        if not draft.is_first(RowKind.contact, row):
            continue
        account = draft.governed(row, row.account)
        known = draft.known[RowKind.contact].get(row.external_id)
        if known is not None and known.digest == row.digest:
            draft.count(RowKind.contact).unchanged += 1
            continue
        who = person(row.name, row.email, row.phone)
        before = None if known is None else draft.contacts.get(known.record)
        faults = _faults(row, who)
        if account is not None and _is_taken(taken, account, who, before):
            said = "Another contact of the account has this address."
            faults.append(row.place.fault("contact_exists", said, "email"))
        draft.faults += faults
        if faults or account is None:
            continue
        drafted = _draft(draft, row, account, who=who, before=before, places=places)
        if drafted is not None and who.email is not None:
            taken[account.id, who.email] = drafted.id


def _faults(row: ContactRow, who: Person) -> list[Fault]:
    return [
        row.place.fault(fault.code, fault.message, fault.path, fault.write_instead)
        for fault in person_faults(who)
    ]


def _is_taken(
    taken: dict[tuple[str, str], str], account: Account, who: Person, before: Contact | None
) -> bool:
    """Whether somebody else at the account has the address."""
    holder = taken.get((account.id, who.email or ""))
    return holder is not None and (before is None or holder != before.id)


def _draft(
    draft: Draft, row: ContactRow, account: Account, *, who: Person, before: Contact | None,
    places: Places,
) -> Contact | None:  # fmt: skip
    now = to_micros(draft.occasion.now)
    try:
        if before is None:
            contact = _new(draft, row, account, who)
            draft.new_contacts.append(contact)
        else:
            contact = _changed(row, account, who=who, before=before, at=now)
            draft.changed_contacts.append(contact)
    except Conflict as error:
        draft.faults.append(row.place.fault(error.code, error.message, "external_id"))
        return None
    held = frozenset() if before is None else before.roles_at(now)
    for role in sorted(contact.roles_at(now) - held):
        places.take(row, account.id, role)
    draft.note(RowKind.contact, row, contact.id)
    return contact


def _new(draft: Draft, row: ContactRow, account: Account, who: Person) -> Contact:
    now = to_micros(draft.occasion.now)
    since = now if row.since is None else to_micros(beginning_of(row.since, account))
    if since > now:
        raise Conflict("The day from which it is a contact lies in the future.", code="in_future")
    id_ = draft.occasion.new_id(CONTACT)
    bare = Contact(id=id_, account=account.id, person=who, added_at=since)
    return with_roles(bare, row.roles, since)


def _changed(
    row: ContactRow, account: Account, *, who: Person, before: Contact, at: int
) -> Contact:
    if before.account != account.id:
        raise Conflict(
            "It is a contact of another account. Remove it there and give it a new external id.",
            code="contact_moved",
        )
    return with_roles(replace(before, person=who), row.roles, at)


def _addresses(draft: Draft) -> dict[tuple[str, str], str]:
    """Who has an address at an account."""
    return {
        (contact.account, contact.person.email): contact.id
        for contacts in draft.people.values()
        for contact in contacts
        if contact.removed_at is None and contact.person is not None and contact.person.email
    }


class Places:
    """How many hold each role of each account while the rows are drafted."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._at = to_micros(draft.occasion.now)
        self._held: dict[tuple[str, ContactRole], int] = {}

    @cached_property
    def _ruleset(self) -> Ruleset:
        """The rules of all accounts of the file, made when the first one asks."""
        return with_contracts(Ruleset(), contracts_by_account(self._draft))

    def take(self, row: ContactRow, account: str, role: ContactRole) -> None:
        """One more in a role: a notice or a fault, as the plan says."""
        held = self._held.setdefault((account, role), self._held_before(account, role))
        self._held[account, role] = held + 1
        decision = place_decision(self._ruleset, account, role, held=held, at=self._at)
        if decision is None:
            return
        if not decision.is_allowed:
            self._draft.faults.append(row.place.fault("no_place", sentence_of(decision), "roles"))
        elif decision.outcome is not Outcome.allow and decision.reason is not Reason.near_limit:
            name = self._draft.accounts[account].name
            self._draft.notices[account, role.value] = f"{name}: {sentence_of(decision)}"

    def _held_before(self, account: str, role: ContactRole) -> int:
        people = self._draft.people.get(account, ())
        return sum(role in contact.roles_at(self._at) for contact in people)

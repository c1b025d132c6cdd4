"""Lists of contacts, and of accounts whose people take turns in the places of the plan."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tierline.accounts.contact import Contact, ContactRole
from tierline.accounts.coverage import coverage_at
from tierline.accounts.places import MOST_PEOPLE_PER_PLACE, Rotation, places_for, rotation
from tierline.kernel.instants import to_micros
from tierline.queries.pages import PAGE_ROWS, Page, key_of, page_of
from tierline.store.contacts import contact_role_table, contact_table, with_tenures
from tierline.store.unit_of_work import Snapshot

if TYPE_CHECKING:
    from tierline.accounts.contract import Contract
    from tierline.store.records import Reads

_column, _held = contact_table.c, contact_role_table.c


def contacts_of_account(
    snapshot: Snapshot,
    account: str,
    *,
    after: str | None = None,
    limit: int = PAGE_ROWS,
    with_removed: bool = False,
) -> Page[Contact]:
    """Contacts of an account in the order in which they were recorded."""
    chosen = sa.select(contact_table).where(_column.account_id == account)
    if not with_removed:
        chosen = chosen.where(_column.removed_at.is_(None))
    if after is not None:
        chosen = chosen.where(_column.id > key_of(after, 1)[0])
    rows = snapshot.execute(chosen.order_by(_column.id).limit(limit + 1)).mappings().all()
    return page_of(with_tenures(snapshot, rows), limit, lambda contact: (contact.id,))


def rotation_of_account(
    reads: Reads, account: str, role: ContactRole, *, start: datetime, end: datetime
) -> Rotation:
    """How people of one account took turns in a role within [start, end)."""
    contacts = reads.contacts.of_account(account)
    within = (to_micros(start), to_micros(end))
    places = _places(reads.contracts.of_account(account), role, within)
    return rotation(contacts, account, role, within=within, places=places)


def rotating_accounts(
    reads: Reads, role: ContactRole, *, start: datetime, end: datetime
) -> tuple[Rotation, ...]:
    """Accounts in which more people took turns within [start, end) than coming and going explains,
    the most people for a place first."""
    many = _accounts_with_many(reads.snapshot, role, start, end)
    contracts = reads.contracts.of_accounts(many)
    within = (to_micros(start), to_micros(end))
    contacts = reads.contacts.of_accounts(many)
    found = [
        rotation(
            contacts.get(account, ()),
            account,
            role,
            within=within,
            places=_places(contracts.get(account, ()), role, within),
        )
        for account in many
    ]
    listed = [each for each in found if each.is_rotating]
    return tuple(sorted(listed, key=lambda each: (-each.people / (each.places or 1), each.account)))


def _accounts_with_many(
    snapshot: Snapshot, role: ContactRole, start: datetime, end: datetime
) -> list[str]:
    """Accounts with more people in a role than one place explains."""
    people = sa.func.count(sa.distinct(_held.contact_id))
    chosen = (
        sa.select(_held.account_id)
        .where(
            _held.role == role.value,
            _held.start_at < end,
            sa.or_(_held.end_at.is_(None), _held.end_at > start),
        )
        .group_by(_held.account_id)
        .having(people > MOST_PEOPLE_PER_PLACE)
        .order_by(_held.account_id)
    )
    return list(snapshot.execute(chosen).scalars())


def _places(
    contracts: tuple[Contract, ...] | list[Contract], role: ContactRole, within: tuple[int, int]
) -> int | None:
    """The places at the end of the time, under the contract that governs then."""
    at = within[1] - 1
    governing = coverage_at(contracts, at).contract
    places = places_for(governing, role, at) if governing is not None else None
    return None if places is None else places.limit

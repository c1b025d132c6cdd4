"""Accounts whose people take turns in the places of a role."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tierline.accounts.contact import ContactRole
from tierline.accounts.places import Rotation, places_for, rotation
from tierline.kernel.instants import SECOND_US
from tierline.queries.contract_exceptions import contracts_in_force

if TYPE_CHECKING:
    from tierline.store.records import Reads

YEAR_US = timedelta(365) // timedelta(seconds=1) * SECOND_US


def contact_rotations(
    reads: Reads, at: int, *, role: ContactRole = ContactRole.named_contact
) -> tuple[Rotation, ...]:
    """Of every account under contract, who held the role in the year up to an instant; those with
    the most people for their places first."""
    contracts = {contract.account: contract for contract in contracts_in_force(reads, at)}
    contacts = reads.contacts.of_accounts(sorted(contracts))
    found = []
    for account, contract in contracts.items():
        places = places_for(contract, role, at)
        found.append(
            rotation(
                contacts.get(account, ()),
                account,
                role,
                within=(at - YEAR_US, at),
                places=None if places is None else places.limit,
            )
        )
    return tuple(sorted(found, key=lambda each: (-_turns(each), each.account)))


def _turns(found: Rotation) -> float:
    return found.people / found.places if found.places else 0.0

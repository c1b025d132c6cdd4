"""Places: how many people of an account its plan lets hold a role, and how many have held them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tierline.accounts.effective import effective
from tierline.accounts.layers import all_keys, layers_of
from tierline.catalog.term import Seats

if TYPE_CHECKING:
    from tierline.accounts.contact import Contact, ContactRole
    from tierline.accounts.contract import Contract

MOST_PEOPLE_PER_PLACE = 3
"""More different people for each place in a year than people leave their jobs."""


@dataclass(frozen=True, slots=True)
class Places:
    """The seats of a role: the feature that gives them, and how many (None: no limit)."""

    feature: str
    limit: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """Who held a role in a stretch of time. `joined` and `left` count changes inside of it."""

    account: str
    role: ContactRole
    people: int
    joined: int
    left: int
    places: int | None

    @property
    def is_rotating(self) -> bool:
        """Whether more people took turns in the places than coming and going explains."""
        return self.places is not None and self.people > MOST_PEOPLE_PER_PLACE * self.places

    @property
    def in_words(self) -> str:
        """`31 people in 5 places`."""
        return f"{self.people} people in {self.places if self.places is not None else 'any'} places"


def places_for(contract: Contract, role: ContactRole, at: int) -> Places | None:
    """The seats that a contract gives for a role at an instant; None where it says nothing."""
    for key in sorted(all_keys(contract)):
        if not any(_is_for(layer.value, role) for layer in layers_of(contract, key)):
            continue
        value = effective(contract, key, at).value
        if isinstance(value, Seats):
            return Places(key, None if isinstance(value.limit, str) else int(value.limit))
    return None


def rotation(
    contacts: Iterable[Contact], account: str, role: ContactRole, *, within: tuple[int, int],
    places: int | None,
) -> Rotation:  # fmt: skip
    """How many different people held a role of an account within [start, end)."""
    start, end = within
    tenures = [
        (contact.id, tenure)
        for contact in contacts
        for tenure in contact.tenures
        if contact.account == account and tenure.role is role and tenure.overlaps(start, end)
    ]
    return Rotation(
        account=account,
        role=role,
        people=len({contact for contact, _ in tenures}),
        joined=sum(start <= tenure.start for _, tenure in tenures),
        left=sum(tenure.end is not None and tenure.end < end for _, tenure in tenures),
        places=places,
    )


def _is_for(value: object, role: ContactRole) -> bool:
    return isinstance(value, Seats) and value.role.strip().lower() == role.words

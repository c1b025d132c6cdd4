"""A contact: a person at an account, and the roles that they hold there, from when to when.

Instants are microseconds since 1970 in UTC; a tenure is half-open, [start, end).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from tierline.kernel.errors import Conflict
from tierline.kernel.instants import format_micros

if TYPE_CHECKING:
    from tierline.accounts.person import Person


class ContactRole(StrEnum):
    """What somebody does for their account. A plan may bound how many hold a role."""

    named_contact = "named_contact"
    """May open cases."""
    admin = "admin"
    """Manages the account's people and settings."""
    billing = "billing"
    technical = "technical"
    security = "security"
    executive = "executive"

    @property
    def words(self) -> str:
        """As a catalog names it in `seats`: `named contact`."""
        return self.value.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Tenure:
    """A role held from `start` on; `end` None: to this day."""

    role: ContactRole
    start: int
    end: int | None = None

    def holds_at(self, at: int) -> bool:
        """Whether the role is held at an instant."""
        return self.start <= at and (self.end is None or at < self.end)

    def overlaps(self, start: int, end: int) -> bool:
        """Whether it is held at any instant of [start, end)."""
        return self.start < end and (self.end is None or start < self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """`person` is None once the person was erased: who it was is gone, what they held stays."""

    id: str
    account: str
    person: Person | None
    added_at: int
    tenures: tuple[Tenure, ...] = ()
    removed_at: int | None = None
    erased_at: int | None = None

    def roles_at(self, at: int) -> frozenset[ContactRole]:
        """The roles held at an instant."""
        return frozenset(tenure.role for tenure in self.tenures if tenure.holds_at(at))


def with_roles(contact: Contact, roles: Collection[ContactRole], at: int) -> Contact:
    """The contact with these roles and no others from `at` on; what was held before stays told.

    Raises Conflict for a contact that was removed, and for an instant before the last change.
    """
    if contact.removed_at is not None:
        raise Conflict(f"Contact {contact.id} was removed.", code="contact_removed")
    _refuse_before_last_change(contact, at)
    kept = tuple(
        replace(tenure, end=at) if tenure.end is None and tenure.role not in roles else tenure
        for tenure in contact.tenures
    )
    held = {tenure.role for tenure in contact.tenures if tenure.end is None}
    new = tuple(Tenure(role, at) for role in frozenset(roles) - held)
    return replace(contact, tenures=_in_order((*kept, *new)))


def removed(contact: Contact, at: int) -> Contact:
    """The contact without any role from `at` on."""
    return replace(with_roles(contact, (), at), removed_at=at)


def erased(contact: Contact, at: int) -> Contact:
    """The contact without anything that tells who it was. One that was still there is removed."""
    gone = contact if contact.removed_at is not None else removed(contact, at)
    return replace(gone, person=None, erased_at=at)


def _refuse_before_last_change(contact: Contact, at: int) -> None:
    changes = [contact.added_at]
    for tenure in contact.tenures:
        changes += [tenure.start, *([] if tenure.end is None else [tenure.end])]
    last = max(changes)
    if at < last:
        raise Conflict(
            f"The last change of contact {contact.id} is of {format_micros(last)}; the next one "
            "cannot lie before it.",
            code="out_of_order",
        )


def _in_order(tenures: tuple[Tenure, ...]) -> tuple[Tenure, ...]:
    """By their beginning, without those that were held for no time at all."""
    held = (tenure for tenure in tenures if tenure.end is None or tenure.start < tenure.end)
    return tuple(sorted(held, key=lambda tenure: (tenure.start, tenure.role)))

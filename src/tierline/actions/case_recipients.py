"""Who is written to about a case that did not come by mail: the contact who raised it, else the
user who did, at the address by which we know them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from tierline.cases.channel import Channel

if TYPE_CHECKING:
    from collections.abc import Callable

    from tierline.access.user import User
    from tierline.actions.contacts import KnownContacts
    from tierline.actions.merged_cases import KnownLinks
    from tierline.actions.participants import KnownParticipants
    from tierline.actions.reader_languages import KnownChoices
    from tierline.cases.case import Case

READ_ELSEWHERE = frozenset({Channel.email, Channel.chat, Channel.shared_channel})
"""Whoever came by these reads our answers where they wrote."""


class RecipientReads(Protocol):
    """What finding out who is written to needs."""

    @property
    def contacts(self) -> KnownContacts: ...
    @property
    def links(self) -> KnownLinks: ...
    @property
    def participants(self) -> KnownParticipants: ...
    @property
    def reader_languages(self) -> KnownChoices: ...


class KnownUsers(Protocol):
    """Who signs in."""

    def known(self, user: str) -> User | None: ...


class RaiserReads(RecipientReads, Protocol):
    """The same for a case that is raised just now."""

    @property
    def users(self) -> KnownUsers: ...


def recipient_of(reads: RecipientReads, case: Case) -> str | None:
    """The address; None where they read us elsewhere, have left, or do not want to be written
    to. A case that was split off is of whoever raised the one before."""
    return _address(reads, case, reads.participants.raiser_of)


def recipient_of_new(reads: RaiserReads, case: Case, by: str) -> str | None:
    """The same of a case that somebody raises just now: nobody has to look who did."""
    return _address(reads, case, lambda _: reads.users.known(by))


def _address(
    reads: RecipientReads, case: Case, raiser_of: Callable[[str], User | None]
) -> str | None:
    if case.channel in READ_ELSEWHERE:
        return None
    email = _of_contact(reads, case.contact) if case.contact else _of_user(raiser_of(case.id))
    return email if email and reads.reader_languages.wants_case_mails(email) else None


def _of_contact(reads: RecipientReads, contact: str) -> str | None:
    found = reads.contacts.get(contact)
    return found.person.email if found.person and found.removed_at is None else None


def _of_user(user: User | None) -> str | None:
    is_theirs = user is not None and user.account is not None and user.disabled_at is None
    return user.email if user is not None and is_theirs else None

"""A person's rights: everything that we know of them, erasing it, and what keeps us from doing so.

Erasing leaves what happened: a contact without a name still held its roles, and every count stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from tierline.accounts.consent_receipt import event_form
from tierline.accounts.contact import Contact, erased
from tierline.accounts.legal_hold import LegalHold
from tierline.actions.contacts import KnownAccounts
from tierline.actions.reader_languages import KnownChoices
from tierline.actions.users import UserBooks, disable_user
from tierline.kernel.errors import Conflict, Fault, Invalid
from tierline.kernel.ids import HOLD
from tierline.kernel.instants import format_instant, format_micros, from_micros, to_micros

if TYPE_CHECKING:
    from tierline.accounts.consent import ConsentEvent
    from tierline.actions.occasion import Occasion

FORMAT = "tierline/personal-data/1"
RETENTION_DAYS = 730
"""How long somebody who is no contact any more stays known, where nobody says otherwise."""
MOST_AT_ONCE = 500
_REASON_LIMIT_CHARACTERS = 2_000


class Contacts(Protocol):
    """The contacts that there are."""

    def get(self, contact: str) -> Contact: ...
    def of_email(self, email: str) -> tuple[Contact, ...]: ...
    def removed_before(self, instant: datetime, limit: int) -> tuple[Contact, ...]: ...


class ContactsToErase(Contacts, Protocol):
    """The same, to write."""

    def save_all(self, contacts: Sequence[Contact]) -> int: ...


class Consents(Protocol):
    """The consent ledger."""

    def of_account(self, account: str) -> tuple[ConsentEvent, ...]: ...
    def evidence(self, events: Sequence[str]) -> dict[str, str]: ...


class KnownPeople(Protocol):
    """The places where a person stands."""

    def logins_of(self, contacts: Sequence[Contact]) -> dict[str, str]: ...
    def external_ids_of(self, contact: str) -> tuple[str, ...]: ...
    def texts_naming(self, contact: Contact) -> tuple[str, ...]: ...


class People(KnownPeople, Protocol):
    """The same, to clear them."""

    def erase(self, before: Sequence[Contact], *, at: datetime) -> None: ...


class Holds(Protocol):
    """The legal holds that there are."""

    def get(self, hold: str) -> LegalHold: ...
    def standing(self, accounts: Sequence[str]) -> tuple[LegalHold, ...]: ...
    def add(self, hold: LegalHold) -> None: ...
    def lift(self, hold: str, *, at: datetime, by: str) -> bool: ...


class StandingHolds(Protocol):
    """The holds that stand."""

    def standing(self, accounts: Sequence[str]) -> tuple[LegalHold, ...]: ...


class ExportBooks(Protocol):
    """What an export is made from."""

    @property
    def reader_languages(self) -> KnownChoices: ...

    @property
    def contacts(self) -> Contacts: ...

    @property
    def consents(self) -> Consents: ...

    @property
    def people(self) -> KnownPeople: ...


class RetentionReads(Protocol):
    """What a dry run looks at."""

    @property
    def contacts(self) -> Contacts: ...

    @property
    def legal_holds(self) -> StandingHolds: ...


class PeopleBooks(UserBooks, Protocol):
    """What the actions of this module need."""

    @property
    def accounts(self) -> KnownAccounts: ...

    @property
    def contacts(self) -> ContactsToErase: ...

    @property
    def people(self) -> People: ...

    @property
    def legal_holds(self) -> Holds: ...


@dataclass(frozen=True, slots=True)
class Due:
    """A contact that was removed so long ago that it is to be erased; `held_by` names the legal
    hold that keeps it."""

    contact: str
    account: str
    removed_at: datetime
    held_by: str | None


def personal_data(books: ExportBooks, contact: str, *, now: datetime) -> dict[str, Any]:
    """Everything that is kept about a contact, as plain values. Raises NotFound."""
    found = books.contacts.get(contact)
    statements = [
        event for event in books.consents.of_account(found.account) if event.subject == contact
    ]
    evidence = books.consents.evidence([event.id for event in statements])
    who = found.person
    return {
        "format": FORMAT,
        "as_of": format_instant(now),
        "contact": contact,
        "account": found.account,
        "person": who and {"name": who.name, "email": who.email, "phone": who.phone},
        "added_at": format_micros(found.added_at),
        "removed_at": _shown(found.removed_at),
        "erased_at": _shown(found.erased_at),
        "roles": [
            {
                "role": tenure.role.value,
                "start": format_micros(tenure.start),
                "end": _shown(tenure.end),
            }
            for tenure in found.tenures
        ],
        "external_ids": list(books.people.external_ids_of(contact)),
        "language": _language(books, found),
        "case_mails": _case_mails(books, found),
        "login": books.people.logins_of([found]).get(contact),
        "consents": [
            {**event_form(event), "evidence": evidence.get(event.id)} for event in statements
        ],
        "named_in": list(books.people.texts_naming(found)),
    }


def _language(books: ExportBooks, contact: Contact) -> str | None:
    """What they chose to be spoken to in."""
    email = contact.person.email if contact.person else None
    return (books.reader_languages.of_address(email) or None) if email else None


def _case_mails(books: ExportBooks, contact: Contact) -> bool:
    """Whether they are written to about cases that they raised elsewhere than by mail."""
    email = contact.person.email if contact.person else None
    return bool(email) and books.reader_languages.wants_case_mails(email or "")


def same_person(books: ExportBooks | PeopleBooks, contact: str) -> tuple[Contact, ...]:
    """The contact first, and every other one with the same address, at any account."""
    found = books.contacts.get(contact)
    email = found.person.email if found.person else None
    others = books.contacts.of_email(email) if email else ()
    return (found, *(other for other in others if other.id != contact))


def erase_person(
    books: PeopleBooks, contact: str, occasion: Occasion, *, everywhere: bool = False
) -> tuple[Contact, ...]:
    """The contact without anything that tells who it was, in every table; with `everywhere` also
    every other contact with the same address. The same again changes nothing.

    Raises NotFound, and Conflict where a legal hold stands. What was erased is gone from the disk
    only after `Application.scrub`.
    """
    found = same_person(books, contact)
    chosen = found if everywhere else found[:1]
    holds = books.legal_holds.standing(sorted({each.account for each in chosen}))
    for each in chosen:
        hold = _hold_on(each, holds)
        if hold is not None:
            raise Conflict(
                f"Contact {each.id} is kept by legal hold {hold}. Lift it first.",
                code="legal_hold",
            )
    return _erased(books, chosen, occasion, why="asked")


def place_hold(
    books: PeopleBooks, account: str, contact: str | None, reason: str, occasion: Occasion
) -> LegalHold:
    """From now on the contact (everybody of the account, where it is None) is not erased."""
    known = books.accounts.get(account).id
    if contact is not None and books.contacts.get(contact).account != known:
        raise Invalid(f"Contact {contact} is not of this account.", code="not_their_contact")
    stated = reason.strip()
    if not 1 <= len(stated) <= _REASON_LIMIT_CHARACTERS:
        fault = Fault(
            "no_reason", "A hold needs a reason.", "reason", "Write why, and who asked for it."
        )
        raise Invalid("The hold cannot be placed.", [fault])
    hold = LegalHold(
        id=occasion.new_id(HOLD),
        account=known,
        contact=contact,
        reason=stated,
        placed_at=occasion.now,
        placed_by=occasion.by,
    )
    books.legal_holds.add(hold)
    books.append([occasion.fact("LegalHoldPlaced", known, {"hold": hold.id, "contact": contact})])
    return hold


def lift_hold(books: PeopleBooks, hold: str, occasion: Occasion) -> LegalHold:
    """The hold no longer stands. The same again changes nothing."""
    found = books.legal_holds.get(hold)
    if books.legal_holds.lift(hold, at=occasion.now, by=occasion.by):
        books.append([occasion.fact("LegalHoldLifted", found.account, {"hold": hold})])
    return books.legal_holds.get(hold)


def retention_due(
    books: RetentionReads, *, now: datetime, keep_days: int = RETENTION_DAYS
) -> tuple[Due, ...]:
    """Contacts that were removed more than so many days ago and are still known, the earliest
    first, at most 500: what a run of `retain` erases, and what a hold keeps from it."""
    found = books.contacts.removed_before(_limit(now, keep_days), MOST_AT_ONCE)
    holds = books.legal_holds.standing(sorted({each.account for each in found}))
    return tuple(
        Due(each.id, each.account, _instant(each, now), _hold_on(each, holds)) for each in found
    )


def retain(
    books: PeopleBooks, occasion: Occasion, *, keep_days: int = RETENTION_DAYS
) -> tuple[Due, ...]:
    """Erase what is due and not held. What was looked at, as `retention_due` lists it."""
    due = retention_due(books, now=occasion.now, keep_days=keep_days)
    free = {each.contact for each in due if each.held_by is None}
    found = books.contacts.removed_before(_limit(occasion.now, keep_days), MOST_AT_ONCE)
    _erased(books, [each for each in found if each.id in free], occasion, why="retention")
    return due


def _erased(
    books: PeopleBooks, contacts: Sequence[Contact], occasion: Occasion, *, why: str
) -> tuple[Contact, ...]:
    before = [each for each in contacts if each.erased_at is None]
    after = {each.id: erased(each, to_micros(occasion.now)) for each in before}
    for user in books.people.logins_of(before).values():
        disable_user(books, user, occasion)
    books.people.erase(before, at=occasion.now)
    books.contacts.save_all(list(after.values()))
    books.append(
        [
            occasion.fact("ContactErased", each.account, {"contact": each.id, "why": why})
            for each in before
        ]
    )
    return tuple(after.get(each.id, each) for each in contacts)


def _hold_on(contact: Contact, holds: Sequence[LegalHold]) -> str | None:
    covering = (hold.id for hold in holds if hold.covers(contact.account, contact.id))
    return next(covering, None)


def _limit(now: datetime, keep_days: int) -> datetime:
    if not 0 <= keep_days <= 36_500:
        raise Invalid("People are kept for 0 to 36,500 days.", code="bad_retention")
    return now - timedelta(days=keep_days)


def _instant(contact: Contact, now: datetime) -> datetime:
    return now if contact.removed_at is None else from_micros(contact.removed_at)


def _shown(micros: int | None) -> str | None:
    return None if micros is None else format_micros(micros)

"""What can be done with contacts: add, give roles, correct, remove. Facts name them by id only."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tierline.accounts.account import Account
from tierline.accounts.contact import Contact, ContactRole, removed, with_roles
from tierline.accounts.person import Person, person_faults
from tierline.actions.checks import role_of_seats
from tierline.actions.occasion import Journal
from tierline.actions.reader_languages import Choices
from tierline.entitlements.check import check
from tierline.entitlements.decision import Counter, Reason
from tierline.entitlements.sentence import sentence_of
from tierline.kernel.errors import Conflict, Fault, Invalid, LimitReached
from tierline.kernel.ids import CONTACT
from tierline.kernel.instants import from_micros, to_micros
from tierline.languages.language import message

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.entitlements.decision import Decision
    from tierline.entitlements.ruleset import Ruleset


_NO_PLAN = frozenset(
    {
        Reason.contract_ended,
        Reason.contract_not_started,
        Reason.no_contract,
        Reason.payment_suspended,
    }
)


class KnownAccounts(Protocol):
    """The accounts that there are."""

    def get(self, account: str) -> Account: ...


class KnownContacts(Protocol):
    """The contacts that there are, to look one up."""

    def get(self, contact: str) -> Contact: ...


class Contacts(KnownContacts, Protocol):
    """The contacts that there are."""

    def of_email(self, email: str) -> tuple[Contact, ...]: ...
    def number_holding(self, account: str, role: str, at: datetime) -> int: ...
    def add(self, contacts: Iterable[Contact]) -> None: ...
    def save(self, contact: Contact) -> None: ...


class ContactBooks(Journal, Protocol):
    """What the actions of this module need."""

    @property
    def accounts(self) -> KnownAccounts: ...

    @property
    def contacts(self) -> Contacts: ...
    @property
    def reader_languages(self) -> Choices: ...


@dataclass(frozen=True, slots=True)
class ChangedContact:
    """The contact, and what the plan said of each role that it took: a warning, an overage."""

    contact: Contact
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactOrder:
    """A person who becomes a contact, from `since` (now) on."""

    account: str
    person: Person
    roles: frozenset[ContactRole] = frozenset({ContactRole.named_contact})
    since: datetime | None = None


def add_contact(
    books: ContactBooks, ruleset: Ruleset, order: ContactOrder, occasion: Occasion
) -> ChangedContact:
    """A new contact. Raises NotFound, Conflict for an address that a contact of the account has,
    Invalid with every fault, and LimitReached where the plan's behaviour at its limit is to stop.
    """
    account = books.accounts.get(order.account).id
    since = to_micros(order.since or occasion.now)
    refuse_future(since, occasion)
    _refuse_wrong(books, order.person, account)
    decisions = _decided(books, ruleset, account, order.roles, since)
    bare = Contact(
        id=occasion.new_id(CONTACT), account=account, person=order.person, added_at=since
    )
    contact = with_roles(bare, order.roles, since)
    books.contacts.add([contact])
    _tell(books, contact, "ContactAdded", occasion, at=since)
    return ChangedContact(contact, decisions)


def change_roles(
    books: ContactBooks,
    ruleset: Ruleset,
    contact: str,
    roles: Collection[ContactRole],
    occasion: Occasion,
) -> ChangedContact:
    """The contact with these roles and no others from now on. Raises as `add_contact`."""
    before = books.contacts.get(contact)
    now = to_micros(occasion.now)
    new = frozenset(roles) - before.roles_at(now)
    after = with_roles(before, roles, now)
    if after == before:
        return ChangedContact(before)
    decisions = _decided(books, ruleset, before.account, new, now)
    books.contacts.save(after)
    _tell(books, after, "ContactRolesChanged", occasion, at=now)
    return ChangedContact(after, decisions)


def correct_person(
    books: ContactBooks, contact: str, person: Person, occasion: Occasion
) -> Contact:
    """The contact with its personal fields put right. What was wrong before is kept nowhere."""
    before = books.contacts.get(contact)
    if before.person is None:
        raise Conflict(f"Contact {contact} was erased.", code="contact_erased")
    if before.person == person:
        return before
    _refuse_wrong(books, person, before.account, but=contact)
    after = replace(before, person=person)
    books.contacts.save(after)
    _move_choices(books, before.person.email, person.email, occasion)
    fields = [
        name
        for name in ("name", "email", "phone")
        if getattr(before.person, name) != getattr(person, name)
    ]
    body = {"contact": contact, "fields": fields}
    books.append([occasion.fact("ContactCorrected", before.account, body)])
    return after


def _move_choices(
    books: ContactBooks, before: str | None, after: str | None, occasion: Occasion
) -> None:
    """What an address chose to be spoken to in, and whether to be written to, goes with the one who
    has another now, and stays where others have the old one still."""
    if before is None or before == after:
        return
    choices = books.reader_languages
    chosen, wanted = choices.of_address(before), choices.wants_case_mails(before)
    if not books.contacts.of_email(before):
        choices.erase([before])
    if after is None:
        return
    if chosen and not choices.of_address(after):
        choices.keep(after, chosen, at=occasion.now)
    if not wanted:
        choices.keep_case_mails(after, wanted=False, at=occasion.now)


def remove_contact(books: ContactBooks, contact: str, occasion: Occasion) -> Contact:
    """The contact without roles from now on. The same again changes nothing."""
    before = books.contacts.get(contact)
    if before.removed_at is not None:
        return before
    now = to_micros(occasion.now)
    after = removed(before, now)
    books.contacts.save(after)
    _tell(books, after, "ContactRemoved", occasion, at=now)
    return after


def seat_feature(ruleset: Ruleset, account: str, role: ContactRole, at: int) -> str | None:
    """The feature of an account's plan that counts who holds a role; None where nothing does."""
    span = ruleset.accounts.get(account)
    if span is None:
        return None
    rules = span.at(at).rules
    for key in sorted(span.at(at).all_keys()):
        if role_of_seats(rules[key]) is role:
            return key
    return None


def seat_features(ruleset: Ruleset, account: str) -> frozenset[str]:
    """Every feature that counts people of an account, at any time."""
    first = ruleset.accounts.get(account)
    spans = () if first is None else first.timeline.spans if first.timeline else (first,)
    return frozenset(
        key
        for span in spans
        for key in span.all_keys()
        if role_of_seats(span.rules[key]) is not None
    )


def place_decision(
    ruleset: Ruleset, account: str, role: ContactRole, *, held: int, at: int
) -> Decision | None:
    """What the plan says of one more person in a role that so many hold; None where it bounds it
    not, or where no plan holds: whom we know is no matter of cover."""
    feature = seat_feature(ruleset, account, role, at)
    if feature is None:
        return None
    decision = check(ruleset, account, feature, 1, at=at, counters={feature: Counter(held)})
    return None if decision.reason in _NO_PLAN else decision


def refuse_future(at: int, occasion: Occasion) -> None:
    """Refuse to record as happened what has not happened yet."""
    if at > to_micros(occasion.now):
        raise Invalid("This lies in the future. State an instant up to now.", code="in_the_future")


def _decided(
    books: ContactBooks, ruleset: Ruleset, account: str, roles: Collection[ContactRole], at: int
) -> tuple[Decision, ...]:
    """What the plan says of one more person in each of these roles."""
    decisions = []
    for role in sorted(roles):
        held = books.contacts.number_holding(account, role.value, from_micros(at))
        decision = place_decision(ruleset, account, role, held=held, at=at)
        if decision is None:
            continue
        if not decision.is_allowed:
            raise LimitReached(
                f"{sentence_of(decision)} Remove somebody from the role first.", code="no_place"
            )
        decisions.append(decision)
    return tuple(decisions)


def _refuse_wrong(
    books: ContactBooks, person: Person, account: str, *, but: str | None = None
) -> None:
    faults: list[Fault] = person_faults(person)
    if faults:
        raise Invalid(message("The contact cannot be kept as stated."), faults)
    if person.email is None:
        return
    for other in books.contacts.of_email(person.email):
        if other.account == account and other.removed_at is None and other.id != but:
            raise Conflict(
                f"Contact {other.id} of this account has this address.", code="contact_exists"
            )


def _tell(books: ContactBooks, contact: Contact, kind: str, occasion: Occasion, *, at: int) -> None:
    roles = sorted(role.value for role in contact.roles_at(at))
    body = {"contact": contact.id, "roles": roles}
    books.append([occasion.fact(kind, contact.account, body, at=from_micros(at))])

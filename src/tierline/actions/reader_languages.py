"""Which language a reader is spoken to in: their own choice, else what their account would rather
be spoken to in, else what their browser asks for, else the installation's."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tierline.kernel.errors import Conflict, Fault, Invalid
from tierline.languages.choice import first_language
from tierline.languages.locales import language_named, languages

if TYPE_CHECKING:
    from tierline.accounts.contact import Contact
    from tierline.actions.contacts import KnownContacts
    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case
    from tierline.languages.language import Language
    from tierline.routing.need import AccountNeed


class KnownChoices(Protocol):
    """What people chose, by address."""

    def of_address(self, email: str) -> str: ...
    def wants_case_mails(self, email: str) -> bool: ...


class Choices(KnownChoices, Protocol):
    """The same, to write."""

    def keep(self, email: str, language: str, *, at: datetime) -> None: ...
    def keep_case_mails(self, email: str, *, wanted: bool, at: datetime) -> None: ...
    def forget(self, emails: Collection[str]) -> None: ...
    def erase(self, emails: Collection[str]) -> None: ...


class Needs(Protocol):
    """What accounts need."""

    def need_of(self, account: str) -> AccountNeed | None: ...


class ReaderReads(Protocol):
    """What finding out the language of an address needs."""

    @property
    def reader_languages(self) -> KnownChoices: ...
    @property
    def routing(self) -> Needs: ...


class CaseReaderReads(ReaderReads, Protocol):
    """The same for who raised a case."""

    @property
    def contacts(self) -> KnownContacts: ...


class ChoiceBooks(Protocol):
    """What choosing needs."""

    @property
    def reader_languages(self) -> Choices: ...


class ContactChoiceBooks(ChoiceBooks, Protocol):
    """The same for a contact."""

    @property
    def contacts(self) -> KnownContacts: ...


def called_for(reads: ReaderReads, email: str | None, account: str | None) -> str:
    """The tag of what an address chose, else what an account called its language; empty where
    neither said anything."""
    chosen = reads.reader_languages.of_address(email) if email else ""
    if chosen or account is None:
        return chosen
    need = reads.routing.need_of(account)
    return need.language if need else ""


def language_for(
    reads: ReaderReads, email: str | None, account: str | None, occasion: Occasion
) -> Language:
    """What somebody with this address, at this account, is written to in."""
    return first_language([called_for(reads, email, account)], occasion.language)


def language_of_case(reads: CaseReaderReads, case: Case, occasion: Occasion) -> Language:
    """What who raised a case is spoken to in."""
    return first_language([called_for_case(reads, case)], occasion.language)


def called_for_case(reads: CaseReaderReads, case: Case) -> str:
    """What who raised a case, or else their account, calls the language that they want to read."""
    who = reads.contacts.get(case.contact).person if case.contact else None
    return called_for(reads, who.email if who else None, case.account)


def choose_language(books: ChoiceBooks, email: str, tag: str, occasion: Occasion) -> str:
    """Speak to an address in this language from now on; the tag as it is kept. Empty: as its
    account or its browser says. Raises Invalid for one that there is no catalog of."""
    if not tag.strip():
        books.reader_languages.forget([email])
        return ""
    found = language_named(tag)
    if found is None:
        known = ", ".join(languages())
        fault = Fault(
            "unknown_language",
            f"'{tag}' is no language that we speak.",
            "language",
            f"Write one of {known}, with a place where its formats are those of one: de-AT.",
        )
        raise Invalid("The language cannot be kept as stated.", [fault])
    books.reader_languages.keep(email, found.tag, at=occasion.now)
    return found.tag


def choose_for_contact(
    books: ContactChoiceBooks, contact: str, tag: str, occasion: Occasion
) -> str:
    """The same for a contact. Raises NotFound, and Conflict where they have no address."""
    return choose_language(books, address_of(books.contacts.get(contact)), tag, occasion)


def choose_case_mails(books: ChoiceBooks, email: str, occasion: Occasion, *, wanted: bool) -> None:
    """Write to an address about cases that it raised elsewhere than by mail, or do not."""
    books.reader_languages.keep_case_mails(email, wanted=wanted, at=occasion.now)


def choose_case_mails_for_contact(
    books: ContactChoiceBooks, contact: str, occasion: Occasion, *, wanted: bool
) -> None:
    """The same for a contact. Raises NotFound, and Conflict where they have no address."""
    email = address_of(books.contacts.get(contact))
    choose_case_mails(books, email, occasion, wanted=wanted)


def address_of(contact: Contact) -> str:
    """Where a contact is written to. Raises Conflict where they have no address."""
    email = contact.person.email if contact.person else None
    if email is None:
        raise Conflict(
            f"Contact {contact.id} has no e-mail address, by which a language is kept.",
            code="no_address",
        )
    return email

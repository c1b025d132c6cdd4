"""Telling what people do: they join, go, agree, withdraw, are asked, and are assessed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, assert_never

from tierline.accounts.contact import Contact
from tierline.accounts.person import person
from tierline.actions.consents import (
    ConsentBooks,
    Statement,
    give_consent,
    permit,
    withdraw_consent,
)
from tierline.actions.contacts import ContactBooks, ContactOrder, add_contact, remove_contact
from tierline.actions.criticality import CriticalityBooks, Finding, record_findings
from tierline.actions.occasion import Occasion
from tierline.entitlements.ruleset import Ruleset
from tierline.sample.happenings import (
    Agrees,
    Assesses,
    Joins,
    PeopleDeed,
    Replaces,
    Withdraws,
    WouldSee,
)
from tierline.sample.people import domain_of

_EVIDENCE = "Contract form, page of the account's settings"
_FOUND_OUT = "Review call with the account manager"


class PeopleBooks(ContactBooks, ConsentBooks, CriticalityBooks, Protocol):
    """What the telling of people needs."""


class PeopleTeller:
    """Remembers the contacts of names."""

    def __init__(self, ruleset_of: Callable[[str], Ruleset]) -> None:
        self._ruleset_of = ruleset_of
        self._contacts: dict[tuple[str, str], Contact] = {}

    def tell(
        self, books: PeopleBooks, who: str, account: str, deed: PeopleDeed, occasion: Occasion
    ) -> None:
        """Let it happen at an account."""
        match deed:
            case Joins(person=name, role=role):
                self._join(books, who, account, Joins(person=name, role=role), occasion)
            case Replaces(person=name, by=by):
                gone = remove_contact(books, self._contacts[who, name].id, occasion)
                role = gone.tenures[0].role
                self._join(books, who, account, Joins(person=by, role=role), occasion)
            case Agrees() | Withdraws():
                statement = Statement(
                    account=account,
                    purpose=deed.purpose,
                    notice_version=deed.notice,
                    evidence=_EVIDENCE,
                )
                say = give_consent if isinstance(deed, Agrees) else withdraw_consent
                say(books, statement, occasion)
            case WouldSee(prompt=prompt):
                permit(books, prompt, occasion, account=account)
            case Assesses(values=values):
                findings = [Finding(part, value, _FOUND_OUT) for part, value in values]
                record_findings(books, account, findings, occasion)
            case _:
                assert_never(deed)

    def _join(
        self, books: PeopleBooks, who: str, account: str, joins: Joins, occasion: Occasion
    ) -> None:
        name = joins.person
        email = f"{name.lower().replace(' ', '.')}@{domain_of(who)}"
        order = ContactOrder(
            account=account, person=person(name, email), roles=frozenset({joins.role})
        )
        added = add_contact(books, self._ruleset_of(who), order, occasion)
        self._contacts[who, name] = added.contact

"""Contacts and their roles as pages show them, and what the plan says of one more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tierline.accounts.contact import Contact, ContactRole
from tierline.actions.contacts import place_decision
from tierline.entitlements.sentence import sentence_of
from tierline.kernel.instants import from_micros
from tierline.languages.language import SOURCE, Language, message

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from tierline.entitlements.decision import Decision
    from tierline.web.shell import Visit

ROLE_NAMES = {
    ContactRole.named_contact: message("Named contact"),
    ContactRole.admin: message("Admin"),
    ContactRole.billing: message("Billing"),
    ContactRole.technical: message("Technical"),
    ContactRole.security: message("Security"),
    ContactRole.executive: message("Executive"),
}
_ROLES = {
    ContactRole.named_contact: message("May open cases"),
    ContactRole.admin: message("For people and settings"),
    ContactRole.billing: message("For invoices and payment"),
    ContactRole.technical: message("For technical questions"),
    ContactRole.security: message("For security matters"),
    ContactRole.executive: message("For decisions"),
}


def places_in(
    visit: Visit, account: str, present: Sequence[Contact], at: int
) -> dict[ContactRole, Decision]:
    """What the plan says of one more person in each role that it bounds."""
    ruleset = visit.application.rulebook.ruleset
    found = {}
    for role in ContactRole:
        held = sum(role in each.roles_at(at) for each in present)
        decision = place_decision(ruleset, account, role, held=held, at=at)
        if decision is not None:
            found[role] = decision
    return found


def role_boxes(
    places: dict[ContactRole, Decision],
    language: Language,
    held: frozenset[ContactRole] = frozenset(),
) -> list[tuple[str, str, str]]:
    """Each role with what it is for; a bounded one that is not held says what taking it means."""
    return [
        (
            role.value,
            ROLE_NAMES[role],
            f"{language.phrase(words)}. {_one_more(places[role])}"
            if role in places and role not in held
            else words,
        )
        for role, words in _ROLES.items()
    ]


def _one_more(decision: Decision) -> str:
    """What the plan says of one more, before it happens."""
    said = sentence_of(decision)
    return f"With one more: {said}" if decision.is_allowed else f"Refused for one more: {said}"


def gone_for_now(contacts: Sequence[Contact]) -> list[Contact]:
    """Who was removed, the last one first: everybody once, without who is back or was erased."""
    known = {_same_person(each) for each in contacts if each.removed_at is None and each.person}
    found: list[Contact] = []
    for each in sorted(contacts, key=lambda each: each.removed_at or 0, reverse=True):
        if each.removed_at and each.person and (who := _same_person(each)) not in known:
            known.add(who)
            found.append(each)
    return found


def _same_person(contact: Contact) -> str:
    """The address, which only one contact of an account has at a time; else name and phone."""
    who = contact.person
    return "" if who is None else (who.email or f"{who.name} {who.phone}").casefold()


def contact_row(contact: Contact, at: int, zone: tzinfo, language: Language) -> dict[str, Any]:
    """A contact for a table."""
    gone = contact.removed_at
    return {
        "contact": contact,
        "roles": roles_in_words(contact.roles_at(at), language),
        "added": from_micros(contact.added_at).astimezone(zone),
        "removed": None if gone is None else from_micros(gone).astimezone(zone),
    }


def roles_in_words(roles: frozenset[ContactRole], language: Language) -> str:
    """`Billing, named contact`."""
    said = ", ".join(sorted(language.phrase(ROLE_NAMES[role]) for role in roles))
    return said.capitalize() if language.tag.startswith(SOURCE) else said


def last_roles(contact: Contact) -> frozenset[ContactRole]:
    """The roles that were held until the removal."""
    return frozenset(each.role for each in contact.tenures if each.end == contact.removed_at)

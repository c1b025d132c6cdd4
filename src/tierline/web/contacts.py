"""Contacts of an account: who they are, what they may do, and what the plan says of one more."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as with_default
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.accounts.contact import Contact, ContactRole
from tierline.accounts.person import person
from tierline.actions import contacts as actions
from tierline.calendars.local_time import zone_named
from tierline.kernel.errors import Fault, NotFound, TierlineError
from tierline.kernel.instants import from_micros, to_micros
from tierline.languages.language import message
from tierline.queries.pages import PAGE_ROWS, key_of, page_of
from tierline.web.contact_rows import (
    ROLE_NAMES,
    contact_row,
    gone_for_now,
    last_roles,
    places_in,
    role_boxes,
    roles_in_words,
)
from tierline.web.forms import field, sent_with, ticked, told
from tierline.web.shell import Visit, shown_to
from tierline.web.visits import go
from tierline.web.whose import account_asked, account_of_path, is_staff, may_with

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.accounts.account import Account
    from tierline.accounts.person import Person
    from tierline.store.records import Reads, Records
    from tierline.web.visits import Form

PATH = "/contacts"
REMOVED_ROWS = 20
_PLACE_OF_FAULT = {"no_place": "roles", "contact_exists": "email"}


@dataclass(frozen=True, slots=True)
class _Typed:
    """A form as it was sent."""

    name: str = ""
    email: str = ""
    phone: str = ""
    roles: frozenset[ContactRole] = frozenset({ContactRole.named_contact})
    faults: tuple[Fault, ...] = with_default(default=())

    def person(self) -> Person:
        return person(self.name, self.email, self.phone)


@shown_to(Permission.read_people)
def contacts_page(visit: Visit) -> Response:
    """Of one's own account, or of another that one sees: `?account=`."""
    account = account_asked(visit)
    visit.caller.require(Permission.read_people, account)
    return _list(visit, account, _Typed())


@shown_to(Permission.read_people)
def contact_page(visit: Visit) -> Response:
    """One contact, and the form that changes it."""
    account = account_of_path(visit, Permission.read_people)
    found = _contact_of(visit, account)
    who, at = found.person, to_micros(visit.now)
    typed = _Typed() if who is None else _Typed(
        who.name, who.email or "", who.phone or "", found.roles_at(at)
    )  # fmt: skip
    return _one(visit, account, found, typed)


@sent_with(Permission.write_people)
def add(visit: Visit, form: Form) -> Response:
    """A new contact."""
    account = account_of_path(visit, Permission.write_people)
    typed = _Typed()
    try:
        typed = _typed(form)
        made = _added(visit, account, typed.person(), typed.roles)
    except TierlineError as error:
        return _list(visit, account, _with_faults(typed, error))
    return _done(account, added=made.id)


@sent_with(Permission.write_people)
def change(visit: Visit, form: Form) -> Response:
    """Personal fields put right, and other roles, in one change."""
    account = account_of_path(visit, Permission.write_people)
    before = _contact_of(visit, account)
    typed = _Typed()
    try:
        typed = _typed(form)
        occasion = visit.application.occasion(visit.caller.id)
        ruleset = visit.application.rulebook.ruleset

        def work(records: Records) -> None:
            actions.correct_person(records, before.id, typed.person(), occasion)
            actions.change_roles(records, ruleset, before.id, typed.roles, occasion)

        visit.application.change(work)
    except TierlineError as error:
        return _one(visit, account, before, _with_faults(typed, error))
    return _done(account, changed=before.id)


@sent_with(Permission.write_people)
def remove(visit: Visit, _: Form) -> Response:
    """A contact without roles from now on."""
    account = account_of_path(visit, Permission.write_people)
    found = _contact_of(visit, account)
    occasion = visit.application.occasion(visit.caller.id)
    visit.application.change(lambda records: actions.remove_contact(records, found.id, occasion))
    return _done(account, removed=found.id)


@sent_with(Permission.write_people)
def add_again(visit: Visit, _: Form) -> Response:
    """The undoing of a removal: the same person with the roles that they held last, as a new
    contact, so that the time between stays told."""
    account = account_of_path(visit, Permission.write_people)
    found = _contact_of(visit, account)
    if found.person is None or found.removed_at is None:
        raise NotFound("Only who was removed, and was not erased, can be added again.")
    try:
        made = _added(visit, account, found.person, last_roles(found))
    except TierlineError as error:
        return _list(visit, account, _with_faults(_Typed(), error, about=""))
    return _done(account, added=made.id)


def _added(visit: Visit, account: str, who: Person, roles: frozenset[ContactRole]) -> Contact:
    order = actions.ContactOrder(account=account, person=who, roles=roles)
    occasion = visit.application.occasion(visit.caller.id)
    ruleset = visit.application.rulebook.ruleset
    changed = visit.application.change(
        lambda records: actions.add_contact(records, ruleset, order, occasion)
    )
    return changed.contact


def _done(account: str, **said: str) -> Response:
    return go(f"{PATH}?{urlencode({'account': account, **said})}")


def _typed(form: Form) -> _Typed:
    return _Typed(
        field(form, "name", 300),
        field(form, "email", 300),
        field(form, "phone", 300),
        frozenset(ContactRole(role) for role in ticked(form, "roles", list(ContactRole))),
    )


def _with_faults(typed: _Typed, error: TierlineError, about: str | None = None) -> _Typed:
    place = _PLACE_OF_FAULT.get(error.code, "") if about is None else about
    faults = told(error, place)
    if error.code == "contact_exists":
        faults = (
            Fault(error.code, message("Another contact of the account has this address."), place),
        )
    return _Typed(typed.name, typed.email, typed.phone, typed.roles, faults)


def _contact_of(visit: Visit, account: str) -> Contact:
    """The contact in the path. Raises NotFound where it is another account's."""
    id_ = visit.path_word("contact")
    found = visit.application.read(lambda reads: reads.contacts.get(id_))
    if found.account != account:
        raise NotFound(f"There is no contact '{id_}'.")
    return found


def _list(visit: Visit, account: str, typed: _Typed) -> Response:
    def work(reads: Reads) -> tuple[Account, tuple[Contact, ...]]:
        return reads.accounts.get(account), reads.contacts.of_account(account)

    known, contacts = visit.application.read(work)
    at, zone = to_micros(visit.now), zone_named(known.time_zone)
    present = [each for each in contacts if each.removed_at is None]
    removed = gone_for_now(contacts)
    after = visit.asked("after", 2_000)
    ids = [each.id for each in present]
    first = ids.index(key_of(after, 1)[0]) + 1 if after and key_of(after, 1)[0] in ids else 0
    page = page_of(present[first : first + PAGE_ROWS + 1], PAGE_ROWS, lambda each: (each.id,))
    by_id = {each.id: each for each in contacts}
    places = places_in(visit, account, present, at)
    return visit.page(
        "pages/contacts.html",
        status=422 if typed.faults else 200,
        account=known,
        is_own=not is_staff(visit),
        may_change=may_with(visit, Permission.write_people, account),
        may_see_consents=may_with(visit, Permission.read_consents, account),
        typed=typed,
        places=places,
        roles=role_boxes(places, visit.language),
        rows=[contact_row(each, at, zone, visit.language) for each in page.items],
        number=len(present),
        is_first=not after,
        next=page.next,
        removed=[
            {
                **contact_row(each, at, zone, visit.language),
                "roles": roles_in_words(last_roles(each), visit.language),
            }
            for each in removed[:REMOVED_ROWS]
        ],
        more_removed=max(len(removed) - REMOVED_ROWS, 0),
        said={
            what: by_id.get(visit.asked(what)) for what in ("added", "changed", "removed")
        },
    )  # fmt: skip


def _one(visit: Visit, account: str, found: Contact, typed: _Typed) -> Response:
    def work(reads: Reads) -> tuple[Account, tuple[Contact, ...]]:
        return reads.accounts.get(account), reads.contacts.of_account(account)

    known, contacts = visit.application.read(work)
    at, zone = to_micros(visit.now), zone_named(known.time_zone)
    present = [each for each in contacts if each.removed_at is None]
    places = places_in(visit, account, present, at)
    held = found.roles_at(at)
    return visit.page(
        "pages/contact.html",
        status=422 if typed.faults else 200,
        account=known,
        is_own=not is_staff(visit),
        contact=found,
        may_change=may_with(visit, Permission.write_people, account)
        and found.removed_at is None
        and found.person is not None,
        may_see_consents=may_with(visit, Permission.read_consents, account),
        typed=typed,
        roles=role_boxes(places, visit.language, held),
        tenures=[
            {
                "role": ROLE_NAMES[each.role],
                "start": from_micros(each.start).astimezone(zone),
                "end": None if each.end is None else from_micros(each.end).astimezone(zone),
            }
            for each in reversed(found.tenures)
        ],
    )


ROUTES = [
    Route(PATH, contacts_page, methods=["GET"]),
    Route(f"{PATH}/{{account}}", add, methods=["POST"]),
    Route(f"{PATH}/{{account}}/{{contact}}", contact_page, methods=["GET"]),
    Route(f"{PATH}/{{account}}/{{contact}}", change, methods=["POST"]),
    Route(f"{PATH}/{{account}}/{{contact}}/removal", remove, methods=["POST"]),
    Route(f"{PATH}/{{account}}/{{contact}}/return", add_again, methods=["POST"]),
]

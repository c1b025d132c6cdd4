"""Contacts over HTTP: who they are, what they may do, and how they take turns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Query, Request, Response
from pydantic import Field

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.accounts.contact import Contact, ContactRole
from tierline.accounts.person import person
from tierline.actions import contacts as actions
from tierline.api.answers import AccountId, Id, Page, TypedDict, instant, said, word_of
from tierline.api.callers import account_for, may
from tierline.api.idempotency import Once
from tierline.api.inputs import DEFAULT_LIMIT, After, Body, Instant, Limit, listed
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.api.versions import IfMatch, expect, tag_of
from tierline.entitlements.decision import Outcome
from tierline.entitlements.sentence import sentence_of
from tierline.kernel.errors import Forbidden, Invalid, NotFound
from tierline.kernel.instants import format_micros, to_micros
from tierline.queries import contacts as queries

if TYPE_CHECKING:
    from tierline.accounts.places import Rotation
    from tierline.store.records import Reads, Records

router = Routes(tags=["people"])
Reader = Annotated[Caller, Depends(may(Permission.read_people))]
Writer = Annotated[Caller, Depends(may(Permission.write_people))]
Roles = Annotated[frozenset[ContactRole], Field(max_length=len(ContactRole))]
Text = Annotated[str, Field(max_length=300)]
Begin = Annotated[Instant, Query(description="The first instant that counts.")]
End = Annotated[Instant, Query(description="The first instant that no longer counts.")]


class ContactAnswer(TypedDict):
    """A contact. One who was erased has no name, address or number."""

    id: Id
    account: AccountId
    name: Annotated[str | None, said("What they are called.")]
    email: Annotated[str | None, said("Their address.")]
    phone: Annotated[str | None, said("Their number.")]
    roles: Annotated[list[str], said("What they may do for the account, now.")]
    added_at: Annotated[str, instant("From when on they are a contact.")]
    removed_at: Annotated[str | None, instant("From when on they are none.")]
    is_erased: Annotated[bool, said("Whether it is known no more who they were.")]


class ChangedContactAnswer(ContactAnswer):
    """A contact after a change."""

    notices: Annotated[list[str], said("What the plan says of so many people in a role.")]


class RotationAnswer(TypedDict):
    """How people took turns in a role."""

    account: AccountId
    role: Annotated[str, word_of(ContactRole, "The role.")]
    people: Annotated[int, said("Different people who held it.")]
    places: Annotated[int | None, said("What the plan gives; null: as many as they want.")]
    joined: Annotated[int, said("How often somebody came.")]
    left: Annotated[int, said("How often somebody went.")]
    is_rotating: Annotated[bool, said("More people than coming and going explains.")]
    sentence: Annotated[str, said("The same in a sentence.")]


class PersonBody(Body):
    """Who somebody is."""

    name: Annotated[str, Field(min_length=1, max_length=300)]
    email: Text | None = None
    phone: Text | None = None
    roles: Roles = frozenset({ContactRole.named_contact})


class ContactBody(PersonBody):
    """A new contact, from `since` (now) on."""

    since: Instant | None = None


@router.get("/v1/accounts/{account}/contacts", summary="Contacts of an account")
def list_contacts(
    request: Request,
    caller: Reader,
    account: str,
    *,
    after: After = None,
    limit: Limit = DEFAULT_LIMIT,
    removed: Annotated[bool, Query(description="Those who were removed too.")] = False,
) -> Page[ContactAnswer]:
    """In the order in which they were recorded. One who was erased has no person."""
    application = application_of(request)
    id_ = account_for(application, caller, account, Permission.read_people)
    at = to_micros(application.now())

    def work(reads: Reads) -> Page[ContactAnswer]:
        reads.accounts.get(id_)
        page = queries.contacts_of_account(
            reads.snapshot, id_, after=after, limit=limit, with_removed=removed
        )
        return listed([document(contact, at) for contact in page.items], page.next)

    return application.read(work)


@router.post("/v1/accounts/{account}/contacts", status_code=201, summary="Add a contact")
def add_contact(
    request: Request,
    response: Response,
    caller: Writer,
    account: str,
    body: ContactBody,
    once: Once,
) -> ChangedContactAnswer:
    """The contact, and in `notices` what the plan says of one more person in a role. Beyond the
    plan's limit it goes as the plan states: served with a notice, charged, or refused."""
    application = application_of(request)
    id_ = account_for(application, caller, account, Permission.write_people)
    occasion = application.occasion(caller.id)
    order = actions.ContactOrder(
        account=id_,
        person=person(body.name, body.email, body.phone),
        roles=body.roles,
        since=body.since,
    )
    ruleset = application.rulebook.ruleset

    def work(records: Records) -> ChangedContactAnswer:
        changed = actions.add_contact(records, ruleset, order, occasion)
        response.headers["Location"] = f"/v1/contacts/{changed.contact.id}"
        return _answer(response, changed, to_micros(occasion.now))

    return once.change(caller, work)


@router.get("/v1/contacts/{contact}", summary="One contact")
def read_contact(
    request: Request, response: Response, caller: Reader, contact: str
) -> ContactAnswer:
    """By its id, with its ETag."""
    application = application_of(request)
    found = visible(application.read(lambda reads: reads.contacts.get(contact)), caller)
    caller.require(Permission.read_people, found.account)
    shown = document(found, to_micros(application.now()))
    response.headers["ETag"] = tag_of(shown)
    return shown


@router.put("/v1/contacts/{contact}", summary="Correct a contact, or give it other roles")
def change_contact(
    request: Request,
    response: Response,
    caller: Writer,
    contact: str,
    body: PersonBody,
    *,
    if_match: IfMatch = None,
) -> ChangedContactAnswer:
    """The person and the roles replaced. What was wrong before is kept nowhere."""
    application = application_of(request)
    occasion = application.occasion(caller.id)
    ruleset, at = application.rulebook.ruleset, to_micros(occasion.now)

    def work(records: Records) -> actions.ChangedContact:
        _expected(records, caller, contact, if_match=if_match, at=at)
        actions.correct_person(
            records, contact, person(body.name, body.email, body.phone), occasion
        )
        return actions.change_roles(records, ruleset, contact, body.roles, occasion)

    return _answer(response, application.change(work), at)


@router.delete("/v1/contacts/{contact}", status_code=204, summary="Remove a contact")
def remove_contact(
    request: Request, caller: Writer, contact: str, *, if_match: IfMatch = None
) -> None:
    """It holds no role from now on; what it held stays told. Again changes nothing."""
    application = application_of(request)
    occasion = application.occasion(caller.id)

    def work(records: Records) -> None:
        _expected(records, caller, contact, if_match=if_match, at=to_micros(occasion.now))
        actions.remove_contact(records, contact, occasion)

    application.change(work)


@router.get("/v1/accounts/{account}/contact-rotation", summary="How people took turns in a role")
def read_rotation(
    request: Request,
    caller: Reader,
    account: str,
    *,
    start: Begin,
    end: End,
    role: ContactRole = ContactRole.named_contact,
) -> RotationAnswer:
    """Different people, comings and goings within [start, end), beside the places of the plan."""
    application = application_of(request)
    id_ = account_for(application, caller, account, Permission.read_people)
    refuse_reversed(start, end)

    def work(reads: Reads) -> RotationAnswer:
        reads.accounts.get(id_)
        return rotation_document(
            queries.rotation_of_account(reads, id_, role, start=start, end=end)
        )

    return application.read(work)


@router.get("/v1/contact-rotations", summary="Accounts whose people rotate through their places")
def list_rotations(
    request: Request,
    caller: Reader,
    *,
    start: Begin,
    end: End,
    role: ContactRole = ContactRole.named_contact,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[RotationAnswer]:
    """More people than coming and going explains, the most for a place first: the top of the list,
    so many at most."""
    require_staff(caller)
    refuse_reversed(start, end)
    found = application_of(request).read(
        lambda reads: queries.rotating_accounts(reads, role, start=start, end=end)
    )
    return listed([rotation_document(each) for each in found[:limit]], None)


def visible(contact: Contact, caller: Caller) -> Contact:
    """The contact, if the caller may know of its account; else there is none for it."""
    if not caller.sees(contact.account):
        raise NotFound(f"There is no contact '{contact.id}'.")
    return contact


def require_staff(caller: Caller) -> None:
    """Raise Forbidden for who belongs to an account: this reaches over all of them."""
    if caller.accounts is not None:
        raise Forbidden("This is for our own people.")


def refuse_reversed(start: Instant, end: Instant) -> None:
    """Raise Invalid where nothing lies between two instants."""
    if end <= start:
        raise Invalid("The end lies before the start, or is the same instant.", code="no_time")


def document(contact: Contact, at: int) -> ContactAnswer:
    """A contact as a client gets it, with the roles of an instant."""
    who = contact.person
    return {
        "id": contact.id,
        "account": contact.account,
        "name": who.name if who else None,
        "email": who.email if who else None,
        "phone": who.phone if who else None,
        "roles": sorted(role.value for role in contact.roles_at(at)),
        "added_at": format_micros(contact.added_at),
        "removed_at": None if contact.removed_at is None else format_micros(contact.removed_at),
        "is_erased": contact.erased_at is not None,
    }


def rotation_document(found: Rotation) -> RotationAnswer:
    """A rotation as a client gets it."""
    return {
        "account": found.account,
        "role": found.role.value,
        "people": found.people,
        "places": found.places,
        "joined": found.joined,
        "left": found.left,
        "is_rotating": found.is_rotating,
        "sentence": found.in_words,
    }


def _expected(
    records: Records, caller: Caller, contact: str, *, if_match: str | None, at: int
) -> None:
    found = visible(records.contacts.get(contact), caller)
    caller.require(Permission.write_people, found.account)
    expect(if_match, document(found, at))


def _answer(response: Response, changed: actions.ChangedContact, at: int) -> ChangedContactAnswer:
    shown = document(changed.contact, at)
    response.headers["ETag"] = tag_of(shown)
    notices = [
        sentence_of(decision)
        for decision in changed.decisions
        if decision.outcome is not Outcome.allow
    ]
    return {**shown, "notices": notices}

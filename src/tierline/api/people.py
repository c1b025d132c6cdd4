"""A person's rights over HTTP: what we know of them, erasing it, legal holds, retention."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

from fastapi import Depends, Query, Request, Response
from pydantic import Field

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.accounts.contact import ContactRole
from tierline.actions import people as actions
from tierline.api.answers import (
    AccountId,
    ActorId,
    ContactId,
    Id,
    Page,
    TypedDict,
    instant,
    said,
    word_of,
)
from tierline.api.callers import account_for, may
from tierline.api.consents import StatementAnswer
from tierline.api.contacts import visible
from tierline.api.idempotency import Once
from tierline.api.inputs import Body, Word, listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.store.people import TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierline.accounts.contact import Contact
    from tierline.accounts.legal_hold import LegalHold
    from tierline.bootstrap.application import Application
    from tierline.store.records import Reads, Records

router = Routes(tags=["people"])
Reader = Annotated[Caller, Depends(may(Permission.read_people))]
Eraser = Annotated[Caller, Depends(may(Permission.erase_people))]


class PersonAnswer(TypedDict):
    """Who somebody is."""

    name: Annotated[str, said("What they are called.")]
    email: Annotated[str | None, said("Their address.")]
    phone: Annotated[str | None, said("Their number.")]


class TenureAnswer(TypedDict):
    """A role, as long as it was held."""

    role: Annotated[str, word_of(ContactRole, "The role.")]
    start: Annotated[str, instant("From when on.")]
    end: Annotated[str | None, instant("Until when.")]


class OwnStatementAnswer(StatementAnswer):
    """A statement of consent, with where it was said."""

    evidence: Annotated[str | None, said("Where it was said.")]


class PersonalDataAnswer(TypedDict):
    """Everything that is kept about a person."""

    format: Annotated[str, said("The name and version of this form.")]
    as_of: Annotated[str, instant("When it was told.")]
    contact: ContactId
    account: AccountId
    person: Annotated[PersonAnswer | None, said("Null: they were erased.")]
    added_at: Annotated[str, instant("From when on they are a contact.")]
    removed_at: Annotated[str | None, instant("From when on they are none.")]
    erased_at: Annotated[str | None, instant("When they were erased.")]
    roles: Annotated[list[TenureAnswer], said("All that they ever held.")]
    external_ids: Annotated[list[str], said("What other systems call them.")]
    login: Annotated[str | None, said("The user who signs in with their address.")]
    consents: Annotated[list[OwnStatementAnswer], said("All that they ever said.")]
    named_in: Annotated[list[str], said("Texts of the account that name them.")]


class ErasedAnswer(TypedDict):
    """Who was erased."""

    erased: Annotated[list[str], said("Ids of contacts who are no longer known.")]
    same_address: Annotated[list[str], said("Contacts with the same address, left alone.")]
    is_off_disk: Annotated[bool, said("False while a reader holds what was erased: ask again.")]


class HoldAnswer(TypedDict):
    """A legal hold."""

    id: Id
    account: AccountId
    contact: Annotated[str | None, said("Whom it covers; null: everybody of the account.")]
    reason: Annotated[str, said("Why nobody may be erased.")]
    placed_at: Annotated[str, instant("From when on it stands.")]
    placed_by: ActorId
    lifted_at: Annotated[str | None, instant("When it was lifted.")]
    lifted_by: Annotated[str | None, said("Who lifted it.")]


class RetainedAnswer(TypedDict):
    """Somebody who was removed long ago."""

    contact: ContactId
    account: AccountId
    removed_at: Annotated[str, instant("When they were removed.")]
    held_by: Annotated[str | None, said("The legal hold that keeps them.")]


class RetentionAnswer(TypedDict):
    """Who was erased, or would be."""

    is_dry_run: Annotated[bool, said("Whether nobody was erased.")]
    items: Annotated[list[RetainedAnswer], said("The earliest first.")]


class HoldBody(Body):
    """Nobody of the account (or this `contact` of it) is erased as long as the hold stands."""

    reason: Annotated[str, Field(min_length=1, max_length=2_000)]
    contact: Word | None = None


class RetentionBody(Body):
    """Erase who was removed more than so many days ago; only list them in a dry run."""

    keep_days: Annotated[int, Field(ge=0, le=36_500)] = actions.RETENTION_DAYS
    dry_run: bool = True


@router.get("/v1/contacts/{contact}/personal-data", summary="Everything kept about a person")
def export_person(
    request: Request, response: Response, caller: Reader, contact: str
) -> PersonalDataAnswer:
    """As JSON, for the person."""
    application = application_of(request)

    def work(reads: Reads) -> PersonalDataAnswer:
        found = visible(reads.contacts.get(contact), caller)
        caller.require(Permission.read_people, found.account)
        told = actions.personal_data(reads, contact, now=application.now())
        return cast(PersonalDataAnswer, told)

    response.headers["Cache-Control"] = "no-store"
    return application.read(work)


@router.delete("/v1/contacts/{contact}/personal-data", summary="Erase a person")
def erase_person(
    request: Request,
    caller: Eraser,
    contact: str,
    everywhere: Annotated[
        bool, Query(description="Also every other contact with the same address.")
    ] = False,
) -> ErasedAnswer:
    """Who it was is gone from every table and from the disk; what happened stays. `same_address`
    names contacts with the same address that were left alone."""
    application = application_of(request)
    occasion = application.occasion(caller.id)

    def work(records: Records) -> tuple[tuple[Contact, ...], tuple[Contact, ...]]:
        known = actions.same_person(records, contact)
        erased = actions.erase_person(records, contact, occasion, everywhere=everywhere)
        return known, erased

    known, erased = application.change(work)
    gone = {each.id for each in erased}
    return {
        "erased": sorted(gone),
        "same_address": sorted(each.id for each in known if each.id not in gone),
        "is_off_disk": scrub(application),
    }


@router.get("/v1/accounts/{account}/legal-holds", summary="Legal holds on people of an account")
def list_holds(request: Request, caller: Eraser, account: str) -> Page[HoldAnswer]:
    """Those that were lifted too."""
    application = application_of(request)
    id_ = account_for(application, caller, account, Permission.erase_people)

    def work(reads: Reads) -> Page[HoldAnswer]:
        reads.accounts.get(id_)
        return listed([document(hold) for hold in reads.legal_holds.of_account(id_)], None)

    return application.read(work)


@router.post("/v1/accounts/{account}/legal-holds", status_code=201, summary="Place a legal hold")
def place_hold(
    request: Request, caller: Eraser, account: str, body: HoldBody, once: Once
) -> HoldAnswer:
    """It stands until it is lifted."""
    application = application_of(request)
    id_ = account_for(application, caller, account, Permission.erase_people)
    occasion = application.occasion(caller.id)
    return once.change(
        caller,
        lambda records: document(
            actions.place_hold(records, id_, body.contact, body.reason, occasion)
        ),
    )


@router.delete("/v1/legal-holds/{hold}", summary="Lift a legal hold")
def lift_hold(request: Request, caller: Eraser, hold: str) -> HoldAnswer:
    """People whom it kept may be erased again. Lifting it again changes nothing."""
    application = application_of(request)
    occasion = application.occasion(caller.id)
    return document(application.change(lambda records: actions.lift_hold(records, hold, occasion)))


@router.post("/v1/retention-runs", summary="Erase, or list, who was removed long ago")
def run_retention(
    request: Request, caller: Eraser, body: RetentionBody, once: Once
) -> RetentionAnswer:
    """At most 500 in one run, the earliest first; who is on legal hold is listed and kept."""
    application = application_of(request)
    occasion = application.occasion(caller.id)

    def look(reads: Reads) -> RetentionAnswer:
        due = actions.retention_due(reads, now=occasion.now, keep_days=body.keep_days)
        return _retained(due, is_dry_run=True)

    def work(records: Records) -> RetentionAnswer:
        due = actions.retain(records, occasion, keep_days=body.keep_days)
        return _retained(due, is_dry_run=False)

    if body.dry_run:
        return application.read(look)
    answer = once.change(caller, work)
    scrub(application)
    return answer


def _retained(due: Sequence[actions.Due], *, is_dry_run: bool) -> RetentionAnswer:
    return {
        "is_dry_run": is_dry_run,
        "items": [
            {
                "contact": each.contact,
                "account": each.account,
                "removed_at": shown(each.removed_at),
                "held_by": each.held_by,
            }
            for each in due
        ],
    }


def document(hold: LegalHold) -> HoldAnswer:
    """A hold as a client gets it."""
    return {
        "id": hold.id,
        "account": hold.account,
        "contact": hold.contact,
        "reason": hold.reason,
        "placed_at": shown(hold.placed_at),
        "placed_by": hold.placed_by,
        "lifted_at": shown(hold.lifted_at),
        "lifted_by": hold.lifted_by,
    }


def scrub(application: Application) -> bool:
    """Take what was erased off the disk; False where a reader holds it for another moment."""
    return application.store.scrub(TABLES)

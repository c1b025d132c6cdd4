"""A person's rights over HTTP: what we know of them, erasing it, legal holds, retention."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions import people as actions
from tierline.api.callers import may
from tierline.api.contacts import visible
from tierline.api.idempotency import Once
from tierline.api.inputs import Body, Word, listed, shown
from tierline.api.of import application_of
from tierline.store.people import TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierline.accounts.contact import Contact
    from tierline.accounts.legal_hold import LegalHold
    from tierline.bootstrap.application import Application
    from tierline.store.records import Reads, Records

router = APIRouter(tags=["people"])
Reader = Annotated[Caller, Depends(may(Permission.read_people))]
Eraser = Annotated[Caller, Depends(may(Permission.erase_people))]


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
) -> dict[str, Any]:
    """As JSON, for the person."""
    application = application_of(request)

    def work(reads: Reads) -> dict[str, Any]:
        found = visible(reads.contacts.get(contact), caller)
        caller.require(Permission.read_people, found.account)
        return actions.personal_data(reads, contact, now=application.now())

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
) -> dict[str, Any]:
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
def list_holds(request: Request, caller: Eraser, account: str) -> dict[str, Any]:
    """Those that were lifted too."""
    application = application_of(request)
    id_ = application.account_of(account)
    caller.require(Permission.erase_people, id_)

    def work(reads: Reads) -> dict[str, Any]:
        reads.accounts.get(id_)
        return listed([document(hold) for hold in reads.legal_holds.of_account(id_)], None)

    return application.read(work)


@router.post("/v1/accounts/{account}/legal-holds", status_code=201, summary="Place a legal hold")
def place_hold(
    request: Request, caller: Eraser, account: str, body: HoldBody, once: Once
) -> dict[str, Any]:
    """It stands until it is lifted."""
    application = application_of(request)
    id_ = application.account_of(account)
    caller.require(Permission.erase_people, id_)
    occasion = application.occasion(caller.id)
    return once.change(
        caller,
        lambda records: document(
            actions.place_hold(records, id_, body.contact, body.reason, occasion)
        ),
    )


@router.delete("/v1/legal-holds/{hold}", summary="Lift a legal hold")
def lift_hold(request: Request, caller: Eraser, hold: str) -> dict[str, Any]:
    """People whom it kept may be erased again. Lifting it again changes nothing."""
    application = application_of(request)
    occasion = application.occasion(caller.id)
    return document(application.change(lambda records: actions.lift_hold(records, hold, occasion)))


@router.post("/v1/retention-runs", summary="Erase, or list, who was removed long ago")
def run_retention(
    request: Request, caller: Eraser, body: RetentionBody, once: Once
) -> dict[str, Any]:
    """At most 500 in one run, the earliest first; who is on legal hold is listed and kept."""
    application = application_of(request)
    occasion = application.occasion(caller.id)

    def look(reads: Reads) -> dict[str, Any]:
        due = actions.retention_due(reads, now=occasion.now, keep_days=body.keep_days)
        return _retained(due, is_dry_run=True)

    def work(records: Records) -> dict[str, Any]:
        due = actions.retain(records, occasion, keep_days=body.keep_days)
        return _retained(due, is_dry_run=False)

    if body.dry_run:
        return application.read(look)
    answer = once.change(caller, work)
    scrub(application)
    return answer


def _retained(due: Sequence[actions.Due], *, is_dry_run: bool) -> dict[str, Any]:
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


def document(hold: LegalHold) -> dict[str, Any]:
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

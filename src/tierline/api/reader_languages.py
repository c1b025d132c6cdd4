"""Over HTTP: what people want to read us in, and whether they want mails about their cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request
from pydantic import Field

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions import reader_languages as actions
from tierline.api.answers import Id, TypedDict, said
from tierline.api.callers import may
from tierline.api.contacts import visible
from tierline.api.inputs import Body
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.kernel.errors import Forbidden

if TYPE_CHECKING:
    from tierline.accounts.contact import Contact
    from tierline.actions.occasion import Occasion
    from tierline.store.records import Reads, Records

router = Routes(tags=["people"])
Reader = Annotated[Caller, Depends(may(Permission.read_people))]
Writer = Annotated[Caller, Depends(may(Permission.write_people))]
PATH = "/v1/contacts/{contact}/language"
MAILS_PATH = "/v1/contacts/{contact}/case-mails"


class LanguageAnswer(TypedDict):
    """What somebody reads us in."""

    contact: Id
    chosen: Annotated[str, said("What they chose; empty: nothing.")]
    language: Annotated[str, said("What they are written to in, with the place of its formats.")]


class LanguageBody(Body):
    """A language that there is a catalog of."""

    language: Annotated[
        str,
        Field(min_length=2, max_length=20, description="`de`; `de-AT` with the formats of there."),
    ]


class CaseMailsAnswer(TypedDict):
    """Whether somebody is written to."""

    contact: Id
    wanted: Annotated[bool, said("False without an address, too.")]


class CaseMailsBody(Body):
    """Whether they want to be written to."""

    wanted: bool


@router.get(PATH, summary="What a contact reads us in")
def read_language(request: Request, caller: Reader, contact: str) -> LanguageAnswer:
    """Their own choice, else their account's, else the installation's: pages ask their browser
    before that."""
    application = application_of(request)
    occasion = application.occasion(caller.id)

    def work(reads: Reads) -> LanguageAnswer:
        return _answer(reads, _theirs(reads, contact, caller, Permission.read_people), occasion)

    return application.read(work)


@router.put(PATH, summary="Speak to a contact in a language")
def choose_language(
    request: Request, caller: Writer, contact: str, body: LanguageBody
) -> LanguageAnswer:
    """In mails and, where they sign in with the same address, on their pages."""
    application = application_of(request)
    occasion = application.occasion(caller.id)

    def work(records: Records) -> LanguageAnswer:
        found = _theirs(records, contact, caller, Permission.write_people)
        actions.choose_for_contact(records, contact, body.language, occasion)
        return _answer(records, found, occasion)

    return application.change(work)


@router.delete(PATH, status_code=204, summary="Speak to a contact as their account wants it")
def forget_language(request: Request, caller: Writer, contact: str) -> None:
    """Or as their browser asks. Again changes nothing."""
    application = application_of(request)
    occasion = application.occasion(caller.id)

    def work(records: Records) -> None:
        _theirs(records, contact, caller, Permission.write_people)
        actions.choose_for_contact(records, contact, "", occasion)

    application.change(work)


@router.get(MAILS_PATH, summary="Whether a contact is written to about their cases")
def read_case_mails(request: Request, caller: Reader, contact: str) -> CaseMailsAnswer:
    """About those that they raised elsewhere than by mail: yes, unless they said no."""

    def work(reads: Reads) -> CaseMailsAnswer:
        return _wanted(reads, _theirs(reads, contact, caller, Permission.read_people))

    return application_of(request).read(work)


@router.put(MAILS_PATH, summary="Write to a contact about their cases, or do not")
def choose_case_mails(
    request: Request, caller: Writer, contact: str, body: CaseMailsBody
) -> CaseMailsAnswer:
    """What they wrote by mail is still answered by mail."""
    application = application_of(request)
    occasion = application.occasion(caller.id)

    def work(records: Records) -> CaseMailsAnswer:
        found = _theirs(records, contact, caller, Permission.write_people)
        actions.choose_case_mails_for_contact(records, contact, occasion, wanted=body.wanted)
        return _wanted(records, found)

    return application.change(work)


def _wanted(reads: Reads | Records, contact: Contact) -> CaseMailsAnswer:
    email = contact.person.email if contact.person else None
    wanted = bool(email) and reads.reader_languages.wants_case_mails(email or "")
    return {"contact": contact.id, "wanted": wanted}


def _theirs(
    reads: Reads | Records, contact: str, caller: Caller, permission: Permission
) -> Contact:
    """The contact. A choice is kept by address: who is bound to accounts has no say in one that is
    somebody's beyond them."""
    found = visible(reads.contacts.get(contact), caller)
    caller.require(permission, found.account)
    email = found.person.email if found.person else None
    if email is None or caller.accounts is None:
        return found
    user = reads.users.by_email(email)
    held = [each.account for each in reads.contacts.of_email(email)]
    held += [] if user is None else [user.account or ""]
    if not all(caller.sees(account) for account in held):
        raise Forbidden("Whoever has this address chooses for themselves, on their own page.")
    return found


def _answer(reads: Reads | Records, contact: Contact, occasion: Occasion) -> LanguageAnswer:
    email = contact.person.email if contact.person else None
    spoken = actions.language_for(reads, email, contact.account, occasion)
    chosen = reads.reader_languages.of_address(email) if email else ""
    return {"contact": contact.id, "chosen": chosen, "language": spoken.tag}

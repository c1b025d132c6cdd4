"""Over HTTP: what people want to read us in."""

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

if TYPE_CHECKING:
    from tierline.store.records import Reads, Records

router = Routes(tags=["people"])
Reader = Annotated[Caller, Depends(may(Permission.read_people))]
Writer = Annotated[Caller, Depends(may(Permission.write_people))]
PATH = "/v1/contacts/{contact}/language"


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


@router.get(PATH, summary="What a contact reads us in")
def read_language(request: Request, caller: Reader, contact: str) -> LanguageAnswer:
    """Their own choice, else their account's, else the installation's: pages ask their browser
    before that."""
    application = application_of(request)

    def work(reads: Reads) -> LanguageAnswer:
        found = visible(reads.contacts.get(contact), caller)
        caller.require(Permission.read_people, found.account)
        email = found.person.email if found.person else None
        spoken = actions.language_for(reads, email, found.account, application.occasion(caller.id))
        chosen = reads.reader_languages.of_address(email) if email else ""
        return {"contact": found.id, "chosen": chosen, "language": spoken.tag}

    return application.read(work)


@router.put(PATH, summary="Speak to a contact in a language")
def choose_language(
    request: Request, caller: Writer, contact: str, body: LanguageBody
) -> LanguageAnswer:
    """In mails and, where they sign in with the same address, on their pages."""
    _keep(request, caller, contact, body.language)
    return read_language(request, caller, contact)


@router.delete(PATH, status_code=204, summary="Speak to a contact as their account wants it")
def forget_language(request: Request, caller: Writer, contact: str) -> None:
    """Or as their browser asks. Again changes nothing."""
    _keep(request, caller, contact, "")


def _keep(request: Request, caller: Caller, contact: str, tag: str) -> None:
    application = application_of(request)
    occasion = application.occasion(caller.id)

    def work(records: Records) -> None:
        found = visible(records.contacts.get(contact), caller)
        caller.require(Permission.write_people, found.account)
        actions.choose_for_contact(records, contact, tag, occasion)

    application.change(work)

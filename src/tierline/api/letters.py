"""Letters to people over HTTP: whom was written to, and what became of it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from tierline.access.caller import Caller
from tierline.access.letter import Letter
from tierline.access.permission import Permission
from tierline.api.callers import may
from tierline.api.inputs import DEFAULT_LIMIT, After, Limit, listed, shown
from tierline.api.of import application_of
from tierline.queries import access as queries

router = APIRouter(tags=["access"])
Manager = Annotated[Caller, Depends(may(Permission.manage_users))]


@router.get("/v1/letters", summary="Letters to people, the newest first")
def list_letters(
    request: Request, _: Manager, *, after: After = None, limit: Limit = DEFAULT_LIMIT
) -> dict[str, Any]:
    """Those of the last 30 days; the links of none."""
    page = application_of(request).read(
        lambda reads: queries.letters(reads.snapshot, after=after, limit=limit)
    )
    return listed([document(letter) for letter in page.items], page.next)


@router.get("/v1/letters/{letter}", summary="One letter")
def read_letter(request: Request, _: Manager, letter: str) -> dict[str, Any]:
    """By its id, which begins the Message-ID of its mail."""
    return document(application_of(request).read(lambda reads: reads.letters.get(letter)))


def document(letter: Letter) -> dict[str, Any]:
    """A letter as a client gets it. `problem` is what its last attempt met."""
    return {
        "id": letter.id,
        "kind": letter.kind.value,
        "to": letter.to,
        "subject": letter.subject,
        "state": letter.state.value,
        "attempts": letter.attempts,
        "problem": letter.problem,
        "made_at": shown(letter.made_at),
        "until": shown(letter.until),
        "sent_at": shown(letter.sent_at),
        "given_up_at": shown(letter.given_up_at),
    }

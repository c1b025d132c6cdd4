"""Letters to people over HTTP: whom was written to, and what became of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from tierline.access.caller import Caller
from tierline.access.letter import Letter, LetterKind, LetterState
from tierline.access.permission import Permission
from tierline.api.answers import Id, Page, TypedDict, instant, said, word_of
from tierline.api.callers import may
from tierline.api.inputs import DEFAULT_LIMIT, After, Limit, listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.queries import access as queries

router = Routes(tags=["access"])
Manager = Annotated[Caller, Depends(may(Permission.manage_users))]


class LetterAnswer(TypedDict):
    """A letter to somebody."""

    id: Id
    kind: Annotated[str, word_of(LetterKind, "What it is about.")]
    to: Annotated[str, said("The address.")]
    subject: Annotated[str, said("Its subject line.")]
    state: Annotated[str, word_of(LetterState, "What became of it.")]
    attempts: Annotated[int, said("How often it was tried to send it.")]
    problem: Annotated[str | None, said("What its last attempt met.")]
    made_at: Annotated[str, instant("When it was written.")]
    until: Annotated[str | None, instant("Until when it is tried.")]
    sent_at: Annotated[str | None, instant("When the other side took it.")]
    given_up_at: Annotated[str | None, instant("When it was given up.")]


@router.get("/v1/letters", summary="Letters to people, the newest first")
def list_letters(
    request: Request, _: Manager, *, after: After = None, limit: Limit = DEFAULT_LIMIT
) -> Page[LetterAnswer]:
    """Those of the last 30 days; the links of none."""
    page = application_of(request).read(
        lambda reads: queries.letters(reads.snapshot, after=after, limit=limit)
    )
    return listed([document(letter) for letter in page.items], page.next)


@router.get("/v1/letters/{letter}", summary="One letter")
def read_letter(request: Request, _: Manager, letter: str) -> LetterAnswer:
    """By its id, which begins the Message-ID of its mail."""
    return document(application_of(request).read(lambda reads: reads.letters.get(letter)))


def document(letter: Letter) -> LetterAnswer:
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

"""Search over HTTP: cases and articles by their words."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.api.answers import Id, Page, TypedDict, said, word_of
from tierline.api.callers import may
from tierline.api.inputs import After, Limit, listed
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.knowledge import count_gap
from tierline.bootstrap.search import make_search_again, reach_of
from tierline.knowledge.document import DocumentKind
from tierline.knowledge.question import MOST_CHARACTERS
from tierline.queries import search as queries

router = Routes(tags=["knowledge"])
Reader = Annotated[Caller, Depends(may(Permission.read_articles))]
Operator = Annotated[Caller, Depends(may(Permission.operate))]


class PieceAnswer(TypedDict):
    """Some characters of a text."""

    text: Annotated[str, said("The characters, as they were written: plain text.")]
    is_hit: Annotated[bool, said("Whether they are what was asked for.")]


class HitAnswer(TypedDict):
    """A record that was found."""

    kind: Annotated[str, word_of(DocumentKind, "What it is; a note is how a case was resolved.")]
    id: Id
    number: Annotated[int, said("What people call it by.")]
    title: Annotated[list[PieceAnswer], said("Its title or subject.")]
    snippet: Annotated[list[PieceAnswer], said("The piece of its text with most of the words.")]
    account: Annotated[str | None, said("The account of a case; null where there is none.")]
    state: Annotated[str, said("Where it is in its life.")]


class RebuildAnswer(TypedDict):
    """What was done."""

    records: Annotated[int, said("How many records can be found now.")]


@router.get("/v1/search", summary="Cases and articles by their words")
def search(
    request: Request,
    caller: Reader,
    *,
    q: Annotated[
        str,
        Query(
            min_length=1,
            max_length=MOST_CHARACTERS,
            description='What is looked for: all of the words; "words in quotation marks" stand '
            "together; the last one may be only the beginning of a word.",
        ),
    ],
    kind: Annotated[
        DocumentKind | None, Query(description="Of this kind; absent: articles and cases.")
    ] = None,
    after: After = None,
    limit: Limit = queries.HIT_ROWS,
) -> Page[HitAnswer]:
    """What fits best stands first. Everybody finds what they may read and nothing else; case and
    accents do not matter. Of very many that fit the newest 300 are compared."""
    application, kinds = application_of(request), () if kind is None else (kind,)
    page = application.read(
        lambda reads: queries.search(
            reads.snapshot, q, reach_of(application, reads, caller, kinds),
            after=after, limit=limit,
        )
    )  # fmt: skip
    if after is None and kind in (None, DocumentKind.article):
        count_gap(application, caller, q)
    return listed([_answer(hit) for hit in page.items], page.next)


@router.post("/v1/search-rebuilds", status_code=201, summary="Make the search index again")
def rebuild(request: Request, _: Operator) -> RebuildAnswer:
    """From the records that it is made of. It is the same again, unless something had damaged it;
    others search and write meanwhile."""
    return {"records": make_search_again(application_of(request))}


def _answer(hit: queries.Hit) -> HitAnswer:
    return {
        "kind": hit.kind.value,
        "id": hit.record,
        "number": hit.number,
        "title": [{"text": each.text, "is_hit": each.is_hit} for each in hit.title],
        "snippet": [{"text": each.text, "is_hit": each.is_hit} for each in hit.snippet],
        "account": hit.account,
        "state": hit.state,
    }

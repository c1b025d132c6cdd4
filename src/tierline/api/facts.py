"""The journal over HTTP: who did what, and the head of its chain."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.api.answers import Id, Page, TypedDict, instant, said
from tierline.api.callers import may
from tierline.api.inputs import DEFAULT_LIMIT, After, Limit, listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.queries import facts as queries
from tierline.store.records import Reads
from tierline.store.seals import head_of

router = Routes(prefix="/v1/facts", tags=["audit"])
Auditor = Annotated[Caller, Depends(may(Permission.read_audit))]
Subject = Annotated[
    str | None, Query(min_length=1, max_length=200, description="An id: only what happened to it.")
]


class FactAnswer(TypedDict):
    """Something that happened."""

    id: Id
    kind: Annotated[str, said("What happened: `ContractSigned`.")]
    subject: Annotated[str, said("The id of what it happened to.")]
    at: Annotated[str, instant("When it happened.")]
    recorded_at: Annotated[str, instant("When we came to know it.")]
    position: Annotated[int | None, said("Its place in the sealed chain; null: not sealed yet.")]
    body: Annotated[dict[str, Any], said("What is known of it; `by` is who did it.")]


class HeadAnswer(TypedDict):
    """The last link of the chain."""

    position: Annotated[int, said("How many facts are sealed.")]
    link: Annotated[str, said("The digest of the last one and of all before it.")]
    head: Annotated[str, said("Both, as `tierline audit verify --head` takes them.")]


@router.get("", summary="What happened, the newest first")
def list_facts(
    request: Request,
    _: Auditor,
    *,
    subject: Subject = None,
    after: After = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[FactAnswer]:
    """Each fact with who did it (`by` in its body) and its place in the sealed chain; people stand
    in it by id."""

    def work(reads: Reads) -> Page[FactAnswer]:
        page = (
            queries.all_facts(reads.snapshot, after=after, limit=limit)
            if subject is None
            else queries.facts_of(reads.snapshot, subject, after=after, limit=limit)
        )
        return listed([document(entry) for entry in page.items], page.next)

    return application_of(request).read(work)


@router.get("/head", summary="The last link of the chain")
def read_head(request: Request, _: Auditor) -> HeadAnswer:
    """`head` is what `tierline audit verify --head` takes: note it down elsewhere."""
    head = application_of(request).read(lambda reads: head_of(reads.snapshot))
    return {"position": head.position, "link": head.link, "head": str(head)}


def document(entry: queries.JournalEntry) -> FactAnswer:
    """A fact as a client gets it."""
    fact = entry.fact
    return {
        "id": fact.id,
        "kind": fact.kind,
        "subject": fact.subject,
        "at": shown(fact.at),
        "recorded_at": shown(fact.recorded_at),
        "position": entry.position,
        "body": dict(fact.body),
    }

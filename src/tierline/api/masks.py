"""What was taken out of texts, over HTTP: the trail of it, and taking out by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Query, Request
from pydantic import Field

from tierline.actions.masks import LEAST_CHARACTERS, mask_by_hand
from tierline.api.answers import Id, Page, TypedDict, instant, said, word_of
from tierline.api.case_answers import CaseAnswer
from tierline.api.cases import Text, Worker, worked
from tierline.api.idempotency import Once
from tierline.api.inputs import DEFAULT_LIMIT, After, Body, Limit, listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.cases.mask_kind import MaskKind
from tierline.queries import masks as queries

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case
    from tierline.cases.mask import CaseMask
    from tierline.store.records import Records

router = Routes(tags=["cases"])


class MaskAnswer(TypedDict):
    """Something that was taken out of a text, or seen in a file, without what it was."""

    id: Id
    case: Annotated[str | None, said("The case; null for a mail that belongs to none.")]
    message: Annotated[str | None, said("The message that it stood in.")]
    mail: Annotated[str | None, said("The mail that it stood in.")]
    attachment: Annotated[str | None, said("The file that it stands in, which is kept as it came.")]
    kind: Annotated[str, word_of(MaskKind, "What it was.")]
    part: Annotated[str, said("Where: `subject`, `text`, `mail` for the whole mail, or `file`.")]
    position: Annotated[int, said("At which character of what stands there now, from 0.")]
    rules: Annotated[int, said("The version of the rules that found it; 0 where a person did.")]
    reason: Annotated[str, said("Why a person took it out; else empty.")]
    at: Annotated[str, instant("When.")]
    by: Annotated[str, said("Who wrote the words, or took them out.")]


class MaskBody(Body):
    """Words that should not stand in a case."""

    words: Annotated[str, Field(min_length=LEAST_CHARACTERS, max_length=20_000)]
    reason: Text = Field(description="Why; without the words themselves.")


@router.get("/v1/masks", summary="What was taken out of texts, the newest first")
def list_masks(
    request: Request,
    _: Worker,
    *,
    case: Annotated[str | None, Query(max_length=100, description="Of this case.")] = None,
    after: After = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[MaskAnswer]:
    """Of which kind, where, when, and by which version of the rules; never what stood there."""
    page = application_of(request).read(
        lambda reads: queries.list_masks(reads.snapshot, case=case, after=after, limit=limit)
    )
    return listed([_document(each) for each in page.items], page.next)


@router.post("/v1/cases/{case}/masks", status_code=201, summary="Take words out of a case")
def take_out(caller: Worker, case: str, body: MaskBody, once: Once) -> CaseAnswer:
    """The case without these words, for good: in its subject, in what was said, and in its mails.
    They are not kept anywhere, and cannot be brought back."""

    def work(records: Records, occasion: Occasion) -> Case:
        mask_by_hand(records, case, body.words, body.reason, occasion)
        return records.cases.get(case)

    return worked(once, caller, case, work)


def _document(mask: CaseMask) -> MaskAnswer:
    return {
        "id": mask.id,
        "case": mask.case,
        "message": mask.message,
        "mail": mask.mail,
        "attachment": mask.attachment,
        "kind": mask.kind.value,
        "part": mask.part,
        "position": mask.position,
        "rules": mask.rules,
        "reason": mask.reason,
        "at": shown(mask.at),
        "by": mask.by,
    }

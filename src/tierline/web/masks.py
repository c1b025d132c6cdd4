"""What was taken out of texts: the trail of it, and the form that takes words out of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions.masks import mask_by_hand
from tierline.bootstrap.cases import seen_case
from tierline.kernel.errors import TierlineError
from tierline.queries import masks as queries
from tierline.queries.actors import users_named
from tierline.web.case_page import CASE_PATH, TEXT_LIMIT_CHARACTERS, Typed, shown_case
from tierline.web.forms import field, sent_with, told
from tierline.web.shell import shown_to
from tierline.web.visits import go
from tierline.web.whose import actor_in_words

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.store.records import Reads
    from tierline.web.shell import Visit
    from tierline.web.visits import Form

PATH = "/masks"
_PARTS = {
    "subject": "Subject",
    "text": "Message",
    "mail": "Whole mail",
    "file": "File, kept as it came",
}


@shown_to(Permission.work_cases)
def masks_page(visit: Visit) -> Response:
    """The newest first."""
    after = visit.asked("after", 2_000) or None

    def work(reads: Reads) -> tuple[Any, Any]:
        page = queries.list_masks(reads.snapshot, after=after)
        return page, users_named(reads.snapshot, {each.by for each in page.items})

    page, users = visit.application.read(work)
    return visit.page(
        "pages/masks.html",
        rows=[
            {
                "mask": each,
                "part": _PARTS.get(each.part, each.part),
                "by": actor_in_words(visit, each.by, users),
            }
            for each in page.items
        ],
        next=page.next,
        is_first=after is None,
    )


@sent_with(Permission.work_cases)
def take_out(visit: Visit, form: Form) -> Response:
    """The case without these words, and its page again. A form that was not right does not show
    them once more."""
    case_id = visit.path_word("case")
    occasion = visit.application.occasion(visit.caller.id)
    visit.application.read(
        lambda reads: seen_case(reads, case_id, visit.caller, Permission.work_cases)
    )
    typed = {"mask_reason": form.get("mask_reason", "").strip()[:TEXT_LIMIT_CHARACTERS]}
    try:
        words = field(form, "words", TEXT_LIMIT_CHARACTERS)
        visit.application.change(
            lambda records: mask_by_hand(records, case_id, words, typed["mask_reason"], occasion)
        )
    except TierlineError as error:
        return shown_case(visit, case_id, Typed(typed, told(error, "words")))
    return go(CASE_PATH.format(case=case_id))


ROUTES = [
    Route(PATH, masks_page, methods=["GET"]),
    Route(f"{CASE_PATH}/masks", take_out, methods=["POST"]),
]

"""On the page of a case: how similar ones were resolved and why, and articles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions.knowledge import Helper, note_help
from tierline.bootstrap.cases import seen_case
from tierline.bootstrap.knowledge import helpers_of
from tierline.kernel.errors import NotFound
from tierline.knowledge.article import name_of
from tierline.knowledge.document import DocumentKind
from tierline.web.forms import sent_with
from tierline.web.visits import go
from tierline.web.whose import is_staff

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.responses import Response

    from tierline.cases.case import Case, CaseMessage
    from tierline.knowledge.suggestion import Suggestion
    from tierline.store.records import Reads, Records
    from tierline.web.shell import Visit
    from tierline.web.visits import Form

_SHOWN_CASES = 5


def similar_panel(
    visit: Visit, reads: Reads, case: Case, messages: Sequence[CaseMessage]
) -> list[dict[str, Any]]:
    """What may help, for who works on cases; nothing for anybody else."""
    if not is_staff(visit) or not visit.caller.may(Permission.work_cases):
        return []
    helped = reads.knowledge_use.of_case(case.id)
    return [
        {
            "similar": each,
            "is_article": each.kind is DocumentKind.article,
            "name": name_of(each.number)
            if each.kind is DocumentKind.article
            else f"Case {each.number}",
            "path": ("/articles/" if each.kind is DocumentKind.article else "/cases/")
            + each.record,
            "has_helped": (each.kind, each.record) in helped,
        }
        for each in helpers_of(reads, case, messages)
    ]


def likely_words(found: Suggestion | None) -> dict[str, Any] | None:
    """What is likely, with the first of the solved cases that say so."""
    if found is None:
        return None
    cases = found.cases[:_SHOWN_CASES]
    return {
        "label": found.label,
        "percent": round(100 * found.confidence),
        "cases": [(f"/cases/{each.record}", each.number) for each in cases],
    }


@sent_with(Permission.work_cases)
def helped(visit: Visit, form: Form) -> Response:
    """Something helped with a case."""
    case, kind = visit.path_word("case"), form.get("kind", "")
    if kind not in set(DocumentKind):
        raise NotFound("There is no such kind of help.")
    helper = Helper(DocumentKind(kind), form.get("record", ""))
    occasion = visit.application.occasion(visit.caller.id)

    def work(records: Records) -> None:
        seen_case(records, case, visit.caller, Permission.work_cases)
        note_help(records, case, helper, occasion)

    visit.application.change(work)
    return go(f"/cases/{case}#similar")


ROUTES = [Route("/cases/{case}/helpers", helped, methods=["POST"])]

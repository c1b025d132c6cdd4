"""What may help with a case: how similar ones were resolved, articles, and what it may need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions.knowledge import Helper, note_help
from tierline.bootstrap.cases import seen_case
from tierline.bootstrap.knowledge import helpers_of
from tierline.cases.case import first_words
from tierline.cases.standing import ENDED
from tierline.kernel.errors import NotFound
from tierline.knowledge.article import name_of
from tierline.knowledge.document import DocumentKind
from tierline.knowledge.suggestion import SolvedCase, likely_level, likely_skills
from tierline.routing.agent import LEVEL_NAMES
from tierline.web.forms import sent_with
from tierline.web.problem_panel import problem_panel
from tierline.web.shell import shown_to
from tierline.web.visits import go
from tierline.web.whose import is_staff, may_with

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.responses import Response

    from tierline.cases.case import Case, CaseMessage
    from tierline.knowledge.suggestion import Suggestion
    from tierline.store.records import Reads, Records
    from tierline.web.shell import Visit
    from tierline.web.visits import Form

_SHOWN_CASES = 5


def may_see_alike(visit: Visit) -> bool:
    """Whether what is alike is shown: to who works on cases."""
    return is_staff(visit) and visit.caller.may(Permission.work_cases)


@shown_to(Permission.work_cases)
def alike_page(visit: Visit) -> Response:
    """What may help with a case, which takes some looking for: the page of the case leads here, and
    with scripts takes it from here once it is shown itself."""
    case_id = visit.path_word("case")

    def work(reads: Reads) -> tuple[Case, dict[str, Any]]:
        case = seen_case(reads, case_id, visit.caller, Permission.work_cases)
        messages = reads.cases.messages(case.id)
        return case, {
            **_helpers(reads, case, messages),
            "problem": problem_panel(visit, reads, case, messages),
            **_likely(reads, case, messages),
        }

    case, found = visit.application.read(work)
    may_work = may_with(visit, Permission.work_cases, case.account or "")
    return visit.page("pages/case_alike.html", case=case, may_work=may_work, **found)


def _helpers(reads: Reads, case: Case, messages: Sequence[CaseMessage]) -> dict[str, Any]:
    """Articles that may answer it, and notes of similar cases."""
    helped, found = reads.knowledge_use.of_case(case.id), helpers_of(reads, case, messages)
    return {
        "articles": [
            {
                "similar": each,
                "name": name_of(each.number),
                "path": f"/articles/{each.record}",
                "has_helped": each.is_among(helped),
            }
            for each in found.articles
        ],
        "notes": [
            {
                "similar": each,
                "name": f"Case {each.number}",
                "path": f"/cases/{each.record}",
                "has_helped": each.is_among(helped),
            }
            for each in found.notes
        ],
    }


def _likely(reads: Reads, case: Case, messages: Sequence[CaseMessage]) -> dict[str, Any]:
    """The skills and the level that solved cases like it needed, while it is open and nobody has
    said which it needs."""
    solved = tuple[SolvedCase, ...]()
    is_open = case.standing.state not in ENDED
    if is_open and not reads.routing.ownership(case.id).skills and reads.routing.agents():
        solved = reads.suggestions.solved_alike(first_words(case, messages), without=case.id)
    level = likely_words(likely_level(solved))
    return {
        "skills": [likely_words(each) for each in likely_skills(solved)],
        "level": level,
        "level_name": LEVEL_NAMES[int(level["label"])] if level else "",
    }


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
    return go(f"/cases/{case}/alike")


ROUTES = [
    Route("/cases/{case}/alike", alike_page, methods=["GET"]),
    Route("/cases/{case}/helpers", helped, methods=["POST"]),
]

"""Taking cases and handing them over, by forms of a case's page and of the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions import routing as actions
from tierline.actions.handoffs import SUMMARY_LIMIT_CHARACTERS, hand_over
from tierline.actions.rerouting import need_case_skills
from tierline.bootstrap.cases import seen_case
from tierline.kernel.errors import Fault, Invalid, TierlineError
from tierline.routing.agent import plain_words
from tierline.routing.handover import unknown_skills, unknown_words
from tierline.web.assignment_panel import QUEUE, UNKNOWN_SKILL
from tierline.web.case_page import Typed, shown_case
from tierline.web.forms import field, sent_with, told
from tierline.web.visits import go

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.web.shell import Visit
    from tierline.web.visits import Form


@sent_with(Permission.work_cases)
def assign(visit: Visit, form: Form) -> Response:
    """Take a case, or hand it over."""
    case_id, typed = visit.path_word("case"), {"summary": ""}
    occasion = visit.application.occasion(visit.caller.id)
    try:
        typed["summary"] = field(form, "summary", SUMMARY_LIMIT_CHARACTERS)
        to = field(form, "to") or visit.caller.id

        def work(records: Any) -> None:
            seen_case(records, case_id, visit.caller, Permission.work_cases)
            hand_over(records, case_id, None if to == QUEUE else to, typed["summary"], occasion)

        visit.application.change(work)
    except TierlineError as error:
        return shown_case(visit, case_id, Typed(typed, told(error, "summary")))
    return go(f"/cases/{case_id}")


@sent_with(Permission.work_cases)
def set_skills(visit: Visit, form: Form) -> Response:
    """The skills that a case needs, with commas between them. One that no agent has is asked about
    once more: it may be a slip."""
    case_id, typed = visit.path_word("case"), {"skills": ""}
    occasion = visit.application.occasion(visit.caller.id)
    try:
        typed["skills"] = field(form, "skills")
        skills = plain_words(typed["skills"].split(","), "skills")

        def work(records: Any) -> None:
            seen_case(records, case_id, visit.caller, Permission.work_cases)
            if not field(form, "all_the_same"):
                _ask_again(records, skills)
            need_case_skills(records, case_id, skills, occasion)

        visit.application.change(work)
    except TierlineError as error:
        return shown_case(visit, case_id, Typed(typed, told(error, "skills")))
    return go(f"/cases/{case_id}")


def _ask_again(records: Any, skills: frozenset[str]) -> None:
    people = records.routing.agents()
    unknown = unknown_skills(skills, people)
    if unknown:
        instead = "Correct it, or keep it all the same: the leads are written to."
        fault = Fault(UNKNOWN_SKILL, unknown_words(unknown, people), "skills", instead)
        raise Invalid("The skills were not kept.", [fault])


@sent_with(Permission.work_cases)
def pick(visit: Visit, _: Form) -> Response:
    """The next case of the queue, and its page; the queue where nothing waits."""
    occasion = visit.application.occasion(visit.caller.id)
    found = visit.application.change(
        lambda records: actions.pick_next(records, visit.caller.id, occasion)
    )
    return go("/cases?view=unassigned" if found is None else f"/cases/{found}")


ROUTES = [
    Route("/cases/next", pick, methods=["POST"]),
    Route("/cases/{case}/assignment", assign, methods=["POST"]),
    Route("/cases/{case}/skills", set_skills, methods=["POST"]),
]

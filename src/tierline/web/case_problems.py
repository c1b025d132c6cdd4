"""Problems: the list by cases and hours, one problem with its cases and updates, and which one a
case may be of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions import case_problems as actions
from tierline.bootstrap.cases import seen_case
from tierline.kernel.errors import Conflict, Fault, Invalid, NotFound
from tierline.queries.actors import users_named
from tierline.queries.case_problems import list_problems, problem_row
from tierline.queries.cases import case_of_number, cases_of_ids
from tierline.web.forms import (
    field,
    needed_text,
    needed_title,
    refuse_longer,
    sent_with,
    told,
    typed_in,
)
from tierline.web.problem_panel import STATES
from tierline.web.shell import shown_to
from tierline.web.visits import go
from tierline.web.whose import actor_in_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from tierline.actions.occasion import Occasion
    from tierline.store.records import Reads, Records
    from tierline.web.shell import Visit
    from tierline.web.visits import Form

    Act = Callable[[Records, str, Occasion], object]

PATH = "/problems"
_PROBLEM = PATH + "/{problem}"
_FIELDS = ("title", "cause", "workaround")
WORDS_LIMIT_CHARACTERS = 20_000


@shown_to(Permission.work_incidents)
def problems_page(visit: Visit) -> Response:
    """Those that are not resolved; `?state=all` for all."""
    return _list(visit)


@sent_with(Permission.work_incidents)
def declare(visit: Visit, form: Form) -> Response:
    """A new problem; of a case (`case`, an id) it is the cause."""
    typed = typed_in(form, *_FIELDS, "case")
    occasion = visit.application.occasion(visit.caller.id)

    def work(records: Records) -> str:
        problem = actions.declare_problem(records, _order(typed), occasion)
        if typed["case"]:
            seen_case(records, typed["case"], visit.caller, Permission.work_cases)
            actions.link_case(records, problem.id, typed["case"], occasion)
        return problem.id

    try:
        made = visit.application.change(work)
    except (Invalid, Conflict) as error:
        return _list(visit, typed, told(error, "title"))
    return go(f"{PATH}/{made}")


@shown_to(Permission.work_incidents)
def problem_page(visit: Visit) -> Response:
    """One problem, with what may be done about it."""
    return _page(visit)


@sent_with(Permission.work_incidents)
def word(visit: Visit, form: Form) -> Response:
    """Its words; with a cause it is known."""
    typed = typed_in(form, *_FIELDS)
    return _done(visit, lambda records, problem, at: actions.word_problem(
        records, problem, _order(typed), at), typed, "title")  # fmt: skip


@sent_with(Permission.work_incidents)
def end(visit: Visit, form: Form) -> Response:
    """It is resolved, or there again."""
    act = actions.reopen_problem if form.get("undo") else actions.resolve_problem
    return _done(visit, act)


@sent_with(Permission.work_incidents)
def link(visit: Visit, form: Form) -> Response:
    """It causes a case, by its number."""
    typed = typed_in(form, "number")

    def act(records: Records, problem: str, occasion: Occasion) -> None:
        case = case_of_number(records.problems.snapshot, field(form, "number", 20))
        missing = f"There is no case {typed['number']} that you see."
        if case is None:
            raise Invalid(missing, [Fault("no_case", missing, "number")])
        try:
            seen_case(records, case, visit.caller, Permission.work_cases)
        except NotFound:
            raise Invalid(missing, [Fault("no_case", missing, "number")]) from None
        actions.link_case(records, problem, case, occasion)

    return _done(visit, act, typed, "number")


@sent_with(Permission.work_incidents)
def link_this(visit: Visit, form: Form) -> Response:
    """A case is one of a problem, or of none any more; said on the page of the case."""
    case, problem = visit.path_word("case"), form.get("problem", "")[:100]
    occasion = visit.application.occasion(visit.caller.id)

    def work(records: Records) -> None:
        seen_case(records, case, visit.caller, Permission.work_cases)
        act = actions.unlink_case if form.get("undo") else actions.link_case
        act(records, problem, case, occasion)

    visit.application.change(work)
    return go(f"/cases/{case}/alike")


@sent_with(Permission.work_incidents)
def draft(visit: Visit, form: Form) -> Response:
    """An update, which nobody outside reads yet."""
    typed = typed_in(form, "text")

    def act(records: Records, problem: str, occasion: Occasion) -> None:
        text = needed_text(typed, limit_characters=WORDS_LIMIT_CHARACTERS)
        actions.draft_update(records, problem, text, occasion)

    return _done(visit, act, typed, "text")


@sent_with(Permission.publish_incidents)
def publish(visit: Visit, _: Form) -> Response:
    """An update goes out into each of its cases that has not ended."""
    update = visit.path_word("update")
    return _done(
        visit,
        lambda records, problem, at: actions.publish_update(records, problem, update, at),
    )


def _done(
    visit: Visit, act: Act, typed: dict[str, str] | None = None, about: str = "number"
) -> Response:
    problem = visit.path_word("problem")
    occasion = visit.application.occasion(visit.caller.id)
    try:
        visit.application.change(lambda records: act(records, problem, occasion))
    except (Invalid, Conflict) as error:
        return _page(visit, typed, told(error, about))
    return go(f"{PATH}/{problem}")


def _order(typed: dict[str, str]) -> actions.ProblemOrder:
    words = {"cause": typed["cause"], "workaround": typed["workaround"]}
    refuse_longer(words, **dict.fromkeys(words, WORDS_LIMIT_CHARACTERS))
    return actions.ProblemOrder(title=needed_title(typed), **words)


def _list(
    visit: Visit, typed: dict[str, str] | None = None, faults: tuple[Fault, ...] = ()
) -> Response:
    after, is_all = visit.asked("after", 2_000) or None, visit.asked("state") == "all"
    page = visit.application.read(
        lambda reads: list_problems(reads.snapshot, is_over=None if is_all else False, after=after)
    )
    return visit.page(
        "pages/problems.html",
        status=422 if faults else 200,
        rows=[(each, STATES[each.problem.state]) for each in page.items],
        next=page.next,
        is_first=after is None,
        is_all=is_all,
        case=(typed or {}).get("case") or visit.asked("case", 100),
        typed=typed or {},
        faults=faults,
    )


def _page(
    visit: Visit, typed: dict[str, str] | None = None, faults: tuple[Fault, ...] = ()
) -> Response:
    id_ = visit.path_word("problem")

    def work(reads: Reads) -> tuple[Any, ...]:
        row = problem_row(reads.snapshot, id_)
        updates = reads.problems.updates_of(id_)
        cases = cases_of_ids(reads.snapshot, reads.problems.cases_of(id_))
        people = {row.problem.declared_by, *(each.drafted_by for each in updates)}
        people |= {each.published_by for each in updates if each.published_by}
        named = reads.accounts.of_ids(sorted({each.account for each in cases if each.account}))
        accounts = {id_: each.name for id_, each in named.items()}
        return row, updates, cases, users_named(reads.snapshot, people), accounts

    row, updates, cases, users, accounts = visit.application.read(work)
    return visit.page(
        "pages/problem.html",
        status=422 if faults else 200,
        row=row,
        problem=row.problem,
        path=f"{PATH}/{id_}",
        badge=STATES[row.problem.state],
        by=actor_in_words(visit, row.problem.declared_by, users),
        cases=cases,
        accounts=accounts,
        updates=[
            {
                "told": each,
                "drafted_by": actor_in_words(visit, each.drafted_by, users),
                "published_by": each.published_by
                and actor_in_words(visit, each.published_by, users),
            }
            for each in updates
        ],
        may_publish=visit.caller.may(Permission.publish_incidents),
        typed={name: getattr(row.problem, name) for name in _FIELDS} | (typed or {}),
        faults=faults,
    )


ROUTES = [
    Route(PATH, problems_page, methods=["GET"]),
    Route(PATH, declare, methods=["POST"]),
    Route(_PROBLEM, problem_page, methods=["GET"]),
    Route(_PROBLEM, word, methods=["POST"]),
    Route(f"{_PROBLEM}/resolution", end, methods=["POST"]),
    Route(f"{_PROBLEM}/cases", link, methods=["POST"]),
    Route(f"{_PROBLEM}/updates", draft, methods=["POST"]),
    Route(f"{_PROBLEM}/updates/{{update}}/publication", publish, methods=["POST"]),
    Route("/cases/{case}/problem", link_this, methods=["POST"]),
]

"""Problems over HTTP: what causes several cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Query, Request
from pydantic import Field

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions import case_problems as actions
from tierline.api.answers import ActorId, Id, Page, TypedDict, instant, said, word_of
from tierline.api.callers import may
from tierline.api.idempotency import Once
from tierline.api.inputs import DEFAULT_LIMIT, After, Body, Limit, listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.cases import seen_case
from tierline.cases.problem import Problem, ProblemState, ProblemUpdate
from tierline.queries.case_problems import ProblemRow, list_problems, problem_row

if TYPE_CHECKING:
    from collections.abc import Callable

    from tierline.actions.occasion import Occasion
    from tierline.store.records import Reads, Records

router = Routes(prefix="/v1/problems", tags=["problems"])
Worker = Annotated[Caller, Depends(may(Permission.work_incidents))]
Publisher = Annotated[Caller, Depends(may(Permission.publish_incidents))]
Text = Annotated[str, Field(min_length=1, max_length=20_000)]
Words = Annotated[str, Field(max_length=20_000)]


class ProblemRowAnswer(TypedDict):
    """A problem, and what it costs."""

    id: Id
    number: Annotated[int, said("What people call it by.")]
    title: Annotated[str, said("What it is.")]
    state: Annotated[str, word_of(ProblemState, "Where it is in its life.")]
    cause: Annotated[str, said("Why it is; empty while nobody knows. Said among us.")]
    workaround: Annotated[str, said("How to go on meanwhile; empty where there is no way.")]
    declared_at: Annotated[str, instant("When it was declared.")]
    declared_by: ActorId
    resolved_at: Annotated[str | None, instant("When it was resolved.")]
    cases: Annotated[int, said("Cases that it causes.")]
    open_cases: Annotated[int, said("Those of them that have not ended.")]
    minutes: Annotated[int, said("Minutes that were worked on its cases.")]


class ProblemUpdateAnswer(TypedDict):
    """What is said of a problem in the cases that it causes."""

    id: Id
    text: Annotated[str, said("The words.")]
    drafted_at: Annotated[str, instant("When it was written.")]
    drafted_by: ActorId
    published_at: Annotated[str | None, instant("When it was said; null for a draft.")]
    published_by: Annotated[str | None, said("Who published it.")]
    cases: Annotated[int, said("In how many cases it was said.")]


class ProblemAnswer(ProblemRowAnswer):
    """A problem with its cases and updates."""

    linked: Annotated[list[str], said("The ids of its cases, the oldest first.")]
    updates: Annotated[list[ProblemUpdateAnswer], said("The newest first.")]


class ProblemBody(Body):
    """A problem in words: once the cause is stated it is known."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    cause: Words = ""
    workaround: Words = ""

    def order(self) -> actions.ProblemOrder:
        """The same for the action."""
        return actions.ProblemOrder(title=self.title, cause=self.cause, workaround=self.workaround)


class ProblemUpdateBody(Body):
    """What each customer will read."""

    text: Text


@router.get("", summary="Problems, the newest first")
def read_problems(
    request: Request,
    _: Worker,
    *,
    is_over: Annotated[bool | None, Query(description="Only those that are (not).")] = None,
    after: After = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[ProblemRowAnswer]:
    """Each with how many cases it causes and the time that these took."""
    page = application_of(request).read(
        lambda reads: list_problems(reads.snapshot, is_over=is_over, after=after, limit=limit)
    )
    return listed([_row(each) for each in page.items], page.next)


@router.post("", status_code=201, summary="Declare a problem")
def declare(caller: Worker, body: ProblemBody, once: Once) -> ProblemAnswer:
    """Nobody outside sees it."""
    return _changed(
        once,
        caller,
        lambda records, at: actions.declare_problem(records, body.order(), at).id,
    )


@router.get("/{problem}", summary="A problem")
def read_problem(request: Request, _: Worker, problem: str) -> ProblemAnswer:
    """With its cases and updates."""
    return application_of(request).read(lambda reads: _whole(reads, problem))


@router.put("/{problem}", summary="Word a problem otherwise")
def word(caller: Worker, problem: str, body: ProblemBody, once: Once) -> ProblemAnswer:
    """Its title, its cause and the way around it."""

    def work(records: Records, occasion: Occasion) -> str:
        return actions.word_problem(records, problem, body.order(), occasion).id

    return _changed(once, caller, work)


@router.post("/{problem}/resolution", status_code=201, summary="Resolve a problem")
def resolve(caller: Worker, problem: str, once: Once) -> ProblemAnswer:
    """Its cases are resolved each by itself."""
    return _changed(
        once, caller, lambda records, at: actions.resolve_problem(records, problem, at).id
    )


@router.delete("/{problem}/resolution", summary="Reopen a problem")
def reopen(caller: Worker, problem: str, once: Once) -> ProblemAnswer:
    """It is there again."""
    return _changed(
        once, caller, lambda records, at: actions.reopen_problem(records, problem, at).id
    )


@router.put("/{problem}/cases/{case}", summary="Link a case to its problem")
def link(caller: Worker, problem: str, case: str, once: Once) -> ProblemAnswer:
    """Updates that are published from now on answer this case too. A case has one problem."""

    def work(records: Records, occasion: Occasion) -> str:
        seen_case(records, case, caller, Permission.work_cases)
        return actions.link_case(records, problem, case, occasion).id

    return _changed(once, caller, work)


@router.delete("/{problem}/cases/{case}", summary="Take a case from a problem")
def unlink(caller: Worker, problem: str, case: str, once: Once) -> ProblemAnswer:
    """What was said in it stays."""

    def work(records: Records, occasion: Occasion) -> str:
        seen_case(records, case, caller, Permission.work_cases)
        return actions.unlink_case(records, problem, case, occasion).id

    return _changed(once, caller, work)


@router.post("/{problem}/updates", status_code=201, summary="Draft an update of a problem")
def draft(caller: Worker, problem: str, body: ProblemUpdateBody, once: Once) -> ProblemAnswer:
    """Nobody outside reads it before it is published."""
    return _changed(
        once,
        caller,
        lambda records, at: actions.draft_update(records, problem, body.text, at).problem,
    )


@router.put("/{problem}/updates/{update}/publication", summary="Publish an update of a problem")
def publish(caller: Publisher, problem: str, update: str, once: Once) -> ProblemAnswer:
    """It is said in each of its cases that has not ended, once: the periodic update of each, at the
    cadence that each was promised."""

    def work(records: Records, occasion: Occasion) -> str:
        return actions.publish_update(records, problem, update, occasion).problem

    return _changed(once, caller, work)


def _changed(once: Once, caller: Caller, work: Callable[[Records, Occasion], str]) -> ProblemAnswer:
    return once.act(caller, lambda records, at: _whole(records, work(records, at)))


def _whole(records: Reads | Records, problem: str) -> ProblemAnswer:
    row = problem_row(records.problems.snapshot, problem)
    return {
        **_row(row),
        "linked": list(records.problems.cases_of(problem)),
        "updates": [_update(each) for each in records.problems.updates_of(problem)],
    }


def _row(row: ProblemRow) -> ProblemRowAnswer:
    problem: Problem = row.problem
    return {
        "id": problem.id,
        "number": problem.number,
        "title": problem.title,
        "state": problem.state.value,
        "cause": problem.cause,
        "workaround": problem.workaround,
        "declared_at": shown(problem.declared_at),
        "declared_by": problem.declared_by,
        "resolved_at": shown(problem.resolved_at),
        "cases": row.cases,
        "open_cases": row.open_cases,
        "minutes": row.minutes,
    }


def _update(update: ProblemUpdate) -> ProblemUpdateAnswer:
    return {
        "id": update.id,
        "text": update.text,
        "drafted_at": shown(update.drafted_at),
        "drafted_by": update.drafted_by,
        "published_at": shown(update.published_at),
        "published_by": update.published_by,
        "cases": update.cases,
    }

"""What can be done with problems: declare one, say its cause and the way around it, link the cases
that it causes, tell all of them with one update, and resolve it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from tierline.actions.cases import US, CaseBooks, say
from tierline.actions.merged_cases import speaking_for_all
from tierline.cases.mask import masked
from tierline.cases.problem import Problem, ProblemUpdate
from tierline.kernel.errors import Conflict
from tierline.kernel.ids import PROBLEM, UPDATE

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion

CASES_LIMIT_COUNT = 500
"""So many cases one problem is linked to: an update answers all of them in one transaction."""
UPDATES_LIMIT_COUNT = 500


class ProblemBook(Protocol):
    """The problems that there are."""

    def get(self, problem: str) -> Problem: ...
    def next_number(self) -> int: ...
    def save(self, problem: Problem) -> None: ...
    def of_case(self, case: str) -> Problem | None: ...
    def cases_of(self, problem: str) -> tuple[str, ...]: ...
    def open_cases_of(self, problem: str) -> tuple[str, ...]: ...
    def link(self, problem: str, case: str, occasion: Occasion) -> None: ...
    def unlink(self, case: str) -> None: ...
    def updates_of(self, problem: str) -> tuple[ProblemUpdate, ...]: ...
    def update(self, problem: str, update: str) -> ProblemUpdate: ...
    def save_update(self, update: ProblemUpdate) -> None: ...


class ProblemBooks(CaseBooks, Protocol):
    """What the actions of this module need."""

    @property
    def problems(self) -> ProblemBook: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemOrder:
    """A problem in words."""

    title: str
    cause: str = ""
    workaround: str = ""


def declare_problem(books: ProblemBooks, order: ProblemOrder, occasion: Occasion) -> Problem:
    """A new problem, which nobody outside sees."""
    problem = Problem(
        id=occasion.new_id(PROBLEM),
        number=books.problems.next_number(),
        title=masked(order.title)[0],
        cause=masked(order.cause)[0],
        workaround=masked(order.workaround)[0],
        declared_at=occasion.now,
        declared_by=occasion.by,
    )
    return _saved(books, problem, "ProblemDeclared", {}, occasion)


def word_problem(
    books: ProblemBooks, problem: str, order: ProblemOrder, occasion: Occasion
) -> Problem:
    """The problem in other words: once its cause is stated it is known. Raises NotFound."""
    changed = replace(
        books.problems.get(problem),
        title=masked(order.title)[0],
        cause=masked(order.cause)[0],
        workaround=masked(order.workaround)[0],
    )
    return _saved(books, changed, "ProblemWorded", {"state": changed.state.value}, occasion)


def resolve_problem(books: ProblemBooks, problem: str, occasion: Occasion) -> Problem:
    """The problem as one that will cause no further case. Its cases are resolved each by itself.
    Raises NotFound, and Conflict where it is resolved."""
    found = books.problems.get(problem)
    _refuse_resolved(found)
    resolved = replace(found, resolved_at=occasion.now)
    return _saved(books, resolved, "ProblemResolved", {}, occasion)


def reopen_problem(books: ProblemBooks, problem: str, occasion: Occasion) -> Problem:
    """The problem as one that is there again. Raises NotFound, and Conflict where it is open."""
    found = books.problems.get(problem)
    if found.resolved_at is None:
        raise Conflict("The problem is not resolved.", code="problem_open")
    return _saved(books, replace(found, resolved_at=None), "ProblemReopened", {}, occasion)


def link_case(books: ProblemBooks, problem: str, case: str, occasion: Occasion) -> Problem:
    """The problem as the cause of a case; a link that stands stays. Raises NotFound, and Conflict
    for a case of another problem and for a problem that is resolved."""
    found, linked = books.problems.get(problem), books.problems.of_case(case)
    books.cases.get(case)
    if linked is not None and linked.id == found.id:
        return found
    _refuse_resolved(found)
    if linked is not None:
        message = f"The case is one of problem {linked.number}. Take it from there first."
        raise Conflict(message, code="other_problem")
    if len(books.problems.cases_of(problem)) >= CASES_LIMIT_COUNT:
        raise Conflict(f"A problem has at most {CASES_LIMIT_COUNT} cases.", code="too_many")
    books.problems.link(problem, case, occasion)
    _tell(books, found, "ProblemCaseLinked", {"case": case}, occasion)
    return found


def unlink_case(books: ProblemBooks, problem: str, case: str, occasion: Occasion) -> Problem:
    """The problem as one that does not cause a case. Raises NotFound."""
    found = books.problems.get(problem)
    if case in books.problems.cases_of(problem):
        books.problems.unlink(case)
        _tell(books, found, "ProblemCaseUnlinked", {"case": case}, occasion)
    return found


def draft_update(books: ProblemBooks, problem: str, text: str, occasion: Occasion) -> ProblemUpdate:
    """A draft, which is seen among us only. Raises NotFound."""
    books.problems.get(problem)
    if len(books.problems.updates_of(problem)) >= UPDATES_LIMIT_COUNT:
        raise Conflict(f"A problem has at most {UPDATES_LIMIT_COUNT} updates.", code="too_many")
    update = ProblemUpdate(
        id=occasion.new_id(UPDATE),
        problem=problem,
        text=masked(text)[0],
        drafted_at=occasion.now,
        drafted_by=occasion.by,
    )
    books.problems.save_update(update)
    return update


def publish_update(
    books: ProblemBooks, problem: str, update: str, occasion: Occasion
) -> ProblemUpdate:
    """The update once it was said in each case that the problem causes and that has not ended: an
    answer to each, at the cadence of each. It goes out once: raises Conflict for one that did, and
    NotFound."""
    found, draft = books.problems.get(problem), books.problems.update(problem, update)
    if draft.published_at is not None:
        raise Conflict("This update is published already.", code="update_published")
    cases = books.problems.open_cases_of(problem)
    for case in speaking_for_all(books.links, cases):
        say(books, case, draft.text, US, occasion)
    said = replace(draft, published_at=occasion.now, published_by=occasion.by, cases=len(cases))
    books.problems.save_update(said)
    _tell(books, found, "ProblemUpdated", {"update": update, "cases": len(cases)}, occasion)
    return said


def _refuse_resolved(problem: Problem) -> None:
    if problem.resolved_at is not None:
        message = f"Problem {problem.number} is resolved. Reopen it first."
        raise Conflict(message, code="problem_resolved")


def _saved(
    books: ProblemBooks, problem: Problem, kind: str, body: dict[str, object], occasion: Occasion
) -> Problem:
    books.problems.save(problem)
    _tell(books, problem, kind, body, occasion)
    return problem


def _tell(
    books: ProblemBooks, problem: Problem, kind: str, body: dict[str, object], occasion: Occasion
) -> None:
    about = {"problem": problem.id, "number": problem.number, **body}
    books.append([occasion.fact(kind, problem.id, about)])

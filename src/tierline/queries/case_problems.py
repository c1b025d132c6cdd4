"""Lists of problems: how many cases each causes, and the time that these took; and which problem a
case looks like."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from tierline.cases.problem import Problem
from tierline.cases.standing import ENDED
from tierline.knowledge.similarity import ranked, weights_of, words_that_tell
from tierline.knowledge.words import words_of
from tierline.queries.pages import PAGE_ROWS, Page, key_of, page_of
from tierline.store.case_problems import ProblemReads, problem_case_table, problem_table
from tierline.store.cases import case_table
from tierline.store.effort import time_entry_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierline.store.unit_of_work import Snapshot

OFFERED = 5
_COMPARED = 500
_SUBJECTS = 10
_problem, _link, _case = problem_table.c, problem_case_table.c, case_table.c
_entry = time_entry_table.c


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A problem with the cases that it causes, those of them that have not ended, and the minutes
    that were worked on them."""

    problem: Problem
    cases: int
    open_cases: int
    minutes: int


@dataclass(frozen=True, slots=True)
class LikelyProblem:
    """A problem that a case may be one of, and the words that say so."""

    problem: Problem
    shared: tuple[str, ...]


def list_problems(
    snapshot: Snapshot,
    *,
    is_over: bool | None = None,
    after: str | None = None,
    limit: int = PAGE_ROWS,
) -> Page[ProblemRow]:
    """All of them, or those that are (not) resolved, the newest first; one query."""
    chosen = sa.select(problem_table, *_counts())
    if is_over is not None:
        is_resolved = _problem.resolved_at.is_not(None)
        chosen = chosen.where(is_resolved if is_over else ~is_resolved)
    if after is not None:
        chosen = chosen.where(_problem.id < key_of(after, 1)[0])
    rows = snapshot.execute(chosen.order_by(_problem.id.desc()).limit(limit + 1)).mappings()
    return page_of([_row(row) for row in rows], limit, lambda each: (each.problem.id,))


def problem_row(snapshot: Snapshot, problem: str) -> ProblemRow:
    """One of them, with its counts. Raises NotFound."""
    found = ProblemReads(snapshot).get(problem)
    counts = snapshot.execute(sa.select(*_counts()).where(_problem.id == problem)).one()
    return ProblemRow(found, *(int(count) for count in counts))


def likely_problems(snapshot: Snapshot, texts: Sequence[str]) -> list[LikelyProblem]:
    """Unresolved problems that share the telling words of some texts, the most alike first: by what
    was written of them, and by the subjects of the cases that they cause already."""
    open_ones = sa.select(problem_table).where(_problem.resolved_at.is_(None))
    found = ProblemReads(snapshot).chosen(open_ones.order_by(_problem.id.desc()).limit(_COMPARED))
    told = words_that_tell(*texts)
    if not found or not told:
        return []
    subjects = _subjects(snapshot, [each.id for each in found])
    documents = []
    for number, each in enumerate(found):
        rest = " ".join((each.cause, each.workaround, *subjects.get(each.id, ())))
        documents.append((-number, " ".join(words_of(each.title)), " ".join(words_of(rest))))
    held = [{*title.split(), *rest.split()} for _, title, rest in documents]
    counts = Counter(word for words in held for word in words)
    weights = weights_of({word: counts[word] for word in told})
    return [
        LikelyProblem(found[-each.key], each.why) for each in ranked(weights, documents)[:OFFERED]
    ]


def _subjects(snapshot: Snapshot, problems: Sequence[str]) -> dict[str, list[str]]:
    """Of each problem the subjects of the newest cases that it causes."""
    place = sa.func.row_number().over(partition_by=_link.problem_id, order_by=_link.case_id.desc())
    newest = (
        sa.select(_link.problem_id, _link.case_id, place.label("place"))
        .where(_link.problem_id.in_(problems))
        .subquery()
    )
    chosen = (
        sa.select(newest.c.problem_id, _case.subject)
        .join(case_table, _case.id == newest.c.case_id)
        .where(newest.c.place <= _SUBJECTS)
        .order_by(newest.c.case_id.desc())
    )
    found: dict[str, list[str]] = {}
    for row in snapshot.execute(chosen):
        found.setdefault(row.problem_id, []).append(row.subject)
    return found


def _counts() -> tuple[sa.ColumnElement[Any], ...]:
    linked = sa.select(sa.func.count()).where(_link.problem_id == _problem.id)
    ended = sorted(state.value for state in ENDED)
    still = (
        sa.select(sa.func.count())
        .select_from(problem_case_table.join(case_table, _case.id == _link.case_id))
        .where(_link.problem_id == _problem.id, _case.state.not_in(ended))
    )
    worked = (
        sa.select(sa.func.coalesce(sa.func.sum(_entry.minutes), 0))
        .select_from(problem_case_table.join(time_entry_table, _entry.case_id == _link.case_id))
        .where(_link.problem_id == _problem.id, _entry.removed_at.is_(None))
    )
    return (
        linked.correlate(problem_table).scalar_subquery().label("its_cases"),
        still.correlate(problem_table).scalar_subquery().label("its_open"),
        worked.correlate(problem_table).scalar_subquery().label("its_minutes"),
    )


def _row(row: sa.RowMapping) -> ProblemRow:
    stated = {each.name: row[each.name] for each in _problem}
    return ProblemRow(Problem(**stated), row["its_cases"], row["its_open"], int(row["its_minutes"]))

"""Problems on both databases: several cases, one cause, and one update that answers all of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from people import NOW, People

from tierline.actions.case_links import merge_case
from tierline.actions.case_opening import CaseOrder, open_case
from tierline.actions.case_problems import (
    ProblemOrder,
    declare_problem,
    draft_update,
    link_case,
    publish_update,
    reopen_problem,
    resolve_problem,
    unlink_case,
    word_problem,
)
from tierline.actions.case_promise import NOBODY
from tierline.actions.cases import close, resolve
from tierline.actions.effort import Worked, enter_time
from tierline.cases.channel import Channel
from tierline.cases.event import EventKind
from tierline.cases.problem import Problem, ProblemState
from tierline.kernel.errors import Conflict
from tierline.queries.case_problems import likely_problems, list_problems
from tierline.store.records import Reads
from tierline.store.unit_of_work import Snapshot


def case_of(people: People, subject: str = "It stands", now: datetime = NOW) -> str:
    order = CaseOrder(channel=Channel.portal, subject=subject, text="Help.", account=None)
    return str(people.do(open_case, order, NOBODY, now=now).id)


def declared(people: People, title: str = "Certificates expire unseen", **stated: str) -> Problem:
    found: Problem = people.do(declare_problem, ProblemOrder(title=title, **stated))
    return found


def answers(people: People, case: str) -> int:
    events = people.read(lambda reads: reads.cases.get(case)).events
    return sum(event.kind is EventKind.public_reply for event in events)


def test_one_update_answers_every_case_that_has_not_ended_and_once(people: People) -> None:
    problem = declared(people)
    first, second, ended = (case_of(people) for _ in range(3))
    for case in (first, second, ended):
        people.do(link_case, problem.id, case)
        people.do(link_case, problem.id, case)
    people.do(resolve, ended, "Renewed.", None)
    people.do(close, ended)
    before = {case: answers(people, case) for case in (first, second, ended)}
    update = people.do(draft_update, problem.id, "We renew them all tonight.")
    assert answers(people, first) == before[first]
    said = people.do(publish_update, problem.id, update.id)
    assert said.cases == 2
    assert answers(people, first) == before[first] + 1
    assert answers(people, second) == before[second] + 1
    assert answers(people, ended) == before[ended]
    with pytest.raises(Conflict, match="published already"):
        people.do(publish_update, problem.id, update.id)


def test_an_update_is_said_once_in_cases_that_go_together(people: People) -> None:
    problem = declared(people)
    main, other, alone, elsewhere = (case_of(people) for _ in range(4))
    for case in (other, main, alone):
        people.do(link_case, problem.id, case)
    people.do(merge_case, other, main)
    people.do(merge_case, alone, elsewhere)
    before = {case: answers(people, case) for case in (main, other, alone)}
    update = people.do(draft_update, problem.id, "We renew them all tonight.")
    assert people.do(publish_update, problem.id, update.id).cases == 3
    assert {case: answers(people, case) for case in before} == {
        case: count + 1 for case, count in before.items()
    }


def test_a_problem_is_known_with_its_cause_and_takes_no_case_once_it_is_resolved(
    people: People,
) -> None:
    problem, other = declared(people), declared(people, "Disks fill up")
    assert (problem.state, problem.number + 1) == (ProblemState.open, other.number)
    order = ProblemOrder(title=problem.title, cause="Nobody watches them.", workaround="Renew.")
    assert people.do(word_problem, problem.id, order).state is ProblemState.known
    case = case_of(people)
    people.do(link_case, problem.id, case)
    with pytest.raises(Conflict, match=f"one of problem {problem.number}"):
        people.do(link_case, other.id, case)
    people.do(unlink_case, problem.id, case)
    assert people.do(resolve_problem, problem.id).state is ProblemState.resolved
    for refused in (lambda: people.do(link_case, problem.id, case),
                    lambda: people.do(resolve_problem, problem.id)):  # fmt: skip
        with pytest.raises(Conflict, match="is resolved"):
            refused()
    assert people.do(reopen_problem, problem.id).state is ProblemState.known


def test_problems_stand_by_cases_and_hours_and_the_one_that_is_alike_is_offered(
    people: People,
) -> None:
    problem, order = declared(people), ProblemOrder(title="Disks fill up")
    disks = people.do(declare_problem, order, now=NOW + timedelta(minutes=1))
    first = case_of(people, "The certificate of our gateway has run out")
    people.do(link_case, problem.id, first)
    people.do(enter_time, first, Worked(minutes=45, what="Looked at the store"))
    rows = people.read(lambda reads: list_problems(reads.snapshot, is_over=False)).items
    assert [(row.problem.id, row.cases, row.open_cases, row.minutes) for row in rows] == [
        (disks.id, 0, 0, 0), (problem.id, 1, 1, 45),
    ]  # fmt: skip
    texts = ["Gateway certificate is not valid", "Since today"]
    offered = people.read(lambda reads: likely_problems(reads.snapshot, texts))
    assert [each.problem.id for each in offered] == [problem.id]
    assert set(offered[0].shared) >= {"gateway", "certificate"}
    people.do(resolve_problem, problem.id)
    assert people.read(lambda reads: likely_problems(reads.snapshot, texts)) == []


class Counted:
    """A snapshot that counts the rows that are read from it."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot, self.rows = snapshot, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._snapshot, name)

    def execute(self, statement: Any) -> Any:
        found = self._snapshot.execute(statement)
        frozen = found.freeze()
        self.rows += len(frozen.data)
        return frozen()


def test_of_a_problem_with_many_cases_the_newest_ten_are_read(people: People) -> None:
    problem = declared(people, "Gateways stand")
    subjects = ["An old spindle", *(f"Gateway {number} stands" for number in range(11))]
    for number, subject in enumerate(subjects):
        case = case_of(people, subject, NOW + timedelta(minutes=number))
        people.do(link_case, problem.id, case)

    def read(reads: Reads) -> tuple[int, int, int]:
        old, new = Counted(reads.snapshot), Counted(reads.snapshot)
        offered = [
            len(likely_problems(cast("Snapshot", counted), texts))
            for counted, texts in ((old, ["The spindle"]), (new, ["Gateway 10"]))
        ]
        return old.rows, *offered

    assert people.read(read) == (1 + 10, 0, 1)


def test_an_erased_person_stands_in_no_problem(people: People) -> None:
    problem = declared(people, "Ada Lovelace's login", cause="ada@pine.example is shared.")
    people.do(draft_update, problem.id, "ADA@pine.example gets her own.")
    named = ["ada@pine.example", "Ada Lovelace"]
    assert len(people.read(lambda reads: reads.problems.texts_naming(named))) == 3
    people.do(lambda records: records.problems.erase_people(named))
    assert people.read(lambda reads: reads.problems.texts_naming(named)) == []
    found = people.read(lambda reads: reads.problems.get(problem.id))
    assert "[erased]" in found.title
    assert "is shared" in found.cause

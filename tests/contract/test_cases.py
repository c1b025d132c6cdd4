"""Cases on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from people import NOW, People
from small_world import terms

from tierline.accounts.coverage import CoverageState
from tierline.actions.case_clocks import LANE, keep_clocks
from tierline.actions.case_promise import NOBODY, CasePromise
from tierline.actions.cases import US, CaseOrder, open_case, say, set_severity
from tierline.actions.occasion import Occasion
from tierline.cases.case import Case
from tierline.cases.channel import Channel
from tierline.cases.event import EventKind
from tierline.cases.standing import CaseState
from tierline.kernel.errors import NotFound
from tierline.milestones.portable import portable_terms
from tierline.queries.cases import list_cases
from tierline.store.cases import case_terms_table
from tierline.store.records import Records
from tierline.store.store import Store

SMALL = terms()
PROMISE = CasePromise(
    CoverageState.covered,
    "contract_1",
    "bronze",
    SMALL.severities,
    portable_terms(SMALL, set(SMALL.tiers), (2024, 2030)),
)


@pytest.fixture
def people(store: Store) -> People:
    return People(store)


def order(people: People, **stated: str) -> CaseOrder:
    told = {"subject": "Slow", "text": "It is slow.", "account": people.lattice, **stated}
    return CaseOrder(channel=Channel.portal, **told)  # type: ignore[arg-type]  # texts


def opened(people: People, **stated: str) -> Case:
    return people.do(open_case, order(people, **stated), PROMISE)


def test_a_case_comes_back_as_it_was_written(people: People) -> None:
    case = opened(people, severity="S1")
    assert people.read(lambda reads: reads.cases.get(case.id)) == case
    people.do(say, case.id, "We look at it.", US, now=NOW + timedelta(hours=1))
    found = people.read(lambda reads: reads.cases.get(case.id))
    assert [event.kind for event in found.events] == [EventKind.opened, EventKind.public_reply]
    said = people.read(lambda reads: reads.cases.messages(case.id))
    assert [(each.place, each.text) for each in said] == [(0, "It is slow."), (1, "We look at it.")]
    with pytest.raises(NotFound, match="case_x"):
        people.read(lambda reads: reads.cases.get("case_x"))


def test_a_promise_is_kept_once_and_read_back_whole(people: People) -> None:
    first, second = (opened(people) for _ in range(2))
    assert first.terms == second.terms
    kept_terms = people.read(lambda reads: reads.snapshot.execute(case_terms_table.select()).all())
    assert len(kept_terms) == 1
    kept = people.read(lambda reads: reads.cases.terms(first.terms))
    assert kept.targets == SMALL.targets
    assert (kept.rules, kept.hours) == (SMALL.rules, SMALL.hours)


def test_numbers_are_given_once_however_many_open_at_once(people: People) -> None:
    with ThreadPoolExecutor(8) as threads:
        made = [threads.submit(people.do, open_case, order(people), NOBODY) for _ in range(24)]
        numbers = sorted(each.result().number for each in made)
    assert numbers == list(range(1, 25))


def test_the_index_is_made_again_from_the_facts(people: People) -> None:
    case = opened(people, severity="S1")
    people.do(set_severity, case.id, "S2", now=NOW + timedelta(hours=1))
    later = Occasion(now=NOW + timedelta(hours=2), by="worker", randomness=lambda bits: bits)

    def listed() -> object:
        return people.read(lambda reads: list_cases(reads.snapshot).items)

    def made_again(records: Records) -> None:
        records.cases.index(case.id, CaseState.closed, "S9", None)
        keep_clocks(records, records.cases.get(case.id), later)

    before = listed()
    people.do(made_again)
    assert listed() == before


def test_one_row_waits_for_each_case_that_something_is_due_in(people: People) -> None:
    def waiting() -> int:
        found = people.read(lambda reads: reads.due_work.waiting())
        return found[LANE][0] if LANE in found else 0

    case = opened(people, severity="S1")
    opened(people, severity="S2")
    people.do(open_case, order(people), NOBODY)
    assert waiting() == 2
    people.do(say, case.id, "We look at it.", US, now=NOW + timedelta(hours=1))
    assert waiting() == 2

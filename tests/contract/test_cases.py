"""Cases on both databases."""

from __future__ import annotations

import secrets
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from people import NOW, People
from small_world import terms

from tierline.accounts.coverage import CoverageState
from tierline.actions.case_clocks import LANE, keep_clocks
from tierline.actions.case_opening import CaseOrder, open_case
from tierline.actions.case_promise import NOBODY, CasePromise
from tierline.actions.cases import US, close, resolve, say, set_severity
from tierline.actions.first_answer import ANSWERS_PER_HOUR
from tierline.actions.occasion import Occasion
from tierline.actions.triage import open_answered_case
from tierline.cases.case import Case
from tierline.cases.channel import Channel, PlanChannels
from tierline.cases.event import EventKind
from tierline.cases.standing import CaseState
from tierline.kernel.errors import Conflict, NotFound
from tierline.milestones.portable import portable_terms
from tierline.queries.cases import CaseRow, list_cases
from tierline.queries.pages import Page
from tierline.store.cases import case_terms_table
from tierline.store.records import Reads, Records
from tierline.store.unit_of_work import Isolation, UnitOfWork

SMALL = terms()
PROMISE = CasePromise(
    CoverageState.covered,
    "contract_1",
    "bronze",
    SMALL.severities,
    portable_terms(SMALL, set(SMALL.tiers), (2024, 2030)),
)


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


def raised(
    people: People,
    case: CaseOrder,
    promise: CasePromise,
    tries: list[int],
    isolation: Isolation = Isolation.BY_STATEMENT,
) -> Case:
    """As the desk raises one: by a form or over the API, or as mails and chats do (`SERIAL`)."""

    def work(unit: UnitOfWork) -> Case:
        tries.append(1)
        occasion = Occasion(now=NOW, by="user_1", randomness=secrets.randbits)
        return open_answered_case(Records(unit, people.known), case, {}, promise, occasion)

    return people.store.run(work, isolation)


def test_numbers_are_given_once_however_many_open_at_once(people: People) -> None:
    tries: list[int] = []
    with ThreadPoolExecutor(8) as threads:
        made = [threads.submit(raised, people, order(people), NOBODY, tries) for _ in range(24)]
        numbers = sorted(each.result().number for each in made)
    assert numbers == list(range(1, 25))
    assert len(tries) == 24, "each at the first try"


def test_several_numbers_are_asked_for_at_once(people: People) -> None:
    opened(people)
    assert people.do(lambda records: records.cases.next_numbers(3)) == [2, 3, 4]
    assert people.do(lambda records: records.cases.next_numbers(0)) == []


def test_who_is_helped_once_out_of_plan_is_not_helped_twice_at_once(people: People) -> None:
    named = PlanChannels(
        named=frozenset({Channel.portal, Channel.phone}), included={Channel.portal: frozenset()}
    )
    promise = replace(PROMISE, channels=named)
    call = replace(order(people), channel=Channel.phone)

    def access(number: int) -> str:
        by = Isolation.SERIAL if number % 2 else Isolation.BY_STATEMENT
        try:
            return str(raised(people, call, promise, [], by).access)
        except Conflict as error:
            return error.code

    with ThreadPoolExecutor(8) as threads:
        found = Counter(threads.map(access, range(8)))
    assert found == {"helped_once": 1, "channel_not_included": 7}


def test_a_mail_and_a_form_of_one_instant_are_not_both_helped_once(people: People) -> None:
    named = PlanChannels(
        named=frozenset({Channel.portal, Channel.chat}), included={Channel.portal: frozenset()}
    )
    promise = replace(PROMISE, channels=named)
    asked = replace(order(people), channel=Channel.chat)
    opened(people)  # so that its terms stand there, and the two meet in nothing but this
    is_server = people.read(lambda reads: reads.snapshot.family == "postgresql")
    tries: list[int] = []

    def beside() -> Case:
        return raised(people, asked, promise, [])

    def mail(unit: UnitOfWork) -> str:
        records = Records(unit, people.known)
        records.cases.open_of(people.lattice)  # it has looked before the form comes
        tries.append(1)
        if len(tries) == 1:
            forms.append(threads.submit(beside))
            if is_server:  # a file has one writer
                forms[0].result()
        occasion = Occasion(now=NOW, by="mail", randomness=secrets.randbits)
        try:
            return str(open_case(records, asked, promise, occasion).access)
        except Conflict as error:
            return error.code

    forms: list[Future[Case]] = []
    with ThreadPoolExecutor(1) as threads:
        first = people.store.run(mail)
        try:
            second = str(forms[0].result().access)
        except Conflict as error:
            second = error.code
    assert sorted((first, second)) == ["channel_not_included", "helped_once"]


def whole_page(asked: dict[str, Any], reads: Reads) -> Page[CaseRow]:
    return list_cases(reads.snapshot, **asked)


def test_of_many_that_are_raised_at_once_three_are_answered_by_machine(people: People) -> None:
    contact = people.contact("Ada Lovelace", email="ada@lattice.example").contact.id
    case = replace(order(people), contact=contact)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: raised(people, case, PROMISE, []), range(8)))
    hour = NOW - timedelta(hours=1)
    mails = people.read(lambda reads: reads.sent_mails.automatic_since("ada@lattice.example", hour))
    assert mails == ANSWERS_PER_HOUR


def test_of_what_has_ended_the_newest_stands_first_over_all_pages(people: People) -> None:
    made = [
        people.do(open_case, order(people), PROMISE, now=NOW + timedelta(minutes=number))
        for number in range(5)
    ]
    for case in made:
        people.do(resolve, case.id, "It is mended.", "A loose plug.", now=NOW + timedelta(hours=1))
    for case in made[:3]:
        people.do(close, case.id, now=NOW + timedelta(hours=2))

    def numbers(*states: CaseState) -> list[int]:
        found, after = [], None
        while True:
            asked = {"states": states, "after": after, "limit": 2}
            page = people.read(partial(whole_page, asked))
            found += [each.number for each in page.items]
            after = page.next
            if after is None:
                return found

    assert numbers(CaseState.closed) == [3, 2, 1]
    assert numbers(CaseState.closed, CaseState.resolved) == [5, 4, 3, 2, 1]
    assert numbers() == []


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

"""Advice on both databases: given, decided, found again with what came later, and erased."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from people import NOW, People
from reviewed import GUIDE, REVIEW, reviewing_offer

from tierline.actions.advice import AdviceOrder, AdviceWord, give_advice, say_of_advice
from tierline.actions.care import CareReport, report_care
from tierline.actions.case_opening import CaseOrder, open_case
from tierline.actions.case_promise import NOBODY
from tierline.actions.playbooks import set_topic
from tierline.care.advice import Advice, AdviceEventKind, AdviceState
from tierline.care.item import CareEventKind
from tierline.care.schedule import Key
from tierline.cases.channel import Channel
from tierline.cases.playbook import Guide
from tierline.kernel.errors import Conflict, Invalid, NotFound
from tierline.queries.advice import (
    AdviceQuestion,
    AdviceRow,
    list_advice,
    reviews_without_advice,
)
from tierline.store.store import Store

HOUR = timedelta(hours=1)


@pytest.fixture
def people(store: Store) -> People:
    made = People(store, reviewing_offer())
    guide = Guide.model_validate(GUIDE)
    made.do(lambda records: records.guides.publish(guide, by="user_1", at=NOW))
    return made


def order(**stated: object) -> AdviceOrder:
    words = {"title": "One switch", "risk": "It fails.", "trade_off": "A day on site.",
             "recommendation": "Two switches.", "owner": "user_ada",
             "follow_up_on": date(2025, 7, 1), "topic": "network"}  # fmt: skip
    return AdviceOrder(**{**words, **stated})  # type: ignore[arg-type]  # as its fields are


def given(people: People, **stated: object) -> Advice:
    return people.do(give_advice, people.lattice, order(**stated))


def rows(people: People, **asked: object) -> list[AdviceRow]:
    question = AdviceQuestion(**asked)  # type: ignore[arg-type]  # as its fields are
    return list(people.read(lambda reads: list_advice(reads, question)).page.items)


def test_advice_is_numbered_within_its_account_and_found_by_its_state(people: People) -> None:
    other = people.account("Kestrel")
    first = given(people)
    spare = order(title="No spare", topic="")
    second = people.do(give_advice, people.lattice, spare, now=NOW + HOUR)
    theirs = people.do(give_advice, other, order())
    assert [each.given.number for each in (first, second, theirs)] == [1, 2, 1]
    people.do(say_of_advice, first.given.id, AdviceWord(kind=AdviceEventKind.accepted))
    found = rows(people, accounts=[people.lattice])
    assert [each.advice.given.number for each in found] == [2, 1]
    assert [each.topic_name for each in found] == ["", "Network"]
    accepted = rows(people, state=AdviceState.accepted)
    assert [each.advice.given.id for each in accepted] == [first.given.id]
    assert len(rows(people, owner="user_ada")) == 3
    asked = AdviceQuestion()
    page = people.read(lambda reads: list_advice(reads, asked, limit=2))
    rest = people.read(lambda reads: list_advice(reads, asked, after=page.page.next))
    assert len({each.advice.given.id for each in (*page.page.items, *rest.page.items)}) == 3


def test_what_was_said_of_it_stays_and_what_is_wrong_is_refused(people: People) -> None:
    advice = given(people).given.id
    for word in (
        AdviceWord(kind=AdviceEventKind.asked, text="What does it cost?"),
        AdviceWord(kind=AdviceEventKind.answered, text="A day."),
        AdviceWord(kind=AdviceEventKind.planned, owner="user_bo", follow_up_on=date(2025, 9, 1)),
        AdviceWord(kind=AdviceEventKind.declined, text="Next year."),
    ):
        people.do(say_of_advice, advice, word)
    kept = people.read(lambda reads: reads.advice.get(advice))
    assert [each.kind.value for each in kept.events] == ["asked", "answered", "planned", "declined"]
    assert (kept.owner, kept.follow_up_on) == ("user_bo", date(2025, 9, 1))
    assert kept.decided is not None
    assert kept.decided.text == "Next year."
    with pytest.raises(Invalid, match="why it is declined"):
        people.do(say_of_advice, advice, AdviceWord(kind=AdviceEventKind.declined))
    with pytest.raises(Invalid, match="no topic 'disks'"):
        given(people, topic="disks")
    with pytest.raises(NotFound):
        people.do(say_of_advice, "advice_x", AdviceWord(kind=AdviceEventKind.accepted))


def test_later_cases_of_its_topic_are_linked_to_what_was_decided(people: People) -> None:
    advice = given(people).given.id

    def raised(subject: str, hours: int, account: str = people.lattice) -> str:
        stated = CaseOrder(channel=Channel.portal, subject=subject, text="x", account=account)
        return str(people.do(open_case, stated, NOBODY, now=NOW + hours * HOUR).id)

    raised("The switch is down", 1)
    assert rows(people)[0].later == ()
    word = AdviceWord(kind=AdviceEventKind.accepted)
    people.do(say_of_advice, advice, word, now=NOW + 2 * HOUR)
    by_word = raised("A cable is loose", 3)
    said = raised("It is slow", 4)
    people.do(set_topic, said, "network", now=NOW + 4 * HOUR)
    raised("It is slow", 5)
    raised("The switch is down", 6, people.account("Kestrel"))
    (row,) = rows(people, accounts=[people.lattice])
    assert [each.case for each in row.later] == [said, by_word]


def test_a_review_that_was_held_has_to_yield_advice(people: People) -> None:
    contract = people.read(lambda reads: reads.contracts.of_account(people.lattice))[0].id
    key = Key(contract, REVIEW, date(2025, 3, 31))

    def missing() -> list[Key]:
        found = people.read(lambda reads: reviews_without_advice(reads, None, NOW))
        return [each.promised.key for each in found]

    with pytest.raises(Conflict, match="that it was done"):
        given(people, key=key)
    at = datetime(2025, 3, 20, tzinfo=UTC)
    people.do(report_care, key, CareReport(kind=CareEventKind.done, at=at))
    assert missing() == [key]
    other = people.account("Kestrel")
    with pytest.raises(Invalid, match="another account"):
        people.do(give_advice, other, order(key=key))
    made = given(people, key=key)
    assert made.given.key == key
    assert missing() == []
    assert people.read(lambda reads: reads.advice.get(made.given.id)) == made


def test_whoever_is_named_in_it_is_erased(people: People) -> None:
    advice = given(people, risk="Only Nadia Nagy knows the switch.").given.id
    asked = AdviceWord(kind=AdviceEventKind.asked, text="Does NADIA NAGY have to be there?")
    people.do(say_of_advice, advice, asked)
    words = ["Nadia Nagy"]
    named = people.read(lambda reads: reads.advice.texts_naming(people.lattice, words))
    assert len(named) == 2
    people.do(lambda records: records.advice.erase_people(people.lattice, words))
    kept = people.read(lambda reads: reads.advice.get(advice))
    assert kept.given.risk == "Only [erased] knows the switch."
    assert kept.events[0].text == "Does [erased] have to be there?"
    assert kept.given.recommendation == "Two switches."

"""Triage and disputes on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from people import NOW, People

from tierline.actions.case_opening import CaseOrder, open_case
from tierline.actions.case_promise import NOBODY
from tierline.actions.disputes import DisputeOrder, decide_dispute, raise_dispute, tell_overdue
from tierline.actions.people import erase_person
from tierline.actions.triage import TriageOrder, triage_case
from tierline.cases.channel import Channel
from tierline.cases.dispute import Dispute
from tierline.kernel.errors import Conflict, NotFound
from tierline.queries.pages import Page
from tierline.queries.triage import (
    DisputeRow,
    disputed_rules,
    list_disputes,
    list_precedents,
    overrides_by_agent,
    overrides_by_rule,
)

ADA = ("Ada Lovelace-Quux", "ada.quux@lattice.example")
DOWN = {"uptime_impact": "down"}
RULE = "uptime_impact: down -> S2"


def opened(people: People) -> str:
    order = CaseOrder(
        channel=Channel.portal, subject="Slow", text="It is slow.", account=people.lattice
    )
    return people.do(open_case, order, NOBODY).id


def disputed(people: People, case: str, words: str = "It is worse.") -> Dispute:
    return people.do(raise_dispute, case, DisputeOrder(words=words, is_customers=True))


def overruled(people: People, case: str, reason: str = "Audit", by: str = "user_1") -> None:
    order = TriageOrder(answers=DOWN, severity="S1", reason=reason)
    people.do(triage_case, case, order, by=by)


def test_a_triage_and_a_dispute_come_back_as_they_were_written(people: People) -> None:
    case = opened(people)
    overruled(people, case)
    people.do(triage_case, case, TriageOrder(answers=DOWN), now=NOW + timedelta(hours=1))
    first, second = people.read(lambda reads: reads.triage.of_case(case))
    assert (first.place, first.agreed, first.override_reason) == (0, "S1", "Audit")
    assert (second.place, second.is_override, second.result.rule) == (1, False, RULE)
    assert second.result.inputs == first.result.inputs
    made = disputed(people, case)
    assert people.read(lambda reads: reads.triage.disputes_of(case)) == (made,)
    decided = people.do(decide_dispute, made.id, "S1", "It is a plant.")
    assert people.read(lambda reads: reads.triage.dispute(made.id)) == decided
    with pytest.raises(Conflict, match="decided"):
        people.do(decide_dispute, made.id, "S1", "Again.")
    with pytest.raises(NotFound):
        people.read(lambda reads: reads.triage.dispute("dispute_x"))


def test_a_decided_dispute_waits_for_nobody_and_is_never_overdue(people: People) -> None:
    made = disputed(people, opened(people))
    people.do(decide_dispute, made.id, "S2", "No.")
    people.do(tell_overdue, made.id, now=made.due_at + timedelta(days=1))
    found = people.read(lambda reads: reads.triage.dispute(made.id))
    assert found.overdue_at is None
    assert people.read(lambda reads: reads.due_work.waiting()) == {}


def test_reports_count_by_agent_and_by_row_from_an_instant_on(people: People) -> None:
    cases = [opened(people) for _ in range(3)]
    for case in cases[:2]:
        overruled(people, case, by="user_2")
    people.do(triage_case, cases[2], TriageOrder(answers=DOWN), by="user_3")
    people.do(decide_dispute, disputed(people, cases[0]).id, "S2", "It is not.")
    people.do(decide_dispute, disputed(people, cases[1]).id, "S1", "It is.")
    disputed(people, cases[2])

    def told(since: object) -> list[object]:
        return people.read(
            lambda reads: [
                [(each.name, each.triaged, each.overridden) for each in found]
                for found in (
                    overrides_by_agent(reads.snapshot, since),  # type: ignore[arg-type]  # an instant
                    overrides_by_rule(reads.snapshot, since),  # type: ignore[arg-type]  # an instant
                )
            ]
        )

    assert told(NOW) == [[("user_2", 2, 2), ("user_3", 1, 0)], [(RULE, 3, 2)]]
    assert told(NOW + timedelta(hours=1)) == [[], []]
    (rule,) = people.read(lambda reads: disputed_rules(reads.snapshot, NOW))
    assert (rule.rule, rule.triaged, rule.disputed, rule.open, rule.changed) == (RULE, 3, 3, 1, 1)


def test_lists_go_on_where_they_were_left(people: People) -> None:
    made = [disputed(people, opened(people), f"Number {number}") for number in range(5)]
    for each in made[:3]:
        people.do(decide_dispute, each.id, "S2", f"About {each.words}", now=NOW)

    def pages(list_: Callable[..., Page[DisputeRow]], after: str | None = None) -> list[str]:
        page = people.read(lambda reads: list_(reads.snapshot, after=after, limit=2))
        rest = [] if page.next is None else pages(list_, page.next)
        return [row.dispute.id for row in page.items] + rest

    assert pages(list_disputes) == sorted(each.id for each in made[3:])
    assert pages(list_precedents) == sorted((each.id for each in made[:3]), reverse=True)
    assert people.read(lambda reads: list_disputes(reads.snapshot, accounts=())).items == ()
    (one,) = people.read(lambda reads: list_precedents(reads.snapshot, words="NUMBER 2")).items
    assert (one.dispute.words, one.number) == ("Number 2", 3)
    assert people.read(lambda reads: list_precedents(reads.snapshot, words="100%")).items == ()


def test_whoever_is_erased_stands_in_no_reason_and_the_rest_of_it_stays(people: People) -> None:
    ada = people.contact(ADA[0], email=ADA[1]).contact.id
    case = opened(people)
    overruled(people, case, f"{ADA[0]} called twice")
    made = disputed(people, case, f"Ask {ADA[0].upper()}.")
    people.do(decide_dispute, made.id, "S2", f"{ADA[1]} agrees.")
    contact = people.read(lambda reads: reads.contacts.get(ada))
    assert len(people.read(lambda reads: reads.people.texts_naming(contact))) == 3
    people.do(erase_person, ada)
    (triage,) = people.read(lambda reads: reads.triage.of_case(case))
    assert triage.override_reason == "[erased] called twice"
    dispute = people.read(lambda reads: reads.triage.dispute(made.id))
    assert dispute.words == "Ask [erased]."
    assert dispute.ruling is not None
    assert dispute.ruling.reason == "[erased] agrees."

"""Giving cases to people on both databases."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

import pytest
from people import NOW, People
from small_world import terms

from tierline.access.role import Role
from tierline.access.user import User
from tierline.accounts.coverage import CoverageState
from tierline.accounts.criticality import Part
from tierline.actions.agents import AgentDetails, NeedDetails, forget_agent, keep_agent, keep_need
from tierline.actions.case_opening import CaseOrder, open_case
from tierline.actions.case_promise import CasePromise
from tierline.actions.cases import close, reopen, resolve, set_severity
from tierline.actions.contracts import end_contract
from tierline.actions.criticality import Finding, record_findings
from tierline.actions.handoffs import hand_over
from tierline.actions.occasion import Occasion
from tierline.actions.playbooks import publish_guide, set_topic
from tierline.actions.rerouting import need_case_skills
from tierline.actions.routing import pick_next, route_waiting, take_case
from tierline.actions.routing_plans import publish_plan
from tierline.cases.case import Case
from tierline.cases.channel import Channel
from tierline.catalog.document import parse_document
from tierline.kernel.errors import Conflict, Invalid, NotFound
from tierline.kernel.ids import UserId
from tierline.milestones.portable import portable_terms
from tierline.queries.cases import list_cases
from tierline.queries.handoffs import handoffs_by_tier
from tierline.queries.routing import CaseView, list_agents, narrowed_to
from tierline.routing.agent import Agent
from tierline.routing.assignment import Assignment, How, Ownership
from tierline.routing.notice import subject_of
from tierline.store.journal import facts_about

SMALL = terms()
PROMISE = CasePromise(
    CoverageState.covered,
    "contract_1",
    "bronze",
    SMALL.severities,
    portable_terms(SMALL, set(SMALL.tiers), (2024, 2030)),
)


def user(people: People, name: str, account: str | None = None, role: Role = Role.agent) -> str:
    role = role if account is None else Role.customer_contact
    made = User(
        id=UserId(f"user_{name}"),
        email=f"{name}@vendor.example",
        name=name.capitalize(),
        roles=frozenset({role}),
        account=account,
        made_at=NOW,
    )
    people.do(lambda records: records.users.add(made, None))
    return made.id


def agent(people: People, name: str, **stated: Any) -> str:
    made = user(people, name)
    people.do(keep_agent, made, AgentDetails(**stated))
    return made


def opened(people: People, severity: str = "S2") -> Case:
    order = CaseOrder(
        channel=Channel.portal,
        subject="Slow",
        text="It is slow.",
        account=people.lattice,
        severity=severity,
    )
    return people.do(open_case, order, PROMISE)


def given_out(people: People) -> int:
    occasion = Occasion(now=NOW, by="worker", randomness=secrets.randbits)
    given: int = people.do(lambda records: route_waiting(records, occasion))
    return given


def owned(people: People, case: Case) -> Ownership:
    found: Ownership = people.read(lambda reads: reads.routing.ownership(case.id))
    return found


def trail(people: People, case: Case) -> tuple[Assignment, ...]:
    found: tuple[Assignment, ...] = people.read(lambda reads: reads.routing.trail(case.id))
    return found


def test_where_nobody_is_recorded_nobody_is_assigned_and_nothing_breaks(people: People) -> None:
    case = opened(people)
    assert owned(people, case) == Ownership(case=case.id)
    assert trail(people, case) == ()
    assert given_out(people) == 0


def test_a_case_that_came_while_the_first_agent_was_recorded_is_found_and_given_out(
    people: People,
) -> None:
    case = opened(people)
    assert not people.read(lambda reads: reads.routing.is_any_unqueued()), "nobody is there yet"
    ana = user(people, "ana")
    # As by a unit that had looked for open cases before this one was there.
    people.do(lambda records: records.routing.keep_agent(Agent(user=ana), at=NOW))
    assert given_out(people) == 0
    assert people.read(lambda reads: reads.routing.is_any_unqueued())
    people.do(lambda records: records.routing.queue_unrouted(at=NOW))
    assert not people.read(lambda reads: reads.routing.is_any_unqueued())
    assert given_out(people) == 1
    assert owned(people, case).user == ana


def test_a_case_is_given_to_somebody_as_it_is_opened_with_the_reason(people: People) -> None:
    ana = agent(people, "ana", skills=("Security",), level=2)
    bo = agent(people, "bo")
    case = opened(people)
    (step,) = trail(people, case)
    assert (step.user, step.how) == (bo, How.routed)
    assert step.reason == (
        "First line, has 0 of 10 cases; one of 2 who may have it. For bronze S2."
    )
    assert step.why_not == ((ana, "fits as well; another was chosen"),)
    people.do(need_case_skills, case.id, frozenset({"security"}))
    assert owned(people, case).user == ana
    assert owned(people, case).handoffs == 1
    facts = people.read(lambda reads: facts_about(reads.snapshot, people.lattice, as_of=NOW))
    assert [fact.kind for fact in facts if fact.kind == "CaseAssigned"] == ["CaseAssigned"] * 2


def test_what_is_known_of_an_account_and_of_the_topic_stands_in_the_reason(
    people: People,
) -> None:
    ana = agent(people, "ana", capacity=1)
    found = Finding(Part.mission_criticality, "critical", "The plant stops.", reviewer="user_ana")
    people.do(record_findings, people.lattice, [found])
    (contract,) = people.read(lambda reads: reads.contracts.of_account(people.lattice))
    people.do(end_contract, contract.id, NOW + timedelta(days=30))
    guide = "format: tierline/playbooks/1\ntopics: {print: {name: Printing}}"
    people.do(publish_guide, parse_document(guide, "guide.yaml"))
    first, waiting = opened(people), opened(people)
    known = "criticality critical, renewal in 30 days"
    assert trail(people, first)[0].reason.endswith(f"For bronze S2, {known}.")
    people.do(set_topic, waiting.id, "print")
    people.do(resolve, first.id, "Done.", "So.")
    assert given_out(people) == 1
    assert owned(people, waiting).user == ana
    assert trail(people, waiting)[-1].reason.endswith(f"For bronze S2, {known}, topic print.")


def test_a_skill_that_nobody_has_takes_no_case_from_its_holder_and_leads_are_told_once(
    people: People,
) -> None:
    people.do(publish_plan, parse_document("format: tierline/routing/1", "plan.yaml"), now=NOW)
    ana, lea = agent(people, "ana"), user(people, "lea", role=Role.lead)
    agent(people, "bo", level=3, skills=("vpn",))
    for severity in ("S1", "S2"):
        case = opened(people, severity)
        for skills in ({"quantum dns"}, {"quantum dns", "wan"}):
            people.do(need_case_skills, case.id, frozenset(skills))
        found = owned(people, case)
        assert (found.user, found.handoffs, len(trail(people, case))) == (ana, 0, 1)
        assert found.missing == ("the skill quantum dns", "the skill wan")
        notices = people.read(lambda reads, case=case: reads.notices.of_case(case.id))
        assert sorted((each.user, each.milestone) for each in notices) == [
            (ana, ""),
            (lea, "quantum dns"),
            (lea, "wan"),
        ]
        told = [subject_of(each, 7) for each in notices if each.milestone == "wan"]
        assert told == [f"Case 7 ({severity}): nobody has the skill wan"]
        people.do(need_case_skills, case.id, frozenset())
        assert owned(people, case).missing == ()


def test_a_case_waits_for_somebody_with_the_skill_who_is_not_there_but_not_one_given_by_hand(
    people: People,
) -> None:
    ana = agent(people, "ana")
    bo = agent(people, "bo", level=2, skills=("dns",), absent_until=NOW + timedelta(days=1))
    routed, held = opened(people), opened(people)
    people.do(hand_over, held.id, None, "Somebody else.")
    people.do(take_case, held.id, ana)
    for case in (routed, held):
        people.do(need_case_skills, case.id, frozenset({"dns"}))
    assert owned(people, held).user == ana
    found = owned(people, routed)
    assert (found.user, found.missing) == (None, ("somebody who is not absent",))
    assert given_out(people) == 0
    assert len(trail(people, routed)) == 2  # what is missing still is no step of its own
    people.do(keep_agent, bo, AgentDetails(level=2, skills=("dns",)))
    assert given_out(people) == 1
    assert owned(people, routed).user == bo
    assert trail(people, routed)[-1].pick == 0


def test_a_machine_takes_a_case_for_a_cause_and_leaves_a_summary(people: People) -> None:
    ana, bo = agent(people, "ana"), agent(people, "bo", level=2, skills=("dns",))
    case = opened(people)
    people.do(hand_over, case.id, None, "Somebody else.")
    people.do(take_case, case.id, ana)
    changed = people.do(need_case_skills, case.id, frozenset({"dns"}))
    assert changed == people.read(lambda reads: reads.cases.get(case.id))
    step = trail(people, case)[-1]
    assert (step.user, step.how) == (bo, How.routed)
    assert step.reason.startswith("Whoever had it: lacks dns. Second line, knows dns")
    notes = people.read(lambda reads: reads.cases.messages(case.id))
    (note,) = [each for each in notes if each.place == step.note]
    assert (note.author, note.is_public) == ("machine", False)
    assert note.text.startswith("Handed over by the machine: whoever had it lacks dns. Second line")


def test_what_was_known_when_a_case_was_given_by_hand_is_no_cause_to_take_it(
    people: People,
) -> None:
    ana = agent(people, "ana")
    agent(people, "bo", level=2, skills=("dns",))
    case = opened(people)
    people.do(need_case_skills, case.id, frozenset({"dns"}))
    people.do(hand_over, case.id, ana, "She asked for it.")
    people.do(set_severity, case.id, "S1")
    people.do(need_case_skills, case.id, frozenset({"dns"}))
    assert owned(people, case).user == ana
    assert owned(people, case).handoffs == 2


def test_the_worst_severity_goes_to_somebody_at_triage_whatever_they_lack(people: People) -> None:
    ana = agent(people, "ana", capacity=1)
    opened(people)
    second = opened(people)
    assert owned(people, second).missing == ("somebody with room for another case",)
    people.do(set_severity, second.id, "S1")
    assert owned(people, second).user == ana


def test_a_handover_needs_a_summary_and_is_counted(people: People) -> None:
    ana, bo = agent(people, "ana"), agent(people, "bo")
    case = opened(people)
    assert owned(people, case).user == ana
    with pytest.raises(Invalid) as refused:
        people.do(hand_over, case.id, bo, "  ")
    assert [fault.code for fault in refused.value.faults] == ["no_summary"]
    people.do(hand_over, case.id, bo, "The log is clean. Try the cable next.")
    step = trail(people, case)[-1]
    assert (step.user, step.how, owned(people, case).handoffs) == (bo, How.handed_over, 1)
    notes = people.read(lambda reads: reads.cases.messages(case.id))
    (note,) = [each for each in notes if each.place == step.note]
    assert (note.text, note.is_public) == ("The log is clean. Try the cable next.", False)
    people.do(hand_over, case.id, None, "Nothing left for me to do.")
    assert owned(people, case).user is None
    assert owned(people, case).handoffs == 1
    with pytest.raises(Conflict, match="waits in the queue"):
        people.do(hand_over, case.id, None, "Again.")


def test_data_of_a_region_is_seen_by_its_people_by_hand_neither(people: People) -> None:
    eu, us = agent(people, "eu", regions=("EU",)), agent(people, "us", regions=("US",))
    people.do(keep_need, people.lattice, NeedDetails(residency="eu", engineers=(eu,)))
    case = opened(people)
    assert owned(people, case).user == eu
    with pytest.raises(Conflict) as refused:
        people.do(hand_over, case.id, us, "Over to you.")
    assert refused.value.code == "may_not_see"
    people.do(hand_over, case.id, None, "I am off.")
    with pytest.raises(Conflict):
        people.do(take_case, case.id, us)
    assert people.do(pick_next, us) is None
    assert people.do(pick_next, eu) == case.id


def test_cases_of_before_go_into_the_queue_and_out_of_it_in_its_order(people: People) -> None:
    mild, bad = opened(people, "S2"), opened(people, "S1")
    ana = agent(people, "ana", absent_until=NOW + timedelta(days=1))
    assert given_out(people) == 0
    assert people.do(pick_next, ana) == bad.id
    assert people.do(pick_next, ana) == mild.id
    assert people.do(pick_next, ana) is None


def test_only_what_is_open_counts_as_load(people: People) -> None:
    ana = agent(people, "ana")
    first, _ = opened(people), opened(people)
    assert people.read(lambda reads: reads.routing.load()) == {ana: 2}
    people.do(resolve, first.id, "Done.", "So.")
    assert people.read(lambda reads: reads.routing.load()) == {ana: 1}
    rows = people.read(lambda reads: list_agents(reads.snapshot, after=None, limit=5)).items
    assert [(row.name, row.cases) for row in rows] == [("Ana", 1)]
    people.do(reopen, first.id)
    assert people.read(lambda reads: reads.routing.load()) == {ana: 2}
    people.do(resolve, first.id, "Done again.", "So.")
    people.do(close, first.id)
    assert people.read(lambda reads: reads.routing.load()) == {ana: 1}


def test_agents_are_listed_by_name_page_after_page(people: People) -> None:
    for name in ("mia", "ana", "zoe"):
        agent(people, name)
    first = people.read(lambda reads: list_agents(reads.snapshot, after=None, limit=2))
    assert [row.name for row in first.items] == ["Ana", "Mia"]
    then = people.read(lambda reads: list_agents(reads.snapshot, after=first.next, limit=2))
    assert [row.name for row in then.items] == ["Zoe"]


def test_the_views_are_narrowed_to_mine_to_nobodys_and_to_what_is_due(people: People) -> None:
    ana = agent(people, "ana", capacity=1)
    mine, waiting = opened(people), opened(people)

    def seen(view: CaseView) -> list[str]:
        narrowed = narrowed_to(view, ana, NOW)
        page = people.read(lambda reads: list_cases(reads.snapshot, narrowed=narrowed))
        return sorted(row.id for row in page.items)

    assert seen(CaseView.mine) == [mine.id]
    assert seen(CaseView.unassigned) == [waiting.id]
    assert seen(CaseView.at_risk) == sorted([mine.id, waiting.id])


def test_a_customers_user_works_on_no_cases(people: People) -> None:
    theirs = user(people, "di", people.lattice)
    with pytest.raises(Invalid):
        people.do(keep_agent, theirs, AgentDetails())
    with pytest.raises(NotFound):
        people.do(forget_agent, theirs)
    ours = agent(people, "ana", hours={"time_zone": "Europe/Berlin", "week": {"mon": "9:00-17:00"}})
    people.do(forget_agent, ours)
    assert people.read(lambda reads: reads.routing.agents()) == ()


def test_handoffs_are_counted_by_tier_and_a_first_assignment_is_none(people: People) -> None:
    ana, bo = agent(people, "ana"), agent(people, "bo")
    cases = [opened(people) for _ in range(3)]
    for _ in range(2):
        for to in (ana, bo):
            if owned(people, cases[0]).user != to:
                people.do(hand_over, cases[0].id, to, "Over to you.")
    (row,) = people.read(
        lambda reads: handoffs_by_tier(reads.snapshot, start=NOW, end=NOW + timedelta(days=1))
    )
    changes = len(trail(people, cases[0])) - 1
    assert changes == row.handoffs == row.most >= 3
    assert (row.tier, row.cases, row.median) == ("bronze", 3, 0)

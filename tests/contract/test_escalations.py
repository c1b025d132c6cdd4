"""Climbs are told once, to who holds the role then, on both databases."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import yaml
from people import START, People
from small_offer import OFFER

from tierline.access.role import Role
from tierline.access.user import User
from tierline.accounts.coverage import CoverageState
from tierline.actions.agents import AgentDetails, NeedDetails, keep_agent, keep_need
from tierline.actions.case_clocks import look_again, next_look
from tierline.actions.case_opening import CaseOrder, open_case
from tierline.actions.case_promise import CasePromise
from tierline.actions.cases import US, Speaker, reopen, resolve, say, set_severity
from tierline.actions.catalogs import publish_catalog
from tierline.actions.disputes import DisputeOrder, decide_dispute, raise_dispute, warn_of
from tierline.actions.escalations import KIND
from tierline.actions.handoffs import hand_over
from tierline.actions.occasion import Occasion
from tierline.actions.routing import take_case
from tierline.actions.routing_plans import publish_plan, vacancies_ahead, who_is_called
from tierline.actions.triage import call_critical
from tierline.cases.case import Case
from tierline.cases.channel import Channel
from tierline.cases.dispute import Dispute
from tierline.catalog.catalog import Catalog
from tierline.catalog.document import parse_document
from tierline.kernel.errors import Invalid
from tierline.kernel.ids import UserId
from tierline.milestones.portable import portable_terms
from tierline.milestones.terms import terms_of
from tierline.routing.notice import (
    ASSIGNED,
    AT_NO_LEVEL,
    BREACH,
    DISPUTE_WAITS,
    DISPUTED,
    LIFTED,
    REOPENED,
    Notice,
    words_of,
)
from tierline.routing.rota import Why
from tierline.store.due_work import due_work_table
from tierline.store.journal import facts_about
from tierline.store.store import Store

TREE = """
  tree:
    name: Round the clock
    levels:
      - {role: Case owner, after_percent: 50}
      - {role: Support lead, after_percent: 75, after: PT15M}
      - {role: Duty manager, kind: hierarchical, after_percent: 90}
"""
PLAN = """
format: tierline/routing/1
roles:
  Support lead: {shifts: [{people: [lea@vendor.example]}]}
  Duty manager: {shifts: [{people: [mo@vendor.example], week: {mon-fri: "00:00-24:00"}}]}
"""
QUIET = {"time_zone": "UTC", "week": {"mon-sun": "06:00-09:00"}}
NOW = datetime.fromisoformat("2025-06-02T08:00:00+00:00")  # a Monday


def catalog() -> Catalog:
    stated: dict[str, Any] = yaml.safe_load(OFFER)
    stated["escalation"] = {"tree": yaml.safe_load(TREE)["tree"]}
    for tier in stated["tiers"].values():
        tier["escalation"] = {"any": "tree"}
        tier["targets"].append({"severity": "S2", "milestone": "acknowledge", "within": "PT8H",
                                "hours": "always"})  # fmt: skip
        tier["targets"][0] |= {"hours": "always", "within": "PT1H"}
    return Catalog.model_validate(stated)


@pytest.fixture
def people(store: Store) -> People:
    made = People(store, catalog())
    for name, role in (("ana", Role.agent), ("lea", Role.lead), ("mo", Role.agent)):
        user = User(
            id=UserId(f"user_{name}"),
            email=f"{name}@vendor.example",
            name=name,
            roles=frozenset({role}),
            account=None,
            made_at=START,
        )
        made.do(lambda records, user=user: records.users.add(user, None))
    made.do(keep_agent, "user_ana", AgentDetails(), now=NOW)
    return made


def published(people: People, text: str = PLAN) -> None:
    people.do(publish_plan, parse_document(text, "plan.yaml"), now=NOW)


def opened(people: People, severity: str = "S1", now: datetime = NOW) -> Case:
    terms = terms_of(people.catalog)
    promise = CasePromise(
        CoverageState.covered,
        "contract_1",
        "priority",
        terms.severities,
        portable_terms(terms, set(terms.tiers), (2024, 2030)),
    )
    order = CaseOrder(
        channel=Channel.portal, subject="x", text="x", account=people.lattice, severity=severity
    )
    return people.do(open_case, order, promise, now=now)


def looked(people: People, case: Case, minutes: float) -> None:
    occasion = Occasion(
        now=NOW + timedelta(minutes=minutes), by="worker", randomness=secrets.randbits
    )
    people.do(lambda records: look_again(records, case.id, occasion))


def told(people: People, case: Case) -> list[tuple[str, str, int]]:
    """Who was told of what, and so many minutes after the case was opened it became true."""
    return [
        (each.user, each.what, int((each.true_at - NOW).total_seconds() // 60))
        for each in notices(people, case)
    ]


def notices(people: People, case: Case) -> tuple[Notice, ...]:
    """What was told because the case climbed."""
    return tuple(each for each in written(people, case) if each.what not in AT_NO_LEVEL)


def written(people: People, case: Case) -> tuple[Notice, ...]:
    found: tuple[Notice, ...] = people.read(lambda reads: reads.notices.of_case(case.id))
    return found


def waiting(people: People) -> dict[str, datetime]:
    """When each notice that waits is delivered."""
    chosen = sa.select(due_work_table.c.id, due_work_table.c.run_at)
    rows = people.store.read(
        lambda snapshot: list(snapshot.execute(chosen.where(due_work_table.c.kind == KIND)))
    )
    return {row.id: row.run_at for row in rows}


def test_whoever_gets_a_case_is_told_at_once(people: People) -> None:
    published(people)
    case = opened(people)
    (notice,) = written(people, case)
    assert (notice.user, notice.what, notice.deliver_at) == ("user_ana", ASSIGNED, NOW)
    assert list(waiting(people)) == [notice.row]
    before, after = words_of(notice, 7)
    assert before == (
        "Case 7 has come to you as Case owner: it was given to you at 2025-06-02 08:00 UTC."
    )
    assert after == ""


def test_whoever_has_a_case_is_told_that_it_is_open_again_unless_they_opened_it(
    people: People,
) -> None:
    published(people)
    case = opened(people)
    for by, at in (("mail", NOW + timedelta(hours=1)), ("user_ana", NOW + timedelta(hours=2))):
        people.do(resolve, case.id, "Swapped it.", "No risk.", by="user_ana", now=at)
        people.do(say, case.id, "Dark again.", Speaker(is_customer=True), by=by, now=at)
    people.do(resolve, case.id, "Swapped it.", "No risk.", by="user_ana", now=at)
    people.do(reopen, case.id, by="user_contact", now=at)
    _, by_mail, by_hand = written(people, case)
    assert {(each.user, each.what) for each in (by_mail, by_hand)} == {("user_ana", REOPENED)}
    assert words_of(by_mail, 7)[0].endswith("it was opened again at 2025-06-02 09:00 UTC.")


def test_whoever_has_a_case_is_told_at_once_that_its_customer_calls_it_critical(
    people: People,
) -> None:
    published(people)
    people.do(publish_catalog, people.catalog)
    case = opened(people, "S2")
    lifted = people.do(call_critical, case, by="mail", now=NOW)
    assert lifted is not None
    _, notice = written(people, lifted)
    assert (notice.user, notice.what, notice.severity) == ("user_ana", LIFTED, "S1")
    assert (
        "its customer said at 2025-06-02 08:00 UTC that it is critical, which made it S1"
        in (words_of(notice, 7)[0])
    )


def test_the_owners_quiet_hours_hold_back_all_but_the_worst_severity(people: People) -> None:
    published(people)
    quiet = AgentDetails(quiet=QUIET)
    people.do(keep_agent, "user_ana", quiet, now=NOW)
    worst, mild = opened(people), opened(people, "S2")
    assert written(people, worst)[0].deliver_at == NOW
    assert written(people, mild)[0].deliver_at == NOW + timedelta(hours=1)


def test_whoever_has_a_case_no_more_is_not_told_of_it_after_their_quiet_hours(
    people: People,
) -> None:
    published(people)
    quiet = AgentDetails(quiet=QUIET)
    people.do(keep_agent, "user_ana", quiet, now=NOW)
    case = opened(people, "S2")
    people.do(keep_agent, "user_mo", AgentDetails(), now=NOW)
    people.do(hand_over, case.id, "user_mo", "It stands since noon.", now=NOW)
    assert [row.rpartition(" ")[2] for row in waiting(people)] == ["user_mo"]


def test_who_takes_a_case_is_not_told_what_they_did(people: People) -> None:
    published(people)
    away = AgentDetails(absent_until=NOW + timedelta(days=1))
    people.do(keep_agent, "user_ana", away, now=NOW)
    case = opened(people, "S2")
    people.do(take_case, case.id, "user_ana", now=NOW)
    assert waiting(people) == {}


def test_a_breach_noticed_long_after_the_fact_on_a_case_that_has_ended_writes_nobody(
    people: People,
) -> None:
    case = opened(people)
    people.do(say, case.id, "Mended.", US, now=NOW + timedelta(hours=3))
    people.do(resolve, case.id, "Mended.", "It had to be.", now=NOW + timedelta(hours=3))
    published(people)
    looked(people, case, minutes=3 * 24 * 60)
    assert BREACH in {each.what for each in notices(people, case)}
    assert waiting(people) == {}
    looked(people, case, minutes=4 * 24 * 60)
    later = NOW + timedelta(days=9)
    facts = people.store.read(lambda it: facts_about(it, people.lattice, as_of=later))
    escalated = [each for each in facts if each.kind == "CaseEscalated"]
    assert len(escalated) == len(notices(people, case))


def row_kinds(people: People) -> set[str]:
    chosen = sa.select(due_work_table.c.kind)
    return set(people.read(lambda reads: reads.snapshot.execute(chosen).scalars().all()))


def test_each_level_is_told_once_at_its_instant_whenever_somebody_looks(people: People) -> None:
    published(people)
    case = opened(people)
    foretold = people.read(lambda reads: next_look(reads, case.id, NOW))
    assert foretold == NOW + timedelta(minutes=15)
    for minutes in (10, 16, 31, 31, 50, 200, 200):
        looked(people, case, minutes)
    assert told(people, case) == [
        ("user_lea", "unacknowledged", 15),
        ("user_ana", "50", 30),
        ("user_lea", "75", 45),
        ("user_mo", "90", 54),
        ("user_mo", "breach", 60),
    ]
    waiting = people.read(lambda reads: reads.due_work.waiting())
    assert waiting["notices"][0] == len([*told(people, case), "given to its owner"])


def test_without_a_plan_nobody_is_told_anything(people: People) -> None:
    case = opened(people)
    looked(people, case, 200)
    assert notices(people, case) == ()


def test_who_has_answered_is_not_warned_of_it_later(people: People) -> None:
    published(people)
    case = opened(people)
    people.do(say, case.id, "We have it.", US, now=NOW + timedelta(minutes=20))
    looked(people, case, 200)
    assert told(people, case) == []


def test_quiet_hours_hold_a_notice_back_but_for_the_worst_severity(people: People) -> None:
    published(people)
    quiet = {"time_zone": "UTC", "week": {"mon-sun": "08:00-18:00"}}
    people.do(keep_agent, "user_ana", AgentDetails(quiet=quiet), now=NOW)
    mild, bad = opened(people, "S2"), opened(people, "S1")
    for case in (mild, bad):
        looked(people, case, 241)
    (held,) = [each for each in notices(people, mild) if each.user == "user_ana"]
    assert held.deliver_at == NOW.replace(hour=18)
    assert words_of(held, 1)[1].startswith("This was held back to the end of your quiet hours.")
    (at_once,) = [each for each in notices(people, bad) if each.what == "50"]
    assert not at_once.was_held_back


def test_what_is_not_so_any_more_is_corrected_and_what_was_held_back_is_let_be(
    people: People,
) -> None:
    published(people)
    case = opened(people)
    looked(people, case, 31)
    (first,) = [each for each in notices(people, case) if each.what == "50"]
    later = NOW + timedelta(minutes=32)
    people.do(lambda records: records.notices.mark_told([first], at=later))
    people.do(lambda records: records.due_work.remove([first.row]))
    people.do(set_severity, case.id, "S2", now=later)
    (corrected,) = [each for each in notices(people, case) if each.what == "50"]
    assert corrected.corrected_at == later
    assert "By what is known now that is not so." in words_of(corrected, 7)[0]
    assert "case correction" in row_kinds(people)
    looked(people, case, 245)
    again = [each for each in notices(people, case) if each.what == "50"]
    assert [each.corrected_at for each in again] == [None]


def test_a_vacancy_is_told_to_the_leads_and_seen_before_it_is_needed(people: People) -> None:
    published(people)
    saturday = NOW + timedelta(days=5)
    case = opened(people, now=saturday)
    occasion = Occasion(
        now=saturday + timedelta(minutes=55), by="worker", randomness=secrets.randbits
    )
    people.do(lambda records: look_again(records, case.id, occasion))
    (instead,) = [each for each in notices(people, case) if each.what == "90"]
    assert (instead.user, instead.is_instead) == ("user_lea", True)
    found = people.read(lambda reads: vacancies_ahead(reads, NOW))
    assert [(each.role, each.start.weekday(), each.why) for each in found] == [
        ("Duty manager", 5, Why.nobody_planned),
        ("Duty manager", 5, Why.nobody_planned),
    ]


def test_who_gets_it_on_sunday_at_ten_past_three_is_answered_by_what_runs_it(
    people: People,
) -> None:
    published(people)
    sunday = datetime.fromisoformat("2025-06-08T03:10:00+00:00")
    _, nodes = people.read(lambda reads: who_is_called(reads, "priority", "S1", sunday))
    assert [(node.level.role, node.held.user, node.held.why) for node in nodes] == [
        ("Case owner", None, Why.no_owner),
        ("Support lead", "user_lea", Why.shift),
        ("Duty manager", None, Why.nobody_planned),
    ]


def test_a_plan_names_our_own_people_and_is_published_once(people: People) -> None:
    with pytest.raises(Invalid) as refused:
        published(people, PLAN.replace("mo@vendor.example", "who@vendor.example"))
    (fault,) = refused.value.faults
    assert (fault.code, fault.line) == ("unknown_user", 5)
    published(people)
    published(people)
    number, plan = people.read(lambda reads: reads.routing.plan())
    assert number == 1
    assert plan.roles["Support lead"].shifts[0].people == ("user_lea",)


def test_a_case_changes_hands_at_a_breach_where_the_plan_says_so(people: People) -> None:
    published(people, PLAN + "at_breach: reassign\n")
    case = opened(people)
    people.do(keep_agent, "user_mo", AgentDetails(level=2), now=NOW)
    looked(people, case, 59)
    assert owner(people, case) == "user_ana"
    looked(people, case, 61)
    assert owner(people, case) == "user_mo"
    (_, step) = people.read(lambda reads: reads.routing.trail(case.id))
    assert step.reason.startswith("A target was missed. Second line")


def owner(people: People, case: Case) -> str | None:
    found: str | None = people.read(lambda reads: reads.routing.ownership(case.id)).user
    return found


def test_where_nobody_may_have_the_worst_severity_its_leads_are_told_at_once(
    people: People,
) -> None:
    published(people)
    people.do(keep_need, people.lattice, NeedDetails(residency="eu"), now=NOW)
    case = opened(people)
    (notice,) = notices(people, case)
    assert (notice.user, notice.what, notice.deliver_at) == ("user_lea", "unassigned", NOW)
    assert "for want of somebody who may see data of eu" in words_of(notice, 1)[0]
    looked(people, case, 5)
    assert notices(people, case) == (notice,)


def disputed(people: People, case: Case, now: datetime = NOW) -> Dispute:
    order = DisputeOrder(words="It is worse.", is_customers=True)
    return people.do(raise_dispute, case.id, order, now=now)


def of_disputes(people: People, case: Case) -> list[tuple[str, str, str]]:
    return [
        (each.user, each.role, each.what)
        for each in written(people, case)
        if each.what in (DISPUTED, DISPUTE_WAITS)
    ]


def test_who_decides_a_dispute_is_told_by_the_rota_and_once_more_before_its_time_is_up(
    people: People,
) -> None:
    published(people)
    case = opened(people, "S2")
    dispute = disputed(people, case)
    assert of_disputes(people, case) == [("user_lea", "Support lead", DISPUTED)]
    (notice,) = (each for each in written(people, case) if each.what == DISPUTED)
    until = f"{dispute.due_at:%Y-%m-%d %H:%M} UTC"
    assert words_of(notice, 7)[0].endswith(
        f"its severity was disputed at 2025-06-02 08:00 UTC, which you decide by {until}."
    )
    warned_at = due_at(people, f"warning of {dispute.id}")
    assert NOW < warned_at < dispute.due_at
    people.do(warn_of, dispute.id, now=warned_at)
    assert [what for _, _, what in of_disputes(people, case)] == [DISPUTED, DISPUTE_WAITS]


def test_leads_are_told_of_a_dispute_for_which_the_rota_names_nobody(people: People) -> None:
    published(people, "format: tierline/routing/1\n")
    case = opened(people, "S2")
    disputed(people, case)
    (notice,) = (each for each in written(people, case) if each.what == DISPUTED)
    assert (notice.user, notice.is_instead) == ("user_lea", True)


def test_nobody_is_called_to_a_dispute_that_is_decided(people: People) -> None:
    published(people)
    case = opened(people, "S2")
    dispute = disputed(people, case)
    people.do(decide_dispute, dispute.id, "S1", "All of it stands.", now=NOW)
    assert not [row for row in waiting(people) if DISPUTED in row]
    people.do(warn_of, dispute.id, now=dispute.due_at)
    assert [what for _, _, what in of_disputes(people, case)] == [DISPUTED]


def due_at(people: People, row: str) -> datetime:
    chosen = sa.select(due_work_table.c.run_at).where(due_work_table.c.id == row)
    at: datetime = people.store.read(lambda snapshot: snapshot.execute(chosen).scalar_one())
    return at

"""Leads of subjects are called in to cases of the worst severity, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from people import START, People

from tierline.access.role import Role
from tierline.access.user import User
from tierline.accounts.coverage import CoverageState
from tierline.actions.agents import AgentDetails, NeedDetails, keep_agent, keep_need
from tierline.actions.call_ins import (
    KIND,
    acknowledge_call_in,
    arrive,
    ask_on,
    call_in,
    call_off,
)
from tierline.actions.case_opening import CaseOrder, open_case
from tierline.actions.case_promise import CasePromise
from tierline.actions.cases import resolve
from tierline.actions.post_mortem_facts import facts_of_cases
from tierline.actions.rerouting import need_case_skills
from tierline.actions.routing import take_case
from tierline.actions.subject_leads import change_leads
from tierline.cases.channel import Channel
from tierline.kernel.errors import Conflict, Invalid
from tierline.kernel.ids import UserId
from tierline.milestones.portable import portable_terms
from tierline.milestones.terms import terms_of
from tierline.queries.adherence import stretch
from tierline.queries.call_ins import CallInReport, call_in_report
from tierline.routing.call_in import CallIn, Part, call_ins_of
from tierline.routing.notice import CALLED_IN, CALLED_IN_VAIN, Notice, words_of
from tierline.store.due_work import due_work_table
from tierline.store.store import Store

NOON = START.replace(month=6, day=2, hour=12)  # a Monday
MINUTE = timedelta(minutes=1)
OFFICE = {"time_zone": "UTC", "week": {"mon-fri": "09:00-17:00"}}
QUIET = {"time_zone": "UTC", "week": {"mon-sun": "00:00-23:00"}}


@pytest.fixture
def people(store: Store) -> People:
    made = People(store)
    for name, role in (("ana", Role.agent), ("bo", Role.agent), ("di", Role.agent),
                       ("lea", Role.lead)):  # fmt: skip
        user = User(
            id=UserId(f"user_{name}"),
            email=f"{name}@vendor.example",
            name=name.title(),
            roles=frozenset({role}),
            account=None,
            made_at=START,
        )
        made.do(lambda records, user=user: records.users.add(user, None))
    for name in ("ana", "bo"):
        details = AgentDetails(skills=("dns",), quiet=QUIET)
        made.do(keep_agent, f"user_{name}", details, now=START)
    cell = {"lead": "user_ana", "deputy": "user_bo", "hours": OFFICE}
    stated = {"domains": [
        {"key": "network", "name": "Network", "skills": ["dns"], "tiers": {"priority": cell}},
        {"key": "models", "name": "Models"},
    ]}  # fmt: skip
    made.do(change_leads, stated, seen=0, now=START)
    return made


def opened(people: People, severity: str = "S1", **at: Any) -> str:
    terms = terms_of(people.catalog)
    statement = portable_terms(terms, set(terms.tiers), (2024, 2030))
    promise = CasePromise(
        CoverageState.covered, "contract_1", "priority", terms.severities, statement
    )
    order = CaseOrder(
        channel=Channel.portal, subject="x", text="x", account=people.lattice, severity=severity
    )
    case = people.do(open_case, order, promise, now=NOON, **at).id
    people.do(need_case_skills, case, frozenset({"dns"}), now=NOON)
    return str(case)


def called(people: People, case: str, after: timedelta = MINUTE, **stated: Any) -> CallIn:
    found: CallIn = people.do(call_in, case, stated.get("domain"), now=NOON + after, by="user_lea")
    return found


def asked(people: People, case: str) -> list[tuple[str | None, Part | None]]:
    (found,) = people.read(lambda reads: call_ins_of(reads.call_ins.of_case(case)))
    return [(each.user, each.part) for each in found.asked]


def told(people: People, case: str) -> list[Notice]:
    notices = people.read(lambda reads: reads.notices.of_case(case))
    return [each for each in notices if each.what in (CALLED_IN, CALLED_IN_VAIN)]


def look(people: People, case: str, rounds: int, after: timedelta) -> None:
    people.do(ask_on, case, 1, rounds, now=NOON + after, by="worker")


def rows(people: People) -> list[str]:
    chosen = sa.select(due_work_table.c.id).where(due_work_table.c.kind == KIND)
    return people.read(lambda reads: sorted(reads.snapshot.execute(chosen).scalars()))


def report(people: People, after: timedelta = timedelta(days=1)) -> CallInReport:
    during = stretch(NOON + after, NOON - timedelta(days=1), NOON + timedelta(days=1), None)
    return people.read(lambda reads: call_in_report(reads, during))


def test_the_lead_is_written_to_at_once_whatever_their_quiet_hours(people: People) -> None:
    case = opened(people)
    assert called(people, case).domain == "network"
    assert called(people, case).number == 1, "one that is not over is not made again"
    assert asked(people, case) == [("user_ana", Part.lead)]
    (notice,) = told(people, case)
    assert (notice.user, notice.deliver_at) == ("user_ana", NOON + MINUTE)
    assert words_of(notice, 7) == (
        (
            "Case 7 has come to you as lead of Network: you are called in at "
            "2025-06-02 12:01 UTC. Say on its page that you come."
        ),
        "",
    )


def test_without_an_answer_the_deputy_is_asked_and_then_the_desk_and_no_further(
    people: People,
) -> None:
    case = opened(people)
    called(people, case)
    for rounds, minutes in ((1, 11), (1, 12), (2, 21), (3, 31)):
        look(people, case, rounds, minutes * MINUTE)
    assert asked(people, case) == [
        ("user_ana", Part.lead), ("user_bo", Part.deputy), ("user_lea", Part.desk),
    ]  # fmt: skip
    assert [each.what for each in told(people, case)] == [CALLED_IN, CALLED_IN, CALLED_IN_VAIN]
    assert [row.split(" of ")[0] for row in rows(people)] == ["call-in 1.1", "call-in 1.2"]


def test_whoever_answers_in_time_is_the_last_one_asked(people: People) -> None:
    case = opened(people)
    called(people, case)
    with pytest.raises(Conflict, match="not asked"):
        people.do(acknowledge_call_in, case, 1, "user_di", now=NOON + 4 * MINUTE)
    people.do(acknowledge_call_in, case, 1, "user_ana", now=NOON + 5 * MINUTE)
    people.do(acknowledge_call_in, case, 1, "user_bo", now=NOON + 6 * MINUTE)
    look(people, case, 1, 11 * MINUTE)
    assert asked(people, case) == [("user_ana", Part.lead)]
    with pytest.raises(Conflict, match="nobody else does"):
        people.do(arrive, case, 1, "user_di", now=NOON + 30 * MINUTE)
    people.do(arrive, case, 1, "user_ana", now=NOON + 31 * MINUTE)
    with pytest.raises(Conflict, match="there already"):
        people.do(call_off, case, 1, now=NOON + 32 * MINUTE)
    (score,) = report(people).by("tier")
    assert (score.in_first_hour.hits, score.in_first_hour.total) == (1, 1)
    assert (score.answered.of, score.answered.median_seconds) == (1, 240)
    assert (score.arrived.of, score.arrived.median_seconds) == (1, 1_800)
    timeline = people.read(lambda reads: facts_of_cases(reads, [case], NOON)[0].timeline)
    assert [(each.what, each.is_public) for each in timeline if "call" in each.what] == [
        ("called_in", False), ("call_in_acknowledged", False), ("call_in_arrived", False),
    ]  # fmt: skip


def test_beyond_the_leads_hours_the_deputy_is_called_and_whoever_is_away_never_is(
    people: People,
) -> None:
    night = timedelta(hours=10)
    first, second = opened(people), opened(people)
    called(people, first, night)
    assert asked(people, first) == [("user_bo", Part.deputy)]
    away = AgentDetails(absent_until=NOON + timedelta(days=2))
    people.do(keep_agent, "user_bo", away, now=NOON)
    called(people, second, night)
    assert asked(people, second) == [("user_ana", Part.lead)]
    look(people, second, 1, night + 11 * MINUTE)
    assert asked(people, second) == 2 * [("user_ana", Part.lead)], "the same once more"


def test_who_may_not_see_the_data_is_not_called_and_the_desk_is_told(people: People) -> None:
    people.do(keep_need, people.lattice, NeedDetails(clearances=("gxp",)), now=START)
    case = opened(people)
    called(people, case)
    assert asked(people, case) == [("user_lea", Part.desk)]
    assert rows(people) == []


def test_only_the_worst_severity_calls_and_the_domain_has_to_be_known(people: People) -> None:
    mild, case = opened(people, "S2"), opened(people)
    with pytest.raises(Conflict, match="worst severity"):
        called(people, mild)
    with pytest.raises(Invalid, match="Nobody can be called in"):
        called(people, case, domain="none")
    people.do(need_case_skills, case, frozenset(), now=NOON)
    with pytest.raises(Invalid):
        called(people, case)
    assert called(people, case, domain="models").domain == "models"
    assert asked(people, case) == [("user_lea", Part.desk)], "nobody leads it yet"


def test_what_is_called_off_or_has_ended_asks_nobody_further(people: People) -> None:
    off, ended = opened(people), opened(people)
    for case in (off, ended):
        called(people, case)
    people.do(call_off, off, 1, now=NOON + 2 * MINUTE)
    people.do(resolve, ended, "Mended.", "It had to be.", now=NOON + 3 * MINUTE)
    for case in (off, ended):
        look(people, case, 1, 11 * MINUTE)
        assert asked(people, case) == [("user_ana", Part.lead)]
    with pytest.raises(Conflict, match="called off"):
        people.do(arrive, off, 1, "user_ana", now=NOON + 4 * MINUTE)
    assert called(people, off, 5 * MINUTE).number == 2


def test_the_report_counts_who_had_the_case_and_waits_until_the_hour_is_over(
    people: People,
) -> None:
    for name in ("ana", "bo"):
        people.do(lambda records, name=name: records.routing.forget_agent(f"user_{name}"))
    late, theirs, mild = opened(people), opened(people), opened(people, "S2")
    called(people, late)
    people.do(arrive, late, 1, "user_bo", now=NOON + timedelta(minutes=61))
    people.do(take_case, theirs, "user_ana", now=NOON + timedelta(minutes=20))
    people.do(take_case, mild, "user_ana", now=NOON)
    early = report(people, timedelta(minutes=30)).overall
    assert (early.cases, early.in_first_hour.hits, early.in_first_hour.total) == (2, 1, 1)
    found = report(people)
    assert (found.overall.in_first_hour.hits, found.overall.in_first_hour.total) == (1, 2)
    assert [(each.group, each.cases, each.calls) for each in found.by("domain")] == [
        ("network", 2, 1)
    ]
    with pytest.raises(Invalid):
        found.by("agent")

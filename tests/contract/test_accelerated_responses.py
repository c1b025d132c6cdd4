"""Accelerated responses on both databases: owed once, used once, lapsed at the instant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moved_clock import Hands, moved_by_hand
from small_offer import offer

from tierline.access.caller import operator
from tierline.access.role import Role
from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.agents import AgentDetails, keep_agent
from tierline.actions.case_opening import CaseOrder, open_case
from tierline.actions.cases import set_severity
from tierline.actions.catalogs import publish_catalog
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.actions.routing import pick_next, route_waiting
from tierline.actions.routing_plans import publish_plan
from tierline.bootstrap.application import Application, open_application
from tierline.bootstrap.cases import promise_now
from tierline.cases.case import Case
from tierline.cases.channel import Channel
from tierline.catalog.document import parse_document
from tierline.milestones.accelerated import AcceleratedResponse, ResponseState
from tierline.routing.assignment import Assignment, How
from tierline.store.journal import facts_about
from tierline.store.records import Records
from tierline.worker.kinds import worker_of

START = datetime(2025, 3, 3, 9, tzinfo=UTC)
TEN = timedelta(minutes=10)
MOMENT = timedelta(microseconds=1)
MONTH = timedelta(days=30)
PLAN = "answered_by: {priority: {any: {highest: 1}}}"


@dataclass
class Desk:
    opened: Application
    hands: Hands
    account: str
    other: str

    def agent(self, name: str, **stated: Any) -> str:
        made, _ = self.opened.access.invite(
            f"{name}@vendor.example", frozenset({Role.agent}), None, operator()
        )
        user = self.opened.access.accept(made.secret, name, None, "four boring words here").id
        self.do(keep_agent, user, AgentDetails(**stated))
        return user

    def do(self, work: Callable[..., Any], *stated: Any) -> Any:
        occasion = self.opened.occasion("user_1")
        return self.opened.change(lambda records: work(records, *stated, occasion))

    def case(self, severity: str = "S1", account: str | None = None) -> Case:
        occasion, whose = self.opened.occasion("user_1"), account or self.account
        order = CaseOrder(
            channel=Channel.portal, subject="x", text="x", account=whose, severity=severity
        )

        def work(records: Records) -> Case:
            promise = promise_now(self.opened, records, whose, occasion)
            return open_case(records, order, promise, occasion)

        return self.opened.change(work)

    def work(self) -> int:
        """What a worker does now in the lane of clocks."""
        worker = worker_of(self.opened)
        lane = next(each for each in worker.lanes if each.name == "milestones")
        done = 0
        while did := worker.work(lane):
            done += did
        return done

    def owed(self, case: Case) -> AcceleratedResponse:
        found = self.opened.read(lambda reads: reads.accelerated_responses.of_case(case.id))
        assert found is not None
        return found

    def told(self, *kinds: str) -> list[tuple[str, datetime, Any]]:
        """Kind, instant and number of what the journal tells of them."""
        names = kinds or ("Owed", "Used", "Lapsed")
        wanted = {f"AcceleratedResponse{name}" for name in names}
        found = self.opened.read(
            lambda reads: list(facts_about(reads.snapshot, self.account, as_of=self.opened.now()))
        )
        return [(fact.kind, fact.at, fact.body["number"]) for fact in found if fact.kind in wanted]

    def trail(self, case: Case) -> tuple[Assignment, ...]:
        return self.opened.read(lambda reads: reads.routing.trail(case.id))


@pytest.fixture
def desk(address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    hands = moved_by_hand(monkeypatch, START)
    faster = {"severities": ["S1", "S2"], "within_days": 30}
    target = {"severity": "S1", "milestone": "resolution", "within": "PT10M",
              "commitment": True, "remedy": "late"}  # fmt: skip
    mild = {"severity": "S2", "milestone": "resolution", "within": "PT20M"}
    late = {"name": "Late", "percent_of_fee": 0, "accelerated_response": faster}
    tier = {"name": "Priority", "hours": "always", "targets": [target, mild],
            "remedies": {"late": late}}  # fmt: skip
    severities = {key: {"name": key} for key in ("S1", "S2", "S3")}
    catalog = offer(tiers={"priority": tier}, add_ons={}, severities=severities)
    with open_application(database=address) as opened:
        occasion = opened.occasion()

        def work(records: Records) -> tuple[str, str]:
            publish_catalog(records, catalog, occasion)
            accounts = []
            for name in ("Pine", "Elm"):
                account = open_account(records, AccountDetails(name=name), occasion).id
                order = ContractOrder(
                    account=account, catalog="acme", tier="priority",
                    start=datetime(2025, 1, 1, tzinfo=UTC),
                )  # fmt: skip
                sign_contract(records, order, occasion)
                accounts.append(account)
            publish_plan(records, parse_document(PLAN, "plan.yaml"), occasion)
            return accounts[0], accounts[1]

        yield Desk(opened, hands, *opened.change(work))


def test_a_miss_owes_one_with_its_end_and_the_next_case_uses_it_once(desk: Desk) -> None:
    late = desk.case()
    desk.hands.move(TEN + MOMENT)
    assert desk.work() == 1
    owed = desk.owed(late)
    assert (owed.owed_at, owed.until) == (START + TEN + MOMENT, START + TEN + MOMENT + MONTH)
    desk.case("S3")
    desk.case(account=desk.other)
    assert desk.told() == [("AcceleratedResponseOwed", owed.owed_at, late.number)]
    used, after = desk.case("S2"), desk.case("S2")
    assert desk.owed(late).used_for == used.id
    assert desk.told("Used") == [("AcceleratedResponseUsed", desk.opened.now(), late.number)]
    assert desk.opened.read(lambda reads: reads.routing.ownership(after.id)).owed_for is None
    desk.hands.move(MONTH)
    desk.work()
    assert late.number not in [number for *_, number in desk.told("Lapsed")]


def test_it_lapses_at_the_instant_whenever_the_worker_wakes(desk: Desk) -> None:
    late = desk.case()
    desk.hands.move(TEN + MOMENT)
    desk.work()
    until = desk.owed(late).until
    desk.hands.move(MONTH + timedelta(days=3))
    assert desk.owed(late).state_at(desk.opened.now()) is ResponseState.lapsed
    used = desk.case("S2")
    assert desk.owed(late).used_for is None
    assert desk.opened.read(lambda reads: reads.routing.ownership(used.id)).owed_for is None
    desk.work()
    desk.work()
    assert desk.told("Lapsed") == [("AcceleratedResponseLapsed", until, late.number)]


def test_a_case_that_comes_before_a_worker_has_woken_uses_it_all_the_same(desk: Desk) -> None:
    late = desk.case()
    desk.hands.move(TEN + MOMENT)
    used = desk.case()
    assert desk.owed(late).used_for == used.id
    desk.work()
    assert [len(desk.told(kind)) for kind in ("Owed", "Used", "Lapsed")] == [1, 1, 0]


def test_whoever_looks_at_the_same_time_owes_one_for_each_case_and_uses_each_once(
    desk: Desk,
) -> None:
    late = [desk.case() for _ in range(4)]
    desk.hands.move(TEN + MOMENT)
    with ThreadPoolExecutor(6) as threads:
        work = [threads.submit(desk.work) for _ in range(2)]
        cases = [threads.submit(desk.case, "S2") for _ in range(6)]
        next_ones = [each.result() for each in cases]
        assert sum(each.result() for each in work) >= len(late)
    numbers = [case.number for case in late]
    assert sorted(number for *_, number in desk.told("Owed")) == numbers
    assert sorted(number for *_, number in desk.told("Used")) == numbers
    used = {desk.owed(case).used_for for case in late}
    assert len(used) == len(late)
    assert used < {case.id for case in next_ones}


def test_it_goes_out_before_others_and_to_the_most_senior_and_the_reason_says_why(
    desk: Desk,
) -> None:
    late = desk.case()
    desk.hands.move(TEN + MOMENT)
    first, second = desk.case("S2", desk.other), desk.case("S2")
    ana = desk.agent("ana", level=1, capacity=9)
    desk.agent("bo", level=3, capacity=1)
    desk.do(route_waiting)
    step = desk.trail(second)[-1]
    assert step.pick == desk.trail(late)[-1].pick + 1  # type: ignore[operator]  # both from the queue
    assert step.user != ana
    assert step.reason.startswith("Senior, has 0 of 1 cases; one of 2 who may have it.")
    assert step.reason.endswith(
        "It goes first, and to the most senior who may have it: an accelerated response is owed "
        f"for the missed target of case {late.number}."
    )
    assert desk.trail(first)[-1].user == ana


def test_who_takes_the_next_case_gets_it_before_others(desk: Desk) -> None:
    desk.case()
    desk.hands.move(TEN + MOMENT)
    desk.case("S2", desk.other)
    owed = desk.case("S2")
    made, _ = desk.opened.access.invite(
        "cy@vendor.example", frozenset({Role.agent}), None, operator()
    )
    user = desk.opened.access.accept(made.secret, "Cy", None, "four boring words here").id
    desk.do(
        keep_agent, user, AgentDetails(level=1, absent_until=desk.opened.now() + timedelta(days=1))
    )
    picked = [desk.do(pick_next, user) for _ in range(2)]
    assert picked[1] == owed.id
    assert "accelerated response" in desk.trail(owed)[-1].reason


def test_a_case_that_becomes_severe_goes_from_its_holder_to_somebody_more_senior(
    desk: Desk,
) -> None:
    ana, bo = desk.agent("ana", level=1), desk.agent("bo", level=3)
    desk.case()
    desk.hands.move(TEN + MOMENT)
    desk.work()
    mild = desk.case("S3")
    assert desk.trail(mild)[-1].user == ana
    desk.do(set_severity, mild.id, "S2")
    step = desk.trail(mild)[-1]
    assert (step.user, step.how) == (bo, How.routed)
    assert step.note is not None
    notes = desk.opened.read(lambda reads: reads.cases.messages(mild.id))
    assert "whoever had it is less senior than somebody else who may have it." in notes[-1].text
    assert "an accelerated response is owed" in notes[-1].text
    desk.do(set_severity, mild.id, "S1")
    assert len(desk.told("Used")) == 1
    assert desk.trail(mild)[-1].user == bo

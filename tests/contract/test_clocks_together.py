"""Many clocks in one unit tell what each alone would, on both databases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from moved_clock import moved_by_hand
from small_offer import offer

from tierline.access.caller import operator
from tierline.access.role import Role
from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.case_clocks import row_of
from tierline.actions.case_opening import CaseOrder, open_case
from tierline.actions.catalogs import publish_catalog
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.actions.occasion import Occasion
from tierline.actions.routing_plans import publish_plan
from tierline.bootstrap.application import Application, open_application
from tierline.bootstrap.cases import promise_now
from tierline.cases.case import Case
from tierline.cases.channel import Channel
from tierline.catalog.document import parse_document
from tierline.store.due_work import Claim
from tierline.store.records import Records
from tierline.worker.kinds import worker_of
from tierline.worker.lanes import Lane

PLAN = "roles: {Support lead: {shifts: [{people: [lea@vendor.example]}]}}"
LONG_AGO = timedelta(minutes=30)
TARGET = timedelta(minutes=10)


@dataclass
class Desk:
    opened: Application
    account: str

    def raised(self, count: int, severity: str = "S1") -> list[Case]:
        """So many cases whose target is over by now, of which nobody was told yet."""
        now = self.opened.now() - LONG_AGO
        occasion = Occasion(now=now, by="x", randomness=self.opened.randomness)
        order = CaseOrder(
            channel=Channel.portal, subject="x", text="x", account=self.account, severity=severity
        )

        def work(records: Records) -> list[Case]:
            promise = promise_now(self.opened, records, self.account, occasion)
            return [open_case(records, order, promise, occasion) for _ in range(count)]

        return self.opened.change(work)

    def told(self, cases: Sequence[Case]) -> list[tuple[Any, ...]]:
        """Milestone, what became true, its minute, whom that was told to: of each case."""
        chosen = (
            "SELECT s.case_id, s.milestone, s.what, (s.at - c.opened_at) / 60000000, n.role "
            "FROM case_signal s JOIN support_case c ON c.id = s.case_id "
            "LEFT JOIN case_notice n ON n.case_id = s.case_id AND n.true_at = s.at "
            "ORDER BY s.case_id, s.at"
        )
        rows = self.opened.read(
            lambda reads: [tuple(row) for row in reads.snapshot.execute(sa.text(chosen))]
        )
        wanted = {case.id for case in cases}
        return sorted(row[1:] for row in rows if row[0] in wanted)

    def letters(self) -> list[str]:
        """The subjects of notices, in the order in which they were written."""
        chosen = sa.text("SELECT subject FROM letter WHERE kind = 'case_notice' ORDER BY id")
        return self.opened.read(lambda reads: list(reads.snapshot.execute(chosen).scalars()))

    def due(self) -> set[str]:
        """The rows of clocks that wait."""
        chosen = sa.text("SELECT id FROM due_work WHERE kind = 'case clock'")
        return self.opened.read(lambda reads: set(reads.snapshot.execute(chosen).scalars()))


@pytest.fixture
def desk(address: str) -> Iterator[Desk]:
    targets = [{"severity": severity, "milestone": "resolution", "within": "PT10M"}
               for severity in ("S1", "S2")]  # fmt: skip
    tier = {"name": "Priority", "hours": "always", "targets": targets,
            "escalation": {"any": "tree"}}  # fmt: skip
    tree = {"name": "Tree", "levels": [{"role": "Support lead", "after_percent": 50}]}
    catalog = offer(
        tiers={"priority": tier}, add_ons={}, warn_at_percent=[50], escalation={"tree": tree}
    )
    with open_application(database=address) as opened:
        made, _ = opened.access.invite(
            "lea@vendor.example", frozenset({Role.lead}), None, operator()
        )
        opened.access.accept(made.secret, "Lea", None, "four boring words here")
        occasion, start = opened.occasion(), datetime(2025, 1, 1, tzinfo=UTC)

        def work(records: Records) -> str:
            publish_catalog(records, catalog, occasion)
            account = open_account(records, AccountDetails(name="Pine"), occasion).id
            order = ContractOrder(account=account, catalog="acme", tier="priority", start=start)
            sign_contract(records, order, occasion)
            publish_plan(records, parse_document(PLAN, "plan.yaml"), occasion)
            return account

        yield Desk(opened, opened.change(work))


def lane_of(desk: Desk, name: str = "milestones") -> Lane:
    return next(lane for lane in worker_of(desk.opened).lanes if lane.name == name)


def test_many_clocks_tell_what_each_alone_tells(desk: Desk) -> None:
    worker, lane = worker_of(desk.opened), lane_of(desk)
    alone = desk.raised(1)
    assert worker.work(lane) == 1
    many = desk.raised(3)
    assert worker.work(lane) == 3
    expected = desk.told(alone)
    assert [(what, minute) for _, what, minute, _ in expected] == [("50", 5), ("breach", 10)]
    assert desk.told(many) == sorted(expected * 3)
    assert desk.due() == set()
    assert worker.work(lane_of(desk, "notices")) == 8
    assert desk.letters() == ["4 cases have come to you: first case 1 (S1)"]


def test_who_had_a_letter_has_the_rest_of_a_minute_in_one_at_its_end(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worst severity waits for nothing."""
    minute = desk.opened.now().replace(second=0, microsecond=0)
    hands = moved_by_hand(monkeypatch, minute + timedelta(seconds=10))
    worker, clocks, notices = worker_of(desk.opened), lane_of(desk), lane_of(desk, "notices")

    def told(severity: str, count: int) -> list[str]:
        desk.raised(count, severity)
        worker.work(clocks)
        worker.work(notices)
        return desk.letters()

    first = ["2 notices of a case have come to you: first case 1 (S2)"]
    assert told("S2", 1) == first
    hands.move(timedelta(seconds=20))
    assert told("S2", 1) == first
    assert told("S2", 2) == first
    worst = "2 notices of a case have come to you: first case 5 (S1)"
    assert told("S1", 1) == [*first, worst]
    hands.move(timedelta(seconds=29))
    assert worker.work(notices) == 0
    hands.move(timedelta(seconds=1))
    assert worker.work(notices) == 6
    assert desk.letters()[2:] == ["3 cases have come to you: first case 2 (S2)"]


def test_what_waited_for_the_end_of_a_minute_goes_out_then_however_much_it_is(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than a letter takes: the first one of them holds back none of the others again."""
    minute = desk.opened.now().replace(second=0, microsecond=0)
    hands = moved_by_hand(monkeypatch, minute + timedelta(seconds=10))
    worker, clocks, notices = worker_of(desk.opened), lane_of(desk), lane_of(desk, "notices")
    desk.raised(1, "S2")
    worker.work(clocks)
    assert worker.work(notices) == 2
    desk.raised(230, "S2")
    while worker.work(clocks):
        pass
    while worker.work(notices):
        pass
    assert len(desk.letters()) == 1
    hands.move(timedelta(seconds=50))
    told = 0
    while done := worker.work(notices):
        told += done
    assert told == 460
    assert len(desk.letters()) == 4


def test_a_case_that_goes_on_meanwhile_is_left_to_its_new_row(desk: Desk) -> None:
    """Somebody answers between the claim and the work: the others are told all the same."""
    cases = desk.raised(3)
    worker, lane = worker_of(desk.opened), lane_of(desk)
    together = lane.together["case clock"]
    answered = []

    def amid(application: Application, records: Records, claims: Sequence[Claim]) -> Any:
        again = together(application, records, claims)
        if not answered:
            answered.append(cases[0])
            records.due_work.remove([row_of(cases[0].id)])  # as an answer does with its clock
        return again

    worker.lanes = [Lane(name=lane.name, handlers=lane.handlers, batch=9, threads=1,
                         together={"case clock": amid})]  # fmt: skip
    assert worker.work(worker.lanes[0]) == 3
    assert desk.told(cases[1:]) == sorted(desk.told(cases[1:2]) * 2)
    assert len(desk.told(cases[1:])) == 4
    assert desk.due() == set()


def test_one_that_cannot_be_told_holds_up_no_other(desk: Desk) -> None:
    cases = desk.raised(2)
    desk.opened.change(
        lambda records: records.unit.execute(
            sa.text('UPDATE due_work SET body = \'{"case":"case_gone"}\' WHERE id = :id'),
            {"id": row_of(cases[0].id)},
        ).close()
    )
    worker, lane = worker_of(desk.opened), lane_of(desk)
    assert worker.work(lane) == 2
    assert len(desk.told(cases[1:])) == 2
    assert desk.due() == {row_of(cases[0].id)}

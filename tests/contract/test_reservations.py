from __future__ import annotations

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

import pytest
import sqlalchemy as sa
from small_offer import offer

from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.checks import Question, ask
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.actions.occasion import Occasion
from tierline.actions.reservations import Reserved, finalise, release, reserve
from tierline.entitlements.decision import Decision, Outcome
from tierline.entitlements.reservation import Reservation
from tierline.entitlements.ruleset import Ruleset, with_contracts
from tierline.kernel.errors import Conflict, Invalid, NotFound
from tierline.kernel.instants import to_micros
from tierline.store.contracts import KnownTerms
from tierline.store.records import Records
from tierline.store.reservations import reservation_table, reserved_total_table
from tierline.store.store import Store

NOW = datetime(2025, 6, 10, 9, tzinfo=UTC)
ResultT = TypeVar("ResultT")


def occasion(now: datetime = NOW) -> Occasion:
    return Occasion(now=now, by="operator", randomness=secrets.randbits)


@dataclass
class World:
    """One account on Priority (5 sandboxes for ever, 10 engineering hours a month)."""

    store: Store
    ruleset: Ruleset
    account: str

    def change(self, work: Callable[[Records], ResultT]) -> ResultT:
        return self.store.run(lambda unit: work(Records(unit, KnownTerms())))

    def question(self, feature: str, quantity: int = 1, at: datetime = NOW) -> Question:
        return Question(account=self.account, feature=feature, at=to_micros(at), quantity=quantity)

    def reserve(self, feature: str, quantity: int = 1, at: datetime = NOW) -> Reserved:
        question = self.question(feature, quantity, at)
        return self.change(lambda records: reserve(records, self.ruleset, question, occasion(at)))

    def held(self, feature: str, quantity: int = 1, at: datetime = NOW) -> Reservation:
        reservation = self.reserve(feature, quantity, at).reservation
        assert reservation is not None
        return reservation

    def ask(self, feature: str, at: datetime = NOW) -> Decision:
        question = self.question(feature, at=at)
        return self.change(lambda records: ask(records, self.ruleset, question))


@pytest.fixture
def world(store: Store) -> World:
    def work(records: Records) -> World:
        records.catalogs.publish(offer(), published_at=NOW)
        account = open_account(records, AccountDetails(name="Pine"), occasion()).id
        start = datetime(2025, 1, 1, tzinfo=UTC)
        order = ContractOrder(account=account, catalog="acme", tier="priority", start=start)
        contract = sign_contract(records, order, occasion())
        return World(store, with_contracts(Ruleset(), {account: [contract]}), account)

    return store.run(lambda unit: work(Records(unit, KnownTerms())))


def test_what_is_held_is_missing_until_it_is_released(world: World) -> None:
    reservation = world.held("sandboxes", 5)
    assert world.ask("sandboxes").outcome is Outcome.deny
    world.change(lambda records: release(records, reservation.id, occasion()))
    assert world.ask("sandboxes").used == 0


def test_what_was_not_needed_of_a_reservation_comes_back(world: World) -> None:
    reservation = world.held("hours", 4)
    world.change(lambda records: finalise(records, reservation.id, Decimal("1.5"), occasion()))
    assert world.ask("hours").used == Decimal("1.5")


def test_units_count_in_the_period_in_which_they_were_reserved(world: World) -> None:
    world.held("hours", 4)
    assert world.ask("hours", at=NOW + timedelta(days=30)).used == 0


def test_a_denied_reservation_holds_nothing(world: World) -> None:
    denied = world.reserve("sandboxes", 6)
    assert (denied.decision.outcome, denied.reservation) == (Outcome.deny, None)
    assert world.ask("sandboxes").used == 0


def test_what_is_not_counted_needs_no_reservation(world: World) -> None:
    served = world.reserve("reports")
    assert (served.decision.outcome, served.reservation) == (Outcome.allow, None)


def test_many_that_ask_for_the_last_units_do_not_get_more_than_there_are(world: World) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: world.reserve("sandboxes"), range(12)))
    assert sum(each.reservation is not None for each in answers) == 5


def test_a_reservation_that_ran_out_is_let_go_by_the_next_one(world: World) -> None:
    forgotten = world.held("sandboxes", 5)
    later = NOW + timedelta(minutes=6)
    assert world.reserve("sandboxes", 5, at=later).reservation is not None
    with pytest.raises(Conflict, match="released already"):
        world.change(lambda records: finalise(records, forgotten.id, None, occasion(later)))


def test_one_that_ran_out_and_was_not_needed_by_others_still_counts(world: World) -> None:
    reservation = world.held("sandboxes", 5)
    later = occasion(NOW + timedelta(hours=1))
    assert world.change(lambda records: finalise(records, reservation.id, None, later)).used == 5


def test_the_same_end_again_changes_nothing_and_another_one_is_refused(world: World) -> None:
    reservation = world.held("sandboxes", 2)
    for _ in range(2):
        world.change(lambda records: finalise(records, reservation.id, Decimal(2), occasion()))
    with pytest.raises(Conflict, match="finalised already"):
        world.change(lambda records: release(records, reservation.id, occasion()))
    assert world.ask("sandboxes").used == 2


def read(world: World, chosen: sa.Select[tuple[object, object]]) -> list[tuple[object, ...]]:
    return world.store.read(lambda snapshot: sorted(map(tuple, snapshot.execute(chosen))))


def test_totals_are_the_sum_of_the_rows(world: World) -> None:
    for number in range(6):
        held = world.held("hours", number + 1, at=NOW + timedelta(days=9 * number))
        if number % 3 == 0:
            world.change(lambda records, id_=held.id: release(records, id_, occasion()))
        if number % 3 == 1:
            world.change(
                lambda records, id_=held.id: finalise(records, id_, Decimal("0.25"), occasion())
            )
    column = reservation_table.c
    counted = sa.case((column.ended_at.is_(None), column.quantity), else_=column.used_quantity)
    summed = sa.select(column.period_start, sa.func.sum(counted)).group_by(column.period_start)
    kept = sa.select(reserved_total_table.c.period_start, reserved_total_table.c.quantity)
    assert read(world, summed) == read(world, kept)


@pytest.mark.parametrize(("feature", "quantity"), [("sandboxes", 0), ("sandboxes", -1)])
def test_an_odd_quantity_is_refused(world: World, feature: str, quantity: int) -> None:
    with pytest.raises(Invalid):
        world.reserve(feature, quantity)


def test_more_than_was_held_cannot_be_used(world: World) -> None:
    reservation = world.held("sandboxes")
    with pytest.raises(Invalid, match="more than the 1"):
        world.change(lambda records: finalise(records, reservation.id, Decimal(2), occasion()))
    with pytest.raises(NotFound):
        world.change(lambda records: release(records, "reservation_x", occasion()))

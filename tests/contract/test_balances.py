"""Balances to the unit across resets, rollovers and upgrades, and forecasts of steady users."""

from __future__ import annotations

import random
import secrets
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import yaml
from people import START, People
from small_offer import OFFER

from tierline.actions.checks import Question, ask
from tierline.actions.contracts import change_plan
from tierline.actions.occasion import Occasion
from tierline.actions.usage import define_meter, record_usage
from tierline.catalog.catalog import Catalog
from tierline.kernel.instants import from_micros, to_micros
from tierline.metering.balance import DAY_US, Forecast, Outlook, forecast
from tierline.metering.event import UsageEvent
from tierline.metering.meter import Aggregation, Meter
from tierline.metering.sequence import Sequences
from tierline.queries.balances import FeatureBalance, balances_of
from tierline.queries.usage_recent import recent_use
from tierline.store.records import Reads, Records
from tierline.store.store import Store

SEQUENCES = Sequences(secrets.randbits)
HOURS = Meter(
    key="hours", event_type="work.done", aggregation=Aggregation.sum, value="hours", feature="hours"
)


def rolling_offer() -> Catalog:
    """Hours carry over on both plans: 10 a month on Priority, 25 on Enterprise."""
    stated: dict[str, Any] = yaml.safe_load(OFFER)
    hours = {"kind": "service_units", "unit": "hour", "per": "month", "rollover": True}
    stated["tiers"]["priority"]["terms"]["hours"] = {**hours, "amount": 10}
    stated["tiers"]["enterprise"]["terms"]["hours"] = {**hours, "amount": 25}
    return Catalog.model_validate(stated)


class World:
    def __init__(self, store: Store) -> None:
        self.people = People(store, rolling_offer())
        self.account = self.people.lattice
        self.number = 0
        self.people.do(lambda records: define_meter(records, HOURS, self.moment()))

    def moment(self, at: datetime = datetime(2025, 12, 31, tzinfo=UTC)) -> Occasion:
        return Occasion(now=at, by="test", randomness=secrets.randbits)

    def account_of_subject(self, subject: str) -> str | None:
        return subject

    def anchor_of(self, account: str, at: int) -> int:  # noqa: ARG002 - the protocol's
        return to_micros(START)

    def use(self, *uses: tuple[datetime, str]) -> None:
        events = []
        for at, hours in uses:
            self.number += 1
            events.append(
                UsageEvent(
                    source="s",
                    id=str(self.number),
                    type="work.done",
                    subject=self.account,
                    at=to_micros(at),
                    data={"hours": hours},
                ).with_digest()
            )

        def work(records: Records) -> None:
            record_usage(records, events, self, SEQUENCES, self.moment())

        self.people.do(work)

    def upgrade(self, at: datetime) -> None:
        (contract,) = self.people.read(lambda reads: reads.contracts.of_account(self.account))
        self.people.do(change_plan, contract.id, "enterprise", now=at)

    def hours(self, at: datetime) -> FeatureBalance:
        ruleset, instant = self.people.ruleset, to_micros(at)

        def work(reads: Reads) -> tuple[FeatureBalance, ...]:
            def answer(question: Question) -> Any:
                return ask(reads, ruleset, question)

            recent = recent_use(reads, self.account, instant)
            return balances_of(ruleset.accounts[self.account].at(instant), answer, instant, recent)

        return next(each for each in self.people.read(work) if each.feature == "hours")

    def numbers(self, at: datetime) -> tuple[Decimal, Decimal, Decimal]:
        found = self.hours(at)
        assert found.used is not None
        assert found.left is not None
        return Decimal(found.included), Decimal(found.used), Decimal(found.left)


@pytest.fixture
def world(store: Store) -> World:
    return World(store)


def day(month: int, number: int, hour: int = 9) -> datetime:
    return datetime(2025, month, number, hour, tzinfo=UTC)


def test_a_balance_is_grants_minus_use_to_the_unit_across_resets_and_an_upgrade(
    world: World,
) -> None:
    world.use((day(1, 5), "3.25"), (day(1, 31, 23), "1"), (day(2, 1, 0), "4.5"))
    assert world.numbers(day(1, 31, 23)) == (10, Decimal("4.25"), Decimal("5.75"))
    # February has its own 10 and what was left of January's.
    assert world.numbers(day(2, 10)) == (Decimal("15.75"), Decimal("4.5"), Decimal("11.25"))
    world.upgrade(day(2, 15))
    world.use((day(2, 20), "6"))
    # 25 from the upgrade on; January still hands on what was left of its 10.
    assert world.numbers(day(2, 20)) == (Decimal("30.75"), Decimal("10.5"), Decimal("20.25"))
    # March is handed what was left of February's own 25, and nothing of January's.
    assert world.numbers(day(3, 1)) == (Decimal("39.5"), 0, Decimal("39.5"))
    # Before the upgrade nothing has changed.
    assert world.numbers(day(2, 14))[0] == Decimal("15.75")


def test_random_use_is_counted_to_the_unit_in_every_month(world: World) -> None:
    drawn = random.Random(11)  # noqa: S311 - the same use in every run
    start = datetime(2025, 1, 1, tzinfo=UTC)
    uses = [
        (start + timedelta(minutes=drawn.randrange(180 * 1_440)), f"{drawn.randrange(800) / 1000}")
        for _ in range(300)
    ]
    world.use(*uses)
    world.upgrade(day(4, 11))
    carried = Decimal(0)
    for month in range(1, 7):
        own = Decimal(25 if month >= 4 else 10)
        used = sum((Decimal(hours) for at, hours in uses if at.month == month), Decimal(0))
        end = datetime(2025, month + 1, 1, tzinfo=UTC) - timedelta(seconds=1)
        assert world.numbers(end) == (own + carried, used, max(own + carried - used, Decimal(0)))
        carried = max(own - used, Decimal(0))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_steady_user_runs_out_within_three_days_of_the_forecast(world: World, seed: int) -> None:
    """About 0.9 hours on working days and 0.3 on others, of 10 a month."""
    drawn = random.Random(seed)  # noqa: S311 - the same use in every run
    uses = []
    for number in range(60):
        at = datetime(2025, 2, 1, 9, tzinfo=UTC) + timedelta(days=number)
        hours = (0.9 if at.weekday() < 5 else 0.3) * drawn.uniform(0.8, 1.2)
        uses.append((at, f"{hours:.3f}"))
    asked = day(3, 8, 12)
    world.use(*(use for use in uses if use[0] < asked))
    found = world.hours(asked).forecast
    assert found is not None
    assert (found.outlook, found.days) == (Outlook.runs_out, 28)
    left, ran_out = world.numbers(asked)[0], None
    for at, hours in (use for use in uses if use[0].month == 3):
        left -= Decimal(hours)
        if left <= 0:
            ran_out = at
            break
    assert ran_out is not None
    assert found.at is not None
    assert abs(from_micros(found.at) - ran_out) <= timedelta(days=3)


def test_less_than_a_week_of_use_is_not_enough(world: World) -> None:
    world.use((day(3, 1), "2"), (day(3, 3), "2"))
    found = world.hours(day(3, 6)).forecast
    assert found is not None
    assert found.outlook is Outlook.not_enough_data


@pytest.mark.parametrize(
    ("left", "used", "days", "end", "expected"),
    [
        (0, 5, 28, None, Forecast(Outlook.used_up, 0)),
        (5, 0, 28, None, Forecast(Outlook.lasts, None, Decimal(0), 28)),
        (5, 28, 28, 9 * DAY_US, Forecast(Outlook.runs_out, 5 * DAY_US, Decimal(1), 28)),
        (5, 28, 28, 5 * DAY_US, Forecast(Outlook.lasts, None, Decimal(1), 28)),
        (5, 28, 6, None, Forecast(Outlook.not_enough_data, days=6)),
    ],
)
def test_a_forecast_is_a_straight_line(
    left: int, used: int, days: int, end: int | None, expected: Forecast
) -> None:
    assert forecast(Decimal(left), Decimal(used), days, now=0, end=end) == expected

"""Time to value by tier against a calculation by hand, on both databases."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from people import NOW, START, People

from tierline.actions.occasion import Occasion
from tierline.actions.usage import define_meter, record_usage
from tierline.actions.usage_recount import count_anew
from tierline.kernel.errors import Invalid, NotFound
from tierline.kernel.instants import to_micros
from tierline.metering.event import UsageEvent
from tierline.metering.meter import Aggregation, Meter
from tierline.metering.sequence import Sequences
from tierline.metering.time_to_value import CustomerTime, by_tier
from tierline.queries.time_to_value import time_to_value_meter, times_to_value
from tierline.store.records import Records
from tierline.store.store import Store

SEQUENCES = Sequences(secrets.randbits)
SINCE_CONTRACT = Meter(
    key="first_report", event_type="report.made", aggregation=Aggregation.time_to_value
)
SINCE_SIGN_UP = Meter(
    key="first_report",
    version=2,
    event_type="report.made",
    aggregation=Aggregation.time_to_value,
    since="signed_up",
)
DAY = Decimal(86_400)


class Subjects:
    def account_of_subject(self, subject: str) -> str | None:
        return subject

    def anchor_of(self, account: str, at: int) -> int:  # noqa: ARG002 - the protocol's
        return 0


class World:
    """Five customers on Priority, one of whom is there before its contract, and two on Standard."""

    def __init__(self, store: Store) -> None:
        self.people = People(store)
        self.priority = [self.people.lattice] + [
            self.people.account(f"Priority {n}") for n in range(5)
        ]
        self.standard = [self.people.account(f"Standard {n}", tier="standard") for n in range(2)]
        self.number = 0

    def send(self, account: str, kind: str, days: float, corrects: str | None = None) -> str:
        self.number += 1
        event = UsageEvent(
            source="product",
            id=str(self.number),
            type=kind,
            subject=account,
            at=to_micros(START + timedelta(days=days)),
            data={},
            corrects=corrects,
        ).with_digest()
        occasion = Occasion(now=NOW, by="test", randomness=secrets.randbits)
        self.people.do(
            lambda records: record_usage(records, [event], Subjects(), SEQUENCES, occasion)
        )
        return event.id

    def define(self, meter: Meter) -> None:
        occasion = Occasion(now=NOW, by="test", randomness=secrets.randbits)

        def work(records: Records) -> None:
            define_meter(records, meter, occasion)
            count_anew(records, meter.key, Subjects())

        self.people.do(work)

    def report(self, at: datetime = NOW) -> dict[str, tuple[int, int, int, Decimal | None]]:
        def customers(reads: object) -> tuple[CustomerTime, ...]:
            meter = time_to_value_meter(reads, "first_report")  # type: ignore[arg-type]  # Reads
            return times_to_value(reads, meter, to_micros(at))  # type: ignore[arg-type]  # Reads

        return {
            each.tier: (each.reached, each.waiting, each.not_started, each.median_seconds)
            for each in by_tier(self.people.read(customers))
        }


@pytest.fixture
def world(store: Store) -> World:
    made = World(store)
    for account, days in zip(made.priority, (2, 9, 4, 30), strict=False):
        made.send(account, "report.made", days)
        made.send(account, "report.made", days + 1)
    made.send(made.priority[4], "report.made", -3)  # before its contract: no value of it
    made.send(made.priority[4], "report.made", 5)
    return made


def test_the_median_is_that_of_a_hand_calculation_and_who_waits_is_told_apart(
    world: World,
) -> None:
    world.define(SINCE_CONTRACT)
    # Priority: 2, 4, 5, 9 and 30 days, and one who waits; Standard: two who wait.
    assert world.report() == {"priority": (5, 1, 0, 5 * DAY), "standard": (0, 2, 0, None)}
    world.send(world.priority[5], "report.made", 7)
    assert world.report()["priority"] == (6, 0, 0, 6 * DAY)


def test_it_is_told_as_of_any_instant(world: World) -> None:
    world.define(SINCE_CONTRACT)
    assert world.report(START + timedelta(days=4))["priority"] == (2, 4, 0, 3 * DAY)


def test_another_definition_is_another_version_and_begins_with_an_event(world: World) -> None:
    world.define(SINCE_CONTRACT)
    for account, days in zip(world.priority, (1, 1, 1), strict=False):
        world.send(account, "signed_up", days)
    world.define(SINCE_SIGN_UP)
    # Counted from the sign-up: 1, 8 and 3 days; three customers have not signed up.
    assert world.report() == {"priority": (3, 0, 3, 3 * DAY), "standard": (0, 0, 2, None)}


def test_a_corrected_first_event_no_longer_counts(world: World) -> None:
    world.define(SINCE_CONTRACT)
    first = world.send(world.standard[0], "report.made", 3)
    assert world.report()["standard"] == (1, 1, 0, 3 * DAY)
    world.send(world.standard[0], "report.made", 8, corrects=first)
    assert world.report()["standard"] == (1, 1, 0, 8 * DAY)


def test_only_a_meter_of_that_kind_tells_it(world: World) -> None:
    world.define(Meter(key="other", event_type="x", aggregation=Aggregation.count))
    with pytest.raises(NotFound, match="'other'"):
        world.people.read(lambda reads: time_to_value_meter(reads, "other"))


@pytest.mark.parametrize(
    "stated",
    [
        {"value": "hours"},
        {"feature": "hours"},
        {"since": "report.made"},
        {"aggregation": Aggregation.count, "since": "signed_up"},
    ],
)
def test_a_definition_that_contradicts_itself_is_refused(stated: dict[str, object]) -> None:
    parts = {"key": "m", "event_type": "report.made", "aggregation": Aggregation.time_to_value}
    with pytest.raises(Invalid) as caught:
        Meter(**{**parts, **stated})  # type: ignore[arg-type]  # as stated
    assert caught.value.code == "bad_meter"

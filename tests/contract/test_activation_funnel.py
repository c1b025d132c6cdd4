"""The activation funnel against plain SQL, on both databases."""

from __future__ import annotations

import secrets
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
import yaml
from people import NOW, START, People
from small_offer import OFFER

from tierline.actions.occasion import Occasion
from tierline.actions.usage import define_meter, record_usage
from tierline.catalog.catalog import Catalog
from tierline.kernel.instants import to_micros
from tierline.metering.event import UsageEvent
from tierline.metering.meter import Aggregation, Meter
from tierline.metering.sequence import Sequences
from tierline.queries.activation_funnel import activation_funnel
from tierline.scorecards.activation_funnel import Funnel, Stall, Step, funnels
from tierline.scorecards.intervals import Evidence
from tierline.store.records import Records
from tierline.store.store import Store

SEQUENCES = Sequences(secrets.randbits)
METERS = (
    Meter(key="hours", event_type="work.done", aggregation=Aggregation.count, feature="hours"),
    Meter(
        key="reports", event_type="report.made", aggregation=Aggregation.count, feature="reports"
    ),
    Meter(
        key="peak",
        event_type="box.seen",
        aggregation=Aggregation.max,
        value="boxes",
        feature="sandboxes",
    ),
)
HABITUAL = """
SELECT count(*) FROM (
  SELECT account_id FROM (
    SELECT DISTINCT account_id, ({now} - 1 - from_at) / {stretch} AS stretch FROM usage_total
    WHERE meter = '{meter}' AND quantity > 0
    AND from_at < {now} AND from_at >= {now} - 4 * {stretch}
  ) AS used GROUP BY account_id HAVING count(*) >= 3
) AS habitual
"""
ACTIVATED = """
SELECT count(DISTINCT account_id) FROM usage_total
WHERE meter = '{meter}' AND quantity > 0 AND from_at < {now}
"""
DAY_US = 86_400_000_000


def priced_offer() -> Catalog:
    """Hours are sold for 180 each, sandboxes for 50 a month."""
    stated: dict[str, Any] = yaml.safe_load(OFFER)
    stated["add_ons"]["hour"] = {
        "name": "Hour",
        "extends": {"hours": 1},
        "price": {"model": "flat", "amount": 180, "per": "once"},
    }
    stated["add_ons"]["extra"]["price"] = {"model": "flat", "amount": 50, "per": "month"}
    return Catalog.model_validate(stated)


class Subjects:
    def account_of_subject(self, subject: str) -> str | None:
        return subject

    def anchor_of(self, account: str, at: int) -> int:  # noqa: ARG002 - the protocol's
        return 0


class World:
    """Ten customers on Priority, who have hours (monthly), reports and sandboxes, and two on
    Standard, who have sandboxes only."""

    def __init__(self, store: Store) -> None:
        self.people = People(store, priced_offer())
        self.priority = [self.people.lattice] + [self.people.account(f"P{n}") for n in range(9)]
        self.standard = [self.people.account(f"S{n}", tier="standard") for n in range(2)]
        self.number = 0
        for meter in METERS:
            self.people.do(lambda records, meter=meter: define_meter(records, meter, moment()))

    def use(self, account: str, kind: str, *days_ago: float, corrects: str | None = None) -> str:
        events = []
        for days in days_ago:
            self.number += 1
            events.append(
                UsageEvent(
                    source="s",
                    id=str(self.number),
                    type=kind,
                    subject=account,
                    at=to_micros(NOW - timedelta(days=days)),
                    data={"boxes": 1},
                    corrects=corrects,
                ).with_digest()
            )

        def work(records: Records) -> None:
            record_usage(records, events, Subjects(), SEQUENCES, moment())

        self.people.do(work)
        return str(self.number)

    def funnels(self) -> dict[str, Funnel]:
        found = self.people.read(lambda reads: activation_funnel(reads, to_micros(NOW)))
        return {each.feature: each for each in funnels(found)}

    def steps(self, feature: str) -> dict[str, Step]:
        found = self.people.read(lambda reads: activation_funnel(reads, to_micros(NOW)))
        return {each.account: each.step for each in found if each.feature == feature}

    def asked(self, statement: str, meter: str, days: int) -> int:
        text = statement.format(meter=meter, now=to_micros(NOW), stretch=days * DAY_US)
        return int(self.people.store.read(lambda it: it.execute(sa.text(text)).scalar_one()))


def moment() -> Occasion:
    return Occasion(now=NOW, by="test", randomness=secrets.randbits)


@pytest.fixture
def world(store: Store) -> World:
    made = World(store)
    first, second, third, fourth, *_ = made.priority
    made.use(first, "work.done", 5, 35, 65)  # three months of four
    made.use(second, "work.done", 5, 6, 7)  # one month
    made.use(third, "work.done", 130)  # long ago
    for account in made.priority[:9]:
        made.use(account, "report.made", 1, 8, 15)
    made.use(made.priority[9], "report.made", 1)
    made.use(fourth, "box.seen", 2)
    gone = made.use(fourth, "work.done", 3)
    made.use(fourth, "nothing", 3, corrects=gone)
    return made


def test_the_counts_are_those_of_plain_sql(world: World) -> None:
    found = world.funnels()
    for feature, days in (("hours", 30), ("reports", 7)):
        assert found[feature].entitled == 10
        assert found[feature].activated == world.asked(ACTIVATED, feature, days)
        assert found[feature].habitual == world.asked(HABITUAL, feature, days)
    assert (found["hours"].activated, found["hours"].habitual) == (3, 1)
    assert (found["reports"].activated, found["reports"].habitual) == (10, 9)
    assert (found["sandboxes"].entitled, found["sandboxes"].activated) == (12, 1)


def test_what_is_paid_for_and_never_used_comes_first_with_its_stall_step(world: World) -> None:
    found = world.people.read(lambda reads: activation_funnel(reads, to_micros(NOW)))
    first, *_ = funnels(found)
    # 7 customers never used their 10 hours a month: 7 x 10 x 12 x 180.
    assert (first.feature, first.wasted) == ("hours", (("USD", Decimal(151_200)),))
    assert (first.stall, first.stalled, first.stalled_at) == (Stall.activation, 7, Step.entitled)
    reports = world.funnels()["reports"]
    assert (reports.stall, reports.stalled, reports.wasted) == (Stall.habit, 1, ())
    stalled = {account for account, step in world.steps("hours").items() if step is Step.entitled}
    assert stalled == set(world.priority[3:])


def test_who_has_had_it_for_less_than_a_habit_takes_is_told_apart(world: World) -> None:
    early = START + timedelta(days=20)
    world.use(world.priority[5], "work.done", (NOW - early).days + 1)
    found = world.people.read(lambda reads: activation_funnel(reads, to_micros(early)))
    hours = next(each for each in funnels(found) if each.feature == "hours")
    assert (hours.activated, hours.too_new, hours.irregular) == (1, 1, 0)


def test_fewer_than_eight_users_are_weak_evidence(world: World) -> None:
    found = world.funnels()
    assert (found["hours"].activated, found["hours"].evidence) == (3, Evidence.weak)
    assert (found["reports"].activated, found["reports"].evidence) == (10, Evidence.moderate)

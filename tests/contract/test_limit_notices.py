"""A count that reaches a share of its limit is told once, on both databases, whoever counts."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from served import make_small_world

from tierline.accounts.contract import Uplift
from tierline.actions.checks import Question
from tierline.actions.contracts import grant_uplift
from tierline.actions.occasion import Occasion
from tierline.actions.reservations import finalise, reserve
from tierline.actions.usage import adopt_usage, define_meter, record_usage
from tierline.bootstrap.application import Application, open_application
from tierline.bootstrap.subjects import KnownSubjects
from tierline.entitlements.limit_notice import LimitNotice
from tierline.kernel.instants import to_micros
from tierline.metering.event import UsageEvent
from tierline.metering.meter import Aggregation, Meter
from tierline.store.engine import is_file
from tierline.store.journal import facts_about
from tierline.store.records import Records
from tierline.store.unit_of_work import Isolation

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOURS = Meter(
    key="hours",
    event_type="work.done",
    aggregation=Aggregation.sum,
    value="hours",
    feature="hours",
)
HELD = Meter(
    key="held",
    event_type="held",
    aggregation=Aggregation.max,
    value="held",
    feature="sandboxes",
)
_NUMBERS = itertools.count()


class World:
    """Pine is on Priority: 10 hours a month, from the first; 5 sandboxes for ever. `opened` are
    processes, of which a file has one."""

    def __init__(self, opened: list[Application]) -> None:
        self.opened = opened
        first = opened[0]
        self.pine, self.oak = make_small_world(first)
        for meter in (HOURS, HELD):
            first.change(lambda books, meter=meter: define_meter(books, meter, self.occasion()))
        for other in opened[1:]:
            other.follow()

    def occasion(self, at: datetime = NOW) -> Occasion:
        return Occasion(now=at, by="test", randomness=self.opened[0].randomness)

    def event(self, hours: str, at: datetime = NOW, **stated: str) -> UsageEvent:
        parts = {"subject": self.pine, "corrects": None, "type": "work.done", **stated}
        return UsageEvent(
            source="app",
            id=f"e-{next(_NUMBERS)}",
            at=to_micros(at),
            data={"hours": hours, "held": hours},
            **parts,  # type: ignore[arg-type]  # words
        ).with_digest()

    def send(self, *events: UsageEvent, by: int = 0, now: datetime = NOW) -> None:
        opened, occasion = self.opened[by], self.occasion(now)
        subjects = KnownSubjects(opened)

        def work(books: Records) -> None:
            record_usage(books, events, subjects, opened.sequences, occasion)
            opened.limits.look(books, occasion)

        opened.change(work, Isolation.BY_STATEMENT)

    def use(self, hours: str, at: datetime = NOW, *, by: int = 0, now: datetime = NOW) -> None:
        self.send(self.event(hours, at), by=by, now=now)

    def hold(self, quantity: int, *, by: int = 0, at: datetime = NOW) -> str | None:
        opened, occasion = self.opened[by], self.occasion(at)
        asked = Question(
            account=self.pine, feature="sandboxes", at=to_micros(at), quantity=quantity
        )

        def work(books: Records) -> str | None:
            done = reserve(books, opened.rulebook.ruleset, asked, occasion)
            opened.limits.look(books, occasion)
            return done.reservation and done.reservation.id

        return opened.change(work)

    def notices(self, account: str | None = None) -> list[LimitNotice]:
        whose = account or self.pine
        return list(self.opened[0].read(lambda reads: reads.limit_notices.of_account(whose)))

    def levels(self) -> list[str]:
        """Feature and level of each notice, and each was told in the journal too."""
        said = sorted(f"{each.feature} {each.level.normalize():f}" for each in self.notices())
        facts = self.opened[0].read(
            lambda reads: facts_about(reads.snapshot, self.pine, as_of=NOW + timedelta(days=400))
        )
        told = [fact.body for fact in facts if fact.kind == "LimitNoticed"]
        assert said == sorted(f"{body['feature']} {body['level_percent']}" for body in told)
        return said


@pytest.fixture
def world(empty_address: str) -> Iterator[World]:
    processes = 1 if is_file(empty_address) else 2
    with ExitStack() as opened:
        yield World(
            [
                opened.enter_context(open_application(database=empty_address))
                for _ in range(processes)
            ]
        )


def test_each_level_is_told_once_when_it_is_reached(world: World) -> None:
    world.use("7.9")
    assert world.levels() == []
    world.use("0.1")
    assert world.levels() == ["hours 80"]
    world.use("1.5")
    world.use("0.5")
    world.use("4")
    assert world.levels() == ["hours 100", "hours 80"]
    (first, *_) = world.notices()
    assert (first.level, first.used, first.limit) == (Decimal(100), Decimal(10), Decimal(10))


def test_one_batch_may_reach_both(world: World) -> None:
    world.send(*(world.event("0.5") for _ in range(24)), world.event("3", subject=world.oak))
    assert world.levels() == ["hours 100", "hours 80"]
    assert world.notices(world.oak) == []


def test_a_correction_and_a_new_rise_are_not_told_again(world: World) -> None:
    wrong = world.event("9")
    world.send(wrong)
    world.send(world.event("1", corrects=wrong.id))
    world.use("8")
    assert world.levels() == ["hours 80"]


def test_a_new_period_starts_anew_and_late_use_is_told_for_its_own(world: World) -> None:
    april = datetime(2026, 4, 2, tzinfo=UTC)
    world.use("9")
    world.use("9", april, now=april)
    assert world.levels() == ["hours 80", "hours 80"]
    world.use("1", NOW, now=april)
    starts = {(each.level, each.period_start) for each in world.notices()}
    assert len(starts) == 3
    assert (Decimal(100), to_micros(datetime(2026, 3, 1, tzinfo=UTC))) in starts


def test_a_raised_limit_is_told_anew_and_a_lower_one_is_not(world: World) -> None:
    world.hold(5)
    assert world.levels() == ["sandboxes 100", "sandboxes 80"]
    first = world.opened[0]
    contract = first.read(lambda reads: reads.contracts.of_account(world.pine))[0].id
    day = timedelta(days=1)
    uplift = Uplift(
        id="more",
        feature="sandboxes",
        units=Decimal(5),
        start=to_micros(NOW),
        end=to_micros(NOW + day),
        reason="an event",
    )
    first.change(lambda books: grant_uplift(books, contract, uplift, world.occasion()))
    world.hold(1)
    assert world.levels() == ["sandboxes 100", "sandboxes 80"]
    world.hold(2)
    assert world.levels() == ["sandboxes 100", "sandboxes 80", "sandboxes 80"]
    world.send(world.event("1", NOW + 2 * day, type="held"), now=NOW + 2 * day)
    assert world.levels() == ["sandboxes 100", "sandboxes 80", "sandboxes 80"]


def test_what_was_reserved_counts_and_what_is_let_go_does_not_end_it(world: World) -> None:
    held = world.hold(4)
    assert held is not None
    first, occasion = world.opened[0], world.occasion()

    def work(books: Records) -> None:
        finalise(books, held, Decimal(1), occasion)
        first.limits.look(books, occasion)

    first.change(work)
    world.hold(4)
    assert world.levels() == ["sandboxes 100", "sandboxes 80"]


def test_a_meter_that_does_not_add_up_is_looked_at_too(world: World) -> None:
    world.send(world.event("4", type="held"))
    assert world.levels() == ["sandboxes 80"]


def test_usage_of_somebody_who_became_known_is_told(world: World) -> None:
    world.send(world.event("9", subject="nobody"))
    assert world.levels() == []
    first, occasion = world.opened[0], world.occasion()

    def work(books: Records) -> None:
        adopt_usage(books, "nobody", world.pine, KnownSubjects(first))
        first.limits.look(books, occasion)

    first.change(work, Isolation.BY_STATEMENT)
    assert world.levels() == ["hours 80"]


def test_what_is_not_done_is_not_told_and_is_told_when_it_is(world: World) -> None:
    opened, occasion = world.opened[0], world.occasion()
    events, subjects = [world.event("9")], KnownSubjects(opened)

    def work(books: Records) -> None:
        record_usage(books, events, subjects, opened.sequences, occasion)
        opened.limits.look(books, occasion)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        opened.change(work, Isolation.BY_STATEMENT)
    assert world.levels() == []
    world.send(*events)
    assert world.levels() == ["hours 80"]


def test_eight_who_count_at_once_are_told_once(world: World) -> None:
    """Each in a half-hour of its own, so that their totals are different rows."""

    def count(number: int) -> None:
        for turn in range(5):
            at = NOW - timedelta(hours=number, minutes=30 * turn)
            world.use("0.25", at, by=number % len(world.opened))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(8)))
    assert world.levels() == ["hours 100", "hours 80"]
    first = {each.level: each.used for each in world.notices()}
    assert first == {Decimal(80): Decimal(8), Decimal(100): Decimal(10)}


def test_use_from_before_the_process_started_counts(empty_address: str) -> None:
    with open_application(database=empty_address) as opened:
        before = World([opened])
        before.use("7")
    with open_application(database=empty_address) as opened:
        after = World.__new__(World)
        after.opened, after.pine, after.oak = [opened], before.pine, before.oak
        after.use("0.5")
        assert after.levels() == []
        after.use("0.5")
        assert after.levels() == ["hours 80"]

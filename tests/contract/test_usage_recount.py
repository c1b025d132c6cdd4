"""What is kept of usage against the raw events, on both databases."""

from __future__ import annotations

import json
import random
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

import pytest
import sqlalchemy as sa

from tierline.actions import usage_recount
from tierline.actions.occasion import Occasion
from tierline.actions.usage import adopt_usage, define_meter, record_usage
from tierline.actions.usage_recount import Recount, count_anew, recount, repair_usage
from tierline.kernel.errors import Invalid
from tierline.kernel.instants import from_micros, to_micros
from tierline.metering.event import UsageEvent
from tierline.metering.meter import HALF_HOUR_US, Aggregation, Meter
from tierline.metering.sequence import Sequences
from tierline.store.accounts import account_table
from tierline.store.contracts import KnownTerms
from tierline.store.records import Reads, Records
from tierline.store.store import Store
from tierline.store.unit_of_work import Isolation
from tierline.store.usage import usage_event_table, usage_total_table, usage_value_table

ResultT = TypeVar("ResultT")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANCHOR = to_micros(datetime(2026, 1, 1, 10, 17, tzinfo=UTC))
CALLS = Meter(key="calls", event_type="api.called", aggregation=Aggregation.count)
HOURS = Meter(key="hours", event_type="work.done", aggregation=Aggregation.sum, value="hours")
PEAK = Meter(key="peak", event_type="work.done", aggregation=Aggregation.max, value="hours")
USERS = Meter(key="users", event_type="work.done", aggregation=Aggregation.unique, value="user")
METERS = (CALLS, HOURS, PEAK, USERS)
ACCOUNTS = [f"account_{number}" for number in range(5)]
SEQUENCES = Sequences(secrets.randbits)


class Subjects:
    def account_of_subject(self, subject: str) -> str | None:
        return subject if subject in ACCOUNTS else None

    def anchor_of(self, account: str, at: int) -> int:  # noqa: ARG002 - the protocol's
        return ANCHOR


SUBJECTS = Subjects()


def occasion() -> Occasion:
    return Occasion(now=NOW, by="test", randomness=secrets.randbits)


def run(store: Store, work: Callable[[Records], ResultT]) -> ResultT:
    return store.run(lambda unit: work(Records(unit, KnownTerms())), Isolation.BY_STATEMENT)


def read(store: Store, work: Callable[[Reads], ResultT]) -> ResultT:
    return store.read(lambda snapshot: work(Reads(snapshot, KnownTerms())))


def send(store: Store, *events: UsageEvent | Invalid) -> None:
    run(store, lambda records: record_usage(records, events, SUBJECTS, SEQUENCES, occasion()))


def event(id_: str, at: datetime, subject: str = "account_0", **stated: object) -> UsageEvent:
    parts: dict[str, object] = {"type": "work.done", "data": {"hours": 1, "user": "a"}, **stated}
    return UsageEvent(
        id=id_,
        source="s",
        subject=subject,
        at=to_micros(at),
        **parts,  # type: ignore[arg-type]  # as stated
    ).with_digest()


def define(store: Store, *meters: Meter) -> None:
    for meter in meters:
        run(store, lambda records, meter=meter: define_meter(records, meter, occasion()))
        while run(store, lambda records, key=meter.key: count_anew(records, key, SUBJECTS)):
            pass


def use(store: Store, number: int, seed: int = 7) -> None:
    """Events of all accounts over 60 days with corrections, and some of nobody's yet."""
    drawn = random.Random(seed)  # noqa: S311 - the same events in every run
    events = []
    for n in range(number):
        at = NOW - timedelta(seconds=drawn.randrange(60 * 86_400))
        subject = drawn.choice([*ACCOUNTS, "nobody"])
        data = {"hours": drawn.randrange(1, 9_000) / 1_000, "user": drawn.choice("abcde")}
        kind = drawn.choice(["work.done", "api.called"])
        corrects = str(n - 9) if n > 9 and drawn.random() < 0.1 else None
        events.append(event(str(n), at, subject, type=kind, data=data, corrects=corrects))
    for start in range(0, number, 100):
        send(store, *events[start : start + 100])


def everything(store: Store, after: str = "") -> list[Recount]:
    found = [read(store, lambda reads: recount(reads, SUBJECTS, after=after))]
    while found[-1].within.upto is not None:
        upto = found[-1].within.upto
        found.append(read(store, lambda reads, upto=upto: recount(reads, SUBJECTS, after=upto)))
    return found


@pytest.fixture
def used(store: Store) -> Store:
    define(store, *METERS)
    use(store, 800)
    return store


def test_a_hundred_random_customer_days_are_what_the_raw_events_come_to(used: Store) -> None:
    rows = used.read(lambda snapshot: snapshot.execute(sa.select(usage_event_table)).all())
    replaced = {row.corrects for row in rows if row.corrects}
    drawn = random.Random(3)  # noqa: S311 - the same days in every run
    compared = 0
    while compared < 100:
        account, back = drawn.choice(ACCOUNTS), drawn.randrange(60)
        start = ANCHOR + (59 - back) * 86_400_000_000
        end = start + 86_400_000_000
        data = [
            row
            for row in rows
            if row.account_id == account
            and row.id not in replaced
            and start <= row.at < end
            and row.type == "work.done"
        ]
        by_hand = sum(Decimal(str(json.loads(row.data)["hours"])) for row in data)
        kept = read(used, lambda reads, a=account, w=(start, end): reads.usage.used(a, HOURS, *w))
        assert kept == by_hand
        compared += 1
    assert [each.differences() for each in everything(used)] == [()]
    assert everything(used)[0].checked > 600


def test_a_tampered_total_is_found_and_repaired(used: Store) -> None:
    total = usage_total_table.c

    def tamper(records: Records) -> tuple[str, str, datetime]:
        row = records.unit.execute(
            sa.select(usage_total_table).where(total.meter == "hours")
        ).first()
        assert row is not None
        where = (
            total.account_id == row.account_id,
            total.meter == "hours",
            total.from_at == row.from_at,
        )
        records.unit.execute(
            usage_total_table.update().where(*where).values(quantity=Decimal("99.5"))
        )
        records.unit.execute(
            usage_total_table.delete().where(
                total.meter == "calls", total.account_id == "account_1"
            )
        )
        records.unit.execute(
            usage_value_table.delete().where(usage_value_table.c.account_id == "account_2")
        )
        return row.account_id, row.meter, row.from_at

    account, meter, from_at = run(used, tamper)
    (found,) = everything(used)
    (changed,) = [each for each in found.differences() if each.stored and each.meter == meter]
    assert (changed.account, from_micros(changed.at)) == (account, from_at)
    assert changed.stored is not None
    assert changed.stored.startswith("99.5 of ")
    gone = {each.meter for each in found.differences() if each.stored is None}
    assert gone == {"calls", "peak", "users"}
    assert run(used, lambda records: repair_usage(records, SUBJECTS, occasion())).differences()
    assert [each.differences() for each in everything(used)] == [()]


def test_a_total_that_no_event_explains_is_taken_back(used: Store) -> None:
    stray = {
        "account_id": "account_9",
        "meter": "calls",
        "from_at": NOW,
        "quantity": Decimal(4),
        "events": 4,
    }
    run(used, lambda records: records.unit.execute(usage_total_table.insert(), stray))
    (difference,) = everything(used)[0].differences()
    assert difference == ("account_9", "calls", to_micros(NOW), "4 of 4 events", None)
    run(used, lambda records: repair_usage(records, SUBJECTS, occasion()))
    assert everything(used)[0].differences() == ()


def test_a_meter_that_is_defined_otherwise_counts_what_came_before(used: Store) -> None:
    window = ANCHOR, to_micros(NOW) + HALF_HOUR_US
    users = read(used, lambda reads: reads.usage.used("account_0", USERS, *window))
    changed = Meter(
        key="calls", version=2, event_type="work.done", aggregation=Aggregation.unique, value="user"
    )
    define(used, changed, Meter(key="late", event_type="api.called", aggregation=Aggregation.count))
    assert read(used, lambda reads: reads.usage.used("account_0", changed, *window)) == users > 0
    use(used, 300, seed=8)
    assert [each.differences() for each in everything(used)] == [()]


def test_the_same_counting_under_another_feature_is_not_done_again(used: Store) -> None:
    changed = Meter(
        key="calls",
        version=2,
        event_type="api.called",
        aggregation=Aggregation.count,
        feature="api",
    )
    run(used, lambda records: define_meter(records, changed, occasion()))
    assert read(used, lambda reads: reads.usage_recount.unfinished()) == {}


def test_pieces_of_few_rows_find_the_same(used: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = everything(used)[0].checked

    def names(records: Records) -> None:
        rows = [{"id": key, "name": key, "time_zone": "UTC", "opened_at": NOW} for key in ACCOUNTS]
        records.unit.execute(account_table.insert(), rows)

    run(used, names)
    monkeypatch.setattr(usage_recount, "ROWS_AT_ONCE", 50)
    pieces = everything(used)
    assert len(pieces) == len(ACCOUNTS)
    assert sum(piece.checked for piece in pieces) == whole
    assert all(piece.differences() == () for piece in pieces)


def test_what_becomes_somebodys_is_counted_as_the_recount_counts_it(used: Store) -> None:
    class Nobody(Subjects):
        def account_of_subject(self, subject: str) -> str | None:
            return "account_0" if subject == "nobody" else super().account_of_subject(subject)

    while run(used, lambda records: adopt_usage(records, "nobody", "account_0", Nobody())):
        pass
    assert [each.differences() for each in everything(used)] == [()]

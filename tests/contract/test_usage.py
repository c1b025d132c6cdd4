from __future__ import annotations

import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tierline.actions.occasion import Occasion
from tierline.actions.usage import adopt_usage, define_meter, record_usage
from tierline.kernel.errors import Conflict, Invalid
from tierline.kernel.instants import to_micros
from tierline.metering.event import UsageEvent
from tierline.metering.meter import Aggregation, Meter
from tierline.metering.quality import Fate, Result
from tierline.metering.sequence import Sequences
from tierline.store.contracts import KnownTerms
from tierline.store.records import Reads, Records
from tierline.store.store import Store
from tierline.store.unit_of_work import Isolation

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CALLS = Meter(key="calls", event_type="api.called", aggregation=Aggregation.count, feature="api")
HOURS = Meter(
    key="hours", event_type="work.done", aggregation=Aggregation.sum, value="hours", feature="hours"
)
PEAK = Meter(key="peak", event_type="seats.seen", aggregation=Aggregation.max, value="seats")
LAST = Meter(key="last", event_type="seats.seen", aggregation=Aggregation.latest, value="seats")
USERS = Meter(key="users", event_type="seats.seen", aggregation=Aggregation.unique, value="user")
BUSY = Meter(key="busy", event_type="ran", aggregation=Aggregation.duration, value="for")
SEQUENCES = Sequences(secrets.randbits)
METERS = (CALLS, HOURS, PEAK, LAST, USERS, BUSY)


class Subjects:
    """`pine` is known; its periods begin at 10:17 on the hour's clock."""

    def __init__(self, *known: str) -> None:
        self.known = known or ("pine",)

    def account_of_subject(self, subject: str) -> str | None:
        return subject if subject in self.known else None

    def anchor_of(self, account: str, at: int) -> int:  # noqa: ARG002 - the protocol's
        return to_micros(datetime(2026, 1, 1, 10, 17, tzinfo=UTC))


def event(id_: str, type_: str = "api.called", **stated: object) -> UsageEvent:
    parts = {"at": NOW, "subject": "pine", "data": {}, "source": "gateway", **stated}
    parts["at"] = to_micros(parts["at"])  # type: ignore[arg-type]  # an instant
    return UsageEvent(id=id_, type=type_, **parts).with_digest()  # type: ignore[arg-type]  # as above


def send(
    store: Store, *events: UsageEvent | Invalid, subjects: Subjects | None = None
) -> list[Result]:
    occasion = Occasion(now=NOW, by="test", randomness=secrets.randbits)
    return store.run(
        lambda unit: record_usage(
            Records(unit, KnownTerms()), events, subjects or Subjects(), SEQUENCES, occasion
        ),
        Isolation.BY_STATEMENT,
    )


def fates(results: Sequence[Result]) -> list[str]:
    return [result.fate.value for result in results]


def used(
    store: Store, meter: Meter, start: datetime | None = None, end: datetime | None = None
) -> Decimal:
    window = to_micros(start or NOW - timedelta(days=60)), to_micros(end or NOW + timedelta(days=9))
    return store.read(
        lambda snapshot: Reads(snapshot, KnownTerms()).usage.used("pine", meter, *window)
    )


@pytest.fixture(autouse=True)
def meters(store: Store) -> None:
    occasion = Occasion(now=NOW, by="test", randomness=secrets.randbits)
    for meter in METERS:
        store.run(
            lambda unit, meter=meter: define_meter(Records(unit, KnownTerms()), meter, occasion)
        )


def test_an_event_counts_once_however_often_it_is_sent(store: Store) -> None:
    assert fates(send(store, event("1"), event("2"))) == ["accepted", "accepted"]
    assert fates(send(store, event("2"), event("3"), event("3"))) == [
        "duplicate",
        "accepted",
        "duplicate",
    ]
    assert used(store, CALLS) == 3


def test_another_event_under_the_same_name_is_a_conflict_and_refuses_no_other(store: Store) -> None:
    send(store, event("1", "work.done", data={"hours": 2}))
    wrong = event("1", "work.done", data={"hours": 3})
    assert fates(send(store, wrong, event("2", "work.done", data={"hours": 4}))) == [
        "conflict",
        "accepted",
    ]
    assert used(store, HOURS) == 6


def test_the_same_id_of_another_source_is_another_event(store: Store) -> None:
    send(store, event("1"), event("1", source="other"))
    assert used(store, CALLS) == 2


def test_what_cannot_be_read_or_counted_is_refused_alone(store: Store) -> None:
    results = send(
        store,
        Invalid("The event cannot be read."),
        event("1", "work.done", data={"hours": -1}),
        event("2", "work.done", data={}),
        event("3", "work.done", data={"hours": "1.5"}),
        event("4", at=NOW + timedelta(days=2)),
    )
    assert fates(results) == ["refused", "refused", "refused", "accepted", "refused"]
    assert used(store, HOURS) == Decimal("1.5")


def test_a_late_event_counts_in_its_own_period(store: Store) -> None:
    edge = datetime(2026, 2, 1, 10, 17, tzinfo=UTC)
    send(store, event("1", at=edge - timedelta(microseconds=1)), event("2", at=edge))
    assert used(store, CALLS, edge - timedelta(days=31), edge) == 1
    assert used(store, CALLS, edge, edge + timedelta(days=28)) == 1


def test_a_correction_replaces_what_it_corrects_and_only_once(store: Store) -> None:
    send(store, event("1", "work.done", data={"hours": 8}))
    correction = event("2", "work.done", data={"hours": "0.25"}, corrects="1")
    assert fates(send(store, correction)) == ["accepted"]
    assert fates(send(store, correction)) == ["duplicate"]
    again = event("3", "work.done", data={"hours": 5}, corrects="1")
    assert fates(send(store, again, event("4", corrects="x"))) == ["conflict", "conflict"]
    assert used(store, HOURS) == Decimal("0.25")


def test_each_aggregation_has_its_number(store: Store) -> None:
    seen = [("a", 3), ("b", 9), ("a", 4)]
    send(
        store,
        *(
            event(
                f"s{n}", "seats.seen", at=NOW + timedelta(minutes=n), data={"user": u, "seats": s}
            )
            for n, (u, s) in enumerate(seen)
        ),
        event("r1", "ran", data={"for": "PT1M30S"}),
        event("r2", "ran", data={"for": 30}),
    )
    assert [used(store, meter) for meter in (PEAK, LAST, USERS, BUSY)] == [9, 4, 2, 120]


def test_a_corrected_value_is_taken_back(store: Store) -> None:
    send(store, event("1", "seats.seen", data={"user": "a", "seats": 90}))
    send(store, event("2", "seats.seen", data={"user": "a", "seats": 9}, corrects="1"))
    assert used(store, PEAK) == 9


def test_events_of_nobody_count_once_they_are_somebodys(store: Store) -> None:
    nobody = [event(str(n), subject="pine.example") for n in range(3)]
    assert fates(send(store, *nobody)) == ["accepted"] * 3
    assert used(store, CALLS) == 0
    adopted = store.run(
        lambda unit: adopt_usage(Records(unit, KnownTerms()), "pine.example", "pine", Subjects())
    )
    assert (adopted, used(store, CALLS)) == (3, 3)
    assert fates(send(store, *nobody)) == ["duplicate"] * 3


def test_eight_senders_of_the_same_events_count_each_once(store: Store) -> None:
    batches = [[event(f"{batch}-{n}") for n in range(50)] for batch in range(6)]

    def sender(number: int) -> list[Result]:
        order = batches[number % 6 :] + batches[: number % 6]
        return [result for batch in order for result in send(store, *batch)]

    with ThreadPoolExecutor(8) as pool:
        results = [result for found in pool.map(sender, range(8)) for result in found]
    assert sum(result.fate is Fate.accepted for result in results) == 300
    assert {result.fate for result in results} == {Fate.accepted, Fate.duplicate}
    assert used(store, CALLS) == 300


def test_a_changed_meter_is_its_next_version(store: Store) -> None:
    occasion = Occasion(now=NOW, by="test", randomness=secrets.randbits)
    changed = Meter(key="calls", version=3, event_type="x", aggregation=Aggregation.count)
    with pytest.raises(Conflict, match="version of the meter 'calls' is 2"):
        store.run(lambda unit: define_meter(Records(unit, KnownTerms()), changed, occasion))


def test_what_was_corrected_while_it_was_nobodys_is_never_counted(store: Store) -> None:
    send(store, event("1", subject="pine.example"), event("2", subject="elm.example"))
    send(store, event("3", corrects="1"), event("4", corrects="2", subject="pine.example"))
    assert used(store, CALLS) == 1
    for subject in ("pine.example", "elm.example"):
        assert store.run(
            lambda unit, subject=subject: adopt_usage(
                Records(unit, KnownTerms()), subject, "pine", Subjects()
            )
        )
    assert used(store, CALLS) == 2


def test_a_correction_by_nobody_takes_back_once(store: Store) -> None:
    send(store, event("1"))
    send(store, event("2", corrects="1", subject="pine.example"))
    assert used(store, CALLS) == 0
    store.run(
        lambda unit: adopt_usage(Records(unit, KnownTerms()), "pine.example", "pine", Subjects())
    )
    assert used(store, CALLS) == 1


def test_eight_corrections_of_one_event_at_once_are_one(store: Store) -> None:
    send(store, event("1"), event("2"))
    with ThreadPoolExecutor(8) as pool:
        corrections = [event(f"c{n}", "nothing", corrects="1") for n in range(8)]
        found = list(pool.map(lambda each: fates(send(store, each)), corrections))
    assert sorted(found) == [["accepted"], *[["conflict"]] * 7]
    assert used(store, CALLS) == 1

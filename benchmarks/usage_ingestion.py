"""How many usage events a second are taken durably, counted once and rolled up, in one transaction?

Against a bare multi-row INSERT (`executemany`, batches of 1,000, no key) of the same rows into the
same database, in the same run, on SQLite and on PostgreSQL. The order alternates, and the median of
the rounds counts. After each batch the total is compared with what was sent.

    .venv/bin/python benchmarks/usage_ingestion.py [--events 50000] [--rounds 3] [--flat 10000000]

`--flat` sends so many events to SQLite and prints the memory along the way.
"""

from __future__ import annotations

import argparse
import gc
import resource
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import sqlalchemy as sa

from tierline.actions.occasion import Occasion
from tierline.actions.usage import define_meter, record_usage
from tierline.kernel.instants import to_micros
from tierline.metering.event import UsageEvent
from tierline.metering.meter import Aggregation, Meter
from tierline.metering.sequence import Sequences
from tierline.store import dialect
from tierline.store.contracts import KnownTerms
from tierline.store.engine import open_store
from tierline.store.records import Reads, Records
from tierline.store.store import Store
from tierline.store.unit_of_work import Isolation

sys.path.insert(0, str(Path(__file__).parents[1] / "tests/support"))
from postgresql_server import running_server

FLOOR, BATCH, ACCOUNTS = 0.6, 1_000, 300
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
START = to_micros(NOW) - 3_600_000_000
CALLS = Meter(key="calls", event_type="api.called", aggregation=Aggregation.sum, value="calls")
BARE = sa.Table(
    "bare_event",
    sa.MetaData(),
    *(sa.Column(name, dialect.integer()) for name in ("sequence", "at", "received_at")),
    *(sa.Column(name, dialect.text()) for name in ("source", "id", "digest", "type", "subject")),
    *(sa.Column(name, dialect.text()) for name in ("account_id", "data", "corrects")),
    **dialect.STRICT,
)
_INSERT_BARE = BARE.insert()


class Subjects:
    """Every subject is an account whose periods begin on the hour."""

    def account_of_subject(self, subject: str) -> str | None:
        return subject

    def anchor_of(self, account: str, at: int) -> int:  # noqa: ARG002 - the protocol's
        return 0


def events(first: int, count: int) -> list[UsageEvent]:
    """Events of 300 accounts, a millisecond apart."""
    return [
        UsageEvent(
            source="gateway",
            id=f"event-{number:012d}",
            type="api.called",
            subject=f"account_{number * 7_919 % ACCOUNTS:06d}",
            at=START + number % 3_600_000 * 1_000,
            data={"calls": number % 50, "region": "eu"},
        ).with_digest()
        for number in range(first, first + count)
    ]


def record(store: Store, batch: list[UsageEvent], sequences: Sequences) -> None:
    occasion = Occasion(now=NOW, by="benchmark", randomness=secrets.randbits)
    store.run(
        lambda unit: record_usage(
            Records(unit, KnownTerms()), batch, Subjects(), sequences, occasion
        ),
        Isolation.BY_STATEMENT,
    )


def bare(store: Store, batch: list[UsageEvent], first: int) -> None:
    encode = msgspec.json.Encoder().encode
    rows = [
        {
            "sequence": first + place,
            "source": event.source,
            "id": event.id,
            "digest": event.digest,
            "type": event.type,
            "subject": event.subject,
            "account_id": event.subject,
            "at": event.at,
            "received_at": START,
            "data": encode(event.data).decode(),
            "corrects": None,
        }
        for place, event in enumerate(batch)
    ]
    store.run(lambda unit: unit.write(_INSERT_BARE, rows), Isolation.BY_STATEMENT)


def total(store: Store) -> int:
    chosen = sa.text("SELECT sum(quantity) FROM usage_total")
    return int(store.read(lambda snapshot: snapshot.execute(chosen).scalar()) or 0) // 10**6


@contextmanager
def prepared(address: str) -> Iterator[Store]:
    with open_store(address) as store:
        occasion = Occasion(now=NOW, by="benchmark", randomness=secrets.randbits)
        store.run(lambda unit: define_meter(Records(unit, KnownTerms()), CALLS, occasion))
        store.run(lambda unit: unit.execute(sa.schema.CreateTable(BARE)))
        gc.freeze()  # as the server does once it has started
        yield store


def measure(name: str, address: str, options: argparse.Namespace) -> float:
    rates: dict[str, list[float]] = {"product": [], "bare": []}
    sent = 0
    with prepared(address) as store:
        sequences = Sequences(secrets.randbits)
        for turn in range(options.rounds):
            batches = [
                events(turn * options.events + first, BATCH)
                for first in range(0, options.events, BATCH)
            ]
            for who in ("product", "bare") if turn % 2 == 0 else ("bare", "product"):
                took = 0.0
                for place, batch in enumerate(batches):
                    start = time.perf_counter()
                    if who == "product":
                        record(store, batch, sequences)
                    else:
                        bare(store, batch, place * BATCH)
                    took += time.perf_counter() - start
                    if who == "product":
                        sent += sum(event.data["calls"] for event in batch)
                        assert total(store) == sent, "a total is not what was sent"
                rates[who].append(options.events / took)
        record(store, batches[-1], sequences)
        assert total(store) == sent, "events sent again were counted again"
    product, plain = statistics.median(rates["product"]), statistics.median(rates["bare"])
    ratio = product / plain
    print(
        f"{name:<10} bare insert {plain:>9,.0f} events/s   counted once, rolled up {product:>9,.0f}"
    )
    print(f"{'PASS' if ratio >= FLOOR else 'FAIL'} {name} ratio {ratio:.2f} (floor {FLOOR})")
    return ratio


def flat(address: str, wanted: int) -> None:
    """Memory along the way of many events."""
    with prepared(address) as store:
        sequences = Sequences(secrets.randbits)
        start = time.perf_counter()
        for first in range(0, wanted, BATCH):
            record(store, events(first, BATCH), sequences)
            if (first + BATCH) % (wanted // 10) == 0:
                memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_024
                rate = (first + BATCH) / (time.perf_counter() - start)
                print(f"{first + BATCH:>12,} events  {memory:>5} MiB at most  {rate:>9,.0f}/s")
        meter = store.read(lambda snapshot: Reads(snapshot, KnownTerms()).meters.newest())[0]
        print(f"meter '{meter.key}': {total(store):,} in all")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--flat", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=".") as folder:
        if options.flat:
            flat(str(Path(folder) / "flat.db"), options.flat)
            return 0
        ratios = [measure("SQLite", str(Path(folder) / "tierline.db"), options)]
        with running_server() as server:
            ratios.append(measure("PostgreSQL", server.fresh_database(), options))
    return 0 if min(ratios) >= FLOOR else 1


if __name__ == "__main__":
    sys.exit(main())

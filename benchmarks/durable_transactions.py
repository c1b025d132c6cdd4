"""How many small durable transactions a second does a store on SQLite do, with 16 clients?

One process, one file each, in the same run: a bare writer thread with group commit (the sqlite3
module, prepared by hand, no savepoints, no types), and the product's own unit of work
(`store.run`). Both insert one row a transaction with `synchronous=FULL`, and no client goes on
before its row is on the disk. The order alternates, and the median of the rounds counts. Beside
them, how often a second this disk does one write and one fsync.

    .venv/bin/python benchmarks/durable_transactions.py [--seconds 2] [--rounds 3] [--clients 16]
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import statistics
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from tierline.store import dialect
from tierline.store.columns import Whole, Words
from tierline.store.engine import open_store

FLOOR = 0.5
BATCH_LIMIT_UNITS = 256
ROW = sa.Table(
    "row",
    sa.MetaData(),
    sa.Column("id", Whole, primary_key=True),
    sa.Column("at", Whole, nullable=False),
    sa.Column("words", Words, nullable=False),
    **dialect.STRICT,
)
INSERT = ROW.insert()
INSERT_BARE = 'INSERT INTO "row" (id, at, words) VALUES (?, ?, ?)'
Write = Callable[[int], None]


class BareWriter:
    """A queue, a thread, one commit for all that wait: the least that group commit can be."""

    def __init__(self, file: Path) -> None:
        self._queue: deque[tuple[tuple[int, int, str], threading.Lock]] = deque()
        self._has_work = threading.Condition()
        self._is_closed = False
        self._connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode = WAL", "synchronous = FULL"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute('CREATE TABLE "row" (id INTEGER PRIMARY KEY, at, words)')
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def write(self, number: int) -> None:
        durable = threading.Lock()
        durable.acquire()
        with self._has_work:
            self._queue.append(((number, number, "sixteen letters."), durable))
            self._has_work.notify()
        durable.acquire()

    def close(self) -> None:
        with self._has_work:
            self._is_closed = True
            self._has_work.notify()
        self._thread.join()
        self._connection.close()

    def _work(self) -> None:
        while True:
            with self._has_work:
                while not self._queue and not self._is_closed:
                    self._has_work.wait()
                count = min(len(self._queue), BATCH_LIMIT_UNITS)
                batch = [self._queue.popleft() for _ in range(count)]
            if not batch:
                return
            self._connection.execute("BEGIN IMMEDIATE")
            for values, _ in batch:
                self._connection.execute(INSERT_BARE, values)
            self._connection.execute("COMMIT")
            for _, durable in batch:
                durable.release()


def bare_rate(folder: Path, clients: int, seconds: float) -> tuple[float, float]:
    writer = BareWriter(folder / "bare.db")
    try:
        return rate(writer.write, clients, seconds)
    finally:
        writer.close()


def product_rate(folder: Path, clients: int, seconds: float) -> tuple[float, float]:
    with open_store(str(folder / "product.db")) as store:
        store.run(lambda unit: unit.execute(sa.schema.CreateTable(ROW)))

        def write(number: int) -> None:
            values = {"id": number, "at": number, "words": "sixteen letters."}
            store.run(lambda unit: unit.write(INSERT, values))

        measured = rate(write, clients, seconds)
        count = sa.select(sa.func.count()).select_from(ROW)
        assert store.read(lambda snapshot: snapshot.execute(count).scalar()) > 0
        return measured


def rate(write: Write, clients: int, seconds: float) -> tuple[float, float]:
    """Transactions a second, and the 99th percentile of one in milliseconds."""
    waits: list[list[float]] = [[] for _ in range(clients)]
    begun = time.perf_counter()
    end = begun + seconds

    def client(index: int) -> None:
        number = index
        while (before := time.perf_counter()) < end:
            write(number)
            waits[index].append(time.perf_counter() - before)
            number += clients

    threads = [threading.Thread(target=client, args=(index,)) for index in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begun
    every = sorted(wait for of_client in waits for wait in of_client)
    return len(every) / took, every[int(len(every) * 0.99)] * 1000


def fsync_rate(folder: Path, seconds: float) -> float:
    """Appends of 4 KiB, each followed by fsync, a second."""
    file = os.open(folder / "fsync", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    begun, count = time.perf_counter(), 0
    while time.perf_counter() - begun < seconds:
        os.write(file, b"\0" * 4096)
        os.fsync(file)
        count += 1
    os.close(file)
    return count / (time.perf_counter() - begun)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=2.0)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--clients", type=int, default=16)
    arguments.add_argument("--folder", help="on the disk to measure (default: a temporary one)")
    options = arguments.parse_args()
    bare, product, syncs = [], [], []
    for number in range(options.rounds):
        kinds = [(bare_rate, bare), (product_rate, product)]
        for kind, results in kinds if number % 2 == 0 else reversed(kinds):
            with tempfile.TemporaryDirectory(dir=options.folder) as name:
                results.append(kind(Path(name), options.clients, options.seconds))
        with tempfile.TemporaryDirectory(dir=options.folder) as name:
            syncs.append(fsync_rate(Path(name), 0.5))
    report(bare, product, syncs, options.clients)


def report(
    bare: list[tuple[float, float]],
    product: list[tuple[float, float]],
    syncs: list[float],
    clients: int,
) -> None:
    rates = {}
    for name, results in (("bare writer thread", bare), ("unit of work", product)):
        rates[name] = statistics.median(rate for rate, _ in results)
        p99 = statistics.median(wait for _, wait in results)
        print(f"{name:20s} {rates[name]:9,.0f} durable transactions/s  p99 {p99:6.2f} ms")
    print(f"{'disk':20s} {statistics.median(syncs):9,.0f} write + fsync/s, one after another")
    ratio = rates["unit of work"] / rates["bare writer thread"]
    answer = "ok" if ratio >= FLOOR else "BELOW"
    print(f"ratio {ratio:.2f} with {clients} clients (floor {FLOOR:.2f}: {answer})")
    raise SystemExit(ratio < FLOOR)


if __name__ == "__main__":
    main()

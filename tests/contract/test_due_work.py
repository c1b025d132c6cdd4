from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from due_rows import LANE, THREADS, rows, worker
from stores import counted, counter, make_tables

from tierline.bootstrap.application import Application, open_application
from tierline.kernel.errors import Conflict
from tierline.store.due_work import Claim, LeaseLost
from tierline.store.engine import open_to_read
from tierline.store.unit_of_work import Isolation
from tierline.worker.lanes import Lane, Settled
from tierline.worker.loop import Worker

SUPPORT = Path(__file__).parents[1] / "support"
ROWS = 2_000


@pytest.fixture
def application(address: str) -> Iterator[Application]:
    with open_application(database=address) as opened:
        make_tables(opened.store)
        yield opened


def claim(application: Application, now: datetime, *, lease: str, limit: int) -> tuple[Claim, ...]:
    until = now + timedelta(seconds=60)
    return application.change(
        lambda records: records.due_work.claim(
            "test", now=now, until=until, lease=lease, limit=limit
        ),
        Isolation.BY_STATEMENT,
    )


def left(application: Application) -> int:
    waiting = application.read(lambda reads: reads.due_work.waiting())
    return waiting["test"][0] if waiting else 0


def each_count(application: Application) -> dict[str, int]:
    chosen = sa.select(counter).where(counter.c.name != "all")
    found = application.read(lambda reads: reads.snapshot.execute(chosen).all())
    return {row.name: row.count for row in found}


def until_nothing_is_left(application: Application) -> None:
    deadline = time.monotonic() + 60
    while left(application):
        assert time.monotonic() < deadline, "rows stayed"
        time.sleep(0.05)


def test_eight_threads_do_two_thousand_rows_once_each(application: Application) -> None:
    rows(application, ROWS)
    working = worker(application)
    working.start()
    until_nothing_is_left(application)
    working.stop()
    assert each_count(application) == {f"count {number:05d}": 1 for number in range(ROWS)}


def test_after_kill_9_no_row_is_lost_and_none_is_done_twice(address: str) -> None:
    with open_application(database=address) as application:
        make_tables(application.store)
        rows(application, ROWS)
    killed_amid(address)
    with open_application(database=address) as application:
        before = application.store.read(lambda snapshot: counted(snapshot, "all"))
        assert 0 < before < ROWS
        assert left(application) == ROWS - before
        working = worker(application)
        working.start()
        until_nothing_is_left(application)
        working.stop()
        assert each_count(application) == {f"count {number:05d}": 1 for number in range(ROWS)}


def killed_amid(address: str) -> None:
    """Start a process of eight threads, and kill it once it has done some rows."""
    process = subprocess.Popen(
        [sys.executable, SUPPORT / "due_rows.py", address],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(SUPPORT)},
        text=True,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline() == "working\n"
    with open_to_read(address) as readers:
        while readers.read(lambda snapshot: counted(snapshot, "all")) < THREADS * 5:
            assert process.poll() is None
    process.kill()
    process.wait()
    process.stdout.close()
    process.stdin.close()


def test_a_claimed_row_is_not_due_until_its_lease_ends(application: Application) -> None:
    rows(application, 3)
    now = application.now()
    assert len(claim(application, now, lease="one", limit=2)) == 2
    assert len(claim(application, now, lease="two", limit=9)) == 1
    assert claim(application, now, lease="three", limit=9) == ()
    later = claim(application, now + timedelta(seconds=61), lease="four", limit=9)
    assert [(each.attempts, each.is_again) for each in later] == [(2, True)] * 3


def test_what_was_put_off_is_not_again_unless_nobody_knows_what_came_of_it(
    application: Application,
) -> None:
    rows(application, 2)
    now = application.now()
    known, unknown = claim(application, now, lease="one", limit=2)
    assert not known.is_again
    for each, is_open in ((known, False), (unknown, True)):
        application.change(
            lambda records, each=each, is_open=is_open: records.due_work.put_off(
                each, now, attempts=1, is_open=is_open
            )
        )
    again = claim(application, now, lease="two", limit=2)
    assert {each.id: each.is_again for each in again} == {known.id: False, unknown.id: True}


def test_who_lost_the_lease_writes_nothing(application: Application) -> None:
    rows(application, 1)
    now = application.now()
    (slow,) = claim(application, now, lease="slow", limit=1)
    claim(application, now + timedelta(seconds=61), lease="quick", limit=1)
    with pytest.raises(LeaseLost):
        application.change(lambda records: records.due_work.finish([slow]))
    with pytest.raises(LeaseLost):
        application.change(lambda records: records.due_work.put_off(slow, now, attempts=0))
    assert left(application) == 1


def test_an_id_waits_once(application: Application) -> None:
    rows(application, 1)
    with pytest.raises(Conflict):
        rows(application, 1)


def test_a_row_that_fails_is_due_again_later_and_says_why(application: Application) -> None:
    def fail(_: Application, __: Claim) -> Settled:
        raise Conflict("The other side does not want it.")

    rows(application, 1, kind="fail")
    lane = Lane(name="test", handlers={"fail": fail}, batch=5, threads=1)
    assert Worker(application, (lane,)).work(lane) == 1
    row = application.read(
        lambda reads: reads.snapshot.execute(
            sa.text("SELECT run_at, attempts, error, lease FROM due_work")
        ).one()
    )
    assert (row.attempts, row.error, row.lease) == (1, "The other side does not want it.", None)
    assert Worker(application, (lane,)).work(lane) == 0


def test_a_kind_of_a_newer_version_waits_for_it(application: Application) -> None:
    rows(application, 1, kind="unheard of")
    assert Worker(application, (LANE,)).work(LANE) == 1
    assert left(application) == 1


def test_what_a_row_writes_and_its_end_are_one_unit(application: Application) -> None:
    def half(_: Application, claim: Claim) -> Settled:
        def write(records: object) -> None:
            records.due_work.remove([claim.id])  # type: ignore[attr-defined]  # Records
            raise Conflict("It broke in the middle.")

        return Settled(write=write)

    rows(application, 1, kind="half")
    lane = Lane(name="test", handlers={"half": half}, batch=5, threads=1)
    Worker(application, (lane,)).work(lane)
    assert left(application) == 1


def test_an_idle_worker_asks_the_database_only_where_others_write_too(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = 0
    read = application.read

    def counted(work: Any) -> Any:
        nonlocal reads
        reads += 1
        return read(work)

    monkeypatch.setattr(application, "read", counted)
    worker = Worker(application, (LANE,))
    for _ in range(5):
        worker.look()
    assert reads == (1 if application.store.commits() is not None else 5)
    assert not worker.is_awake("test")
    rows(application, 1)
    worker.look()
    assert worker.is_awake("test")

"""A lane whose rows are counted where they were done, and a process that works on it."""

from __future__ import annotations

import sys
from datetime import timedelta

from stores import add_one

from tierline.actions.due_work import DueWork
from tierline.bootstrap.application import Application, open_application
from tierline.store.due_work import Claim
from tierline.store.records import Records
from tierline.worker.lanes import Lane, Settled
from tierline.worker.loop import Worker

LEASE = timedelta(seconds=2)
THREADS = 8


def rows(application: Application, count: int, *, kind: str = "count") -> None:
    now = application.now()
    due = [
        DueWork(id=f"{kind} {number:05d}", kind=kind, lane="test", body={}, run_at=now)
        for number in range(count)
    ]
    application.change(lambda records: records.due_work.add(due, now=now))


def count(_: Application, claim: Claim) -> Settled:
    def write(records: Records) -> None:
        add_one(records.unit, claim.id)
        add_one(records.unit, "all")

    return Settled(write=write)


LANE = Lane(name="test", handlers={"count": count}, batch=25, threads=THREADS)


def worker(application: Application, lane: Lane = LANE) -> Worker:
    return Worker(application, (lane,), lease_for=LEASE)


def main(address: str) -> None:
    with open_application(database=address) as application:
        worker(application).start()
        sys.stdout.write("working\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1])

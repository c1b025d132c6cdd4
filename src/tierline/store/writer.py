"""The one thread that writes to a SQLite file, with one commit for all units that wait.

Each unit runs in its own savepoint, so that one that fails is undone alone. No caller hears of a
result or an error before the commit of its batch is on the disk.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import Any, cast

import sqlalchemy as sa

from tierline.store import dialect
from tierline.store.errors import StoreBusy, StoreClosed, StoreUnavailable
from tierline.store.unit_of_work import Isolation, ResultT, UnitOfWork, Work, done

QUEUE_LIMIT_UNITS = 4096
BATCH_LIMIT_UNITS = 256
QUEUE_WAIT_SECONDS = 30.0


class _Waiting:
    """A unit in the queue; `answered` is released when its batch is on the disk or undone."""

    __slots__ = ("answered", "error", "result", "work")

    def __init__(self, work: Work[Any]) -> None:
        self.work = work
        self.result: Any = None
        self.error: BaseException | None = None
        self.answered = threading.Lock()
        self.answered.acquire()


class Writer:
    """Runs units on one connection and one thread, in the order in which they came.

    The connection is its own from now on: it begins and commits by the driver alone.
    """

    def __init__(self, connection: sa.Connection, *, queue_limit: int = QUEUE_LIMIT_UNITS) -> None:
        self._connection = connection
        self._driver = dialect.file_driver(connection)
        self._queue: deque[_Waiting] = deque()
        self._queue_limit = queue_limit
        self._is_closed = False
        self._commits = 0
        lock = threading.Lock()
        self._has_work = threading.Condition(lock)
        self._has_room = threading.Condition(lock)
        self._thread = threading.Thread(target=self._work, name="tierline-writer", daemon=True)
        self._thread.start()

    def run(self, work: Work[ResultT], _: Isolation = Isolation.SERIAL) -> ResultT:
        """The unit's result, once it is durable. Units of one thread are always serial."""
        waiting = _Waiting(work)
        self._queue_up(waiting)
        waiting.answered.acquire()
        if waiting.error is not None:
            raise waiting.error
        return cast(ResultT, waiting.result)

    def waiting(self) -> int:
        """Units in the queue."""
        return len(self._queue)

    def commits(self) -> int:
        """Nobody else writes to the file, so these are all."""
        return self._commits

    def close(self) -> None:
        """Take no more units, finish those that wait, and end the thread."""
        with self._has_work:
            self._is_closed = True
            self._has_work.notify()
            self._has_room.notify_all()
        self._thread.join()

    def _queue_up(self, waiting: _Waiting) -> None:
        with self._has_work:
            if not self._has_room.wait_for(self._may_queue, timeout=QUEUE_WAIT_SECONDS):
                raise StoreBusy(
                    f"{self._queue_limit} units wait already, and none was done within "
                    f"{QUEUE_WAIT_SECONDS:.0f} seconds. Try again in a moment."
                )
            if self._is_closed:
                raise StoreClosed("The store was closed before this could be done.")
            self._queue.append(waiting)
            if len(self._queue) == 1:
                self._has_work.notify()

    def _may_queue(self) -> bool:
        return self._is_closed or len(self._queue) < self._queue_limit

    def _work(self) -> None:
        while batch := self._next_batch():
            try:
                self._commit_together(batch)
            except BaseException as error:  # noqa: BLE001 - its callers must hear of it, whatever it is
                _fail(batch, error)
            for waiting in batch:
                waiting.answered.release()

    def _next_batch(self) -> list[_Waiting]:
        """The units that wait, at most so many; none once the writer is closed and all are done."""
        with self._has_work:
            while not self._queue and not self._is_closed:
                self._has_work.wait()
            count = min(len(self._queue), BATCH_LIMIT_UNITS)
            batch = [self._queue.popleft() for _ in range(count)]
            self._has_room.notify(count)
            return batch

    def _commit_together(self, batch: list[_Waiting]) -> None:
        """Begin and commit go to the driver: SQLAlchemy's own would cost as much as ten units."""
        self._driver.execute(dialect.BEGIN_TO_WRITE)
        try:
            for waiting in batch:
                self._run_alone(waiting)
            self._driver.execute("COMMIT")
            self._commits += 1
        except BaseException:
            if self._driver.in_transaction:
                self._driver.execute("ROLLBACK")
            raise

    def _run_alone(self, waiting: _Waiting) -> None:
        """One unit in a savepoint of its own; StoreUnavailable where the transaction is lost."""
        self._driver.execute("SAVEPOINT unit")
        try:
            waiting.result = done(waiting.work, UnitOfWork(self._connection))
        except BaseException as error:  # noqa: BLE001 - handed to the caller, who raises it
            waiting.error = error
            if self._driver.in_transaction:
                self._driver.execute("ROLLBACK TO unit")
        if not self._driver.in_transaction:
            raise _lost(waiting.error)
        self._driver.execute("RELEASE unit")


def _lost(cause: BaseException | None) -> StoreUnavailable:
    """The database undid the whole batch by itself: the disk is full, or does not answer."""
    return StoreUnavailable(f"The database undid what it had begun: {cause or 'unknown cause'}")


def _fail(batch: list[_Waiting], error: BaseException) -> None:
    """Nothing of the batch is on the disk, so nothing that a unit of it found out holds."""
    if isinstance(error, dialect.FILE_ERRORS):
        error = StoreUnavailable(f"The database did not do its work: {error}.")
    for waiting in batch:
        waiting.result, waiting.error = None, error

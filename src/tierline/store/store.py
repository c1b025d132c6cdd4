"""The open store: runs units of work and reads, the same on a file and on a server."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Protocol

import sqlalchemy as sa

from tierline.store import dialect
from tierline.store.errors import translated
from tierline.store.gate import Gate
from tierline.store.unit_of_work import (
    Isolation,
    Reading,
    ResultT,
    Snapshot,
    Work,
    done,
    refuse_nesting,
)


class Units(Protocol):
    """What runs units of work: the writer of a file, or the turns of a server."""

    def run(self, work: Work[ResultT], isolation: Isolation) -> ResultT: ...

    def waiting(self) -> int: ...

    def commits(self) -> int | None: ...

    def close(self) -> None: ...


class Readers:
    """Runs reads, each on the state of one moment, beside the units that write."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = dialect.reading(engine)
        self._gate = Gate()

    def read(self, work: Reading[ResultT]) -> ResultT:
        """What the function reads. It sees no later commit, and changes nothing."""
        refuse_nesting()
        with self._gate:
            try:
                connection = self._engine.connect()
            except sa.exc.SQLAlchemyError as error:
                raise translated(error) or error from error
            with connection, connection.begin():
                return done(work, Snapshot(connection))

    def close(self) -> None:
        """Refuse reads from now on, wait for those that run, and let the connections go."""
        self._gate.close()
        self._engine.dispose()

    def __enter__(self) -> Readers:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class Store:
    """The system of record. Safe to share between threads; open one a process, and close it."""

    def __init__(
        self,
        units: Units,
        readers: Readers,
        release: Callable[[], None],
        scrub: Callable[[Sequence[str]], bool],
    ) -> None:
        self._units = units
        self._readers = readers
        self._release = release
        self._scrub = scrub
        self._closing = threading.Lock()
        self._is_closed = False
        self._observe_unit: Callable[[float], None] = _unobserved

    def observe_units(self, observe: Callable[[float], None]) -> None:
        """Have each unit told to a function: the seconds from asking for it until its end. It is
        called from many threads."""
        self._observe_unit = observe

    def waiting_units(self) -> int:
        """How many units wait for their turn, or for the server."""
        return self._units.waiting()

    def commits(self) -> int | None:
        """Grows with each commit: where it has not, nothing has changed. None where others commit
        too, and nobody here can tell."""
        return self._units.commits()

    def run(self, work: Work[ResultT], isolation: Isolation = Isolation.SERIAL) -> ResultT:
        """Run a unit of work: its result once it is durable, or its error with nothing done."""
        refuse_nesting()
        began = time.perf_counter()
        try:
            return self._units.run(work, isolation)
        finally:
            self._observe_unit(time.perf_counter() - began)

    def read(self, work: Reading[ResultT]) -> ResultT:
        """What the function reads in the state of one moment, beside the units that write."""
        return self._readers.read(work)

    def scrub(self, tables: Sequence[str]) -> bool:
        """Take what was deleted from these tables off the disk too; False where it has to be done
        again, because somebody reads an older state."""
        refuse_nesting()
        return self._scrub(tables)

    def close(self) -> None:
        """Finish the units that wait, and let the database go. A second call does nothing."""
        with self._closing:
            if self._is_closed:
                return
            self._is_closed = True
            self._units.close()
            self._readers.close()
            self._release()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _unobserved(_seconds: float) -> None:
    """Nobody is looking."""

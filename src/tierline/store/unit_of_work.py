"""One unit of work: what its caller's function may do to the database, whole or not at all.

A unit is a function of a `UnitOfWork`. Its result reaches the caller after the commit is on the
disk, its error after everything that it did was undone. It may be run more than once until it is
committed, so it does nothing outside of the database. An error of a statement ends the unit, even
if the function catches it: on one of the two engines nothing after it would count.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import Executable
from sqlalchemy.sql.dml import UpdateBase

from tierline.kernel.errors import TierlineError
from tierline.store import dialect, prepared, prepared_reads
from tierline.store.errors import NeedsSerial, translated
from tierline.store.prepared import Ready, Values, Write
from tierline.store.prepared_reads import Ask, Row, Select

ResultT = TypeVar("ResultT")
Work = Callable[["UnitOfWork"], ResultT]
Reading = Callable[["Snapshot"], ResultT]
_Asked = tuple[Select, tuple[tuple[str, Any], ...]]
_this_thread = threading.local()
_MOST_WAITING = 100
"""More rows than these go out at once."""


class Isolation(Enum):
    """What units that run at the same time on a server see of each other.

    `SERIAL`: as if they ran one after another; the safe one, and what a file always does.
    `BY_STATEMENT`: each statement sees all that is committed. Only for units whose every write is
    decided inside one statement (a claim by conditional UPDATE, a roll-up that adds); they wait
    for a busy row where SERIAL would run again.
    """

    SERIAL = "serial"
    BY_STATEMENT = "by statement"


class Snapshot:
    """An open transaction that reads. It ends with the function that received it."""

    __slots__ = ("_ahead", "_connection", "_failure")

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._failure: Exception | None = None
        self._ahead: dict[_Asked, list[Row]] = {}
        """What was found by those who asked ahead, and nobody has taken yet."""

    def execute(self, statement: Executable, values: Values | None = None) -> sa.CursorResult[Any]:
        """Send one statement; `values` as for SQLAlchemy's `Connection.execute`."""
        self.finish()
        self._ahead = {}
        try:
            return self._connection.execute(statement, values)
        except Exception as error:
            raise self._failed(error) from error

    def rows(self, statement: Select, values: Mapping[str, Any]) -> list[Row]:
        """The rows of a SELECT that is kept (a constant), as named tuples: several times faster
        than `execute`. A list fills an `any_of`; where one is empty there are no rows."""
        if self._ahead and (found := self._ahead.pop(_asked(statement, values), None)) is not None:
            return found
        self._settle(statement)
        try:
            return prepared_reads.read(self._connection, statement, values)
        except Exception as error:
            raise self._failed(error) from error

    def row(self, statement: Select, values: Mapping[str, Any]) -> Row | None:
        """The first of them; None where there is none."""
        found = self.rows(statement, values)
        return found[0] if found else None

    def ask_ahead(self, singles: Sequence[Ask], several: Sequence[Ask]) -> None:
        """Ask a server for all of these now: one way there and back instead of one for each.
        `singles` find one row at most. Who asks for one of them later gets, once, what was found;
        not where a table that it reads was written to meanwhile, or a statement was sent of which
        that is not known."""
        if not dialect.sends_together(self.family):
            return
        self.finish()
        try:
            found = prepared_reads.read_together(
                self._connection, singles, several, alone=self._is_alone
            )
        except Exception as error:
            raise self._failed(error) from error
        asks = (*singles, *several)
        self._ahead = {_asked(*ask): rows for ask, rows in zip(asks, found, strict=True)}

    @property
    def _is_alone(self) -> bool:
        """Whether nothing was sent yet, and a statement may stand outside of the transaction."""
        return False

    @property
    def family(self) -> str:
        """Which of the two databases it is, for `dialect`."""
        return self._connection.dialect.name

    def finish(self) -> None:
        """Raise what went wrong, if the function caught it."""
        if self._failure is not None:
            raise self._failure

    def _settle(self, _statement: Select) -> None:
        """Have what this read sees be there."""
        self.finish()

    def _failed(self, error: Exception) -> Exception:
        self._ahead = {}
        self._failure = _meant(error)
        return self._failure


class UnitOfWork(Snapshot):
    """The open transaction of one unit, which may write."""

    __slots__ = ("_isolation", "_touched", "_waiting")

    def __init__(self, connection: sa.Connection, isolation: Isolation = Isolation.SERIAL) -> None:
        super().__init__(connection)
        self._isolation = isolation
        self._waiting: list[Ready] = []
        self._touched: set[str | None] = set()
        """The tables that these change; None among them where one is not known."""

    def write_later(self, statement: Write, values: Values) -> None:
        """`write`, whose count nobody asks for. On a server it goes out together with what is
        written so before the unit asks for something that it could have changed, or ends: one way
        there and back for all."""
        rows = [values] if isinstance(values, Mapping) else values
        if len(rows) > _MOST_WAITING or not dialect.sends_together(self.family):
            self.write(statement, rows)
        elif rows:
            super().finish()
            self._waiting += prepared.ready(self._connection, statement, rows)
            table = prepared.table_of(statement)
            self._touched.add(table)
            self._forget(table)

    def amend(
        self, statement: Write, written: Mapping[str, Any], instead: Mapping[str, Any]
    ) -> bool:
        """Have a row that was given to `write_later` be written otherwise; False where it has gone
        out already."""
        was, new = (
            prepared.ready(self._connection, statement, [row]) for row in (written, instead)
        )
        if was[0] not in self._waiting:
            return False
        self._waiting[self._waiting.index(was[0])] = new[0]
        return True

    def finish(self) -> None:
        """Send what waits to be written, and raise what went wrong, if the function caught it."""
        super().finish()
        if self._waiting:
            try:
                self._send(prepared.nothing_more)
            except Exception as error:
                raise self._failed(error) from error

    def commit(self, transaction: sa.Transaction) -> None:
        """Send what waits to be written, and the commit right behind it."""
        if not self._waiting:
            transaction.commit()
            return
        try:
            if not (self._is_alone and prepared.write_alone(self._connection, self._waiting)):
                self._send(transaction.commit)
        except Exception:
            # SQLAlchemy takes it for committed: it was sent before the answers were there
            prepared.undo(self._connection)
            raise

    def _send(self, then: Callable[[], None]) -> None:
        waiting, self._waiting = self._waiting, []
        self._touched.clear()
        prepared.write_together(self._connection, waiting, then)

    @property
    def _is_alone(self) -> bool:
        return self._isolation is Isolation.BY_STATEMENT and not dialect.has_begun(self._connection)

    def _forget(self, table: str | None) -> None:
        """Let go what was found ahead in a table that is written to; all of it where nobody knows
        which one that is."""
        for asked in list(self._ahead):
            read = prepared_reads.tables_of(asked[0])
            if table is None or not read or table in read:
                del self._ahead[asked]

    def _settle(self, statement: Select) -> None:
        read = prepared_reads.tables_of(statement) if self._waiting else None
        if read and None not in self._touched and self._touched.isdisjoint(read):
            super().finish()
        else:
            self.finish()

    def write(self, statement: Write, values: Values) -> int:
        """Send an INSERT, UPDATE or DELETE that is kept (a constant, or one of `insert_new` and
        `insert_or_add`) for one row of values, or for many with the same names: several times
        faster than `execute`. How many rows it met."""
        self.finish()
        if not values:
            return 0
        self._forget(prepared.table_of(statement))
        try:
            return prepared.write(self._connection, statement, values)
        except Exception as error:
            raise self._failed(error) from error

    def write_rows(
        self, statement: UpdateBase, names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
    ) -> int:
        """`write` for many rows whose values stand in the order of `names`; quicker still."""
        self.finish()
        if not rows:
            return 0
        self._forget(prepared.table_of(statement))
        try:
            return prepared.write_rows(self._connection, statement, names, rows)
        except Exception as error:
            raise self._failed(error) from error

    def insert_new(self, table: sa.Table, *keys: str) -> sa.Insert:
        """An insert that leaves rows alone whose `keys` stand there already."""
        return dialect.insert_new(self._connection.dialect.name, table, keys)

    def insert_or_add(
        self, table: sa.Table, *, keys: tuple[str, ...], sums: tuple[str, ...]
    ) -> sa.Insert:
        """An insert that adds `sums` to those of the row whose `keys` stand there already."""
        return dialect.insert_or_add(self._connection.dialect.name, table, keys, sums)

    def insert_or_set(self, table: sa.Table, *keys: str) -> sa.Insert:
        """An insert that writes over the row whose `keys` stand there already."""
        return dialect.insert_or_set(self._connection.dialect.name, table, keys)

    def be_serial(self) -> None:
        """What is read from here on decides what is written, and others decide by it too: a unit
        that is `BY_STATEMENT` is run again from its beginning as a serial one. For what is rare:
        serial units that cross are run again."""
        if self._isolation is Isolation.BY_STATEMENT:
            raise self._failed(NeedsSerial("This unit needs to be a serial one."))

    def take_turn(self, name: str, *, is_shared: bool = False) -> None:
        """Wait for every other unit that took this turn; who shares it waits only for those who do
        not. With `Isolation.BY_STATEMENT` only, so that what is read next is what they left."""
        self.finish()
        self._ahead = {}
        dialect.take_turn(self._connection, name, is_shared=is_shared)


SnapshotT = TypeVar("SnapshotT", bound=Snapshot)


class NestedUnit(TierlineError):
    """A unit asked the store for another transaction; on a file that would wait for itself."""

    code = "nested_unit"


def done(work: Callable[[SnapshotT], ResultT], unit: SnapshotT) -> ResultT:
    """Run the function in its transaction; a caught failure fails it all the same. What waits to be
    written goes out with the commit."""
    _this_thread.is_inside = True
    try:
        result = work(unit)
    finally:
        _this_thread.is_inside = False
    Snapshot.finish(unit)
    return result


def _asked(statement: Select, values: Mapping[str, Any]) -> _Asked:
    return statement, tuple(
        (name, tuple(value) if isinstance(value, list) else value) for name, value in values.items()
    )


def refuse_nesting() -> None:
    """Refuse a transaction that a function asks for while it runs in one."""
    if getattr(_this_thread, "is_inside", False):
        raise NestedUnit("A unit of work asked for another one. Give it the unit that is open.")


def _meant(error: Exception) -> Exception:
    """Our error, where the driver's or SQLAlchemy's has one; values are refused by column types
    inside of a StatementError."""
    if isinstance(error, sa.exc.DBAPIError):
        return translated(error) or error
    cause = error.orig if isinstance(error, sa.exc.StatementError) else None
    return cause if isinstance(cause, Exception) else error

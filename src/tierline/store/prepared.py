"""A write compiled once: the driver gets its text and its values, and nothing between costs time.

SQLAlchemy builds a result, a context and their events for each statement, which is several times
the work of a small insert itself. `prepared` keeps the text and the column types' functions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from itertools import chain, count
from operator import itemgetter
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.dml import UpdateBase

from tierline.store import dialect as dialects

_KEPT_STATEMENTS = 1_000
_ROWS_AT_ONCE = 100
_WRITTEN = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)")
_ROW = re.compile(r"\s*INSERT INTO (\w+)[^(]*(?:\([^()]*\))? VALUES \(")
_MARK = re.compile("%[%s]")
_MOST_JOINED = 32
_to_json = msgspec.json.Encoder().encode
Convert = Callable[[Any], Any] | None
Write = UpdateBase | sa.TextClause
Values = Mapping[str, Any] | Sequence[Mapping[str, Any]]
Ready = tuple[str, Any]
"""The text of a write, and the values of one row as the driver takes them."""


class Prepared:
    """The text of a write, and how a mapping becomes the values that the driver expects."""

    __slots__ = ("_as_they_are", "_constants", "_converts", "_is_positional", "_wide", "text")

    def __init__(self, statement: Write, dialect: Dialect, names: tuple[str, ...]) -> None:
        of_values = not (isinstance(statement, sa.Insert) and statement.select is not None)
        keys = list(names) if of_values else []
        compiled = statement.compile(dialect=dialect, column_keys=keys)
        if compiled.post_compile_params:
            raise ValueError("A statement whose text depends on its values cannot be prepared.")
        self.text = compiled.string
        self._is_positional = bool(compiled.positional)
        order = compiled.positiontup if compiled.positional else list(compiled.binds)
        self._converts: list[tuple[str, Convert]] = [
            (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
            for name in order or ()
        ]
        self._constants = {
            name: compiled.binds[name].value
            for name, _ in self._converts
            if name not in names and not compiled.binds[name].required
        }
        self._as_they_are = self._without_converting()
        self._wide: str | None = None

    def _without_converting(self) -> Callable[[Mapping[str, Any]], Any] | None:
        """How values become the driver's where each stays what it is; None where one does not."""
        if self._constants or len(self._converts) < 2 or any(how for _, how in self._converts):
            return None
        return itemgetter(*(name for name, _ in self._converts)) if self._is_positional else dict

    def takes_as_they_are(self, names: tuple[str, ...]) -> bool:
        """Whether the driver takes the values in the order of `names`, each as it is."""
        return (
            self._is_positional
            and self._as_they_are is not None
            and names == tuple(name for name, _ in self._converts)
        )

    def of_many_rows(self) -> str:
        """The same for `_ROWS_AT_ONCE` rows in one statement, whose values stand one after another:
        several times faster than a statement for each row."""
        if self._wide is None:
            row = f"({', '.join('?' * len(self._converts))})"
            before, after = self.text.split(f"VALUES {row}")
            self._wide = f"{before}VALUES {', '.join([row] * _ROWS_AT_ONCE)}{after}"
        return self._wide

    def bound(self, values: Mapping[str, Any]) -> Any:
        """The values as the driver takes them; a missing one is a KeyError."""
        if self._as_they_are is not None:
            return self._as_they_are(values)
        if self._constants:
            values = self._constants | dict(values)
        if self._is_positional:
            return [
                values[name] if convert is None else convert(values[name])
                for name, convert in self._converts
            ]
        return {
            name: values[name] if convert is None else convert(values[name])
            for name, convert in self._converts
        }


@lru_cache(maxsize=_KEPT_STATEMENTS)
def prepared(statement: Write, dialect: Dialect, names: tuple[str, ...]) -> Prepared:
    """The statement, compiled the first time that it is seen with these names."""
    return Prepared(statement, dialect, names)


def write_rows(
    connection: sa.Connection,
    statement: UpdateBase,
    names: tuple[str, ...],
    rows: Sequence[tuple[Any, ...]],
) -> int:
    """`write` for rows whose values stand in the order of `names`."""
    if dialects.takes_documents(connection.dialect.name) and isinstance(statement, sa.Insert):
        insert = dialects.from_document(statement, names)
        document = _to_json([dict(zip(names, row, strict=True)) for row in rows]).decode()
        return write(connection, insert, {"rows": document})
    ready = prepared(statement, connection.dialect, names)
    if dialects.takes_documents(connection.dialect.name) or not ready.takes_as_they_are(names):
        return write(connection, statement, [dict(zip(names, row, strict=True)) for row in rows])
    whole = len(rows) - len(rows) % _ROWS_AT_ONCE
    wide = ready.of_many_rows() if whole else ""
    met = sum(
        _sent(connection, wide, list(chain.from_iterable(rows[start : start + _ROWS_AT_ONCE])))
        for start in range(0, whole, _ROWS_AT_ONCE)
    )
    return met + (_sent_many(connection, ready.text, rows[whole:]) if whole < len(rows) else 0)


def write(connection: sa.Connection, statement: Write, values: Values) -> int:
    """Send a write in the connection's open transaction; how many rows it met."""
    first = values if isinstance(values, Mapping) else values[0]
    ready = prepared(statement, connection.dialect, tuple(first))
    if isinstance(values, Mapping):
        return _sent(connection, ready.text, ready.bound(values))
    return _sent_many(connection, ready.text, [ready.bound(row) for row in values])


def ready(
    connection: sa.Connection, statement: Write, rows: Sequence[Mapping[str, Any]]
) -> list[Ready]:
    """What `write` would send for each row."""
    made = prepared(statement, connection.dialect, tuple(rows[0]))
    return [(made.text, made.bound(row)) for row in rows]


@lru_cache(maxsize=_KEPT_STATEMENTS)
def table_of(statement: Write) -> str | None:
    """The name of the table that a write changes; None where it is a text that does not begin with
    it."""
    if not isinstance(statement, sa.TextClause):
        return str(statement.table.description)
    found = _WRITTEN.match(statement.text)
    return None if found is None else found[1]


def write_together(
    connection: sa.Connection, waiting: Sequence[Ready], then: Callable[[], None]
) -> None:
    """Send writes one behind the other without waiting for the answer to each, to a server; and
    what `then` sends behind them, which the server does not look at where one of them failed."""
    _send_raw(connection, joined(waiting), dialects.together(connection), then)


def write_alone(connection: sa.Connection, waiting: Sequence[Ready]) -> bool:
    """Send writes to a server as a transaction of their own, where they are one statement; False
    where they are several, and nothing was sent."""
    statements = joined(waiting)
    if len(statements) > 1:
        return False
    _send_raw(connection, statements, dialects.alone(connection), nothing_more)
    return True


def _send_raw(
    connection: sa.Connection,
    statements: Sequence[Ready],
    way: AbstractContextManager[Any],
    then: Callable[[], None],
) -> None:
    cursor = dialects.raw_cursor(connection)
    text: str | None = None
    try:
        with way:
            for text, values in statements:
                tell(connection, cursor, text, values)
                cursor.execute(text, values)
            then()
    except connection.dialect.loaded_dbapi.Error as error:
        raise sa.exc.DBAPIError.instance(
            text, None, error, connection.dialect.loaded_dbapi.Error
        ) from error
    finally:
        cursor.close()


def undo(connection: sa.Connection) -> None:
    """Roll back by the driver; a connection that is lost is given up."""
    try:
        connection.connection.rollback()
    except connection.dialect.loaded_dbapi.Error:
        connection.invalidate()


def joined(writes: Sequence[Ready]) -> list[Ready]:
    """The same writes in fewer statements: inserts that stand behind one another are one, as what a
    driver and a server do for each statement is more than what they do for a row. Foreign keys are
    looked at when a statement ends, so that rows may refer to others of the same one."""
    found: list[Ready] = []
    run: list[Ready] = []
    settled: set[str] = set()
    """Tables of the run into which something is inserted that looks at what stands there."""
    for write_ in writes:
        table, is_settling = _inserted(write_[0])
        if run and (
            not table
            or table in settled
            or (is_settling and any(_inserted(text)[0] == table for text, _ in run))
            or len(run) == _MOST_JOINED
        ):
            found.append(_as_one(run))
            run, settled = [], set()
        if table:
            run.append(write_)
            settled |= {table} if is_settling else set()
        else:
            found.append(_as_one([write_]))
    return [*found, _as_one(run)] if run else found


def _as_one(run: Sequence[Ready]) -> Ready:
    values = run[0][1] if len(run) == 1 else [value for _, some in run for value in some]
    return _in_one_statement(tuple(text for text, _ in run)), values


@lru_cache(maxsize=_KEPT_STATEMENTS)
def _in_one_statement(texts: tuple[str, ...]) -> str:
    """With the server's own marks for values, so that the driver need not look for its own."""
    *before, last = texts
    parts = ", ".join(f"w{number} AS ({text})" for number, text in enumerate(before))
    numbers = count(1)
    return _MARK.sub(
        lambda mark: "%" if mark[0] == "%%" else f"${next(numbers)}",
        f"WITH {parts} {last}" if before else last,
    )


@lru_cache(maxsize=_KEPT_STATEMENTS)
def _inserted(text: str) -> tuple[str, bool]:
    """The table into which a statement inserts a row of values, and whether it looks at what stands
    there; no table where it does something else."""
    row = _ROW.match(text)
    return ("", False) if row is None else (row[1], " ON CONFLICT " in text)


def nothing_more() -> None:
    """What is sent behind writes where nothing is."""


def _sent_many(connection: sa.Connection, text: str, rows: Sequence[Any]) -> int:
    """One row alone goes as a statement: drivers make more ado about many."""
    if len(rows) == 1:
        return _sent(connection, text, rows[0])
    return _sent(connection, text, rows, is_many=True)


def tell(
    connection: sa.Connection, cursor: Any, text: str, values: Any, *, is_many: bool = False
) -> None:
    """Who listens to SQLAlchemy's statements hears of those that go past it, too."""
    connection.engine.dispatch.before_cursor_execute(
        connection, cursor, text, values, None, is_many
    )


def _sent(connection: sa.Connection, text: str, values: Any, *, is_many: bool = False) -> int:
    cursor = connection.connection.cursor()
    try:
        tell(connection, cursor, text, values, is_many=is_many)
        (cursor.executemany if is_many else cursor.execute)(text, values)
        return int(cursor.rowcount)
    except connection.dialect.loaded_dbapi.Error as error:
        raise sa.exc.DBAPIError.instance(
            text, None, error, connection.dialect.loaded_dbapi.Error
        ) from error
    finally:
        cursor.close()

"""A read compiled once: the driver gets its text and its values, and its rows come as named tuples.

SQLAlchemy builds the statement, a key of it, a context and a result for each read, which takes
several times as long as fetching a row by its key. Of a statement that is kept all this is made
once.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from functools import lru_cache
from itertools import chain
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import visitors

from tierline.store import dialect as dialects
from tierline.store.prepared import tell

_KEPT_STATEMENTS = 2_000
Select = sa.Select[Any] | sa.CompoundSelect[Any]
Ask = tuple[Select, Mapping[str, Any]]
"""A kept SELECT, and the values to ask it with."""
Row = Any
"""What a statement selects, by the names of its columns: `row.name` or `row["name"]`."""
Convert = Callable[[Any], Any] | None
_KEPT_LENGTH = 1_024
"""Longer lists are sent as they are, and their text is not kept: a database takes only so many
values, and texts of that size would fill the memory."""


def any_of(name: str) -> sa.BindParameter[Any]:
    """The place of several values in a kept statement: `column.in_(any_of("ids"))`."""
    return sa.bindparam(name, expanding=True)


class PreparedRead:
    """The text of a SELECT for lists of some lengths, how values become the driver's, and what its
    rows become."""

    __slots__ = ("_constants", "_converts", "_is_positional", "_makers", "_row", "text", "width")

    def __init__(
        self, statement: Select, dialect: Dialect, names: tuple[str, ...], lengths: tuple[int, ...]
    ) -> None:
        compiled = statement.compile(dialect=dialect)
        filled: dict[str, Any] = dict.fromkeys(names)
        filled |= {
            name: [None] * length
            for name, length in zip(names, lengths, strict=True)
            if length != _SINGLE
        }
        state = compiled.construct_expanded_state(filled)
        self.text = state.statement
        self._is_positional = bool(compiled.positional)
        order = state.positiontup if compiled.positional else list(state.parameters)
        part_of = {
            part: (name, place)
            for name, parts in state.parameter_expansion.items()
            for place, part in enumerate(parts)
        }
        self._converts: list[tuple[str, str, int | None, Convert]] = []
        self._constants: dict[str, Any] = {}
        for name in order or ():
            whole, place = part_of.get(name, (name, None))
            bind = compiled.binds[whole]
            convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
            self._converts.append((name, whole, place, convert))
            if whole not in names:
                self._constants[whole] = bind.value
        columns = list(statement.selected_columns)
        self.width = len(columns)
        """How many columns a row has."""
        self._row = _row_of([str(each.key) for each in columns])
        processors = [
            each.type.dialect_impl(dialect).result_processor(dialect, None) for each in columns
        ]
        self._makers = [(place, made) for place, made in enumerate(processors) if made is not None]

    def bound(self, values: Mapping[str, Any]) -> Any:
        """The values as the driver takes them; a missing one is a KeyError."""
        if self._constants:
            values = self._constants | dict(values)
        found = (
            (name, values[whole] if place is None else values[whole][place], convert)
            for name, whole, place, convert in self._converts
        )
        if self._is_positional:
            return [value if convert is None else convert(value) for _, value, convert in found]
        return {
            name: value if convert is None else convert(value) for name, value, convert in found
        }

    def rows(self, fetched: Sequence[Any]) -> list[Row]:
        """What the driver fetched, each value as its column means it."""
        if not self._makers:
            return list(map(self._row, fetched))
        found = []
        for one in fetched:
            row = list(one)
            for place, made in self._makers:
                row[place] = made(row[place])
            found.append(self._row(row))
        return found


def _row_of(names: Sequence[str]) -> Callable[[Sequence[Any]], Row]:
    """What makes rows with these names."""
    plain: Any = namedtuple("Row", list(names))  # type: ignore[misc]  # its names are those of a statement

    def by_name(self: Any, key: Any) -> Any:
        return getattr(self, key) if isinstance(key, str) else tuple.__getitem__(self, key)

    named: Any = type("Row", (plain,), {"__slots__": (), "__getitem__": by_name})
    make: Callable[[Sequence[Any]], Row] = named._make
    return make


_SINGLE = -1


@lru_cache(maxsize=_KEPT_STATEMENTS)
def tables_of(statement: Select) -> frozenset[str]:
    """The names of the tables that a kept SELECT reads; empty where a part of it is plain text, of
    which nobody knows."""
    found: set[str] = set()
    for part in visitors.iterate(statement):
        if isinstance(part, sa.TextClause):
            return frozenset()
        if isinstance(part, sa.TableClause):
            found.add(part.name)
        elif isinstance(part, sa.Column):
            found |= {base.table.name for base in part.base_columns if base.table is not None}
    return frozenset(found)


@lru_cache(maxsize=_KEPT_STATEMENTS)
def prepared_read(
    statement: Select, dialect: Dialect, names: tuple[str, ...], lengths: tuple[int, ...]
) -> PreparedRead:
    """The statement, compiled the first time that it is asked with lists of these lengths."""
    return PreparedRead(statement, dialect, names, lengths)


def read(connection: sa.Connection, statement: Select, values: Mapping[str, Any]) -> list[Row]:
    """The rows of a kept SELECT."""
    lists = {
        name: _rounded(value) for name, value in values.items() if isinstance(value, list | tuple)
    }
    if any(not some for some in lists.values()):
        return []
    if lists:
        values = {**values, **lists}
    lengths = tuple(len(lists[name]) if name in lists else _SINGLE for name in values)
    made = prepared_read if max(lengths, default=0) <= _KEPT_LENGTH else PreparedRead
    ready = made(statement, connection.dialect, tuple(values), lengths)
    bound = ready.bound(values)
    cursor = connection.connection.cursor()
    try:
        tell(connection, cursor, ready.text, bound)
        cursor.execute(ready.text, bound)
        return ready.rows(cursor.fetchall())
    except connection.dialect.loaded_dbapi.Error as error:
        raise sa.exc.DBAPIError.instance(
            ready.text, bound, error, connection.dialect.loaded_dbapi.Error
        ) from error
    finally:
        cursor.close()


def read_together(
    connection: sa.Connection, singles: Sequence[Ask], several: Sequence[Ask], *, alone: bool
) -> list[list[Row]]:
    """The rows of each, asked of a server in one statement, before the transaction begins where it
    stands `alone`: what a driver does for each is more than what a server does for a row. `singles`
    find one row at most. Values are single ones, and columns hold texts and whole numbers."""
    asks = (*singles, *several)
    made = [
        prepared_read(statement, connection.dialect, tuple(values), (_SINGLE,) * len(values))
        for statement, values in asks
    ]
    texts = tuple(each.text for each in made)
    text = _in_one_statement(texts[: len(singles)], texts[len(singles) :])
    bound = [*chain(*(each.bound(values) for each, (_, values) in zip(made, asks, strict=True)))]
    cursor = connection.connection.cursor()
    try:
        with dialects.alone(connection) if alone else nullcontext():
            tell(connection, cursor, text, bound)
            cursor.execute(text, bound)
        (row,) = cursor.fetchall()
    except connection.dialect.loaded_dbapi.Error as error:
        raise sa.exc.DBAPIError.instance(
            text, bound, error, connection.dialect.loaded_dbapi.Error
        ) from error
    finally:
        cursor.close()
    found, start = [], 0
    for each in made[: len(singles)]:
        there, end = row[start], start + 1 + each.width
        found.append(each.rows([row[start + 1 : end]] if there else []))
        start = end
    lists = map(_from_json, row[start:])
    return found + [
        each.rows([tuple(one.values()) for one in some])
        for each, some in zip(made[len(singles) :], lists, strict=True)
    ]


@lru_cache(maxsize=_KEPT_STATEMENTS)
def _in_one_statement(singles: tuple[str, ...], several: tuple[str, ...]) -> str:
    """The columns of those that find one row at most one behind another, before those of each
    whether there is a row; then all rows of each of the others as JSON, their columns in order."""
    joins = " ".join(_JOIN.format(number=number, text=text) for number, text in enumerate(singles))
    columns = [f"a{number}.*" for number in range(len(singles))]
    lists = [_LIST.format(text=text) for text in several]
    # the values stand in the order of the text: those of the lists last
    return _WHOLE.format(
        columns=", ".join(columns), joins=joins, found=", ".join(["found.*", *lists])
    )


_WHOLE = (
    "WITH found AS (SELECT {columns} FROM (SELECT) AS nothing {joins}) SELECT {found} FROM found"
)
_JOIN = "LEFT JOIN (SELECT true, o{number}.* FROM ({text}) AS o{number}) AS a{number} ON true"
_LIST = "(SELECT coalesce(json_agg(o), '[]')::text FROM ({text}) AS o)"
_from_json = msgspec.json.Decoder().decode


def _rounded(values: Sequence[Any]) -> list[Any]:
    """As many as the next step of lengths, so that few texts are kept: the last one several times,
    which finds nothing more. A long list stays as it is."""
    some = list(values)
    if 1 < len(some) <= _KEPT_LENGTH:
        steps = 1 << (len(some) - 1).bit_length()
        some += [some[-1]] * (steps - len(some))
    return some

"""Every row of every table as it is stored, in one order and with one digest on both databases."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.sql.type_api import TypeEngine

from tierline.store import records
from tierline.store.schema import METADATA
from tierline.store.unit_of_work import Snapshot

PAGE_LIMIT_ROWS = 1_000
DECLARED_BY = records
"""Its import declares every table of the product."""
_ENCODE = msgspec.json.Encoder()
Rows = Sequence[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class TableDigest:
    """How many rows a table has, and the digest of all their values in the order of their key."""

    name: str
    rows: int
    digest: str


class RowDigest:
    """Takes the rows of one table, page by page."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._rows = 0
        self._hash = hashlib.sha256()

    def add(self, page: Rows) -> None:
        """The next rows: a line of JSON each, so that pages of any size give one digest."""
        self._rows += len(page)
        self._hash.update(_ENCODE.encode_lines(page))

    def result(self) -> TableDigest:
        """What all rows so far amount to."""
        return TableDigest(self._name, self._rows, f"sha256:{self._hash.hexdigest()}")


@cache
def stored_tables() -> tuple[sa.Table, ...]:
    """Every table with its columns as they are stored, those first that others refer to."""
    metadata = sa.MetaData()
    return tuple(
        sa.Table(
            table.name,
            metadata,
            *(
                sa.Column(column.name, _stored_as(column.type), primary_key=column.primary_key)
                for column in table.columns
            ),
        )
        for table in METADATA.sorted_tables
    )


def pages_of(snapshot: Snapshot, table: sa.Table) -> Iterator[Rows]:
    """All rows of a stored table in the order of its key, so many at a time."""
    key = tuple(table.primary_key.columns)
    places = [list(table.columns).index(column) for column in key]
    chosen = sa.select(table).order_by(*key).limit(PAGE_LIMIT_ROWS)
    page = snapshot.execute(chosen).all()
    while page:
        yield [tuple(row) for row in page]
        if len(page) < PAGE_LIMIT_ROWS:
            return
        last = [sa.literal(page[-1][place], key[at].type) for at, place in enumerate(places)]
        page = snapshot.execute(chosen.where(sa.tuple_(*key) > sa.tuple_(*last))).all()


def digest_of_table(snapshot: Snapshot, table: sa.Table) -> TableDigest:
    """Read a whole stored table."""
    digest = RowDigest(table.name)
    for page in pages_of(snapshot, table):
        digest.add(page)
    return digest.result()


def count_rows(snapshot: Snapshot) -> dict[str, int]:
    """How many rows each table has."""
    counts = [
        sa.select(sa.literal(table.name).label("name"), sa.func.count().label("rows")).select_from(
            table
        )
        for table in stored_tables()
    ]
    return {row.name: row.rows for row in snapshot.execute(sa.union_all(*counts))}


def _stored_as(type_: TypeEngine[Any]) -> TypeEngine[Any]:
    return type_.impl_instance if isinstance(type_, sa.types.TypeDecorator) else type_

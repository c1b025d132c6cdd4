"""Copying a whole database to another one, of either kind: done and verified, or not at all.

The source is read as of one moment, beside whoever writes to it. The target is filled in one
transaction, read back and compared row by row before it is committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from tierline.kernel.errors import Conflict, Invalid, TierlineError
from tierline.store import dialect, dialect_upkeep, schema
from tierline.store.case_records import CaseRecords
from tierline.store.engine import make_private, open_to_read, sentences
from tierline.store.ownership import Ownership
from tierline.store.rows import (
    RowDigest,
    TableDigest,
    count_rows,
    digest_of_table,
    pages_of,
    stored_tables,
)
from tierline.store.search import SearchRecords
from tierline.store.unit_of_work import Snapshot, UnitOfWork

Progress = Callable[[str, int, int], None]
"""Called with a stage, rows done, and rows in all."""


class TargetNotEmpty(Conflict):
    """The target holds rows, and nobody said that they may go."""

    code = "target_not_empty"

    def __init__(self, rows: int) -> None:
        super().__init__(
            f"The target holds {rows:,} rows already. Name an empty database, or say --replace."
        )
        self.rows = rows


class CopyDiffers(TierlineError):
    """What was read back is not what was read; the target is as it was before."""

    code = "copy_differs"


@dataclass(frozen=True, slots=True)
class CopyReport:
    """Each table with its rows and their digest, which was the same on both sides."""

    tables: tuple[TableDigest, ...]

    @property
    def rows(self) -> int:
        """Rows in all tables together."""
        return sum(table.rows for table in self.tables)


def no_progress(_stage: str, _done: int, _total: int) -> None:
    """Nobody is looking."""


def copy_database(
    source: str, target: str, *, replace: bool = False, progress: Progress = no_progress
) -> CopyReport:
    """Copy every row from one address to another. Raises TargetNotEmpty, and whatever a database
    says; then the target is as it was."""
    refuse_same(source, target)
    with open_to_read(source) as readers:
        return readers.read(lambda snapshot: _fill(snapshot, target, replace, progress))


def rows_at(target: str) -> int:
    """How many rows a database holds; 0 where it is empty, or a file that is not there."""
    try:
        with open_to_read(target) as readers:
            return sum(readers.read(count_rows).values())
    except Invalid as error:
        if error.code in ("no_database", "no_schema"):
            return 0
        raise


def refuse_same(source: str, target: str) -> None:
    """Refuse a copy of a database onto itself."""
    if dialect.url_of(source) == dialect.url_of(target):
        raise Invalid("Source and target are the same database.", code="same_database")


def _fill(source: Snapshot, target: str, replace: bool, progress: Progress) -> CopyReport:
    total = sum(count_rows(source).values())
    with _open_to_fill(target) as (connection, unit):
        _make_empty(connection, replace=replace)
        with dialect_upkeep.references_later(connection, [each.name for each in stored_tables()]):
            read = _copy_rows(source, unit, lambda done: progress("copying", done, total))
        CaseRecords(unit).count_on()
        SearchRecords(unit).make_again()
        _verify(read, unit, lambda done: progress("verifying", done, total))
    return CopyReport(read)


@contextmanager
def _open_to_fill(address: str) -> Iterator[tuple[sa.Connection, UnitOfWork]]:
    """One transaction on the whole database, committed if the block ends well."""
    url = dialect.url_of(address)
    file = dialect.file_of(url)
    with sentences(), ExitStack() as release:
        if file is not None:
            release.callback(Ownership(file).release)
            make_private(file)
            engine = dialect.file_engine(url, connections=1, writes=True)
        else:
            engine = dialect.server_engine(url, connections=1)
        release.callback(engine.dispose)
        connection = release.enter_context(engine.connect())
        if file is not None:
            release.callback(dialect.settle_file, connection)
        with connection.begin():
            yield connection, UnitOfWork(connection)


def _make_empty(connection: sa.Connection, *, replace: bool) -> None:
    """The tables of this version without rows."""
    dialect_upkeep.wait_briefly_for_locks(connection)
    schema.upgrade(connection)
    present = sum(count_rows(Snapshot(connection)).values())
    if not present:
        return
    if not replace:
        raise TargetNotEmpty(present)
    for table in reversed(stored_tables()):
        connection.execute(sa.schema.DropTable(table))
    connection.execute(sa.text(f"DROP TABLE {schema.VERSION_TABLE}"))
    schema.upgrade(connection)


def _copy_rows(
    source: Snapshot, target: UnitOfWork, progress: Callable[[int], None]
) -> tuple[TableDigest, ...]:
    read, done = [], 0
    for table in stored_tables():
        digest, insert = RowDigest(table.name), table.insert()
        names = table.columns.keys()
        for page in pages_of(source, table):
            digest.add(page)
            target.write(insert, [dict(zip(names, row, strict=True)) for row in page])
            done += len(page)
            progress(done)
        read.append(digest.result())
    return tuple(read)


def _verify(
    read: tuple[TableDigest, ...], target: Snapshot, progress: Callable[[int], None]
) -> None:
    done = 0
    for table, expected in zip(stored_tables(), read, strict=True):
        found = digest_of_table(target, table)
        if found != expected:
            raise CopyDiffers(
                f"The table {table.name} came out different ({found.rows:,} rows of "
                f"{expected.rows:,}, or other values). The target is as it was before."
            )
        done += found.rows
        progress(done)

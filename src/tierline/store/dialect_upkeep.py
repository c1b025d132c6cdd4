"""Words that only one of the two databases understands, for copies, backups and checks."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import sqlalchemy as sa

from tierline.store import dialect, dialect_search

_LOCK_WAIT = "10s"
_FAULT_LIMIT = 20
_SCRUB_SECONDS = 5.0
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_REFERENCES = sa.text(
    "SELECT conrelid::regclass::text AS holder, quote_ident(conname) AS name, "
    "pg_get_constraintdef(oid) AS definition FROM pg_constraint "
    "WHERE contype = 'f' AND conrelid = ANY(CAST(:tables AS regclass[])) ORDER BY 1, 2"
)


@contextlib.contextmanager
def references_later(connection: sa.Connection, tables: Sequence[str]) -> Iterator[None]:
    """Rows may come before the rows that they refer to; all are checked when the block ends.

    A server would remember each row that is to be checked later, so there the references are taken
    away and put back in the same words, which checks each table in one pass.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        yield
        return
    found = connection.execute(_REFERENCES, {"tables": list(tables)}).all()
    for each in found:
        connection.exec_driver_sql(f"ALTER TABLE {each.holder} DROP CONSTRAINT {each.name}")
    yield
    for each in found:
        connection.exec_driver_sql(
            f"ALTER TABLE {each.holder} ADD CONSTRAINT {each.name} {each.definition}"
        )


def wait_briefly_for_locks(connection: sa.Connection) -> None:
    """Give up after some seconds where another program uses a table that is to go."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_LOCK_WAIT}'")


def scrub(url: sa.URL, tables: Sequence[str]) -> bool:
    """Take what was deleted or replaced off the disk; False where somebody still reads an older
    state, so that it has to be done again later.

    A file overwrites what it deletes, but its write-ahead log keeps the old pages until it is
    folded in. A server keeps old rows until they are vacuumed.
    """
    file = dialect.file_of(url)
    if file is None:
        _vacuum(url, tables)
        return True
    connection = sqlite3.connect(file, timeout=_SCRUB_SECONDS, isolation_level=None)
    try:
        return bool(connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)
    finally:
        connection.close()


def _vacuum(url: sa.URL, tables: Sequence[str]) -> None:
    engine = dialect.server_engine(url, connections=1)
    try:
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            for table in [*tables, dialect_search.INDEX]:
                quoted = connection.dialect.identifier_preparer.quote(table)
                connection.exec_driver_sql(f"VACUUM {quoted}")
            connection.exec_driver_sql(f"REINDEX TABLE {dialect_search.INDEX}")
    finally:
        engine.dispose()


def write_file_copy(source: Path, to: Path) -> None:
    """Write the state of one moment of a SQLite file to another path, which must not exist.

    Another process may own and write the file meanwhile.
    """
    with _reader_of(source) as connection:
        connection.execute("VACUUM INTO ?", (str(to),))


def faults_of_file(file: Path) -> list[str]:
    """What is wrong with the pages, indexes and references of a SQLite file, at most so many
    sentences."""
    with _reader_of(file) as connection:
        try:
            pages = connection.execute(f"PRAGMA integrity_check({_FAULT_LIMIT})").fetchall()
            lost = connection.execute("PRAGMA foreign_key_check").fetchmany(_FAULT_LIMIT)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", None) in _DAMAGE:
                return [str(error)]
            raise
    faults = [str(row[0]) for row in pages if row != ("ok",)]
    return faults + [
        f"row {row} of {holder} refers to a row of {to} that is gone" for holder, row, to, _ in lost
    ]


@contextlib.contextmanager
def _reader_of(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection of the driver's own: the store's readers refuse all that writes, and so a copy
    to another file too. It is the same library as theirs, so locks are kept."""
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
    try:
        yield connection
    finally:
        connection.close()

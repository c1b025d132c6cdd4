"""Every word that only one of the two databases understands. No other file has one.

What migrations use of this file (column types, `STRICT`, `make_append_only`) never changes what it
makes: a changed meaning gets a new name.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.type_api import TypeEngine

from tierline.kernel.errors import Invalid
from tierline.store import compiling

FORMS = "a file path, sqlite:////srv/tierline.db, or postgresql://user@host/database"
STRICT: Mapping[str, Any] = {"sqlite_strict": True}
"""Options of every table: SQLite then checks types, as PostgreSQL always does."""

LOWEST_SQLITE = (3, 37, 0)  # STRICT tables
LOWEST_POSTGRESQL = (15, 0)
FILE_ERRORS = (sqlite3.Error,)
BEGIN_TO_WRITE = "BEGIN IMMEDIATE"
_BUSY_SECONDS = 5
_WRITER_CACHE_KIB = 65_536
_ROWCOUNT: Mapping[str, Any] = {"preserve_rowcount": True}  # else only SQLite counts inserts
_RUN_AGAIN = frozenset({"40001", "40P01"})  # serialization_failure, deadlock_detected


def url_of(text: str) -> sa.URL:
    """The address of a database; a bare path is a SQLite file. No secret is in an error."""
    if "://" not in text:
        return sa.URL.create("sqlite", database=str(Path(text).absolute()))
    try:
        url = sa.make_url(text)
    except (sa.exc.ArgumentError, ValueError):
        raise Invalid(
            f"This is not the address of a database. Write {FORMS}.", code="bad_database"
        ) from None
    family = url.drivername.partition("+")[0]
    if family in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if family == "sqlite" and url.database not in (None, "", ":memory:"):
        return url.set(database=str(Path(str(url.database)).absolute()))
    raise Invalid(
        f"'{family}' with this address is no database that can be used. Write {FORMS}.",
        code="bad_database",
    )


def file_of(url: sa.URL) -> Path | None:
    """The database's file, where one process must own it; None for a server."""
    return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None


def integer() -> TypeEngine[int]:
    """64 bits with a sign on both."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def text() -> TypeEngine[str]:
    """Text that both order by code point, whatever the server's language is."""
    return sa.Text(collation="C").with_variant(sa.Text(), "sqlite")


def binary() -> TypeEngine[bytes]:
    """Bytes, on both."""
    return sa.LargeBinary()


def file_engine(url: sa.URL, *, connections: int, writes: bool) -> sa.Engine:
    """Connections to a SQLite file: the one that writes, or those that only read."""
    engine = sa.create_engine(
        compiling.alike(url),
        execution_options=compiling.COMPILED,
        poolclass=sa.QueuePool,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=_BUSY_SECONDS,
        pool_pre_ping=True,
        connect_args={
            "timeout": _BUSY_SECONDS,
            "check_same_thread": False,
            "isolation_level": None,
        },
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        _prepare_file(connection, writes=writes)

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        if file_driver(connection).in_transaction:
            return  # the writer has begun by the driver
        connection.exec_driver_sql(BEGIN_TO_WRITE if writes else "BEGIN")

    return engine


def _prepare_file(connection: sqlite3.Connection, *, writes: bool) -> None:
    if sqlite3.sqlite_version_info < LOWEST_SQLITE:
        raise Invalid(
            f"This Python brings SQLite {sqlite3.sqlite_version}; 3.37 or newer is needed.",
            code="old_database",
        )
    pragmas = ["foreign_keys = ON", "recursive_triggers = ON", "trusted_schema = OFF"]
    if writes:
        # secure_delete: what is deleted is overwritten in the file, not only let go
        pragmas += ["journal_mode = WAL", "synchronous = FULL", "fullfsync = ON"]
        pragmas += ["secure_delete = ON", "temp_store = MEMORY"]
        # the pages of a large unit of work do not fit into the usual 2 MB, and are written twice
        pragmas += [f"cache_size = -{_WRITER_CACHE_KIB}"]
    else:
        pragmas += ["query_only = ON"]
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")


def file_driver(connection: sa.Connection) -> sqlite3.Connection:
    """The driver's connection to a SQLite file."""
    return cast(sqlite3.Connection, connection.connection.driver_connection)


def settle_file(connection: sa.Connection) -> None:
    """Fold the write-ahead log into the file, so that the file alone is the database."""
    driver = file_driver(connection)
    driver.execute("PRAGMA optimize")
    driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def server_engine(url: sa.URL, *, connections: int) -> sa.Engine:
    """Pooled connections to a PostgreSQL server, of whose transactions each statement sees all that
    is committed."""
    engine = sa.create_engine(
        compiling.alike(url),
        execution_options=compiling.COMPILED,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=_BUSY_SECONDS,
        isolation_level="READ COMMITTED",
        connect_args={"connect_timeout": _BUSY_SECONDS},
        paramstyle="format",  # values by place: statements can be put together, and none is sorted
    )

    @event.listens_for(engine, "connect")
    def check(connection: Any, _record: object) -> None:  # psycopg.Connection, imported when used
        version = connection.info.server_version
        if version < LOWEST_POSTGRESQL[0] * 10_000:
            raise Invalid(
                f"The server is PostgreSQL {version // 10_000}; 15 or newer is needed.",
                code="old_database",
            )
        if connection.info.parameter_status("server_encoding") != "UTF8":
            raise Invalid(
                "The database does not keep text as UTF-8. Create it with ENCODING 'UTF8'.",
                code="bad_encoding",
            )

    return engine


def serial(engine: sa.Engine) -> sa.Engine:
    """The engine whose transactions are as if they ran one after another."""
    return engine.execution_options(isolation_level="SERIALIZABLE")


def reading(engine: sa.Engine) -> sa.Engine:
    """The engine whose transactions see one moment, and change nothing."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def may_run_again(error: sa.exc.DBAPIError) -> bool:
    """Whether the transaction was undone only because it crossed another one."""
    return getattr(error.orig, "sqlstate", None) in _RUN_AGAIN


def is_wrong_sql(error: sa.exc.DBAPIError) -> bool:
    """Whether the statement itself is at fault: no such table, a syntax error."""
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR
    return isinstance(error, sa.exc.ProgrammingError)


def take_turn(connection: sa.Connection, name: str, *, is_shared: bool = False) -> None:
    """Wait until no other transaction holds `name`, and hold it until this one ends; those who
    share it hold it together.

    On SQLite there is only ever one writer, who holds every name.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_SHARED_TURN if is_shared else _TURN, {"name": name})


_TURN = sa.text("SELECT pg_advisory_xact_lock(hashtextextended('tierline ' || :name, 0))")
_SHARED_TURN = sa.text(
    "SELECT pg_advisory_xact_lock_shared(hashtextextended('tierline ' || :name, 0))"
)


_COUNT_ON = sa.text(
    "SELECT setval('case_number', greatest(max(number), (SELECT last_value FROM case_number))) "
    "FROM support_case HAVING max(number) IS NOT NULL"
)
_GIVE_OUT_ONE = sa.select(sa.func.nextval(sa.literal_column("'case_number'")).label("number"))
_GIVE_OUT = sa.select(
    sa.func.nextval(sa.literal_column("'case_number'")).label("number")
).select_from(sa.func.generate_series(1, sa.bindparam("count", type_=sa.Integer())))


def make_case_numbers(connection: sa.Connection) -> None:
    """On a server: numbers that are given out to each who asks, without waiting for anybody. A file
    has one writer, who counts on from the highest."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("CREATE SEQUENCE case_number OWNED BY support_case.number")
        connection.execute(_COUNT_ON)


def give_out_numbers(family: str) -> sa.Select[tuple[int]] | None:
    """What gives out the next `count` numbers of cases; None where who writes counts on from the
    highest."""
    return _GIVE_OUT if family == "postgresql" else None


def give_out_number(family: str) -> sa.Select[tuple[int]] | None:
    """The same for one."""
    return _GIVE_OUT_ONE if family == "postgresql" else None


def count_on(family: str) -> sa.TextClause | None:
    """What has the next numbers come after the highest, where they would not by themselves."""
    return _COUNT_ON if family == "postgresql" else None


@cache
def insert_new(family: str, table: sa.Table, keys: tuple[str, ...]) -> sa.Insert:
    """An insert that leaves rows alone whose `keys` stand there; `rowcount` counts the new."""
    insert = postgresql.insert(table) if family == "postgresql" else sqlite.insert(table)
    return insert.on_conflict_do_nothing(index_elements=keys).execution_options(**_ROWCOUNT)


@cache
def insert_or_add(
    family: str, table: sa.Table, keys: tuple[str, ...], sums: tuple[str, ...]
) -> sa.Insert:
    """An insert that adds `sums` to those of the row whose `keys` stand there already."""
    insert = postgresql.insert(table) if family == "postgresql" else sqlite.insert(table)
    added: dict[str, ColumnElement[Any]] = {
        name: table.c[name] + insert.excluded[name] for name in sums
    }
    added_to = insert.on_conflict_do_update(index_elements=keys, set_=added)
    return added_to.execution_options(**_ROWCOUNT)


@cache
def insert_or_set(family: str, table: sa.Table, keys: tuple[str, ...]) -> sa.Insert:
    """An insert that writes over the row whose `keys` stand there already."""
    insert = postgresql.insert(table) if family == "postgresql" else sqlite.insert(table)
    rest = {each.name: insert.excluded[each.name] for each in table.c if each.name not in keys}
    return insert.on_conflict_do_update(index_elements=keys, set_=rest)


@cache
def from_document(insert: sa.Insert, names: tuple[str, ...]) -> sa.Insert:
    """On a server: the same insert of many rows, which come as one JSON array of objects, `rows`.
    A statement for each row costs several times what its row does."""
    table = cast(sa.Table, insert.table)
    given = sa.func.json_to_recordset(sa.cast(sa.bindparam("rows", type_=sa.Text()), sa.JSON()))
    columns = [sa.column(name, table.c[name].type) for name in names]
    rows = given.table_valued(*columns, name="given").render_derived(with_types=True)
    return insert.from_select(list(names), sa.select(*(rows.c[name] for name in names)))


def takes_documents(name: str) -> bool:
    """Whether a database takes rows quicker as one document than one by one."""
    return name == "postgresql"


def sends_together(name: str) -> bool:
    """Whether there is a way to a database that writes may share."""
    return name == "postgresql"


def has_begun(connection: sa.Connection) -> bool:
    """Whether anything was sent to a server in the open transaction: before that it is none."""
    driver: Any = connection.connection.driver_connection  # psycopg.Connection, imported when used
    return bool(driver.pgconn.transaction_status)


@contextmanager
def alone(connection: sa.Connection) -> Iterator[None]:
    """The statement that is sent inside of this to a server is a transaction of its own, where none
    has begun: two ways there and back less."""
    driver: Any = connection.connection.driver_connection  # psycopg.Connection, imported when used
    driver.autocommit = True
    try:
        yield
    finally:
        if not driver.closed:
            driver.autocommit = False


def raw_cursor(connection: sa.Connection) -> Any:
    """What sends a server statements with its own marks for values: `$1`, `$2`."""
    driver: Any = connection.connection.driver_connection  # psycopg.Connection, imported when used
    raw: Any = connection.dialect.loaded_dbapi
    return raw.RawCursor(driver)


def together(connection: sa.Connection) -> AbstractContextManager[Any]:
    """What is sent inside of this to a server goes without waiting for the answer to each."""
    driver: Any = connection.connection.driver_connection  # psycopg.Connection, imported when used
    pipeline: AbstractContextManager[Any] = driver.pipeline()
    return pipeline


def make_append_only(connection: sa.Connection, table: str) -> None:
    """From now on the table refuses every UPDATE and DELETE, whoever sends it."""
    if connection.dialect.name == "postgresql":
        for statement in _append_only_on_server(table):
            connection.execute(sa.text(statement))
        return
    for change in ("UPDATE", "DELETE"):
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_refuses_{change.lower()} BEFORE {change} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: {change} is refused'); END"
        )


def _append_only_on_server(table: str) -> tuple[str, str]:
    function = (
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP "
        "USING ERRCODE = 'restrict_violation'; END $$"
    )
    trigger = (
        f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    return function, trigger

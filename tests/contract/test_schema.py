from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from facts import ACCOUNT, START
from postgresql_server import Server

from tierline.kernel.errors import Invalid
from tierline.store import dialect, records, schema, seals
from tierline.store.dialect_search import is_of_the_index
from tierline.store.engine import open_store, open_to_read
from tierline.store.journal import facts_about

REVISIONS = sorted(
    file.name[:4] for file in Path(schema.__file__).parent.glob("migrations/versions/0*.py")
)
_OLD_FACT = (
    """INSERT INTO fact (id, at, recorded_at, kind, subject, body, body_digest) VALUES
    ('fact_{revision}', 1772323200000000, 1772323200000000, 'CaseOpened', 'account_of_the_tests',
    '{{"a":1}}', 'sha256:015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862')""",
    "INSERT INTO unsealed (fact_id) VALUES ('fact_{revision}')",
)


@pytest.fixture
def engine(empty_address: str) -> Iterator[sa.Engine]:
    with engine_of(empty_address) as made:
        yield made


@contextmanager
def engine_of(address: str) -> Iterator[sa.Engine]:
    url = dialect.url_of(address)
    is_file = dialect.file_of(url) is not None
    made = (
        dialect.file_engine(url, connections=1, writes=True)
        if is_file
        else dialect.server_engine(url, connections=2)
    )
    yield made
    made.dispose()


def test_data_of_every_schema_from_the_first_on_is_upgraded(empty_address: str) -> None:
    """Each schema is made of the one before it, with all that was written under those before."""
    for revision in REVISIONS:
        with engine_of(empty_address) as engine, engine.begin() as connection:
            schema.upgrade(connection, to=revision)
            assert schema.found(connection) == revision
            for statement in _OLD_FACT:
                connection.exec_driver_sql(statement.format(revision=revision))
    with open_store(empty_address) as store:
        assert seals.seal_facts(store) == len(REVISIONS)
        assert store.read(seals.verify_chain).broken is None
        found = store.read(lambda reading: facts_about(reading, ACCOUNT, as_of=START))
        assert [each.body for each in found] == [{"a": 1}] * len(REVISIONS)


def test_the_migrations_make_the_tables_that_the_code_declares(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        schema.upgrade(connection)
        context = MigrationContext.configure(
            connection,
            opts={
                "version_table": schema.VERSION_TABLE,
                "compare_type": True,
                "include_name": lambda name, kind, _: (
                    kind != "table" or not is_of_the_index(str(name))
                ),
            },
        )
        assert records.Records.__module__  # its import declares every table
        assert compare_metadata(context, schema.METADATA) == []


def test_an_upgrade_that_fails_leaves_nothing(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE unsealed (name TEXT)")
    with pytest.raises(sa.exc.DBAPIError), engine.begin() as connection:
        schema.upgrade(connection)
    with engine.begin() as connection:
        assert sa.inspect(connection).get_table_names() == ["unsealed"]


def test_a_database_of_a_newer_version_is_refused(engine: sa.Engine, empty_address: str) -> None:
    with engine.begin() as connection:
        schema.upgrade(connection)
        connection.exec_driver_sql(f"UPDATE {schema.VERSION_TABLE} SET version_num = '9999'")  # noqa: S608 - a constant of ours
    engine.dispose()
    for opening in (open_store, open_to_read):
        with pytest.raises(Invalid, match="A newer Tierline wrote it"):
            opening(empty_address)


def test_an_empty_database_cannot_be_opened_to_read(engine: sa.Engine, empty_address: str) -> None:
    with engine.begin():
        pass
    engine.dispose()
    with pytest.raises(Invalid, match="no Tierline data"):
        open_to_read(empty_address)


def test_many_that_open_an_empty_server_at_once_upgrade_it_once(server: Server) -> None:
    address = server.fresh_database()
    with ThreadPoolExecutor(4) as pool:
        for store in pool.map(open_store, [address] * 4):
            store.close()
    server.drop_database(address)

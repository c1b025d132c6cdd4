from __future__ import annotations

import psycopg
import pytest
from lent_databases import LentDatabases
from postgresql_server import Server

from tierline.store.engine import open_store


@pytest.fixture
def fresh(server: Server, lent: LentDatabases) -> LentDatabases:
    """With no database that another test has had."""
    return LentDatabases(server, lent.like)


def test_what_a_test_wrote_and_made_is_gone_before_another_is_lent_it(fresh: LentDatabases) -> None:
    address = fresh.lend()
    with psycopg.connect(address) as connection:
        connection.execute("INSERT INTO bookmark VALUES ('a', 1)")
        connection.execute("CREATE TABLE mark (name text)")
    still_connected = psycopg.connect(address)
    fresh.take_back(address)
    with pytest.raises(psycopg.OperationalError):
        still_connected.execute("SELECT 1")
    assert fresh.lend() == address
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT count(*) FROM bookmark").fetchone() == (0,)
        assert connection.execute("SELECT to_regclass('mark')").fetchone() == (None,)
    fresh.take_back(address)


@pytest.mark.parametrize(
    "change",
    [
        "DROP TABLE bookmark",
        "ALTER TABLE account ADD COLUMN more text",
        "ALTER TABLE account ALTER COLUMN name DROP NOT NULL",
        "CREATE INDEX further ON account (name)",
        "UPDATE schema_version SET version_num = '0001'",
        "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ],
)
def test_a_changed_database_is_not_lent_again(fresh: LentDatabases, change: str) -> None:
    address = fresh.lend()
    with psycopg.connect(address) as connection:
        connection.execute(change)
    fresh.take_back(address)
    other = fresh.lend()
    assert other != address
    open_store(other).close()
    fresh.take_back(other)

"""Databases of a PostgreSQL with all tables and no row, which are emptied and lent again: to copy
one for each test keeps the system busier with its files than most tests do."""

from __future__ import annotations

from collections import Counter

import psycopg
from postgresql_server import Server
from psycopg import sql

MOST_LENDINGS = 20
"""What is deleted stays in the files of a table; before long a fresh copy is quicker again."""
_END_THE_OTHERS = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_TABLES = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname
"""
_COUNT_ANEW = """
SELECT setval(oid::regclass, 1, false) FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'S'
"""
_SHAPE = """
SELECT 'column', attrelid::regclass::text, attnum::text, attname::text, attnotnull::text,
       format_type(atttypid, atttypmod), attcollation::text
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
WHERE relnamespace = 'public'::regnamespace AND attnum > 0
UNION ALL
SELECT 'constraint', conrelid::regclass::text, conname::text, convalidated::text,
       pg_get_constraintdef(oid), '', ''
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'relation', relname::text, relkind::text, relpersistence::text,
       CASE WHEN relkind = 'i' THEN pg_get_indexdef(oid) ELSE '' END, reloptions::text, ''
FROM pg_class WHERE relnamespace = 'public'::regnamespace
UNION ALL
SELECT 'function', proname::text, md5(prosrc), '', '', '', ''
FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL
SELECT 'trigger', tgrelid::regclass::text, pg_get_triggerdef(oid), tgenabled::text, '', '', ''
FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT 'setting', setconfig::text, '', '', '', '', ''
FROM pg_db_role_setting
UNION ALL
SELECT 'revision', version_num, '', '', '', '', '' FROM schema_version
"""


class LentDatabases:
    """Each is lent to one test at a time. What comes back without a table, with another column,
    index, constraint, function or trigger, or at another revision is not lent again."""

    def __init__(self, server: Server, like: str) -> None:
        self._server = server
        self.like = like
        self._kept: list[str] = []
        self._lendings: Counter[str] = Counter()
        with psycopg.connect(like, autocommit=True) as connection:
            self._shape = _shape(connection)
            self._tables = _tables(connection)
            assert _filled(connection, self._tables) == ["schema_version"]

    def lend(self) -> str:
        """The address of one with which nobody is connected."""
        address = self._kept.pop() if self._kept else self._server.fresh_database(like=self.like)
        self._lendings[address] += 1
        return address

    def take_back(self, address: str) -> None:
        """End whoever is still connected, and empty it."""
        if self._lendings[address] < MOST_LENDINGS and self._is_as_new(address):
            self._kept.append(address)
        else:
            self._server.drop_database(address)

    def _is_as_new(self, address: str) -> bool:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(_END_THE_OTHERS)
            present = _tables(connection)
            if not set(self._tables) <= set(present):
                return False
            filled = _filled(connection, self._tables)
            further = [name for name in present if name not in self._tables]
            with connection.transaction():
                connection.execute("SET LOCAL session_replication_role = replica")
                for name in filled:
                    if name != "schema_version":
                        connection.execute(_said("DELETE FROM {}", name))
                connection.execute(_COUNT_ANEW)
                for name in further:
                    connection.execute(_said("DROP TABLE {} CASCADE", name))
            return _shape(connection) == self._shape


def _tables(connection: psycopg.Connection) -> list[str]:
    return [name for (name,) in connection.execute(_TABLES)]


def _filled(connection: psycopg.Connection, tables: list[str]) -> list[str]:
    """Those of the tables that have a row."""
    each = [
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(
            sql.Literal(name), sql.Identifier(name)
        )
        for name in tables
    ]
    return [name for (name,) in connection.execute(sql.SQL(" UNION ALL ").join(each))]


def _shape(connection: psycopg.Connection) -> list[tuple[str, ...]]:
    return sorted(connection.execute(_SHAPE).fetchall(), key=str)


def _said(statement: str, name: str) -> sql.Composed:
    return sql.SQL(statement).format(sql.Identifier(name))

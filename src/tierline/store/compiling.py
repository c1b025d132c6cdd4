"""Statements are compiled once a process, and not once for each place that sends them.

A process reads and writes a file on connections of two engines, and SQLAlchemy keeps what it has
compiled by engine and dialect: each statement would be compiled for both. The dialects here are
alike where their databases are, and their engines share what is compiled.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

_KEPT_STATEMENTS = 1_000
COMPILED: Mapping[str, Any] = {"compiled_cache": LRUCache(_KEPT_STATEMENTS)}
"""Options of an engine that shares what is compiled."""


class _Alike(DefaultDialect):
    """Equal to every other one for the same version of the same database: the text of a statement
    and the ways of its values depend on nothing else."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Alike)
            and type(other) is type(self)
            and other.server_version_info == self.server_version_info
        )

    def __hash__(self) -> int:
        return hash(type(self))


class FileDialect(_Alike, SQLiteDialect_pysqlite):
    """SQLite's."""

    supports_statement_cache = True


class ServerDialect(_Alike, PGDialect_psycopg):
    """PostgreSQL's."""

    supports_statement_cache = True


def alike(url: sa.URL) -> sa.URL:
    """The address with the dialect of its family from here."""
    return url.set(drivername=f"{url.get_backend_name()}+tierline")


registry.register("sqlite.tierline", __name__, "FileDialect")
registry.register("postgresql.tierline", __name__, "ServerDialect")

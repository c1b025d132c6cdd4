"""The tables as the code sees them, and the way from any earlier state of them to this one.

Every table of the product is declared on `METADATA` and made by a file of `migrations/versions`.
A contract test holds the two against each other on both databases.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import sqlalchemy as sa

from tierline.kernel.errors import Invalid
from tierline.store import dialect

METADATA = sa.MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s",
        "uq": "%(table_name)s_%(column_0_N_name)s_unique",
        "fk": "%(table_name)s_%(column_0_N_name)s_of_%(referred_table_name)s",
        "pk": "%(table_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s",
    }
)
VERSION_TABLE = "schema_version"
_MIGRATIONS = Path(__file__).parent / "migrations"


def table(name: str, *parts: sa.Column[object] | sa.Constraint | sa.Index) -> sa.Table:
    """Declare a table of the product; its name is a singular noun."""
    return sa.Table(name, METADATA, *parts, **dialect.STRICT)


@cache
def newest() -> str:
    """The revision that this code is written for: the last file of `migrations/versions`."""
    return max(file.name[:4] for file in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def found(connection: sa.Connection) -> str | None:
    """The revision of the database; None where it is empty."""
    if not sa.inspect(connection).has_table(VERSION_TABLE):
        return None
    version = connection.execute(sa.text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 - a constant of ours
    return None if version is None else str(version)


def expect_newest(connection: sa.Connection) -> None:
    """Refuse a database that an older or a newer Tierline left."""
    present = found(connection)
    if present == newest():
        return
    if present is None:
        raise Invalid("This database holds no Tierline data yet.", code="no_schema")
    raise Invalid(
        f"The database is at revision {present}, and this Tierline works with {newest()}. "
        + (
            "Open it once with this version for writing, which upgrades it."
            if present < newest()
            else "A newer Tierline wrote it; use that version."
        ),
        code="other_schema",
    )


def upgrade(connection: sa.Connection, *, to: str = "head") -> None:
    """Bring the database to this code's tables, inside of the caller's transaction. Processes that
    start at the same time wait for the first one."""
    dialect.take_turn(connection, "upgrade")
    present = found(connection)
    if present == newest():
        return
    if present is not None and present > newest():
        expect_newest(connection)
    from alembic import command  # noqa: PLC0415 - 60 ms, needed once for each new revision
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)

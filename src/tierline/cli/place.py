"""`--data DIR | --database URL`: where the data of a command stands, said the same everywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

FunctionT = TypeVar("FunctionT", bound=Callable[..., object])


def place(function: FunctionT) -> FunctionT:
    """Add the two options; the function gets `data` and `database`, see `address_of`."""
    with_database = click.option(
        "--database", metavar="URL", help="A PostgreSQL server: postgresql://user@host/name."
    )(function)
    return click.option(
        "--data", type=click.Path(path_type=Path), metavar="DIR", help="Folder of the SQLite file."
    )(with_database)


def address_of(data: Path | None, database: str | None) -> str:
    """The address of the database that the options name; exactly one of them must be there."""
    from tierline.bootstrap.application import database_of

    if (data is None) == (database is None):
        raise click.UsageError("Say where the data stands: --data DIR, or --database URL.")
    return database_of(data, database)

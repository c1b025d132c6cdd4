"""Opening a database by its address: to write (and upgrade), or only to read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import sqlalchemy as sa

from tierline.kernel.errors import Invalid
from tierline.store import dialect, schema
from tierline.store.dialect_upkeep import scrub
from tierline.store.errors import StoreUnavailable, translated
from tierline.store.ownership import Ownership
from tierline.store.store import Readers, Store
from tierline.store.turns import Turns
from tierline.store.writer import Writer

CONNECTION_LIMIT = 10
"""Connections to a server, and readers of a file, that one process has open at most."""


def open_store(address: str) -> Store:
    """The store at an address (a file's path, or `postgresql://...`), upgraded to this version.

    A file is made where there is none, and is refused while another process has it open.
    """
    url = dialect.url_of(address)
    file = dialect.file_of(url)
    with sentences():
        return _open_server(url) if file is None else _open_file(url, file)


def is_file(address: str) -> bool:
    """Whether an address names a file, which one process owns."""
    return dialect.file_of(dialect.url_of(address)) is not None


def open_to_read(address: str) -> Readers:
    """Reads of a database that another process may own. Nothing is made, upgraded or locked."""
    url = dialect.url_of(address)
    file = dialect.file_of(url)
    if file is not None and not file.is_file():
        raise Invalid(f"There is no database {file}.", code="no_database")
    engine = (
        dialect.server_engine(url, connections=CONNECTION_LIMIT)
        if file is None
        else dialect.file_engine(url, connections=CONNECTION_LIMIT, writes=False)
    )
    with sentences(), ExitStack() as undo:
        undo.callback(engine.dispose)
        with engine.connect() as connection:
            schema.expect_newest(connection)
        undo.pop_all()
    return Readers(engine)


def _open_server(url: sa.URL) -> Store:
    engine = dialect.server_engine(url, connections=CONNECTION_LIMIT)
    with ExitStack() as undo:
        undo.callback(engine.dispose)
        with engine.begin() as connection:
            schema.upgrade(connection)
        undo.pop_all()
    return Store(Turns(engine), Readers(engine), engine.dispose, lambda tables: scrub(url, tables))


def _open_file(url: sa.URL, file: Path) -> Store:
    with ExitStack() as release:
        release.callback(Ownership(file).release)
        make_private(file)
        engine = dialect.file_engine(url, connections=1, writes=True)
        release.callback(engine.dispose)
        connection = release.enter_context(engine.connect())
        with connection.begin():
            schema.upgrade(connection)
        release.callback(dialect.settle_file, connection)
        writer = Writer(connection)
        readers = Readers(dialect.file_engine(url, connections=CONNECTION_LIMIT, writes=False))
        return Store(writer, readers, release.pop_all().close, lambda tables: scrub(url, tables))


def make_private(file: Path) -> None:
    """A new file is for its owner's eyes; an old one keeps the rights that it has."""
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise Invalid(
            f"The database {file} cannot be written: {error.strerror}.", code="not_writable"
        ) from None


@contextmanager
def sentences() -> Iterator[None]:
    """What a driver says while a database is opened, as an error of ours."""
    try:
        yield
    except sa.exc.SQLAlchemyError as error:
        raise translated(error) or error from error
    except dialect.FILE_ERRORS as error:
        raise StoreUnavailable(f"The database cannot be opened: {error}.") from error

"""Every contract test of the store runs on a SQLite file and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lent_databases import LentDatabases
from mail_box import MailBox, mail_box
from mortal_workers import Nursery, nursery
from new_data import new_data
from people import People
from postgresql_server import Server, running_server
from stores import make_tables

from tierline.bootstrap.application import FILE_NAME
from tierline.store.engine import open_store
from tierline.store.store import Store


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running_server() as running:
        yield running


@pytest.fixture(scope="session")
def lent(server: Server) -> LentDatabases:
    """Databases on the server with all tables and no row."""
    database = server.fresh_database()
    open_store(database).close()
    return LentDatabases(server, database)


@pytest.fixture(scope="session")
def workers() -> Iterator[Nursery]:
    """Where workers come from that are killed."""
    with nursery() as running:
        yield running


@pytest.fixture(params=["file", "server"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with all tables and no row."""
    if request.param == "file":
        yield str(new_data(tmp_path) / FILE_NAME)
        return
    lent: LentDatabases = request.getfixturevalue("lent")
    database = lent.lend()
    yield database
    lent.take_back(database)


@pytest.fixture(params=["file", "server"])
def empty_address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without a table."""
    if request.param == "file":
        yield str(tmp_path / "tierline.db")
        return
    running: Server = request.getfixturevalue("server")
    database = running.fresh_database()
    yield database
    running.drop_database(database)


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    with open_store(address) as opened:
        make_tables(opened)
        yield opened


@pytest.fixture
def people(store: Store) -> People:
    return People(store)


@pytest.fixture
def box() -> Iterator[MailBox]:
    """A server that takes the mails that we send."""
    with mail_box() as running:
        yield running

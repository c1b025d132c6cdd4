"""Every contract test of the store runs on a SQLite file and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from postgresql_server import Server, running_server
from stores import make_tables

from tierline.store.engine import open_store
from tierline.store.store import Store


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running_server() as running:
        yield running


@pytest.fixture(params=["file", "server"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database."""
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

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from every_table import fill_every_table
from facts import fact, write
from people import NOW
from postgresql_server import Server

from tierline.kernel.errors import Conflict, Invalid
from tierline.store import copying, rows
from tierline.store.case_records import CaseRecords
from tierline.store.cases import case_table
from tierline.store.copying import CopyDiffers, TargetNotEmpty, copy_database, rows_at
from tierline.store.engine import open_store, open_to_read
from tierline.store.errors import StoreInUse
from tierline.store.schema import METADATA
from tierline.store.seals import seal_facts, verify_chain

SUPPORT = Path(__file__).parents[1] / "support"


@pytest.fixture
def file(tmp_path: Path) -> str:
    return str(tmp_path / "one.db")


@pytest.fixture
def elsewhere(server: Server) -> Iterator[str]:
    database = server.fresh_database()
    yield database
    server.drop_database(database)


def contents(address: str) -> dict[str, object]:
    with open_to_read(address) as readers:
        return readers.read(
            lambda snapshot: {
                table.name: list(rows.pages_of(snapshot, table)) for table in rows.stored_tables()
            }
        )


def test_every_table_goes_to_the_server_and_back_unchanged(
    file: str, elsewhere: str, tmp_path: Path
) -> None:
    with open_store(file) as store:
        written = fill_every_table(store)
    back = str(tmp_path / "back.db")
    there, home = copy_database(file, elsewhere), copy_database(elsewhere, back)
    assert there == home
    assert there.rows == written
    assert contents(back) == contents(file) == contents(elsewhere)


def test_cases_of_the_copy_are_counted_on_from_the_highest(file: str, elsewhere: str) -> None:
    row = {
        "id": "case_1", "number": 41, "account_id": None, "contact_id": None, "channel": "portal",
        "access": "no_plan", "subject": "Slow", "coverage": "unknown", "contract_id": "",
        "tier": "", "terms_digest": None, "time_zone": "", "opened_at": NOW, "state": "closed",
        "severity": "", "next_due_at": NOW,
    }  # fmt: skip
    with open_store(file) as store:
        store.run(lambda unit: unit.write(case_table.insert(), row))
        assert store.run(lambda unit: CaseRecords(unit).next_number()) == 42
    copy_database(file, elsewhere)
    with open_store(elsewhere) as copied:
        given = [copied.run(lambda unit: CaseRecords(unit).next_number()) for _ in range(2)]
    assert given == [42, 43]


def test_every_table_has_a_key_and_no_counter_of_the_database() -> None:
    for table in METADATA.tables.values():
        assert table.primary_key.columns, table.name
        assert table.autoincrement_column is None, f"{table.name}: say autoincrement=False"


def test_the_copy_is_a_store_whose_chain_holds_and_whose_guards_stand(
    file: str, elsewhere: str
) -> None:
    with open_store(file) as store:
        write(store, *(fact(minute) for minute in range(5)))
        seal_facts(store)
    copy_database(file, elsewhere)
    with open_store(elsewhere) as copied:
        write(copied, fact(9))
        assert seal_facts(copied) == 1
        assert copied.read(verify_chain).head.position == 6
        assert copied.read(verify_chain).broken is None
        with pytest.raises(Conflict, match="append-only"):
            copied.run(lambda unit: unit.execute(sa.text("DELETE FROM fact")))
        with pytest.raises(Conflict, match="foreign key"):
            copied.run(lambda unit: unit.execute(sa.text("INSERT INTO unsealed VALUES ('nobody')")))


def test_a_file_can_be_copied_while_its_owner_writes(file: str, elsewhere: str) -> None:
    with open_store(file) as store:
        write(store, fact(1))
        copy_database(file, elsewhere)
        write(store, fact(2))
    assert rows_at(elsewhere) == 2


def test_a_target_with_rows_is_refused_and_replaced_when_told_so(address: str, file: str) -> None:
    other = f"{file}.other"
    for database, minute in ((other, 1), (address, 2)):
        with open_store(database) as store:
            write(store, fact(minute))
    before = contents(address)
    with pytest.raises(TargetNotEmpty, match="2 rows"):
        copy_database(other, address)
    assert contents(address) == before
    copy_database(other, address, replace=True)
    assert contents(address) == contents(other) != before


def test_a_copy_that_differs_is_undone(
    address: str, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = f"{file}.other"
    for database, minute in ((other, 1), (address, 2)):
        with open_store(database) as store:
            write(store, fact(minute))
    before = contents(address)
    monkeypatch.setattr(
        copying, "digest_of_table", lambda _unit, table: rows.TableDigest(table.name, 0, "")
    )
    with pytest.raises(CopyDiffers, match="as it was before"):
        copy_database(other, address, replace=True)
    assert contents(address) == before


@pytest.mark.parametrize("stage", ["copying", "verifying"])
def test_a_copy_that_is_killed_leaves_the_target_as_it_was(
    address: str, file: str, stage: str
) -> None:
    other = f"{file}.other"
    with open_store(other) as store:
        fill_every_table(store, count=200)
    with open_store(address) as store:
        write(store, fact(1))
    before = contents(address)
    killed = subprocess.run(
        [sys.executable, SUPPORT / "killed_copy.py", other, address, stage, "replace"],
        env=os.environ | {"PYTHONPATH": str(SUPPORT)},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert contents(address) == before
    copy_database(other, address, replace=True)
    assert contents(address) == contents(other)


def test_a_row_that_refers_to_nothing_is_not_copied(file: str, elsewhere: str) -> None:
    with open_store(file) as store:
        write(store, fact(1))
    _without_checks(file, "INSERT INTO unsealed VALUES ('nobody')")
    with pytest.raises(Conflict, match="unsealed_fact_id_of_fact"):
        copy_database(file, elsewhere)
    assert rows_at(elsewhere) == 0


def _without_checks(file: str, statement: str) -> None:
    engine = sa.create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def test_a_target_that_somebody_owns_is_refused(file: str) -> None:
    other = f"{file}.other"
    open_store(other).close()
    with open_store(file), pytest.raises(StoreInUse):
        copy_database(other, file)


def test_a_database_is_not_copied_onto_itself(file: str) -> None:
    open_store(file).close()
    with pytest.raises(Invalid, match="same database"):
        copy_database(file, f"sqlite:///{file}")

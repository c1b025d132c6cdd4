from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from every_table import fill_every_table
from facts import fact, write

from tierline.kernel.errors import Conflict, Invalid, NotFound
from tierline.store import rows, schema
from tierline.store.backup import back_up, check_database, restore
from tierline.store.copying import TargetNotEmpty
from tierline.store.engine import open_store, open_to_read
from tierline.store.errors import StoreInUse
from tierline.store.seals import Head, seal_facts


def digests(address: str) -> list[rows.TableDigest]:
    with open_to_read(address) as readers:
        return readers.read(
            lambda snapshot: [rows.digest_of_table(snapshot, each) for each in rows.stored_tables()]
        )


def test_a_backup_taken_beside_the_owner_restores_every_row(address: str, tmp_path: Path) -> None:
    with open_store(address) as store:
        fill_every_table(store, count=50)
        back_up(address, tmp_path / "backup")
        write(store, fact(1))
    restored = str(tmp_path / "restored.db")
    report = restore(tmp_path / "backup", restored)
    assert list(report.tables) == digests(restored)
    restore(tmp_path / "backup", address, replace=True)
    assert digests(address) == digests(restored)
    assert sorted(each.name for each in tmp_path.glob(".*")) == []


def test_a_backup_amid_writers_holds_whole_units_of_one_moment(
    address: str, tmp_path: Path
) -> None:
    with open_store(address) as store:
        done = threading.Event()

        def write_on() -> None:
            for number in range(10_000):
                if done.is_set():
                    return
                write(store, fact(number), fact(number))

        writer = threading.Thread(target=write_on)
        writer.start()
        try:
            for number in range(3):
                back_up(address, tmp_path / f"backup{number}")
        finally:
            done.set()
            writer.join()
    for number in range(3):
        count = {each.name: each.rows for each in digests(str(tmp_path / f"backup{number}"))}
        assert count["fact"] == count["unsealed"]
        assert count["fact"] % 2 == 0


def test_a_backup_is_for_its_owner_and_never_written_over(tmp_path: Path) -> None:
    source, to = str(tmp_path / "tierline.db"), tmp_path / "backup"
    open_store(source).close()
    back_up(source, to)
    assert to.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Conflict, match="a name of its own"):
        back_up(source, to)


def test_a_backup_of_an_earlier_version_is_upgraded_and_not_touched(
    address: str, tmp_path: Path
) -> None:
    old = tmp_path / "old"
    engine = sa.create_engine(f"sqlite:///{old}")
    with engine.begin() as connection:
        schema.upgrade(connection, to="0001")
    engine.dispose()
    before = old.read_bytes()
    restore(old, address)
    assert digests(address) == [
        rows.TableDigest(table.name, 0, rows.RowDigest("").result().digest)
        for table in rows.stored_tables()
    ]
    assert old.read_bytes() == before


def test_what_is_restored_is_sound_and_put_into_an_empty_place(
    address: str, tmp_path: Path
) -> None:
    with open_store(address) as store:
        write(store, fact(1))
    back_up(address, tmp_path / "backup")
    with pytest.raises(TargetNotEmpty):
        restore(tmp_path / "backup", address)
    (tmp_path / "words").write_text("no database at all, but long enough to be read" * 40)
    with pytest.raises(Invalid, match="not a database"):
        restore(tmp_path / "words", address, replace=True)
    with pytest.raises(NotFound):
        restore(tmp_path / "nothing", address)


def test_a_file_that_is_served_is_not_restored_over(tmp_path: Path) -> None:
    source = str(tmp_path / "tierline.db")
    with open_store(source):
        back_up(source, tmp_path / "backup")
        with pytest.raises(StoreInUse):
            restore(tmp_path / "backup", source, replace=True)


def test_a_sound_database_is_found_sound_beside_its_owner(address: str) -> None:
    with open_store(address) as store:
        fill_every_table(store, count=20)
        report = check_database(address)
    assert report.faults == ()
    assert {each.rows for each in report.tables} == {20}


def test_a_damaged_page_is_found_and_not_backed_up_into_a_place(tmp_path: Path) -> None:
    file = tmp_path / "tierline.db"
    with open_store(str(file)) as store:
        write(store, *(fact(minute) for minute in range(300)))
    content = bytearray(file.read_bytes())
    page = 4096
    at = next(
        start
        for start in range(page, len(content), page)
        if b"CaseOpened" in content[start:][:page]
    )
    content[at : at + 12] = b"\xff" * 12
    file.write_bytes(content)
    report = check_database(str(file))
    assert not report.is_sound
    with pytest.raises(Invalid, match="damaged"):
        restore(file, str(tmp_path / "other.db"))


def test_a_reference_to_nothing_and_a_broken_chain_are_found(tmp_path: Path) -> None:
    file = str(tmp_path / "tierline.db")
    with open_store(file) as store:
        write(store, fact(1))
        seal_facts(store)
    kept = Head(1, "sha256:another")
    assert check_database(file, kept=kept).chain.broken is not None
    with sqlite3.connect(file) as connection:
        connection.execute("INSERT INTO unsealed VALUES ('nobody')")
    connection.close()
    assert "refers to a row of fact that is gone" in check_database(file).faults[0]

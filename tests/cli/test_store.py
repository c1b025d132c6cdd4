from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from facts import fact, write
from new_data import new_data

from tierline.cli.audit import audit
from tierline.cli.store import store
from tierline.kernel.errors import Conflict, Invalid
from tierline.store.engine import open_store
from tierline.store.seals import seal_facts


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = new_data(tmp_path / "data")
    with open_store(str(folder / "tierline.db")) as opened:
        write(opened, *(fact(minute) for minute in range(5)))
        seal_facts(opened)
        write(opened, fact(6))
    return folder


def run(command: object, *words: object, answer: str = "") -> Result:
    return CliRunner().invoke(command, [str(word) for word in words], input=answer)  # type: ignore[arg-type]  # a command


def test_a_journal_that_nobody_touched_holds(data: Path) -> None:
    result = run(audit, "verify", "--data", data)
    assert result.exit_code == 0
    assert result.output.startswith(
        "5 facts are sealed, and the chain holds.\n1 facts wait for their seals.\nHead: 5:sha256:"
    )


def test_the_first_broken_link_is_named_with_exit_1(data: Path) -> None:
    with sqlite3.connect(data / "tierline.db") as connection:
        connection.execute("DROP TRIGGER fact_refuses_update")
        connection.execute("UPDATE fact SET kind = 'CaseClosed' WHERE body LIKE '%:2,%'")
    connection.close()
    result = run(audit, "verify", "--data", data)
    assert result.exit_code == 1
    assert "2 facts hold; then the chain is broken.\nFirst broken link: position 3, fact_" in (
        result.output
    )


def test_a_head_that_was_noted_must_still_stand(data: Path) -> None:
    noted = run(audit, "head", "--data", data).output.strip()
    assert run(audit, "verify", "--data", data, "--head", noted).exit_code == 0
    later = noted.replace("5:", "7:", 1)
    result = run(audit, "verify", "--data", data, "--head", later)
    assert result.exit_code == 1
    assert "position 7 was kept outside" in result.output


def test_what_is_no_head_is_refused(data: Path) -> None:
    result = run(audit, "verify", "--data", data, "--head", "five")
    assert isinstance(result.exception, Invalid)


@pytest.mark.parametrize("both", [True, False])
def test_a_place_must_be_named_once(data: Path, both: bool) -> None:
    words = ("--data", data, "--database", "postgresql://x") if both else ()
    assert isinstance(run(audit, "head", *words).exception, Invalid)


def test_a_copy_says_each_table_and_its_rows(data: Path, tmp_path: Path) -> None:
    result = run(store, "copy", "--data", data, "--to", tmp_path / "other.db")
    assert result.exit_code == 0, result.exception
    assert re.search(r"^fact +6  sha256:[0-9a-f]{16}$", result.output, re.MULTILINE)
    assert re.search(
        r"^12 rows in \d+ tables, the same on both sides\.$", result.output, re.MULTILINE
    )


def test_a_full_target_is_replaced_only_when_somebody_says_yes(data: Path, tmp_path: Path) -> None:
    words = ("copy", "--data", data, "--to", tmp_path / "other.db")
    run(store, *words)
    assert isinstance(run(store, *words).exception, Conflict)
    refused = run(store, *words, "--replace", answer="n\n")
    assert "The target holds 12 rows. Remove them for good?" in refused.output
    assert isinstance(refused.exception, Conflict)
    assert run(store, *words, "--replace", answer="y\n").exit_code == 0
    assert run(store, *words, "--replace", "--yes").exit_code == 0


def test_a_backup_goes_round(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    assert run(store, "backup", "--data", data, file).exit_code == 0
    result = run(store, "restore", "--data", tmp_path / "new", file)
    assert result.exit_code == 0, result.exception
    assert run(store, "check", "--data", tmp_path / "new").output.endswith(
        "tables were read, and 5 sealed facts hold.\n"
    )


def test_a_damaged_database_is_told_with_exit_1(data: Path) -> None:
    with sqlite3.connect(data / "tierline.db") as connection:
        connection.execute("INSERT INTO unsealed VALUES ('nobody')")
    connection.close()
    result = run(store, "check", "--data", data)
    assert result.exit_code == 1
    assert result.output.startswith("Damaged: row ")

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from served import world_of

from tierline.cli.main import tierline
from tierline.kernel.errors import Invalid

AT = ("--at", "2026-03-10T09:00:00Z")


@pytest.fixture
def installation(tmp_path: Path) -> tuple[str, str]:
    return "--data", str(tmp_path / "data")


@pytest.fixture
def pine(installation: tuple[str, str]) -> str:
    return world_of(installation)


def ask(*words: str) -> Result:
    return CliRunner().invoke(tierline, ["check", *words])


def test_an_account_is_answered_by_its_contract(pine: str, installation: tuple[str, str]) -> None:
    given = ask(pine, "reports", *AT, *installation)
    assert (given.output.splitlines()[0], given.exit_code) == ("Allowed: Reports is included.", 0)
    refused = ask(pine, "sandboxes", "--quantity", "999", *AT, *installation)
    assert refused.output.startswith("Denied: 999 of ")
    assert refused.exit_code == 1


def test_the_answer_explains_itself_and_is_data_for_programs(
    pine: str, installation: tuple[str, str]
) -> None:
    told = ask(pine, "reports", "--explain", *AT, *installation)
    assert [line.split()[0] for line in told.output.splitlines()[2:4]] == ["question", "standing"]
    read = json.loads(ask(pine, "reports", "--format", "json", *AT, *installation).output)
    assert (read["account"], read["outcome"], read["reason"]) == (pine, "allow", "included")


def test_nobody_we_know_is_denied_and_a_wrong_question_is_told(
    pine: str, installation: tuple[str, str]
) -> None:
    assert ask("nobody", "reports", *AT, *installation).exit_code == 1
    wrong = ask(pine, "reports", "--at", "2026-03-10T09:00:00", *installation)
    assert isinstance(wrong.exception, Invalid)
    assert "has no zone" in wrong.exception.message

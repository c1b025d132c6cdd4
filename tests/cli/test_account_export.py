from __future__ import annotations

import json
import stat
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from served import serve_small_world

from tierline.cli.main import tierline


@pytest.fixture
def world(tmp_path: Path) -> tuple[str, str]:
    """A data folder, and an account in it."""
    with serve_small_world(tmp_path / "data") as served:
        return str(tmp_path / "data"), served.pine


def test_everything_of_an_account_is_written_into_one_file(
    world: tuple[str, str], tmp_path: Path
) -> None:
    data, account = world
    output = tmp_path / "pine.zip"
    command = ["accounts", "export", account, "--data", data, "-o", str(output)]
    result = CliRunner().invoke(tierline, command)
    assert result.exit_code == 0, result.output
    assert "1  account.jsonl\n        1  contract.jsonl" in result.output
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    with zipfile.ZipFile(output) as archive:
        assert archive.testzip() is None
        assert json.loads(archive.read("account.jsonl"))["name"] == "Pine"
    again = CliRunner().invoke(tierline, command)
    assert again.exit_code != 0
    assert "is there already" in str(again.exception)


def test_an_account_that_is_not_there_leaves_no_file(
    world: tuple[str, str], tmp_path: Path
) -> None:
    output = tmp_path / "nobody.zip"
    command = ["accounts", "export", "account_x", "--data", world[0], "-o", str(output)]
    result = CliRunner().invoke(tierline, command)
    assert result.exit_code != 0
    assert "There is no account 'account_x'" in str(result.exception)
    assert not output.exists()

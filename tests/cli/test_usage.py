from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from served import used_of, world_of

from tierline.cli.main import tierline


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return str(tmp_path / "data")


def test_a_file_of_usage_counts_once_and_tells_what_it_could_not_take(
    tmp_path: Path, folder: str
) -> None:
    account = world_of(("--data", folder))
    file = tmp_path / "usage.csv"
    file.write_text(
        "id,type,subject,time,hours\n"
        f"1,report.made,{account},2026-03-01T09:00:00Z,2.5\n"
        f"2,report.made,{account},2026-03-01T10:00:00,1\n"
        f"3,report.made,{account},2026-03-01T11:00:00Z,0.5\n"
    )
    command = ["usage", "import", "--data", folder, str(file)]
    first = CliRunner().invoke(tierline, command)
    assert first.output.splitlines()[0] == "2 accepted, 0 there already, 0 in conflict, 1 refused"
    assert f"{file}:3 [1].time: The time '2026-03-01T10:00:00' has no zone." in first.output
    assert first.exit_code == 1
    again = CliRunner().invoke(tierline, command)
    assert again.output.startswith("0 accepted, 2 there already")
    assert used_of(folder, account, "2026-03-15T00:00:00Z") == "3"

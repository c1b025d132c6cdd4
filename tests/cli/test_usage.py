from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from served import used_of, world_of

from tierline.bootstrap.application import open_application
from tierline.cli.main import tierline
from tierline.store.usage import usage_total_table


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


def test_what_is_kept_is_proved_and_repaired(tmp_path: Path, folder: str) -> None:
    account = world_of(("--data", folder))
    file = tmp_path / "usage.csv"
    rows = "".join(f"{n},report.made,{account},2026-03-0{n}T09:00:00Z,2.5\n" for n in (1, 2, 3))
    file.write_text(f"id,type,subject,time,hours\n{rows}")
    CliRunner().invoke(tierline, ["usage", "import", "--data", folder, str(file)])
    verify = ["usage", "verify", "--data", folder]
    proved = CliRunner().invoke(tierline, verify)
    assert proved.output == "3 totals and values were counted anew; all are right.\n"
    assert proved.exit_code == 0
    with open_application(data=folder) as opened:
        opened.change(
            lambda records: records.unit.execute(
                usage_total_table.update()
                .where(usage_total_table.c.from_at == datetime(2026, 3, 2, 9, tzinfo=UTC))
                .values(quantity=Decimal(99))
            )
        )
    found = CliRunner().invoke(tierline, verify)
    told = f"{account}  hours  2026-03-02T09:00:00Z  kept: 99 of 1 event  right: 2.5 of 1 event"
    assert found.output.splitlines()[0] == told
    assert (found.output.splitlines()[1].endswith("1 are wrong."), found.exit_code) == (True, 1)
    repaired = CliRunner().invoke(tierline, [*verify, "--repair"])
    assert (repaired.output.endswith("1 were wrong and are repaired.\n"), repaired.exit_code) == (
        True,
        0,
    )
    assert used_of(folder, account, "2026-03-15T00:00:00Z") == "7.5"

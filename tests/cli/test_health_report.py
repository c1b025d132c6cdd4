from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner
from served import serve_small_world

from tierline.cli.main import tierline


def run(*words: str | Path) -> str:
    result = CliRunner().invoke(tierline, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


def test_a_report_is_drawn_up_listed_and_written(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "report.pdf"
    with serve_small_world(data) as served:
        account = served.pine
    at = ("--data", data)
    period = ("2025-03-01T00:00:00Z", "2025-04-01T00:00:00Z")
    made = run("health-report", "draw", *at, account, *period)
    report = made.removeprefix("Drew up ").rstrip(".")
    assert run("health-report", "list", *at, account) == "  ".join([*period, report])
    run("health-report", "write", *at, report, "-o", file)
    assert file.read_bytes().startswith(b"%PDF")

from __future__ import annotations

from pathlib import Path

import pytest
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


def test_a_report_is_written_in_the_language_that_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, file = tmp_path / "data", tmp_path / "report.html"
    with serve_small_world(data) as served:
        account = served.pine
    at = ("--data", data)
    made = run(
        "health-report", "draw", *at, account, "2025-03-01T00:00:00Z", "2025-04-01T00:00:00Z"
    )
    report = made.removeprefix("Drew up ").rstrip(".")

    def written(*more: str) -> str:
        run("health-report", "write", *at, report, "-o", file, *more)
        return file.read_text("utf-8")

    assert '<html lang="en"' in written()
    assert '<html lang="de"' in written("--language", "de")
    monkeypatch.setenv("TIERLINE_LANGUAGE", "de")
    assert "Zusagen" in written()
    wrong = ["health-report", "write", "--data", str(data), report, "--language", "xx"]
    refused = CliRunner().invoke(tierline, wrong)
    assert refused.exit_code == 2
    assert "Write one of: en, de" in refused.output

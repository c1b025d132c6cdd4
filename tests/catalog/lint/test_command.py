"""`tierline catalog lint` as a user runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tierline.cli.main import tierline


@pytest.fixture
def written(tmp_path: Path, sample: str) -> Callable[..., str]:
    def write(*changes: tuple[str, str]) -> str:
        text = sample
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        path = tmp_path / "catalog.yaml"
        path.write_text(text, "utf-8")
        return str(path)

    return write


ERROR = ("This plan shortens line-stops for growing plants", "Support for plants")
WARNING = (", rotation_limit_per_quarter: 1}", "}")


def lint(*arguments: str) -> Result:
    return CliRunner().invoke(tierline, ["catalog", "lint", "--as-of", "2025-07-01", *arguments])


def test_a_clean_catalog_ends_with_0(written) -> None:
    result = lint(written())
    assert result.exit_code == 0
    assert "0 errors, 0 warnings, 0 notes" in result.output


def test_an_error_ends_with_1_and_names_line_and_rule(written, sample: str) -> None:
    result = lint(written(ERROR))
    assert result.exit_code == 1
    assert "Priority" in result.output
    line = sample.splitlines().index("    lead_line: " + ERROR[0]) + 1
    assert f"lead-line  line {line}" in result.output
    assert "1 error, 0 warnings, 0 notes" in result.output


def test_a_warning_ends_with_0_and_with_strict_with_1(written) -> None:
    path = written(WARNING)
    assert lint(path).exit_code == 0
    assert lint(path, "--strict").exit_code == 1


def test_json_holds_what_the_text_says(written) -> None:
    result = lint(written(ERROR), "--format", "json")
    report = json.loads(result.output)
    assert report["counts"] == {"error": 1, "warning": 0, "note": 0}
    [finding] = report["findings"]
    assert (finding["rule"], finding["path"]) == ("lead-line", "tiers.priority.lead_line")
    assert finding["promise"] == "halyard/priority"


def test_sarif_is_printed(written) -> None:
    result = lint(written(ERROR), "--format", "sarif")
    assert json.loads(result.output)["runs"][0]["results"][0]["level"] == "error"


def test_a_file_that_is_no_catalog_ends_with_2_and_says_what_to_write(written) -> None:
    path = written(("    lead_line:", "    lead_lime:"), ("axis: outcome", "axis: outcom"))
    command = [sys.executable, "-c", "from tierline.cli.main import main; main()"]
    done = subprocess.run(
        [*command, "catalog", "lint", path], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "2 faults" in done.stderr
    assert "tiers.standard.lead_lime" in done.stderr
    assert "Write 'lead_line'." in done.stderr
    assert "Traceback" not in done.stderr

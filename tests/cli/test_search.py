"""`tierline search` says the same as the API."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from served import serve_small_world

from tierline.cli.main import tierline


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with serve_small_world(tmp_path / "data") as served:
        body = {"account": served.pine, "subject": "Line 3 stands", "text": "Nothing moves."}
        served.operator.post("/v1/cases", json=body)
    return tmp_path / "data"


def run(*words: str | Path) -> str:
    result = CliRunner().invoke(tierline, [str(word) for word in words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_words_are_found_a_line_each(data: Path) -> None:
    said = run("search", "find", "--data", data, "line 3", "mov")
    assert said.startswith("case         1  Line 3 stands  (case_")
    assert "Nothing moves." in said
    found = json.loads(run("search", "find", "--data", data, "--json", "--kind", "case", "stands"))
    assert [each["number"] for each in found["items"]] == [1]
    assert run("search", "find", "--data", data, "3 line") == (
        "Nothing holds all of these words.\n"
    )


def test_the_index_is_made_again(data: Path) -> None:
    assert run("search", "rebuild", "--data", data) == "1 records can be found.\n"
    assert "Line 3" in run("search", "find", "--data", data, "line")

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from tierline.cli.conformance import conformance
from tierline.kernel.errors import Invalid

PASSING = {
    "id": "open",
    "op": "is_open",
    "schedule": {"tz": "UTC", "week": {"mon": [["09:00", "17:00"]]}},
    "input": {"at": "2024-01-15T09:00:00Z"},
    "expect": True,
}


def run(tmp_path, content: str):
    path = tmp_path / "vectors.json"
    path.write_text(content)
    return CliRunner().invoke(conformance, [str(path)])


def test_vectors_that_pass_end_with_their_count_and_exit_0(tmp_path):
    result = run(tmp_path, json.dumps({"vectors": [PASSING, PASSING]}))
    assert (result.output, result.exit_code) == ("2 passed, 0 failed\n", 0)


def test_a_failure_is_printed_and_exits_1(tmp_path):
    result = run(tmp_path, json.dumps([PASSING, {**PASSING, "expect": False}]))
    assert result.output.splitlines() == [
        "FAILED vector 1 (open) is_open: got true, expected false",
        "1 passed, 1 failed",
    ]
    assert result.exit_code == 1


@pytest.mark.parametrize("content", ["[", "", "[" * 200_000])
def test_a_file_that_is_no_json_is_a_sentence(tmp_path, content):
    result = run(tmp_path, content)
    assert isinstance(result.exception, Invalid)
    assert "not readable as JSON" in str(result.exception)

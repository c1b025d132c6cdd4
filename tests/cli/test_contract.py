from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner
from served import serve_small_world

from tierline.cli.main import tierline


def run(*words: str | Path) -> str:
    result = CliRunner().invoke(tierline, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


def test_the_annex_is_written_and_what_changed_is_told(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "annex.pdf"
    with serve_small_world(data) as served:
        path = f"/v1/accounts/{served.pine}/contracts"
        contract = served.operator.get(path).json()["items"][0]["id"]
        changed = {"tier": "enterprise", "at": "2025-06-01T00:00:00Z"}
        served.operator.post(f"/v1/contracts/{contract}/plan", json=changed).raise_for_status()
    run("contract", "schedule", "--data", data, contract, "-o", file)
    assert file.read_bytes().startswith(b"%PDF")
    said = run(
        "contract", "differences", "--data", data, contract, "--before-at", "2025-05-31T00:00:00Z"
    )
    assert "S1 acknowledgement: 1 business hour → 15 minutes, day and night" in said
    assert "Plan: Priority → Enterprise" in said

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from served import Client, serve_small_world

from tierline.cli.main import tierline
from tierline.kernel.errors import Invalid


def run(*words: str | Path) -> str:
    result = CliRunner().invoke(tierline, [str(word) for word in words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.stdout


def test_a_case_is_triaged_overruled_and_disputed_at_a_terminal(tmp_path: Path) -> None:
    data = ("--data", tmp_path / "data")
    with serve_small_world(tmp_path / "data") as served:
        operator: Client = served.operator
        body = {"subject": "Line 3", "text": "x", "account": served.pine}
        case = operator.post("/v1/cases", json=body).json()["id"]
    with pytest.raises(Invalid, match="not been triaged"):
        run("case", "triage", *data, case)
    down = ("--answer", "uptime_impact=down")
    said = run("case", "triage", *data, case, *down)
    assert said.startswith("S2: The service is down.\n  row 8 of acme")
    assert "recovery_minutes" not in said
    with pytest.raises(Invalid, match="by hand"):
        run("case", "triage", *data, case, *down, "--severity", "S1")
    said = run("case", "triage", *data, case, *down, "--severity", "S1", "--reason", "Audit")
    assert said.startswith("S2, set to S1 by hand")
    assert json.loads(run("case", "triage", *data, case, "--json"))["override_reason"] == "Audit"
    with pytest.raises(Invalid, match="answers too"):
        run("case", "triage", *data, case, "--severity", "S1")
    said = run("case", "dispute", *data, case, "--words", "It is not.", "--wanted", "S2")
    assert said.startswith("S1 is disputed (dispute_")
    assert "Support lead decides by " in said

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner
from served import serve_small_world

from tierline.cli.main import tierline


def run(*words: str | Path) -> str:
    result = CliRunner().invoke(tierline, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


def test_what_is_due_is_listed_and_noted_as_done(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serve_small_world(data) as served:
        account = served.pine
        path = f"/v1/accounts/{account}/contracts"
        contract = served.operator.get(path).json()["items"][0]["id"]
        override = {
            "id": "checks",
            "feature": "reports",
            "start": "2025-02-01T00:00:00Z",
            "term": {"kind": "deliverable", "what": "Health check", "per": "month"},
            "exception": {
                "owner": "Ada", "reason": "so", "cost": "5", "expires": "2035-01-01T00:00:00Z",
            },
        }  # fmt: skip
        served.operator.post(f"/v1/contracts/{contract}/overrides", json=override)
    at = ("--data", data)
    missed = json.loads(run("care", "list", *at, "--state", "missed", "--json"))[0]
    said = run("care", "done", *at, contract, missed["feature"], missed["due_on"])
    assert said == f"Health check, due on {missed['due_on']}: late."
    ours = run("case", "promises-kept", *at, "--account", account).splitlines()
    assert [line.split()[:4] for line in ours] == [
        ["0.0%", f"{contract}/checks/reports", "priority", "0"]
    ]
    (listed,) = [line for line in run("case", "promises-kept", *at).splitlines() if "Pine" in line]
    assert "0.0%" in listed
    assert "late     Health check" in run("care", "list", *at, "--account", account)
    assert run("care", "calendar", *at, account).endswith(".ics")

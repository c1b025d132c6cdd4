"""Post-mortems at a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from served import serve_small_world

from tierline.cli.main import tierline
from tierline.kernel.errors import Invalid

PARTS = """
failure_mode: Expired certificate
what_happened: It refused every call.
root_cause: The job ran as nobody.
told_what_happened: The line stood for an hour.
told_cause: A certificate had expired.
told_prevention: Two jobs renew it.
"""


def run(*words: str | Path, given: str = "") -> Result:
    line = ["post-mortem", *(str(word) for word in words)]
    result = CliRunner().invoke(tierline, line, input=given)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture
def world(tmp_path: Path) -> tuple[Path, str]:
    """An installation, and a case of the worst severity that is resolved."""
    with serve_small_world(tmp_path / "data") as served:
        raised = {"subject": "Line 3", "text": "Help.", "severity": "S1", "account": served.pine}
        case = served.operator.post("/v1/cases", json=raised).json()["id"]
        how = {"how": "Renewed.", "why": "By hand."}
        served.operator.post(f"/v1/cases/{case}/resolution", json=how).raise_for_status()
        return tmp_path / "data", str(case)


def test_it_is_listed_drafted_written_published_and_shown(world: tuple[Path, str]) -> None:
    data, case = world
    assert f"owed     {case}  Line 3" in run("list", "--data", data).stdout
    made = run("draft", "--data", data, case, "--json").stdout
    post_mortem = json.loads(made)["id"]
    said = run("show", "--data", data, post_mortem).stdout
    assert "To be written before it can go out: what_happened" in said
    with pytest.raises(Invalid, match="no post-mortem of case"):
        run("show", "--data", data, case)
    with pytest.raises(Invalid, match="parts by name"):
        run("write", "--data", data, post_mortem, "-", given="- x")
    said = run("write", "--data", data, post_mortem, "-", given=PARTS).stdout
    assert "version 2, draft, expired-certificate" in said
    assert "in case 1." in run("publish", "--data", data, post_mortem).stdout
    assert "A certificate had expired." in run("show", "--data", data, case).stdout
    assert run("list", "--data", data).stdout == "No case owes a post-mortem.\n"
    assert run("actions", "--data", data).stdout == "No action is open.\n"

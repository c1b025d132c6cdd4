from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from served import serve_small_world

from tierline.cli.main import tierline
from tierline.cli.status import status_duties
from tierline.kernel.errors import Invalid


def run(*words: str | Path) -> str:
    result = CliRunner().invoke(tierline, [str(word) for word in words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


def test_an_incident_from_its_declaration_to_files(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serve_small_world(data) as served:
        raised = {"account": served.pine, "subject": "Stands", "text": "Help."}
        case = served.operator.post("/v1/cases", json=raised).json()["id"]
    at = ("--data", data)
    assert run("incident", "list", *at) == "No incident is open."
    part = run("status", "add", *at, "API", "--about", "Programs")
    assert run("status", "components", *at) == f"{part}  {'API':<30} everybody"
    incident = run("incident", "declare", *at, "Imports stand")
    assert run("incident", "link", *at, incident, case) == "Incident 1 causes 1 case."
    effect = f"{part}=partial_outage"
    told = run("incident", "update", *at, incident, "We look.", "--component", effect, "--json")
    update = json.loads(told)["updates"][0]["id"]
    assert "seen by nobody" in run("incident", "list", *at)
    assert "All components are operational" in run("status", "show", *at)
    assert "We look." in run("incident", "publish", *at, incident, update)
    assert "Some components are partly out of service" in run("status", "show", *at)
    assert "We look." in run("case", "show", *at, case)
    folder = tmp_path / "public"
    assert run("status", "export", *at, folder) == f"Wrote 8 files into {folder}."
    assert "We look." in (folder / "index.html").read_text("utf-8")
    assert "All components together" in (folder / "uptime.html").read_text("utf-8")
    assert "1 case" in run("incident", "show", *at, incident)
    told = run("status", "uptime", *at)
    assert "  API " in told
    assert "    1 Imports stand: " in told
    assert "public" in run("status", "promises", *at)
    assert json.loads(run("status", "uptime", *at, "--json"))["format"] == "tierline/uptime/1"
    with pytest.raises(Invalid, match="ID=CONDITION"):
        run("incident", "update", *at, incident, "x", "--component", part)


def test_exported_files_lead_to_the_public_figures_once_they_are_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, folder = tmp_path / "data", tmp_path / "public"
    with serve_small_world(data):
        pass
    monkeypatch.setenv("TIERLINE_ADDRESS", "https://support.example")

    def page() -> str:
        run("status", "export", "--data", data, folder)
        return (folder / "index.html").read_text("utf-8")

    assert "/performance" not in page()
    run("performance", "publish", "--data", data, "2025-01")
    assert 'href="https://support.example/performance"' in page()
    monkeypatch.delenv("TIERLINE_ADDRESS")
    assert "/performance" not in page()


def test_files_are_kept_where_a_folder_is_stated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert status_duties() == ()
    monkeypatch.setenv("TIERLINE_STATUS_DIR", str(tmp_path / "status"))
    (duty,) = status_duties()
    with serve_small_world(tmp_path / "data") as served:
        assert served.opened.read(duty.is_needed)
        duty.do(served.opened)
        assert not served.opened.read(duty.is_needed)
    assert (tmp_path / "status" / "feed.rss").is_file()

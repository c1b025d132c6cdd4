"""`tierline import`: judged without an installation, imported with one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from exports import zendesk

from tierline.cli.imports import imports
from tierline.connectors.event_log.vendors import VENDORS
from tierline.kernel.errors import Conflict, Invalid
from tierline.sample.files import SampleFiles


@pytest.fixture
def export(tmp_path: Path) -> Path:
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "page-1.json").write_text(json.dumps(zendesk()), encoding="utf-8")
    return folder


def run(*words: object) -> Result:
    done = CliRunner().invoke(imports, [str(word) for word in words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def test_an_export_is_judged_by_a_catalog_alone(export: Path) -> None:
    words = ("cases", "--from", "zendesk", export, "--dry-run", "--catalog", SampleFiles().catalog)
    told = run(*words).output
    assert "Cases: 2 new, 0 changed, 0 unchanged, 0 rejected; 0 records rejected." in told
    assert "its export states another target" in told
    report = json.loads(run(*words, "--json").output)
    assert report["comparison"]["differences"][0]["case"] == "1"
    own = json.loads(run(*words, "--json", "--own-targets").output)
    (difference,) = own["comparison"]["differences"]
    assert difference["target_seconds"] == 7_200
    assert "target" not in difference["reasons"]


def test_an_export_comes_into_an_installation_once(export: Path, tmp_path: Path) -> None:
    words = ("cases", "--from", "zendesk", export, "--data", tmp_path / "data")
    (tmp_path / "data").mkdir()
    first, again = run(*words).output, run(*words).output
    assert "Cases: 2 new" in first
    assert "New cases by their account's coverage: 2 unknown." in first
    assert "0 changed, 2 unchanged" in again


def test_without_a_place_or_a_catalog_nothing_is_done(export: Path) -> None:
    with pytest.raises(Invalid, match="Say where"):
        run("cases", "--from", "zendesk", export)


def test_a_mapping_is_written_to_begin_from_and_never_over_another(tmp_path: Path) -> None:
    file = tmp_path / "mapping.yaml"
    assert run("mapping", "jira", "-o", file).output == f"Wrote {file}.\n"
    assert file.read_text(encoding="utf-8") == run("mapping", "jira").output
    with pytest.raises(Conflict, match="is there already"):
        run("mapping", "jira", "-o", file)
    with pytest.raises(Invalid, match="cannot be read") as refused:
        run("mapping", "pigeon")
    assert all(vendor in str(refused.value.faults[0]) for vendor in VENDORS)


def test_every_field_of_a_desk_has_its_fate() -> None:
    told = run("fields", "freshdesk").output.splitlines()
    assert told[-1] == "70 of 72 are read or kept (97.2%)."
    assert any("the same words as body_text" in line for line in told)

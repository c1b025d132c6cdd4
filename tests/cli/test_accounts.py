from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from new_data import new_data
from people import offer_with_places

from tierline.actions.catalogs import publish_catalog
from tierline.bootstrap.application import open_application
from tierline.cli.main import tierline
from tierline.kernel.errors import Conflict, Invalid

HEADER = "external_id,account,name,email\n"


def run(*words: str | Path) -> Result:
    result = CliRunner().invoke(tierline, [str(word) for word in words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An installation with a catalog of the template's name."""
    folder = new_data(tmp_path / "data")
    catalog = offer_with_places().model_copy(update={"catalog": "halyard"})
    with open_application(data=folder) as opened:
        add_on = catalog.add_ons["extra"]
        named = catalog.model_copy(update={"add_ons": {"hours_pack": add_on}})
        occasion = opened.occasion()
        opened.change(lambda records: publish_catalog(records, named, occasion))
    return folder


def test_the_template_is_filled_in_and_imported(data: Path, tmp_path: Path) -> None:
    template = tmp_path / "accounts.xlsx"
    run("accounts", "template", template)
    tried = run("accounts", "import", template, "--data", data, "--dry-run").stdout
    assert tried.endswith("Dry run: nothing was changed.\n")
    run("accounts", "import", template, "--data", data)
    again = run("accounts", "import", template, "--data", data).stdout.splitlines()
    assert [line.split() for line in again] == [
        ["accounts", "0", "new", "0", "changed", "2", "unchanged"],
        ["contacts", "0", "new", "0", "changed", "1", "unchanged"],
        ["contracts", "0", "new", "0", "changed", "1", "unchanged"],
    ]


def test_faults_are_told_with_their_lines_and_nothing_is_imported(
    data: Path, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_text(HEADER + "x,nobody,Ada,\ny,nobody,Bob,no address\n")
    with pytest.raises(Invalid) as refused:
        run("accounts", "import", file, "--data", data)
    assert [str(fault).split(":")[:2] for fault in refused.value.faults] == [
        ["people.csv", "2 account"],
        ["people.csv", "3 email"],
    ]


@pytest.mark.parametrize("words", [("a.csv",), ("a.xlsx", "--kind", "accounts")])
def test_a_template_has_one_form(tmp_path: Path, words: tuple[str, ...]) -> None:
    with pytest.raises(Invalid, match="--kind"):
        run("accounts", "template", tmp_path / words[0], *words[1:])


def test_a_template_writes_over_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_text("mine")
    with pytest.raises(Conflict):
        run("accounts", "template", tmp_path / "a.xlsx")


def test_a_person_is_told_and_erased(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "all.csv"
    file.write_text("external_id,name\nc1,Pine\n")
    run("accounts", "import", file, "--data", data)
    file.write_text(HEADER + "p1,c1,Ada Quux,ada@quux.example\np2,c1,Bob,bob@quux.example\n")
    run("accounts", "import", file, "--data", data)
    with open_application(data=data) as opened:
        known = opened.read(lambda reads: reads.external_ids.known("contacts", ["p1", "p2"]))
    ada = known["p1"].record
    told = json.loads(run("person", "export", ada, "--data", data).stdout)
    assert told["person"]["email"] == "ada@quux.example"
    assert run("person", "erase", ada, "--data", data, "--yes").stdout == f"Erased {ada}.\n"
    told = json.loads(run("person", "export", ada, "--data", data).stdout)
    assert told["person"] is None
    listed = run("person", "retention", "--data", data, "--keep-days", "0").stdout
    assert listed == "0 would be erased, 0 kept by legal holds.\n"

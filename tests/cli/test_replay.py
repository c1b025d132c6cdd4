"""`tierline replay` from the command line: forms, files, refusals and receipts."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tierline import bootstrap
from tierline.cli.main import tierline
from tierline.kernel.errors import Invalid, NotFound

SAMPLE = bootstrap.sample_files()
MAPPING = """\
format: tierline/event-log-mapping/1
case_id: id
event_at: at
severity: {always: S1}
tier: {column: tier, values: {p: priority, s: standard, g: golden}}
states:
  column: state
  values: {new: open, answered: open, waiting: {pause: waiting_on_customer}, done: resolved}
events:
  - {event: public_reply, column: state, is: [answered]}
attributes: {account: account}
"""
LOG = """\
id,at,tier,state,account
A,2025-03-03T10:00:00Z,p,new,Acme
A,2025-03-03T10:20:00Z,p,answered,Acme
A,2025-03-05T10:00:00Z,p,done,Acme
B,2025-03-04T10:00:00Z,s,new,=1+1
B,2025-03-04T11:00:00Z,s,done,=1+1
C,2025-03-04T10:00:00Z,g,new,Gamma
D,not a time,s,new,Delta
"""


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.chdir(tmp_path)
    Path("mapping.yaml").write_text(MAPPING)
    Path("log.csv").write_text(LOG)
    return ["log.csv", "--mapping", "mapping.yaml", "--catalog", str(SAMPLE.catalog)]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(tierline, ["replay", *arguments], catch_exceptions=False)


def refused(*arguments: str) -> Exception:
    with pytest.raises((Invalid, NotFound)) as raised:
        run(*arguments)
    return raised.value


def test_the_report_says_what_was_met_and_that_every_case_is_accounted_for(
    files: list[str],
) -> None:
    result = run(*files)
    assert result.exit_code == 0
    assert "milestones were met" in result.stdout
    assert "Cases: 4 read = 2 judged + 2 listed with a reason." in result.stdout
    assert "tier golden: not in the catalog" in result.stdout
    assert "\x1b[" not in result.stdout


def test_lines_of_the_report_fit_a_terminal_of_80_columns(
    files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tierline.cli import replay_forms

    monkeypatch.setattr(replay_forms, "FILE_WIDTH", 80)
    drafts = ["--draft", str(SAMPLE.draft)]
    lines = [line for line in run(*files, *drafts).stdout.splitlines() if line]
    assert max(map(len, lines)) <= 80
    assert len(lines) > 30


def test_what_the_log_says_cannot_steer_the_terminal(files: list[str]) -> None:
    Path("log.csv").write_text(LOG.replace("\nA,", "\n\x1b[2J\u202eA,").replace("Acme", "\x07Ac"))
    Path("draft.yaml").write_text(SAMPLE.draft.read_text().replace("PT1H", "PT1M"))
    for said in (run(*files, "--draft", "draft.yaml").stdout, run(*files, "--dry-run").stdout):
        assert not {"\x1b", "\u202e", "\x07"} & set(said)
        assert "\ufffd" in said


def test_json_on_standard_output_is_one_document(files: list[str]) -> None:
    found = json.loads(run(*files, "--format", "json").stdout)
    assert found["format"] == "tierline/replay/1"
    assert found["coverage"]["cases_read"] == 4
    assert found["reading"]["rejected"][0]["line"] == 8
    assert found["catalog"]["digest"].startswith("sha256:")


def test_the_ending_of_a_file_says_its_form(files: list[str]) -> None:
    names = ["r.json", "r.csv", "r.html", "r.xlsx", "r.txt"]
    result = run(*files, *(part for name in names for part in ("-o", name)))
    assert result.stdout == ""
    begins = {name: Path(name).read_bytes()[:15] for name in names}
    assert begins["r.json"].startswith(b'{"format"')
    assert begins["r.csv"].startswith(b"case,account")
    assert begins["r.html"].lower().startswith(b"<!doctype html>")
    assert begins["r.xlsx"].startswith(b"PK")
    assert begins["r.txt"].startswith(b"log.csv under h")


def test_all_forms_agree_on_the_counts(files: list[str]) -> None:
    run(*files, "-o", "r.json", "-o", "r.csv")
    overall = json.loads(Path("r.json").read_text())["attainment"]["overall"]
    rows = list(csv.DictReader(io.StringIO(Path("r.csv").read_text())))
    for verdict in ("met", "missed", "running", "paused"):
        assert overall[verdict] == sum(row["verdict"] == verdict for row in rows)


def test_an_input_is_never_written_over(files: list[str]) -> None:
    Path("linked.csv").hardlink_to("log.csv")
    Path("soft.csv").symlink_to("log.csv")
    for name in ("log.csv", "./log.csv", "linked.csv", "soft.csv"):
        assert "would be lost" in str(refused(*files, "-o", name))
    assert "would be lost" in str(refused(*files, "--rejects", "log.csv"))
    assert Path("log.csv").read_text() == LOG


def test_a_failure_leaves_no_file_behind(files: list[str]) -> None:
    before = set(Path().iterdir())
    Path("bad.yaml").write_text("format: tierline/catalog/1\n")
    refused(*files, "--draft", "bad.yaml", "-o", "r.json")
    refused(*files, "-o", "r.json", "-o", "r.unknown")
    refused(*files, "-o", "r.json", "-o", "./r.json")
    assert set(Path().iterdir()) - before == {Path("bad.yaml")}


def test_an_old_file_stays_whole_where_the_new_one_cannot_be_made(files: list[str]) -> None:
    Path("r.json").write_text("old")
    refused(*files, "-o", "r.json", "-o", "log.csv/inside.json")
    assert Path("r.json").read_text() == "old"


def test_a_device_is_written_to_and_not_replaced(files: list[str]) -> None:
    run(*files, "--format", "csv", "-o", "/dev/null")
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["log.csv"], "--mapping"),
        (["log.csv", "--mapping", "mapping.yaml"], "--catalog"),
        (["--mapping", "mapping.yaml"], "LOG"),
        (["nowhere.csv", "--mapping", "mapping.yaml", "--catalog", "c"], "There is no file"),
    ],
)
@pytest.mark.usefixtures("files")
def test_what_is_missing_is_named(arguments: list[str], says: str) -> None:
    assert says in str(refused(*arguments))


def test_a_workbook_needs_a_file(files: list[str]) -> None:
    assert "-o report.xlsx" in str(refused(*files, "--format", "xlsx"))


def test_a_dry_run_shows_columns_values_and_rejected_rows(files: list[str]) -> None:
    result = run(*files, "--dry-run", "--rejects", "rejects.csv")
    assert "nothing is judged" in result.stdout
    assert "attribute 'account' (first row)" in result.stdout
    assert "Tier 'golden' is not in the catalog" in result.stdout
    assert "Rows: 7 read" in result.stdout
    (reject,) = csv.DictReader(io.StringIO(Path("rejects.csv").read_text()))
    assert (reject["line"], reject["column"], reject["value"]) == ("8", "at", "not a time")


def test_a_dry_run_needs_no_catalog_and_speaks_json(files: list[str]) -> None:
    found = json.loads(run(*files[:3], "--dry-run", "--format", "json").stdout)
    assert found["format"] == "tierline/replay-dry-run/1"
    assert found["rows_rejected"] == len(found["rejected"]) == 1
    assert found["cases_read"] == found["cases_understood"] + len(found["cases_refused"])


def test_a_receipt_is_printed_saved_and_verifies(files: list[str]) -> None:
    result = run(*files, "--receipt", "A")
    assert "Case A, tier priority" in result.stdout
    verify = CliRunner().invoke(tierline, ["receipt", "verify", "receipt-A.json"])
    assert verify.exit_code == 0
    found = Path("receipt-A.json").read_text()
    Path("receipt-A.json").write_text(found.replace("10:20:00Z", "10:21:00Z"))
    assert CliRunner().invoke(tierline, ["receipt", "verify", "receipt-A.json"]).exit_code == 1


def test_a_receipt_of_an_unknown_case_is_refused(files: list[str]) -> None:
    assert "There is no case 'Z'" in str(refused(*files, "--receipt", "Z"))


def test_the_name_of_a_receipt_stays_in_the_folder(files: list[str]) -> None:
    Path("log.csv").write_text(LOG.replace("\nA,", "\n../../A,"))
    run(*files, "--receipt", "../../A")
    assert [each.name for each in Path().glob("receipt-*")] == ["receipt-.._.._A.json"]


def test_as_of_judges_by_what_was_known_then(files: list[str]) -> None:
    result = run(*files, "--format", "json", "--as-of", "2025-03-03T12:00:00Z")
    found = json.loads(result.stdout)
    assert found["log"]["as_of"] == "2025-03-03T12:00:00Z"
    assert {each["code"] for each in found["coverage"]["listed"]} >= {"opened_later"}
    assert found["attainment"]["overall"]["running"] > 0


def test_a_period_lists_the_cases_outside_it(files: list[str]) -> None:
    found = json.loads(run(*files, "--format", "json", "--from", "2025-03-04").stdout)
    codes = {each["case"]: each["code"] for each in found["coverage"]["listed"]}
    assert codes["A"] == "other_period"
    assert "No case of the log" in str(refused(*files, "--from", "2026-01-01"))
    assert "not a date" in str(refused(*files, "--from", "yesterday"))
    assert "no zone" in str(refused(*files, "--as-of", "2025-03-04T10:00:00"))


def test_the_catalog_in_force_as_a_draft_flips_nothing(files: list[str]) -> None:
    drafts = ["--draft", str(SAMPLE.catalog), "--draft", str(SAMPLE.draft)]
    found = json.loads(run(*files, *drafts, "--format", "json").stdout)
    assert len(found["drafts"]) == 2
    assert found["drafts"][0]["flips"] == 0
    assert found["drafts"][0]["flipped"] == {"total": 0, "first": []}


def test_all_flips_and_disagreements_go_to_files_of_their_own(files: list[str]) -> None:
    run(*files, "--draft", str(SAMPLE.draft), "--flips", "f.csv", "--disagreements", "d.csv")
    assert Path("f.csv").read_text().startswith("draft,case,account")
    assert Path("d.csv").read_text().strip() == "case,milestone,here,old_tool"


def test_without_a_log_it_judges_the_sample(tmp_path: Path) -> None:
    found = json.loads(run("--format", "json").stdout)
    assert found["log"]["source"] == SAMPLE.log.name
    assert found["coverage"]["cases_read"] > 5_000
    assert str(tmp_path.parent) not in json.dumps(found["log"])


def test_the_demo_writes_a_page_and_says_how_to_open_it(tmp_path: Path) -> None:
    result = CliRunner().invoke(tierline, ["demo", "--out", str(tmp_path / "out")])
    assert result.exit_code == 0
    assert (tmp_path / "out" / "replay.html").as_uri() in result.stdout
    assert "Under the draft" in result.stdout
    assert (tmp_path / "out" / "replay.html").stat().st_size > 50_000
    assert (tmp_path / "out" / "replay.xlsx").exists()

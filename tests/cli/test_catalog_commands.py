"""`tierline catalog diff, grid, choose, format, set, schema, publish` as a user types them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest

import tierline
from tierline.catalog.document import read_document
from tierline.cli.main import main

SAMPLE = Path(tierline.__file__).parent / "sample" / "halyard-2025-07-01.yaml"


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """`tierline catalog ...`: its exit code and what it printed."""

    def ran(*words: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["tierline", "catalog", *map(str, words)])
        code: object = 0
        try:
            main()
        except SystemExit as exit_:
            code = exit_.code or 0
        printed = capfdbinary.readouterr()
        assert isinstance(code, int)
        return Ran(code, printed.out.decode("utf-8", "replace"), printed.err.decode())

    return ran


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The sample as a file that may be changed."""
    path = tmp_path / "catalog.yaml"
    path.write_bytes(SAMPLE.read_bytes())
    return path


def test_diff_of_a_file_with_itself_is_no_difference(run: Run) -> None:
    assert run("diff", SAMPLE, SAMPLE) == Ran(0, "No difference.\n", "")


def test_diff_says_what_is_worse_for_whom_and_can_fail_on_it(run: Run, file: Path) -> None:
    run("set", file, "tiers.standard.targets[0].within", "PT8H")
    told = run("diff", SAMPLE, file, "--exit-code")
    assert told.code == 1
    assert "1 worse" in told.out
    assert "S1 acknowledgement: 4 business hours → 8 business hours" in told.out
    assert run("diff", SAMPLE, file).code == 0
    assert run("diff", file, SAMPLE, "--exit-code").code == 0


def test_diff_in_json_names_the_promise(run: Run, file: Path) -> None:
    run("set", file, "tiers.standard.price.amount", "400")
    change = json.loads(run("diff", SAMPLE, file, "--format", "json").out)["changes"][0]
    assert change["promise_id"] == "halyard/standard/price"
    assert change["direction"] == "better"


def test_format_is_stable_and_check_knows_it(run: Run, file: Path) -> None:
    assert run("format", file, "--check").code == 1
    once = run("format", file)
    run("format", file, "-o", file)
    assert file.read_text("utf-8") == once.out
    assert run("format", file).out == once.out
    assert run("format", file, "--check").code == 0


def test_set_changes_one_line(run: Run, file: Path) -> None:
    before = file.read_text("utf-8").splitlines()
    done = run("set", file, "tiers.enterprise.price.minimum", "8000")
    assert done.code == 0
    pairs = zip(before, file.read_text("utf-8").splitlines(), strict=True)
    assert [new for old, new in pairs if old != new] == ["      minimum: 8000"]


def test_set_writes_nothing_where_the_result_is_wrong(run: Run, file: Path) -> None:
    done = run("set", file, "tiers.enterprise.targets[0].within", "soon")
    assert done.code == 2
    assert "'soon' is not a duration" in done.err
    assert "tiers.enterprise.targets[0].within" in done.err
    assert file.read_bytes() == SAMPLE.read_bytes()
    assert list(file.parent.iterdir()) == [file]


def test_grid_writes_a_page_json_or_a_document(run: Run, tmp_path: Path) -> None:
    for form, start in (("html", b"<!doctype html>"), ("json", b"{"), ("pdf", b"%PDF-")):
        out = tmp_path / f"grid.{form}"
        assert run("grid", SAMPLE, "--format", form, "-o", out).code == 0
        assert out.read_bytes().startswith(start)


def test_the_form_is_the_endings_and_standard_output_has_the_first(
    run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "grid.PDF"
    assert run("grid", SAMPLE, "-o", out).code == 0
    assert out.read_bytes().startswith(b"%PDF-")
    assert run("grid", SAMPLE, "-o", "-").out.startswith("<!doctype html>")
    refused = run("grid", SAMPLE, "-o", tmp_path / "grid.doc")
    assert refused.code == 2
    assert "ends in none of .html, .json and .pdf; add --format." in refused.err


def test_schema_describes_the_sample_and_the_grid(run: Run) -> None:
    read = read_document(SAMPLE).value
    loaded = json.loads(json.dumps(read, default=float))
    schema = json.loads(run("schema").out)
    assert schema["$id"] == "urn:tierline:schema:catalog:1"
    assert schema["$defs"]["Reopen"]["properties"]["within"]["default"] == "P5D"
    jsonschema.Draft202012Validator(schema).validate(loaded)
    grid = json.loads(run("grid", SAMPLE, "--format", "json").out)
    jsonschema.Draft202012Validator(json.loads(run("schema", "--of", "grid").out)).validate(grid)


def test_choose_recommends_with_promise_ids(run: Run) -> None:
    answers = ("stop=shift", "when=weekdays", "people=few", "change=no", "reach=write")
    options = [part for answer in answers for part in ("--answer", answer)]
    told = run("choose", SAMPLE, *options)
    assert told.code == 0
    assert told.out.startswith("Priority, greater of $1,900 a month")
    assert "halyard/priority/S1.restore" in told.out
    assert run("choose", SAMPLE, *options).out == told.out


def test_choose_says_which_answer_is_missing(run: Run) -> None:
    told = run("choose", SAMPLE, "--answer", "stop=wait")
    assert told.code == 2
    assert "Not answered: when, people" in told.err


def test_publish_writes_once_and_refuses_another_content(
    run: Run, file: Path, tmp_path: Path
) -> None:
    to = tmp_path / "published"
    planned = run("publish", file, "--to", to, "--dry-run")
    assert planned.out.startswith("Would write halyard 2025-07-01")
    assert not to.exists()
    assert run("publish", file, "--to", to).out.startswith("Published halyard 2025-07-01")
    assert "nothing changed" in run("publish", file, "--to", to).out
    run("set", file, "tiers.standard.price.amount", "500")
    refused = run("publish", file, "--to", to)
    assert refused.code == 2
    assert "new version date" in refused.err


def test_publish_refuses_what_the_linter_refuses(run: Run, file: Path, tmp_path: Path) -> None:
    run("set", file, "tiers.priority.targets[0].within", "P20D")
    refused = run("publish", file, "--to", tmp_path / "published")
    assert refused.code == 2
    assert "Not published: the linter found" in refused.err
    assert not (tmp_path / "published").exists()


def test_a_file_that_is_not_there_is_one_sentence(run: Run, tmp_path: Path) -> None:
    for command in (("grid",), ("format",), ("choose",), ("set", "a", "b")):
        name, *rest = command
        told = run(name, tmp_path / "none.yaml", *rest)
        assert told.code == 2
        assert told.err.startswith("tierline: There is no file")

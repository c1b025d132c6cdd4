"""`tierline catalog import` on good files and bad ones."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tierline.catalog.load import load_catalog

PAGE = """
saasName: Halyard Inspect
syntaxVersion: '2.1'
createdAt: '2025-07-01'
currency: USD
features:
  portal: {valueType: BOOLEAN, defaultValue: true, type: SUPPORT}
plans:
  BASIC: {price: 10, unit: user/month}
"""
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
)


@pytest.fixture
def run(tmp_path):
    """Import a text; the finished command, the place of the catalog."""

    def import_(text, *options, format_="pricing2yaml"):
        source, out = tmp_path / "page.yml", tmp_path / "catalog.yaml"
        source.write_bytes(text if isinstance(text, bytes) else text.encode())
        start = [sys.executable, "-c", "from tierline.cli.main import main; main()"]
        words = ["catalog", "import", "--from", format_, str(source), "-o", str(out), *options]
        done = subprocess.run(
            [*start, *words], capture_output=True, text=True, check=False, timeout=60
        )
        return done, out

    return import_


def test_a_good_file_is_written_and_accounted_for(run):
    done, out = run(PAGE)
    assert done.returncode == 0
    assert "0 dropped" in done.stdout
    assert list(load_catalog(out).tiers) == ["BASIC"]


def test_a_dropped_fact_is_named_and_the_catalog_written(run):
    done, out = run(PAGE + "colour: blue\n")
    assert done.returncode == 1
    assert "line 10: colour: 'blue'" in done.stdout
    assert out.exists()


def test_the_json_report_names_the_place_of_every_fact(run):
    done, _ = run(PAGE, "--report", "json")
    report = json.loads(done.stdout)
    assert report["counts"] == {"typed": len(report["facts"]), "text": 0, "dropped": 0}
    places = {fact["path"]: fact["carried_by"] for fact in report["facts"]}
    assert places["plans.BASIC.price"] == ["tiers.BASIC.price"]


def test_a_file_that_is_there_is_not_replaced_unless_asked(run):
    _, out = run(PAGE)
    out.write_text("mine")
    assert run(PAGE)[0].returncode == 2
    assert out.read_text() == "mine"
    assert run(PAGE, "--force")[0].returncode == 0


@pytest.mark.parametrize(
    "text",
    [
        "saasName: [",
        BOMB,
        b"\xff\xfe\x00",
        "",
        PAGE.replace("price: 10", "price: '10'"),
        PAGE.replace("valueType: BOOLEAN", "valueType: COLOUR"),
        PAGE.replace("2025-07-01", "some day"),
        PAGE + "saasName: twice\n",
        "schema: vendor-support-plan/1\nvendor: Halyard\n",
    ],
)
def test_bad_input_is_a_sentence_with_a_line_and_nothing_is_written(run, text):
    done, out = run(text)
    assert done.returncode == 2
    assert done.stderr.startswith("tierline: ")
    assert "page.yml:" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(out.parent.glob("catalog*")) == []


def test_a_plan_of_several_periods_makes_a_file_for_each(run, shared):
    done, out = run(
        shared("data/vendor-support-plans/atlassian.yaml").read_text(), format_="support-plan"
    )
    assert done.returncode == 0
    names = sorted(path.name for path in out.parent.glob("catalog*"))
    assert names == ["catalog.2016-01-01.yaml", "catalog.2019-01-01.yaml", "catalog.yaml"]
    assert str(load_catalog(out).version) == "2024-01-01"

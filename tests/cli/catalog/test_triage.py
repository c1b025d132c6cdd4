from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from small_offer import OFFER

from tierline.cli.catalog.triage import triage
from tierline.kernel.errors import Invalid
from tierline.sample.files import SampleFiles

SAMPLE = SampleFiles().catalog


def asked(*words: str, file: Path = SAMPLE) -> Result:
    return CliRunner().invoke(triage, [str(file), *words])


def test_the_table_is_printed_one_row_a_line() -> None:
    lines = asked().output.splitlines()
    assert lines[0].split()[:3] == ["row", "business", "impact"]
    assert len(lines) == 18
    assert "S4" in lines[-1]
    assert "generalist answers" in lines[-1]


def test_answers_are_tried_on_it() -> None:
    tried = ("--answer", "business_impact=stopped", "--answer", "urgency=today")
    (row,) = json.loads(asked(*tried, "--format", "json").output)
    assert (row["row"], row["severity"]) == (8, "S2")
    (row,) = json.loads(asked(*tried, "--recovery", "2h", "--format", "json").output)
    assert (row["row"], row["severity"]) == (5, "S1")


def test_a_catalog_without_a_table_prints_the_one_by_place(tmp_path: Path) -> None:
    path = tmp_path / "offer.yaml"
    path.write_text(OFFER)
    assert "A question, or a wish." in asked(file=path).output


@pytest.mark.parametrize(
    ("words", "instead"),
    [
        (("--answer", "urgency"), "business_impact=stopped"),
        (("--answer", "urgency=soon"), "triaged"),
        (("--criticality", "huge"), "moderate"),
    ],
)
def test_what_cannot_be_tried_is_told(words: tuple[str, ...], instead: str) -> None:
    result = asked(*words)
    assert isinstance(result.exception, Invalid)
    assert instead in str(result.exception)

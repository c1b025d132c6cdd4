"""The workbook: what it totals is what the CSV lists, and text from the log stays text."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter
from typing import Any

import fastexcel
import pytest
from small_world import INTAKE, REPLY, case, log, terms, week

from tierline.actions.replay import Draft, Replay, replay
from tierline.web.replay_rows import csv_bytes, milestone_rows
from tierline.web.workbook import replay_workbook


@pytest.fixture(scope="module")
def done() -> Replay:
    return replay(week(), terms(), [Draft("d.yaml", terms(bronze_S1_resolution=5))])


@pytest.fixture(scope="module")
def book(done: Replay) -> bytes:
    return replay_workbook(done, INTAKE)


def sheet(content: bytes, name: str) -> list[list[Any]]:
    frame = fastexcel.read_excel(content).load_sheet(name, header_row=None, dtypes="string")
    return [list(row) for row in frame.to_polars().rows()]


def sheet_xml(content: bytes, number: int) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return parts.read(f"xl/worksheets/sheet{number}.xml").decode()


def test_it_has_a_sheet_for_each_list(book: bytes) -> None:
    assert fastexcel.read_excel(book).sheet_names == [
        *("Summary", "Attainment", "Milestones", "Misses", "Flips", "Disagreements"),
        *("Cases not judged", "Rejects", "Measures"),
    ]


def test_its_totals_are_the_counts_of_the_csv(done: Replay, book: bytes) -> None:
    rows = csv.DictReader(io.StringIO(csv_bytes(milestone_rows(done)).decode()))
    counts = Counter(row["verdict"] for row in rows)
    totals = {row[0]: row[1] for row in sheet(book, "Summary") if row[1]}
    assert (int(totals["Met"]), int(totals["Missed"])) == (counts["met"], counts["missed"])
    assert float(totals["Cases read"]) == 7


def test_every_count_is_a_live_formula_with_the_value_it_would_work_out(book: bytes) -> None:
    """Each COUNTIFS is worked out again from the cells that it names."""
    milestones = sheet(book, "Milestones")
    attainment = sheet(book, "Attainment")
    cell = r'<c r="([A-Z]+)(\d+)"[^>]*><f>([^<]*)</f><v>([^<]*)</v>'
    found = 0
    for _, row, formula, value in re.findall(cell, sheet_xml(book, 2)):
        if not formula.startswith("COUNTIFS"):
            continue
        wanted = list(milestones[1:])
        for column, criterion in re.findall(
            r'Milestones!\$([A-Z])\$2:\$[A-Z]\$\d+,("[^"]*"|[A-Z]\d+)',
            formula,
        ):
            text = (
                criterion.strip('"')
                if criterion.startswith('"')
                else attainment[int(row) - 1]["ABCDEFGH".index(criterion[0])]
            )
            wanted = [each for each in wanted if each["ABCDEFGHIJKLMNOP".index(column)] == text]
        assert len(wanted) == int(value), formula
        found += 1
    assert found >= 4 * 10


def test_shares_are_formulas_over_the_counts_beside_them(book: bytes) -> None:
    assert '<f>IF(J2=0,"",F2/J2)</f>' in sheet_xml(book, 2)


def test_text_that_looks_like_a_formula_is_text() -> None:
    names = ["=1+1", "+cmd|'/c calc'!A0", "-2", "@SUM(A1)", "{=A1}", "http://x.example"]
    cases = [case(name, "bronze", "S1", (1, REPLY), account=name) for name in names]
    content = replay_workbook(replay(log(*cases), terms()), INTAKE)
    assert "<f>" not in sheet_xml(content, 3)
    assert "hyperlink" not in sheet_xml(content, 3)
    assert {row[0] for row in sheet(content, "Milestones")[1:]} == set(names)


def test_a_list_longer_than_a_sheet_is_cut_and_says_so(done: Replay) -> None:
    content = replay_workbook(done, INTAKE, most_rows=3)
    assert len(sheet(content, "Milestones")) == 1 + 3
    said = " ".join(str(row[0]) for row in sheet(content, "Summary")[:5])
    assert "Cut at 3 rows" in said
    assert "Milestones" in said
    assert "<f>" not in sheet_xml(content, 2)


def test_a_cell_holds_at_most_what_excel_holds() -> None:
    content = replay_workbook(replay(log(case("c" * 40_000, "bronze", "S1")), terms()), INTAKE)
    assert len(sheet(content, "Milestones")[1][0]) == 32_767

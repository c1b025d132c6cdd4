"""The shape of a CSV agrees with Python's own reader, wherever the pieces of a file are cut."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tierline.connectors.event_log import csv_shape
from tierline.connectors.event_log.csv_shape import shape_of
from tierline.kernel.errors import Invalid

CELLS = some.text(alphabet='ab,;"\n é', max_size=5)
TABLES = some.lists(some.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=8)
LINE_ENDS = some.sampled_from(["\n", "\r\n"])


def written(rows: list[list[str]], line_end: str) -> bytes:
    target = io.StringIO()
    csv.writer(target, lineterminator=line_end).writerows(rows)
    return target.getvalue().encode()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("csv") / "log.csv"


@settings(max_examples=300, deadline=None)
@given(rows=TABLES, line_end=LINE_ENDS, piece=some.integers(1, 40), cut=some.booleans())
def test_fields_and_lines_are_those_of_the_csv_module(
    file: Path, rows: list[list[str]], line_end: str, piece: int, cut: bool
) -> None:
    content = written(rows, line_end)
    content = content.removesuffix(line_end.encode()) if cut and rows[-1] != [""] else content
    file.write_bytes(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_shape, "_PIECE_BYTES", piece)
        shape = shape_of(file, "log.csv", delimiter=",", quote='"', columns=len(rows[0]))
    assert shape.records == len(rows) - 1
    fields = [len(rows[0])] * shape.records if shape.fields is None else shape.fields.tolist()
    assert fields == [len(row) for row in rows[1:]]
    breaks = [sum(cell.count("\n") for cell in row) for row in rows]
    expected = [2 + sum(breaks[: place + 1]) + place for place in range(shape.records)]
    places = pl.int_range(shape.records, eager=True).to_numpy()
    assert shape.line_of(places).tolist() == expected


@settings(max_examples=200, deadline=None)
@given(rows=TABLES, piece=some.integers(1, 40))
def test_polars_finds_as_many_records(file: Path, rows: list[list[str]], piece: int) -> None:
    file.write_bytes(written([["x", "y"], *rows], "\n"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_shape, "_PIECE_BYTES", piece)
        shape = shape_of(file, "log.csv", delimiter=",", quote='"', columns=2)
    frame = pl.read_csv(file, infer_schema=False, truncate_ragged_lines=True)
    assert shape.records == len(frame)


@settings(max_examples=200, deadline=None)
@given(content=some.binary(min_size=1, max_size=60), piece=some.integers(1, 20))
def test_no_bytes_break_it(file: Path, content: bytes, piece: int) -> None:
    file.write_bytes(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_shape, "_PIECE_BYTES", piece)
        try:
            shape_of(file, "log.csv", delimiter=",", quote='"', columns=2)
        except Invalid as refusal:
            refused = refusal.faults[0]
        else:
            return
    assert refused.code == "unpaired_quote"
    assert 1 <= (refused.line or 0) <= content.count(b"\n") + 1

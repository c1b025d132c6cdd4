from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars
import pytest

from tierline.connectors.usage_files import FileRow, read_usage
from tierline.kernel.errors import Invalid, NotFound

CSV = "id,type,subject,time,hours\n1,work.done,pine,2026-03-01T09:00:00Z,2.5\n"
EVENT = {
    "specversion": "1.0",
    "source": "file",
    "id": "1",
    "type": "work.done",
    "subject": "pine",
    "time": "2026-03-01T09:00:00Z",
    "data": {"hours": "2.5"},
}


def rows(path: Path, content: str) -> list[FileRow]:
    path.write_text(content, encoding="utf-8")
    return list(read_usage(path, source="file"))


def test_a_row_of_csv_is_an_event(tmp_path: Path) -> None:
    assert rows(tmp_path / "a.csv", CSV) == [FileRow(2, EVENT)]


def test_a_line_of_json_is_an_event(tmp_path: Path) -> None:
    line = '{"id": "1", "type": "t", "subject": "s", "time": "x", "data": {"n": 1}}\n\n'
    (row,) = rows(tmp_path / "a.jsonl", line)
    assert row.event is not None
    assert (row.event["source"], row.event["data"]) == ("file", {"n": 1})


def test_a_row_of_parquet_is_an_event(tmp_path: Path) -> None:
    frame = polars.DataFrame(
        {
            "id": ["1"],
            "type": ["work.done"],
            "subject": ["pine"],
            "time": [datetime(2026, 3, 1, 9, tzinfo=UTC)],
            "hours": ["2.5"],
        }
    )
    frame.write_parquet(tmp_path / "a.parquet")
    (row,) = read_usage(tmp_path / "a.parquet", source="file")
    assert row.event == {**EVENT, "time": "2026-03-01T09:00:00+00:00"}


def test_a_bad_row_is_told_with_its_line_and_stops_no_other(tmp_path: Path) -> None:
    found = rows(tmp_path / "a.csv", f"{CSV}2,work.done\n3,t,s,2026-01-01T00:00:00Z,1\n")
    assert [(row.line, row.fault and row.fault.code) for row in found] == [
        (2, None),
        (3, "other_columns"),
        (4, None),
    ]
    found = rows(tmp_path / "a.jsonl", '{"id": 1}\n{\n[1]\n' + "[" * 100_000 + "\n")
    assert [row.fault and row.fault.code for row in found] == [
        None,
        "not_json",
        "not_an_event",
        "not_json",
    ]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", "id,type\n", "invalid"),
        ("a.csv", "id,id,type,subject,time\n", "invalid"),
        ("a.csv", "", "invalid"),
        ("a.parquet", "no parquet", "not_parquet"),
        ("a.txt", "", "other_file"),
        ("a.csv", CSV + '"' + "x" * 300_000, "not_csv"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(
    tmp_path: Path, name: str, content: str, code: str
) -> None:
    with pytest.raises(Invalid) as caught:
        rows(tmp_path / name, content)
    assert caught.value.code == code


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_usage(tmp_path / "none.csv", source="file")

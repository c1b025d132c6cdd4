"""The forms of a file that say the same, the dry run, and progress."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from tierline.connectors.event_log.column_uses import dry_run
from tierline.connectors.event_log.reading import read_log

from .conftest import HEADER, Mapped, Read

ROWS = """
    A,2026-03-02 09:00,2026-03-02 09:01,low,New,,,Acme,,one
    A,2026-03-02 09:00,2026-03-02 10:00,low,-100,Ann,,Acme,,two
    A,2026-03-02 09:00,2026-03-02 11:00,low,Done,Ann,reply,Acme,,two
"""


def test_parquet_and_csv_tell_the_same(tmp_path: Path, read: Read, mapped: Mapped) -> None:
    by_csv = read(ROWS)
    lines = "\n".join([HEADER, *(line.strip() for line in ROWS.strip().splitlines())])
    frame = pl.read_csv(lines.encode(), try_parse_dates=True)
    assert frame.schema["at"] == pl.Datetime("us")
    frame.write_parquet(tmp_path / "log.parquet")
    by_parquet = read_log(tmp_path / "log.parquet", mapped())
    assert by_parquet.log.history(0) == by_csv.log.history(0)
    assert by_parquet.rows == by_csv.rows
    assert [row.line for row in by_parquet.rejected_rows] == [3]


def test_line_ends_and_a_byte_order_mark_make_no_difference(read: Read) -> None:
    plain = read(ROWS)
    lines = "\n".join([HEADER, *(line.strip() for line in ROWS.strip().splitlines())])
    marked = read(b"\xef\xbb\xbf" + lines.replace("\n", "\r\n").encode())
    quoted = read('"case"' + lines.removeprefix("case") + "\n")
    assert plain.log.history(0) == marked.log.history(0) == quoted.log.history(0)


def test_every_column_is_reported_with_its_use(tmp_path: Path, read: Read, mapped: Mapped) -> None:
    reading = read(ROWS)
    uses = {use.column: use.used_as for use in reading.columns}
    assert uses["agent"] == "acknowledged (when it is filled)"
    assert uses["closed"] == "time of closed"
    assert uses["extra"] == ""
    report = {each.column: each for each in dry_run(tmp_path / "log.csv", mapped()).columns}
    assert (report["agent"].known, report["agent"].distinct) == (2, 1)
    assert report["extra"].samples == ("one", "two")


def test_the_dry_run_says_what_each_value_means(tmp_path: Path, read: Read, mapped: Mapped) -> None:
    read(ROWS)
    values = dry_run(tmp_path / "log.csv", mapped()).values
    meanings = {each.value: (each.meaning, each.rows) for each in values["state: state"]}
    assert meanings == {
        "New": ("open", 1),
        "Done": ("resolved", 1),
        "-100": ("not in the mapping: such rows are rejected", 1),
    }


def test_what_is_read_is_shown_as_reports_show_it(read: Read) -> None:
    intake = read(ROWS).intake()
    assert intake.rows.read == 3
    assert [rejection.value for rejection in intake.rejections] == ["-100"]


def test_progress_goes_up_to_the_end(tmp_path: Path, read: Read, mapped: Mapped) -> None:
    read(ROWS)
    seen: list[tuple[str, int, int]] = []
    read_log(tmp_path / "log.csv", mapped(), lambda *step: seen.append(step))
    assert [done for _, done, _ in seen] == sorted(done for _, done, _ in seen)
    assert seen[-1][1] == seen[-1][2]


def test_the_log_is_complete_up_to_its_last_row_unless_stated(read: Read) -> None:
    assert read(ROWS).log.as_of == read(ROWS).log.at.max()
    stated = ("tier: {always: gold}", "tier: {always: gold}\n    as_of: 2026-03-05T00:00:00Z")
    assert read(ROWS, stated).log.as_of > read(ROWS).log.as_of


def test_a_mapping_may_name_states_alone(tmp_path: Path, read: Read, mapped: Mapped) -> None:
    read("A,2026-03-02 09:00,2026-03-02 08:00,low,New,,,,,\n" + ROWS.strip())
    plain = mapped().model_copy(update={"events": (), "attributes": {}})
    reading = read_log(tmp_path / "log.csv", plain)
    assert (reading.rows.used, reading.rows.rejected) == (2, 2)

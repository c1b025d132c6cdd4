"""Rows and cases that cannot be used are listed with line, column and reason, the rest judged."""

from __future__ import annotations

import pytest

from tierline.connectors.event_log.coded_rows import MAX_CELL_CHARACTERS

from .conftest import Read

A = "A,2026-03-02 09:00"
SOUND = f"{A},2026-03-02 09:01,low,New,,,,,"


def only_reject(reading: object) -> tuple[int, str, str, str]:
    (row,) = reading.rejected_rows  # type: ignore[attr-defined] # a LogReading
    return (row.line, row.column, row.value, row.reason)


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        (f"{A},2026-03-02 10:00,low,-100,,,,,", "state", "-100", "The mapping has no state"),
        (f"{A},2026-03-02 10:00,medium,Work,,,,,", "grade", "medium", "no severity"),
        (f"{A},,low,Work,,,,,", "at", "", "The row has no time."),
        (f"{A},2026-02-30 10:00,low,Work,,,,,", "at", "2026-02-30 10:00", "is not a time"),
        (f"{A},1066-10-14 10:00,low,Work,,,,,", "at", "1066-10-14 10:00", "outside the years"),
        (f"{A},2026-03-02 08:00,low,Work,,,,,", "at", "2026-03-02 08:00", "before the opening"),
        (",2026-03-02 09:00,2026-03-02 10:00,low,Work,,,,,", "case", "", "names no case"),
        (f"{A},2026-03-02 10:00,low,Work", "", "", "5 fields where the header has 10"),
        (f"{A},2026-03-02 10:00,low,Work,,,,,,,", "", "", "12 fields where the header has 10"),
        ("", "", "", "The line is empty."),
    ],
)
def test_a_row_is_rejected_and_its_case_judged(
    read: Read, row: str, column: str, value: str, reason: str
) -> None:
    reading = read(f"{SOUND}\n{row}\nB,2026-03-02 09:00,2026-03-02 09:01,low,New,,,,,")
    line, at_column, shown, why = only_reject(reading)
    assert (line, at_column, shown) == (3, column, value)
    assert reason in why
    assert reading.log.case_ids == ("A", "B")
    assert reading.rows.rejected == 1


def test_a_value_that_is_nearly_right_is_suggested(read: Read) -> None:
    reading = read(f"{SOUND}\n{A},2026-03-02 10:00,low,closed,,,,,")
    assert "The nearest that it has is 'Closed'." in only_reject(reading)[3]


def test_a_cell_of_200_000_characters_is_rejected_with_its_line(read: Read) -> None:
    reading = read(f"{SOUND}\n{A},2026-03-02 10:00,low,Work,,{'x' * 200_000},,,")
    line, column, value, reason = only_reject(reading)
    assert (line, column) == (3, "note")
    assert value.endswith("... (200,000 characters)")
    assert f"{MAX_CELL_CHARACTERS:,}" in reason


def test_a_long_cell_in_a_column_that_is_not_read_harms_nobody(read: Read) -> None:
    reading = read(f"{SOUND}{'x' * 200_000}")
    assert (len(reading.log), reading.rows.rejected) == (1, 0)


def test_a_row_with_two_faults_is_listed_twice_and_counted_once(read: Read) -> None:
    reading = read(f"{SOUND}\n{A},then,low,-100,,,,,")
    assert [row.column for row in reading.rejected_rows] == ["at", "state"]
    assert reading.rows.rejected == 1


def test_lines_are_counted_through_line_breaks_in_quotes(read: Read) -> None:
    reading = read(f'{SOUND}"two\nlines"\n{A},2026-03-02 10:00,low,-100,,,,,')
    assert only_reject(reading)[0] == 4


def test_times_without_a_zone_are_rejected_among_times_with_one(read: Read) -> None:
    reading = read(
        """
        A,2026-03-02 09:00+01:00,2026-03-02 09:01+01:00,low,New,,,,,
        A,2026-03-02 09:00+01:00,2026-03-02 09:30,low,Ask,,,,,
        """,
        ("times: {time_zone: UTC}", "times: {}"),
    )
    assert only_reject(reading)[:2] == (3, "at")
    assert "states no zone" in only_reject(reading)[3]


@pytest.mark.parametrize(
    ("rows", "code", "reason"),
    [
        (
            f"{A},2026-03-02 10:00,low,Closed,,,,2026-03-01 10:00,",
            "fact_before_opening",
            "closed at",
        ),
        (f"{A},2026-03-01 10:00,low,Done,,,,,", "end_before_start", "It ends at 2026-03-01T10:00"),
        (f"{A},2026-03-02 10:00,?,New,,,,,", "no_severity", "No row says its severity."),
        ("A,?,2026-03-02 10:00,low,New,,,,,", "no_opening", "No row says when it was opened."),
        (f"{A},2026-03-02 10:00,low,-1,,,,,", "no_sound_row", "All of its rows were rejected."),
    ],
)
def test_a_case_that_cannot_be_judged_is_listed(
    read: Read, rows: str, code: str, reason: str
) -> None:
    reading = read(f"{rows}\nB,2026-03-02 09:00,2026-03-02 09:01,low,New,,,,,")
    (listed,) = reading.refused
    assert (listed.case_id, listed.code) == ("A", code)
    assert reason in listed.reason
    assert reading.log.case_ids == ("B",)


def test_a_column_without_a_tier_for_a_case_lists_it(read: Read) -> None:
    tier = ("{always: gold}", "{column: extra, values: {gold: gold}}")
    reading = read(f"{SOUND}\nB,2026-03-02 09:00,2026-03-02 09:01,low,New,,,,,gold", tier)
    assert [case.code for case in reading.refused] == ["no_tier"]

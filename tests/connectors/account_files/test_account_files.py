from __future__ import annotations

import contextlib
import io
from datetime import date, datetime
from decimal import Decimal

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from tierline.accounts.contact import ContactRole
from tierline.actions.account_rows import AccountFile, RowKind
from tierline.connectors.account_files.reading import read_account_file
from tierline.connectors.account_files.tables import MOST_BYTES
from tierline.connectors.account_files.writing import (
    rows_of,
    template,
    written_csv,
    written_workbook,
)
from tierline.kernel.errors import Invalid, LimitReached

CONTACTS = "external_id,account,name,email,roles,since\n"


def faults(text: str | bytes, name: str = "file.csv") -> list[tuple[str, int | None, str]]:
    content = text.encode() if isinstance(text, str) else text
    read = read_account_file(name, content)
    return [(fault.code, fault.line, fault.path) for fault in read.faults]


def workbook(sheets: dict[str, list[list[object]]], first_row: int = 0) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for line, row in enumerate(rows, first_row):
                for place, value in enumerate(row):
                    stated = (days,) if isinstance(value, datetime) else ()
                    sheet.write(line, place, value, *stated)
    return out.getvalue()


@pytest.mark.parametrize("kind", RowKind)
def test_a_csv_template_reads_back_and_is_written_the_same(kind: RowKind) -> None:
    text = written_csv(rows_of(template(), kind), kind)
    read = read_account_file("template.csv", text.encode())
    assert read.faults == ()
    again = rows_of(read, kind)
    assert [row.digest for row in again] == [row.digest for row in rows_of(template(), kind)]
    assert written_csv(again, kind) == text


def test_a_workbook_template_reads_back_whole() -> None:
    read = read_account_file("template.xlsx", written_workbook(template()))
    assert read.faults == ()
    for kind in RowKind:
        expected = [row.digest for row in rows_of(template(), kind)]
        assert [row.digest for row in rows_of(read, kind)] == expected


def test_every_wrong_cell_is_told_by_line_and_column() -> None:
    text = (
        CONTACTS
        + 'x,a,Ada,ada@a.example,"named contact; Admin",2025-01-31\n'
        + "\n"
        + 'y,a,"Two\nlines",,pope,31.1.2025\n'
        + ",a,Cyd,nobody,,\n"
        + "z,a,Dan,d@d.example,admin,2025-01-31,surplus\n"
    )
    assert faults(text) == [
        ("bad_text", 4, "name"),
        ("bad_word", 4, "roles"),
        ("bad_day", 4, "since"),
        ("empty_cell", 6, "external_id"),
        ("bad_email", 6, "email"),
        ("ragged_row", 7, ""),
    ]
    read = read_account_file("file.csv", text.encode())
    (ada,) = read.contacts
    assert ada.roles == {ContactRole.named_contact, ContactRole.admin}
    assert (ada.place.line, ada.since) == (2, date(2025, 1, 31))
    assert read.unread == {(RowKind.contact, "y")}


def test_a_time_zone_that_there_is_not_is_told_beside_what_else_is_wrong() -> None:
    found = faults("external_id,name,time_zone\nx,,Mars/Olympus\n")
    assert found == [("empty_cell", 2, "name"), ("bad_time_zone", 2, "time_zone")]


def test_columns_that_are_wrong_are_told_with_what_they_may_have_meant() -> None:
    text = "external_id,account,name,email,emial,phone,phone\nx,a,Ada,,,,\n"
    read = read_account_file("file.csv", text.encode())
    assert [(fault.code, fault.path) for fault in read.faults] == [
        ("unknown_column", "emial"),
        ("twice_named_column", "phone"),
    ]
    assert read.faults[0].write_instead == "Did you mean 'email'?"


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_mark_between_columns_is_found(mark: str) -> None:
    text = f"External ID{mark}Name{mark}Region\nx{mark}Pine{mark}EMEA\n"
    (pine,) = read_account_file("file.csv", ("\ufeff" + text).encode()).accounts
    assert (pine.external_id, pine.name, pine.region) == ("x", "Pine", "EMEA")


def test_a_workbook_tells_days_numbers_and_leading_zeros_as_they_are_meant() -> None:
    header = ["external_id", "account", "catalog", "tier", "first_day", "grace_days", "fee"]
    rows = [header, ["007", "a", "acme", "priority", datetime(2025, 1, 31), 14, 99.5]]  # noqa: DTZ001 - a workbook's cell has no zone
    content = workbook({"Contracts": rows, "Notes": [["anything"]]}, first_row=3)
    (read,) = read_account_file("file.xlsx", content).contracts
    assert (read.external_id, read.first_day) == ("007", date(2025, 1, 31))
    assert (read.grace_days, read.fee) == (14, Decimal("99.5"))
    assert (read.place.source, read.place.line) == ("file.xlsx[Contracts]", 5)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("fee", "-1"), ("fee", "NaN"), ("fee", "1e400"), ("fee", "0.0000001"), ("fee", "2,400"),
        ("grace_days", "-1"), ("grace_days", "1.5"), ("grace_days", "9" * 5_000),
        ("first_day", "0001-01-01"), ("first_day", "2025-02-30"), ("add_ons", "pack x 0"),
        ("fee_per", "fortnight"), ("tier", "t" * 301),
    ],
)  # fmt: skip
def test_what_a_column_cannot_hold_is_refused(column: str, text: str) -> None:
    row = {"external_id": "x", "account": "a", "catalog": "c", "tier": "t"}
    row |= {"first_day": "2025-01-01", column: f'"{text}"'}
    content = f"{','.join(row)}\n{','.join(row.values())}\n"
    assert [(line, path) for _, line, path in faults(content)] == [(2, column)]


@pytest.mark.parametrize(
    "content",
    [b"", b" \n ", workbook({"One": [["a"]], "Two": [["b"]]}), b"a,b\n1,2\n",
     b"PK\x03\x04 no workbook", b"\xd0\xcf\x11\xe0 old",
     b"external_id,name\nx,\xff\xfe\n", b'external_id,name\n"x,y\n'],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_a_sentence(content: bytes) -> None:
    with pytest.raises(Invalid):
        read_account_file("file", content)


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(LimitReached):
        read_account_file("file.csv", b"x" * (MOST_BYTES + 1))


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        content = f"external_id,name\n{text}".encode()
    except UnicodeEncodeError:
        return
    with contextlib.suppress(Invalid):
        assert isinstance(read_account_file("file.csv", content), AccountFile)

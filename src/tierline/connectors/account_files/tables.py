"""Tables of texts as they stand in a CSV file or in the sheets of a workbook, with their lines."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from tierline.kernel.errors import Fault, Invalid, LimitReached

MOST_BYTES = 64 * 1024**2
MOST_UNPACKED_BYTES = 512 * 1024**2
MOST_ROWS = 100_000
MOST_COLUMNS = 200
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the rows under it, each with its line in the file or its row in the sheet."""

    source: str
    sheet: str | None
    header_line: int
    header: tuple[str, ...]
    rows: list[tuple[int, list[str]]]


def tables_of(name: str, content: bytes) -> list[Table]:
    """Every table of a file. Raises Invalid or LimitReached where it cannot be read at all."""
    if len(content) > MOST_BYTES:
        raise LimitReached(
            f"{name} has {len(content):,} bytes; {MOST_BYTES:,} is the limit. Split it."
        )
    if not content.strip():
        raise Invalid(f"{name} is empty.", code="empty_file")
    if content[:4] == _OLD_EXCEL:
        raise Invalid(f"{name} is an old workbook. Save it as XLSX.", code="old_workbook")
    tables = _sheets(name, content) if content[:4] == _ZIP else [_csv(name, content)]
    found = [table for table in tables if table is not None]
    if not found:
        raise Invalid(f"{name} holds no rows.", code="empty_file")
    return found


def _csv(name: str, content: bytes) -> Table | None:
    lines = _decoded(name, content).splitlines(keepends=True)
    delimiter = _delimiter(lines)
    return _table(name, None, _records(name, "".join(lines), delimiter))


def _records(name: str, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for record in reader:
            yield line, record
            line = reader.line_num + 1
    except csv.Error as error:
        fault = Fault("bad_csv", f"{error}.", "", "Check the quotation marks.", name, line)
        raise Invalid(f"{name} cannot be read as CSV.", [fault]) from None


def _decoded(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        fault = Fault("bad_encoding", "This is not UTF-8 text.", "", "Save it as CSV UTF-8.",
                      name, line)  # fmt: skip
        raise Invalid(f"{name} cannot be read.", [fault]) from None


def _delimiter(lines: list[str]) -> str:
    header = next((line for line in lines if line.strip()), "")
    return max(_DELIMITERS, key=lambda mark: (header.count(mark), mark == ","))


def _sheets(name: str, content: bytes) -> list[Table | None]:
    """Every sheet that is not empty. Cells are read as texts, so that 007 stays 007."""
    import fastexcel  # noqa: PLC0415 - loaded only for workbooks

    _refuse_bomb(name, content)
    try:
        book = fastexcel.read_excel(content)
        return [_sheet(name, book, sheet) for sheet in book.sheet_names]
    except fastexcel.FastExcelError as error:
        first = str(error).splitlines()[0]
        raise Invalid(f"{name} is no sound workbook: {first}.", code="bad_workbook") from None


def _sheet(name: str, book: object, sheet: str) -> Table | None:
    frame = book.load_sheet(  # type: ignore[attr-defined]  # a fastexcel.ExcelReader
        sheet, header_row=None, skip_rows=0, dtypes="string", n_rows=MOST_ROWS + 2
    ).to_polars()
    rows = (
        (number, [cell or "" for cell in row]) for number, row in enumerate(frame.iter_rows(), 1)
    )
    return _table(name, sheet, rows)


def _refuse_bomb(name: str, content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except zipfile.BadZipFile:
        raise Invalid(f"{name} is no sound workbook.", code="bad_workbook") from None
    if unpacked > MOST_UNPACKED_BYTES:
        raise LimitReached(
            f"{name} unpacks to {unpacked:,} bytes; {MOST_UNPACKED_BYTES:,} is the limit."
        )


def _table(name: str, sheet: str | None, records: Iterator[tuple[int, list[str]]]) -> Table | None:
    """The first record that says anything is the header; empty ones below it are left out."""
    stripped = ((line, [cell.strip() for cell in record]) for line, record in records)
    said = ((line, record) for line, record in stripped if any(record))
    first = next(said, None)
    if first is None:
        return None
    header_line, names = first
    if len(names) > MOST_COLUMNS:
        raise LimitReached(f"{name} has {len(names)} columns; {MOST_COLUMNS} is the limit.")
    rows = []
    for line, record in said:
        rows.append((line, record))
        if len(rows) > MOST_ROWS:
            raise LimitReached(f"{name} has more than {MOST_ROWS:,} rows. Split it.")
    source = name if sheet is None else f"{name}[{sheet}]"
    header = tuple("_".join(each.lower().split()) for each in names)
    return Table(source, sheet, header_line, header, rows)

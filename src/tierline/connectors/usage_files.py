"""Files of usage events: CSV, JSON lines and Parquet, read in pieces, so that memory stays flat.

A row names `id`, `type`, `subject` and `time`, and may name `source` and `corrects`; every other
column is the event's data. A line of JSON is a CloudEvent.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import msgspec

from tierline.kernel.errors import Fault, Invalid, NotFound

LINE_LIMIT_BYTES = 256 * 1024
_ATTRIBUTES = ("specversion", "id", "source", "type", "subject", "time", "corrects")
_NEEDED = ("id", "type", "subject", "time")
_ROWS_AT_ONCE = 10_000
_JSON_LINES = (".jsonl", ".ndjson")
_PARQUET = (".parquet", ".pq")


class FileRow(NamedTuple):
    """A row of a file: the event as a CloudEvent, or what is wrong with the row."""

    line: int
    """The first row of a Parquet file is 1."""
    event: dict[str, Any] | None
    fault: Fault | None = None


def read_usage(path: Path, *, source: str) -> Iterator[FileRow]:
    """The rows of a file, by its ending. `source` is the source of rows that name none. Raises
    NotFound, or Invalid where the file as a whole cannot be read."""
    if not path.is_file():
        raise NotFound(f"There is no file {path}.")
    ending = path.suffix.lower()
    if ending in _PARQUET:
        return _parquet(path, source)
    if ending in _JSON_LINES:
        return _json_lines(path, source)
    if ending == ".csv":
        return _csv(path, source)
    raise Invalid(
        f"{path.name} is no file of usage. Its name ends with .csv, .jsonl or .parquet.",
        code="other_file",
    )


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            yield lines
    except UnicodeDecodeError as error:
        raise Invalid(f"{path} is not UTF-8: {error.reason}.", code="not_utf_8") from None


def _csv(path: Path, source: str) -> Iterator[FileRow]:
    csv.field_size_limit(LINE_LIMIT_BYTES)
    with _opened(path) as lines:
        rows = csv.reader(lines)
        try:
            header = next(rows, [])
            _refuse_header(path, header)
            for row in rows:
                yield _csv_row(rows.line_num, header, row, source)
        except csv.Error as error:
            raise Invalid(f"{path}, line {rows.line_num}: {error}.", code="not_csv") from None


def _refuse_header(path: Path, header: list[str]) -> None:
    missing = [name for name in _NEEDED if name not in header]
    faults = [Fault("missing_column", f"There is no column '{name}'.", name) for name in missing]
    faults += [
        Fault("column_twice", f"The column '{name}' stands there twice.", name)
        for name in sorted({name for name in header if header.count(name) > 1})
    ]
    if faults:
        raise Invalid(f"{path} cannot be read as usage.", faults)


def _csv_row(line: int, header: list[str], row: list[str], source: str) -> FileRow:
    if len(row) != len(header):
        told = f"The row has {len(row)} columns, and the first line {len(header)}."
        return FileRow(line, None, Fault("other_columns", told, line=line))
    stated = dict(zip(header, row, strict=True))
    return FileRow(line, _event({name: value or None for name, value in stated.items()}, source))


def _json_lines(path: Path, source: str) -> Iterator[FileRow]:
    with _opened(path) as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            if len(line) > LINE_LIMIT_BYTES:
                told = f"The line has more than {LINE_LIMIT_BYTES:,} characters."
                yield FileRow(number, None, Fault("too_long", told, line=number))
                continue
            yield _json_row(number, line, source)


def _json_row(number: int, line: str, source: str) -> FileRow:
    try:
        stated = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
        return FileRow(number, None, Fault("not_json", f"This is not JSON: {error}.", line=number))
    if not isinstance(stated, dict):
        return FileRow(number, None, Fault("not_an_event", "An event is an object.", line=number))
    return FileRow(number, {"specversion": "1.0", "source": source, **stated})


def _parquet(path: Path, source: str) -> Iterator[FileRow]:
    import polars  # noqa: PLC0415 - 100 ms, needed for this ending alone

    try:
        frame = polars.scan_parquet(path)
        _refuse_header(path, frame.collect_schema().names())
        start = 0
        while rows := frame.slice(start, _ROWS_AT_ONCE).collect().to_dicts():
            for place, row in enumerate(rows, start + 1):
                plain = {name: _plain(value) for name, value in row.items()}
                yield FileRow(place, _event(plain, source))
            start += len(rows)
    except polars.exceptions.PolarsError as error:
        first = str(error).splitlines()[0]
        raise Invalid(f"{path} cannot be read as Parquet: {first}", code="not_parquet") from None


def _plain(value: Any) -> Any:
    """A value as JSON has it. A time without a zone stays without one, and is refused later."""
    if isinstance(value, datetime):
        return (value if value.tzinfo is None else value.astimezone(UTC)).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _event(stated: dict[str, Any], source: str) -> dict[str, Any]:
    attributes = {
        name: value if isinstance(value, str) else str(value)
        for name in _ATTRIBUTES
        if (value := stated.get(name)) is not None
    }
    data = {
        name: value
        for name, value in stated.items()
        if name not in _ATTRIBUTES and value is not None
    }
    return {"specversion": "1.0", "source": source, **attributes, "data": data}


def in_batches(rows: Iterator[FileRow], size: int) -> Iterator[list[FileRow]]:
    """The rows, some at a time."""
    while batch := list(islice(rows, size)):
        yield batch

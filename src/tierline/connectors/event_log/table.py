"""The mapped columns of a file as they stand in it: texts (or instants, from Parquet)."""

from __future__ import annotations

import csv
import difflib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tierline.connectors.event_log.csv_shape import Shape, shape_of
from tierline.kernel.errors import Fault, Invalid, LimitReached

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from tierline.connectors.event_log.mapping import FileStatement
    from tierline.connectors.event_log.source_file import PlainFile

MAX_COLUMNS = 1_000
MAX_HEADER_BYTES = 1024**2
_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Table:
    """Chosen columns of a file, one row for each record, in the order of the file."""

    name: str
    header: tuple[str, ...]
    """All columns of the file."""
    frame: pl.DataFrame
    """The chosen columns; unknown texts are null."""
    shape: Shape

    def __len__(self) -> int:
        return self.shape.records


def read_table(source: PlainFile, statement: FileStatement, wanted: Sequence[str]) -> Table:
    """Read the wanted columns. Raises Invalid where the file lacks some, all of them named."""
    if source.is_parquet:
        return _read_parquet(source, statement, wanted)
    header = _csv_header(source, statement, wanted)
    _check_columns(source.name, header, wanted)
    shape = shape_of(
        source.path,
        source.name,
        delimiter=statement.delimiter,
        quote=statement.quote,
        columns=len(header),
    )
    frame = _read_csv(source, statement, wanted)
    if len(frame) != shape.records:
        raise Invalid(
            f"{source.name} cannot be split into rows: {shape.records} records stand in it and "
            f"{len(frame)} could be read. Check its quotation marks."
        )
    return Table(source.name, header, _without_unknown(frame, statement), shape)


def _read_csv(source: PlainFile, statement: FileStatement, wanted: Sequence[str]) -> pl.DataFrame:
    try:
        return (
            pl.scan_csv(
                source.path,
                separator=statement.delimiter,
                quote_char=statement.quote,
                infer_schema=False,
                truncate_ragged_lines=True,  # the shape has named these records already
            )
            .select(wanted)
            .collect()
        )
    except pl.exceptions.PolarsError as error:
        raise _unreadable(source, error) from None


def _read_parquet(source: PlainFile, statement: FileStatement, wanted: Sequence[str]) -> Table:
    try:
        schema = pl.read_parquet_schema(source.path)
        _check_columns(source.name, tuple(schema), wanted)
        frame = pl.scan_parquet(source.path).select(wanted).collect()
        frame = frame.with_columns(
            _as_text(pl.col(name), dtype) for name, dtype in frame.schema.items()
        )
    except (pl.exceptions.PolarsError, OSError) as error:
        raise Invalid(f"{source.name} is not a sound Parquet file: {_first_line(error)}.") from None
    shape = Shape(len(frame), None, None)
    return Table(source.name, tuple(schema), _without_unknown(frame, statement), shape)


def _as_text(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype == pl.Date:
        return column.cast(pl.Datetime("us"))
    keeps = dtype == pl.String or isinstance(dtype, pl.Datetime)
    return column if keeps else column.cast(pl.String)


def _without_unknown(frame: pl.DataFrame, statement: FileStatement) -> pl.DataFrame:
    unknown = ["", *statement.unknown]
    return frame.with_columns(
        pl.when(~pl.col(name).is_in(unknown)).then(pl.col(name))
        for name, dtype in frame.schema.items()
        if dtype == pl.String
    )


def _csv_header(
    source: PlainFile, statement: FileStatement, wanted: Sequence[str]
) -> tuple[str, ...]:
    text = _first_record(source)
    header = _fields(text, statement.delimiter, statement.quote)
    lacking = sum(name not in header for name in wanted)
    fits = {mark: set(_fields(text, mark, statement.quote)) for mark in _DELIMITERS}
    better = max(fits, key=lambda mark: len(fits[mark].intersection(wanted)))
    if lacking and len(fits[better].intersection(wanted)) > len(wanted) - lacking:
        shown = "\\t" if better == "\t" else better
        fault = Fault(
            "wrong_delimiter",
            f"The columns are not divided by '{statement.delimiter}'.",
            "",
            f"Write 'delimiter: \"{shown}\"' under 'file' in the mapping.",
            source.name,
            1,
        )
        raise Invalid(f"{source.name} cannot be split into columns.", [fault])
    return header


def _first_record(source: PlainFile) -> str:
    with source.path.open("rb") as opened:
        head = opened.read(MAX_HEADER_BYTES)
    try:
        text = head.decode(
            "utf-8-sig", errors="strict" if len(head) < MAX_HEADER_BYTES else "ignore"
        )
    except UnicodeDecodeError:
        text = head.decode("utf-8-sig", errors="replace")
    if "\n" not in text and len(head) == MAX_HEADER_BYTES:
        raise LimitReached(f"The first line of {source.name} is longer than 1 MiB; is it a CSV?")
    return text


def _fields(text: str, delimiter: str, quote: str | None) -> tuple[str, ...]:
    lines = text.splitlines(keepends=True)
    reader = (
        csv.reader(lines, delimiter=delimiter, quotechar=quote)
        if quote
        else csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    )
    try:
        return tuple(next(reader, []))
    except csv.Error:
        return ()


def _check_columns(name: str, header: Sequence[str], wanted: Sequence[str]) -> None:
    if len(header) > MAX_COLUMNS:
        raise LimitReached(f"{name} has {len(header)} columns; at most {MAX_COLUMNS} are read.")
    times = Counter(header)
    faults = [
        Fault(
            "missing_column", f"There is no column '{column}'.", "", _near(column, header), name, 1
        )
        for column in wanted
        if column not in times
    ]
    faults += [
        Fault("twice_named_column", f"The column '{column}' stands in the header twice.", "",
              "Rename one of them.", name, 1)
        for column in wanted
        if times[column] > 1
    ]  # fmt: skip
    if faults:
        raise Invalid(f"{name} does not have the columns of the mapping.", faults)


def _near(column: str, header: Sequence[str]) -> str:
    folded = {name.strip().lower(): name for name in header}
    close = difflib.get_close_matches(column.strip().lower(), folded, n=1, cutoff=0.6)
    if close:
        return f"Did you mean '{folded[close[0]]}'?"
    shown = ", ".join(f"'{name}'" for name in header[:20])
    return f"It has {shown}{' and more' if len(header) > 20 else ''}."


def _unreadable(source: PlainFile, error: Exception) -> Invalid:
    if "utf-8" in str(error).lower():
        line = _first_bad_line(source.path)
        fault = Fault(
            "bad_encoding",
            "This is not UTF-8 text.",
            "",
            "Write 'encoding: windows-1252' (or what it is) under 'file' in the mapping.",
            source.name,
            line,
        )
        return Invalid(f"{source.name} cannot be read.", [fault])
    return Invalid(f"{source.name} cannot be read as CSV: {_first_line(error)}.")


def _first_bad_line(path: Path) -> int:
    with path.open("rb") as source:
        for number, line in enumerate(source, start=1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    return 1


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or ["unknown"])[0][:200].rstrip(".")


def all_columns(source: PlainFile, statement: FileStatement) -> tuple[str, ...]:
    """The names of all columns."""
    if source.is_parquet:
        return tuple(pl.read_parquet_schema(source.path))
    return _fields(_first_record(source), statement.delimiter, statement.quote)


def ragged(table: Table) -> NDArray[np.bool_]:
    """Records with more or fewer fields than the header."""
    if table.shape.fields is None:
        return np.zeros(len(table), dtype=np.bool_)
    is_ragged: NDArray[np.bool_] = table.shape.fields != len(table.header)
    return is_ragged

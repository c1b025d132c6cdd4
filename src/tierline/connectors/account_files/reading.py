"""A file of accounts read into rows, with everything that is wrong by line and column."""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tierline.actions.account_rows import (
    AccountFile,
    AccountRow,
    ContactRow,
    ContractRow,
    Place,
    RowKind,
)
from tierline.connectors.account_files.cells import WrongCell
from tierline.connectors.account_files.columns import COLUMNS, ROW_OF, Column, kind_of
from tierline.connectors.account_files.tables import Table, tables_of
from tierline.kernel.errors import Fault, Invalid

_KINDS = {kind.value: kind for kind in RowKind}


@dataclass(slots=True)
class _Read:
    """What was found so far."""

    accounts: list[AccountRow] = field(default_factory=list)
    contacts: list[ContactRow] = field(default_factory=list)
    contracts: list[ContractRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unread: set[tuple[RowKind, str]] = field(default_factory=set)

    def add(self, row: AccountRow | ContactRow | ContractRow) -> None:
        """One more row that could be read."""
        match row:
            case AccountRow():
                self.accounts.append(row)
            case ContactRow():
                self.contacts.append(row)
            case ContractRow():
                self.contracts.append(row)


def read_account_file(name: str, content: bytes) -> AccountFile:
    """The rows of a CSV file or of the sheets of a workbook. What is wrong with single cells stands
    in `faults`. Raises Invalid or LimitReached where the file as a whole cannot be read."""
    read = _Read()
    tables = [(table, _kind(table)) for table in tables_of(name, content)]
    if not any(kind for _, kind in tables):
        raise _untold(tables[0][0])
    for table, kind in tables:
        if kind is not None and not _header_faults(read, table, kind):
            _read_rows(read, table, kind)
    return AccountFile(
        tuple(read.accounts),
        tuple(read.contacts),
        tuple(read.contracts),
        tuple(read.faults),
        frozenset(read.unread),
    )


def _kind(table: Table) -> RowKind | None:
    """The kind of a table, by the name of its sheet or by its columns; None for one that is none of
    ours, as a sheet of notes."""
    return _KINDS.get((table.sheet or "").strip().lower()) or kind_of(table.header)


def _untold(table: Table) -> Invalid:
    needed = {
        kind.value: ", ".join(column.name for column in columns if column.is_needed)
        for kind, columns in COLUMNS.items()
    }
    fault = Fault(
        "unknown_table",
        "These are the columns of neither accounts nor contacts nor contracts.",
        "",
        f"Needed are {'; '.join(f'for {kind}: {names}' for kind, names in needed.items())}.",
        table.source,
        table.header_line,
    )
    return Invalid("The file cannot be told to be of one kind.", [fault])


def _header_faults(read: _Read, table: Table, kind: RowKind) -> bool:
    """Tell every column that is missing, unknown or there twice; whether there was any."""
    columns = {column.name: column for column in COLUMNS[kind]}
    times = Counter(name for name in table.header if name)
    place = Place(table.source, table.header_line)
    faults = [
        place.fault("missing_column", f"There is no column '{name}'.", name, "Add it.")
        for name, column in columns.items()
        if column.is_needed and name not in times
    ]
    for name, count in times.items():
        if name not in columns:
            close = difflib.get_close_matches(name, columns, n=1)
            instead = f"Did you mean '{close[0]}'?" if close else f"Known: {', '.join(columns)}."
            said = f"There is no column '{name[:60]}' for {kind.value}."
            faults.append(place.fault("unknown_column", said, name[:60], instead))
        elif count > 1:
            said = f"The column '{name}' stands there twice."
            faults.append(place.fault("twice_named_column", said, name, "Leave one of them out."))
    read.faults += faults
    return bool(faults)


def _read_rows(read: _Read, table: Table, kind: RowKind) -> None:
    columns = {column.name: column for column in COLUMNS[kind]}
    places = [columns.get(name) for name in table.header]
    for line, record in table.rows:
        place = Place(table.source, line)
        if any(record[len(places) :]):
            said = f"The row has {len(record)} cells, the header {len(places)}."
            read.faults.append(
                place.fault("ragged_row", said, "", "Put text with commas in quotes.")
            )
            continue
        values, faults = _values(places, record, place)
        if faults:
            read.faults += faults
            name = values.get("external_id")
            if name is not None:
                read.unread.add((kind, name))
            continue
        read.add(ROW_OF[kind](place=place, **values))


def _values(
    places: list[Column | None], record: list[str], place: Place
) -> tuple[dict[str, Any], list[Fault]]:
    values: dict[str, Any] = {}
    faults = []
    cells = [*record, *[""] * (len(places) - len(record))]
    for column, text in zip(places, cells, strict=False):
        if column is None:
            continue
        if not text:
            if column.is_needed:
                said = f"'{column.name}' is empty."
                faults.append(place.fault("empty_cell", said, column.name, "Fill it in."))
            continue
        try:
            values[column.name] = column.cell.read(text)
        except WrongCell as wrong:
            faults.append(place.fault(wrong.code, wrong.message, column.name, wrong.write_instead))
    return values, faults

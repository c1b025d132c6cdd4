"""The rows of an export as columns.

Each row bears the id of its case, its time, the fields of its list, and the columns that follow
changes. The row of a case itself shows each followed field as it stood at the opening: what the
first change replaced, or the last value where it never changed.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import polars as pl

from tierline.connectors.event_log.coded_rows import mapped_columns
from tierline.connectors.event_log.mapping_records import AT, CASE
from tierline.connectors.event_log.record_paths import at_path, text_of
from tierline.connectors.event_log.times import parse_times
from tierline.kernel.errors import Fault, Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tierline.connectors.event_log.export_files import Record
    from tierline.connectors.event_log.export_rows import Row
    from tierline.connectors.event_log.mapping import EventLogMapping
    from tierline.connectors.event_log.mapping_records import RecordsStatement


def frame_of(rows: Sequence[Row], mapping: EventLogMapping) -> pl.DataFrame:
    """The rows as a table of words, with every column that the mapping names."""
    cases = _cases(rows, mapping)
    columns: dict[str, list[str | None]] = {
        CASE: [row.case or None for row in rows],
        AT: [text_of(at_path(row.record, mapping.records[row.list].at)) for row in rows],
    }
    followed = _followed(rows, columns[AT], mapping, cases)
    for name in mapped_columns(mapping):
        if name in columns:
            continue
        if name in followed:
            columns[name] = followed[name]
            continue
        of, _, field = name.partition(".")
        stated = mapping.records.get(of)
        if stated is None or not field:
            raise Invalid(
                f"'{name}' is not a column of the export.",
                [_unknown_column(name, mapping, followed)],
                code="unknown_column",
            )
        columns[name] = [
            _field(row, field, stated, cases) if row.list == of else None for row in rows
        ]
    unknown = ["", *mapping.file.unknown]
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return frame.with_columns(
        pl.when(~pl.col(name).is_in(unknown)).then(pl.col(name)) for name in frame.columns
    )


def _unknown_column(name: str, mapping: EventLogMapping, followed: Mapping[str, object]) -> Fault:
    known = ", ".join([CASE, AT, *followed, *(f"{each}.FIELD" for each in mapping.records)])
    return Fault("unknown_column", f"There is no column '{name}'.", "", f"Write one of: {known}.")


def _cases(rows: Sequence[Row], mapping: EventLogMapping) -> dict[str, Record]:
    first = next(iter(mapping.records))
    return {row.case: row.record for row in rows if row.list == first}


def _field(
    row: Row, field: str, stated: RecordsStatement, cases: Mapping[str, Record]
) -> str | None:
    mark = stated.marks.get(field)
    if mark is None:
        return text_of(at_path(row.record, field))
    ours = text_of(at_path(row.record, mark.field))
    theirs = text_of(at_path(cases.get(row.case, {}), mark.of_case))
    return None if ours is None or theirs is None else str(ours == theirs).lower()


def _followed(
    rows: Sequence[Row],
    times: Sequence[str | None],
    mapping: EventLogMapping,
    cases: Mapping[str, Record],
) -> dict[str, list[str | None]]:
    """The columns that follow changes of fields. Each row of an instant shows them all as they
    stand after it: two fields that change together do so in one."""
    first = next(iter(mapping.records))
    columns: dict[str, list[str | None]] = {}
    column = pl.Series(AT, times, dtype=pl.String)
    at: list[int] = parse_times(column, mapping.times, "the export").instants.tolist()
    of_case = {row.case: place for place, row in enumerate(rows) if row.list == first}
    for name, stated in mapping.records.items():
        if not stated.follows:
            continue
        columns |= {field: [None] * len(rows) for field in stated.follows}
        changes: dict[str, list[int]] = {case: [] for case in of_case}
        for place, row in enumerate(rows):
            is_one = row.list == name and _changed(row, stated) in stated.follows
            if is_one and row.case in changes:
                changes[row.case].append(place)
        for case, places in changes.items():
            places.sort(key=at.__getitem__)
            opening = of_case[case]
            held = {
                field: _first_value(field, final, stated, rows, places, cases[case], first)
                for field, final in stated.follows.items()
            }
            _walk(held, [opening, *places], at, rows, stated, columns)
    return columns


def _walk(
    held: dict[str, str | None],
    places: Sequence[int],
    at: Sequence[int],
    rows: Sequence[Row],
    stated: RecordsStatement,
    columns: Mapping[str, list[str | None]],
) -> None:
    """Go through the changes of a case, an instant at a time."""
    for _, group in groupby(places, key=lambda place: at[place]):
        together = list(group)
        for place in together:
            field = _changed(rows[place], stated)
            if field in held and place != places[0]:
                held[field] = text_of(at_path(rows[place].record, str(stated.becomes)))
        for place in together:
            for field, value in held.items():
                columns[field][place] = value


def _changed(row: Row, stated: RecordsStatement) -> str | None:
    return text_of(at_path(row.record, str(stated.field)))


def _first_value(
    field: str,
    final: str,
    stated: RecordsStatement,
    rows: Sequence[Row],
    places: Sequence[int],
    case: Record,
    first: str,
) -> str | None:
    """A field as it stood at the opening: what its first change replaced, or its last value."""
    for place in places:
        if _changed(rows[place], stated) == field:
            record = rows[place].record
            return text_of(at_path(record, stated.was)) if stated.was else None
    return text_of(at_path(case, final.removeprefix(f"{first}.")))

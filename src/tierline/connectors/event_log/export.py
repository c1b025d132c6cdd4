"""An export of several lists of records as the rows that a mapping reads.

Each row bears the id of its case, its time, the fields of its list, and the columns that follow
changes. The row of a case itself shows each followed field as it stood at the opening: what the
first change replaced, or the last value where it never changed.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from tierline.connectors.event_log.coded_rows import mapped_columns
from tierline.connectors.event_log.csv_shape import Shape
from tierline.connectors.event_log.export_files import ListOfRecords, Record, read_lists
from tierline.connectors.event_log.mapping_records import AT, CASE
from tierline.connectors.event_log.table import Table
from tierline.connectors.event_log.times import parse_times
from tierline.kernel.errors import Fault, Invalid

if TYPE_CHECKING:
    from tierline.connectors.event_log.mapping import EventLogMapping
    from tierline.connectors.event_log.mapping_records import RecordsStatement

_ANY = "*"
_PAGE = re.compile(r"[_ .]*\d+$")
"""The number of a page at the end of a file's name."""
_SIZE_LIMIT_CHARACTERS = 20_000
"""A kept field that is longer is cut off."""


@dataclass(frozen=True, slots=True)
class RecordPlace:
    """Where a row comes from, for whoever has to mend it."""

    list: str
    file: str
    number: int
    """From 0, among the records of its file and name; of a log, which has no lists, the line."""
    case: str

    def __str__(self) -> str:
        where = f"{self.list}[{self.number}]" if self.list else f"line {self.number}"
        return f"{self.file}: {where}"


@dataclass(frozen=True, slots=True)
class UnknownField:
    """A field of the export that the mapping neither reads, keeps nor leaves out."""

    list: str
    field: str
    records: int


@dataclass(frozen=True)
class Export:
    """What came out of the files. `mapping` is the one that counts for what is in them."""

    table: Table
    mapping: EventLogMapping
    places: tuple[RecordPlace, ...]
    """By row."""
    counts: Mapping[str, int]
    """Records by list."""
    unused: tuple[str, ...]
    """Lists of the files that the mapping does not name."""
    unknown: tuple[UnknownField, ...]
    kept: Mapping[str, dict[str, list[Record]]]
    """By case and list: the fields that are kept beside the facts."""


@dataclass(frozen=True, slots=True)
class _Row:
    list: str
    record: Record
    case: str
    place: RecordPlace


def read_export(paths: Sequence[Path], mapping: EventLogMapping) -> Export:
    """The rows of an export. Raises Invalid, NotFound or LimitReached where it cannot be read."""
    return export_of(read_lists(paths), mapping)


def export_of(lists: Sequence[ListOfRecords], mapping: EventLogMapping) -> Export:
    """The same of lists that have been read. Raises Invalid where none of them holds cases."""
    named, unused = _by_name(lists, mapping)
    cases_name = next(iter(mapping.records))
    if not named.get(cases_name):
        stated = mapping.records[cases_name]
        names = ", ".join((cases_name, *stated.also))
        held = ", ".join(sorted({each.name for each in lists})) or "nothing"
        fault = Fault(
            "no_cases",
            f"The export holds no list of cases; it holds: {held}.",
            f"records.{cases_name}",
            f"Give the file or the key of the cases one of these names: {names}.",
        )
        raise Invalid("There are no cases in this export.", [fault], code="no_cases")
    rows = list(_rows(named, mapping))
    counts = {name: sum(row.list == name for row in rows) for name in mapping.records}
    chosen = _mapping_for(mapping, counts)
    frame = _frame(rows, chosen)
    source = lists[0].place if len(lists) == 1 else f"{lists[0].place} and {len(lists) - 1} more"
    return Export(
        table=Table(source, tuple(frame.columns), frame, Shape(len(frame), None, None)),
        mapping=chosen,
        places=tuple(row.place for row in rows),
        counts={name: len(records) for name, records in named.items()},
        unused=tuple(unused),
        unknown=tuple(_unknown(rows, mapping)),
        kept=_kept(rows, mapping),
    )


def at_path(record: Any, path: str) -> Any:
    """What stands in a record under a path; the whole path may itself be a key, as in CSV, and a
    number is a place in a list. A reference with a `link` is its `value`."""
    found = record[path] if isinstance(record, dict) and path in record else _under(record, path)
    is_reference = isinstance(found, dict) and found.keys() >= {"link", "value"}
    return found["value"] if is_reference else found


def _under(record: Any, path: str) -> Any:
    if isinstance(record, list):
        head, _, rest = path.partition(".")
        if not head.isdecimal() or int(head) >= len(record):
            return None
        return _under(record[int(head)], rest) if rest else record[int(head)]
    if not isinstance(record, dict):
        return None
    if path in record:
        return record[path]
    for place, letter in enumerate(path):
        if letter == "." and path[:place] in record:
            return _under(record[path[:place]], path[place + 1 :])
    return None


def _by_name(
    lists: Sequence[ListOfRecords], mapping: EventLogMapping
) -> tuple[dict[str, list[tuple[RecordPlace, Record]]], list[str]]:
    """Records by the list of the mapping that they belong to, and the names of the others."""
    named: dict[str, list[tuple[RecordPlace, Record]]] = {}
    unused: list[str] = []
    for each in lists:
        name = _list_named(each.name, mapping)
        if name is None and len(lists) == 1 and not each.is_named:
            name = next(iter(mapping.records))
        if name is None:
            unused.append(f"{each.place}: {each.name} ({len(each.records):,} records)")
            continue
        found = named.setdefault(name, [])
        found += [
            (RecordPlace(each.name, each.place, number, ""), record)
            for number, record in enumerate(each.records)
        ]
    return named, unused


def _list_named(name: str, mapping: EventLogMapping) -> str | None:
    folded = _PAGE.sub("", name.lower().replace("-", "_"))
    for key, stated in mapping.records.items():
        if stated.of is None and folded in (key.lower(), *(other.lower() for other in stated.also)):
            return key
    return None


def _rows(
    named: Mapping[str, list[tuple[RecordPlace, Record]]], mapping: EventLogMapping
) -> Iterator[_Row]:
    """Rows list by list, so that of one instant the case itself comes first."""
    entries: dict[str, list[_Row]] = {}
    for name, stated in mapping.records.items():
        if stated.of is None:
            held = [
                _Row(name, record, _text(at_path(record, str(stated.case))) or "", place)
                for place, record in named.get(name, ())
            ]
        else:
            held = [
                _Row(name, inner, row.case, row.place)
                for row in entries.get(stated.of, ())
                for inner in _within(row.record, str(stated.path).split("."))
            ]
        entries[name] = held
        ordered = sorted(held, key=lambda row: _order(row, stated)) if stated.order else held
        for row in ordered:
            place = RecordPlace(row.place.list, row.place.file, row.place.number, row.case)
            for record in _each(row.record, stated):
                yield _Row(name, record, row.case, place)


def _within(record: Any, path: list[str]) -> Iterator[Record]:
    """Records under a path in another; `*` is any key."""
    if isinstance(record, list):
        for each in record:
            yield from _within(each, path)
    elif isinstance(record, dict) and not path:
        yield record
    elif isinstance(record, dict):
        for key in record if path[0] == _ANY else [path[0]]:
            yield from _within(record.get(key), path[1:])


def _each(record: Record, stated: RecordsStatement) -> Iterator[Record]:
    if stated.each is None:
        yield record
        return
    held = at_path(record, stated.each)
    for entry in held if isinstance(held, list) else ():
        if isinstance(entry, dict):
            yield {**record, stated.each: entry}


def _order(row: _Row, stated: RecordsStatement) -> tuple[str, ...]:
    return tuple(_text(at_path(row.record, field)) or "" for field in stated.order)


def _mapping_for(mapping: EventLogMapping, counts: Mapping[str, int]) -> EventLogMapping:
    """The mapping with the states that count where some records are not in the export."""
    states = mapping.states
    if states is not None and states.needs and not counts.get(states.needs):
        states = mapping.states_else
    events = tuple(
        rule
        for rule in mapping.events
        if not counts.get(rule.without or "") and (rule.needs is None or counts.get(rule.needs))
    )
    return mapping.model_copy(update={"states": states, "states_else": None, "events": events})


# rows as columns --------------------------------------------------------------------------------


def _frame(rows: Sequence[_Row], mapping: EventLogMapping) -> pl.DataFrame:
    cases = _cases(rows, mapping)
    columns: dict[str, list[str | None]] = {
        CASE: [row.case or None for row in rows],
        AT: [_text(at_path(row.record, mapping.records[row.list].at)) for row in rows],
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


def _cases(rows: Sequence[_Row], mapping: EventLogMapping) -> dict[str, Record]:
    first = next(iter(mapping.records))
    return {row.case: row.record for row in rows if row.list == first}


def _field(
    row: _Row, field: str, stated: RecordsStatement, cases: Mapping[str, Record]
) -> str | None:
    mark = stated.marks.get(field)
    if mark is None:
        return _text(at_path(row.record, field))
    ours = _text(at_path(row.record, mark.field))
    theirs = _text(at_path(cases.get(row.case, {}), mark.of_case))
    return None if ours is None or theirs is None else str(ours == theirs).lower()


def _followed(
    rows: Sequence[_Row],
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
    rows: Sequence[_Row],
    stated: RecordsStatement,
    columns: Mapping[str, list[str | None]],
) -> None:
    """Go through the changes of a case, an instant at a time."""
    for _, group in groupby(places, key=lambda place: at[place]):
        together = list(group)
        for place in together:
            field = _changed(rows[place], stated)
            if field in held and place != places[0]:
                held[field] = _text(at_path(rows[place].record, str(stated.becomes)))
        for place in together:
            for field, value in held.items():
                columns[field][place] = value


def _changed(row: _Row, stated: RecordsStatement) -> str | None:
    return _text(at_path(row.record, str(stated.field)))


def _first_value(
    field: str,
    final: str,
    stated: RecordsStatement,
    rows: Sequence[_Row],
    places: Sequence[int],
    case: Record,
    first: str,
) -> str | None:
    """A field as it stood at the opening: what its first change replaced, or its last value."""
    for place in places:
        if _changed(rows[place], stated) == field:
            record = rows[place].record
            return _text(at_path(record, stated.was)) if stated.was else None
    return _text(at_path(case, final.removeprefix(f"{first}.")))


def _text(value: Any) -> str | None:
    """A value of JSON as a cell of a table."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else None
    return str(value)


# what is kept, and what nobody knows -------------------------------------------------------------


def _kept(rows: Sequence[_Row], mapping: EventLogMapping) -> dict[str, dict[str, list[Record]]]:
    found: dict[str, dict[str, list[Record]]] = {}
    for row in rows:
        stated = mapping.records[row.list]
        held = dict(_kept_fields(row.record, stated))
        if held and row.case:
            found.setdefault(row.case, {}).setdefault(row.list, []).append(held)
    return found


def _kept_fields(record: Record, stated: RecordsStatement) -> Iterator[tuple[str, Any]]:
    for pattern in stated.keep:
        if pattern.endswith(_ANY):
            names = [name for name in record if fnmatchcase(name, pattern)]
        else:
            names = [pattern]
        for name in names:
            value = at_path(record, name)
            if value not in (None, "", [], {}):
                is_long = isinstance(value, str) and len(value) > _SIZE_LIMIT_CHARACTERS
                yield name, value[:_SIZE_LIMIT_CHARACTERS] if is_long else value


def fields_of(name: str, mapping: EventLogMapping) -> frozenset[str]:
    """The fields of a list that the mapping reads."""
    stated = mapping.records[name]
    read = {stated.case, stated.at, stated.each, stated.field, stated.becomes, stated.was}
    read |= {mark.field for mark in stated.marks.values()} | set(stated.order)
    columns = set(mapped_columns(mapping))
    if mapping.states_else is not None:
        other = mapping.model_copy(update={"states": mapping.states_else})
        columns |= set(mapped_columns(other))
    for other_list in mapping.records.values():
        columns |= set(other_list.follows.values())
        if other_list.of == name and _ANY not in str(other_list.path):
            read.add(str(other_list.path))
        if name == next(iter(mapping.records)):
            columns |= {f"{name}.{mark.of_case}" for mark in other_list.marks.values()}
    read |= {column.removeprefix(f"{name}.") for column in columns if column.startswith(f"{name}.")}
    return frozenset(each for each in read if each) - set(stated.marks)


def _unknown(rows: Sequence[_Row], mapping: EventLogMapping) -> Iterator[UnknownField]:
    """Fields that nobody reads, keeps or leaves out, by list."""
    for name, stated in mapping.records.items():
        known = [*fields_of(name, mapping), *stated.keep, *stated.left_out]
        opened = {each.partition(".")[0] for each in stated.published if "." in each}
        counts = Counter(
            field for row in rows if row.list == name for field in _names(row.record, opened)
        )
        for field, records in sorted(counts.items()):
            if not any(_covers(pattern, field) for pattern in known):
                yield UnknownField(name, field, records)


def _names(record: Record, opened: Collection[str]) -> Iterator[str]:
    """The fields of a record; of an object whose fields are published one by one, those."""
    for field, value in record.items():
        if isinstance(value, dict) and field in opened:
            yield from (f"{field}.{inner}" for inner in value)
        else:
            yield field


def _covers(pattern: str, field: str) -> bool:
    """Whether a path reads a field or something inside of it."""
    return fnmatchcase(field, pattern) or pattern.startswith((f"{field}.", f"{_ANY}."))

"""The records of an export as rows, list by list, in the order in which a mapping reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tierline.connectors.event_log.record_paths import at_path, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tierline.connectors.event_log.export_files import ListOfRecords, Record
    from tierline.connectors.event_log.mapping import EventLogMapping
    from tierline.connectors.event_log.mapping_records import RecordsStatement

ANY = "*"
"""In a path: any key."""
_PAGE = re.compile(r"[_ .]*\d+$")
"""The number of a page at the end of a file's name."""


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
class Row:
    list: str
    record: Record
    case: str
    place: RecordPlace


def by_name(
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


def rows_of(
    named: Mapping[str, list[tuple[RecordPlace, Record]]], mapping: EventLogMapping
) -> Iterator[Row]:
    """Rows list by list, so that of one instant the case itself comes first."""
    entries: dict[str, list[Row]] = {}
    for name, stated in mapping.records.items():
        if stated.of is None:
            held = [
                Row(name, record, text_of(at_path(record, str(stated.case))) or "", place)
                for place, record in named.get(name, ())
            ]
        else:
            held = [
                Row(name, inner, row.case, row.place)
                for row in entries.get(stated.of, ())
                for inner in _within(row.record, str(stated.path).split("."))
            ]
        entries[name] = held
        ordered = sorted(held, key=lambda row: _order(row, stated)) if stated.order else held
        for row in ordered:
            place = RecordPlace(row.place.list, row.place.file, row.place.number, row.case)
            for record in _each(row.record, stated):
                yield Row(name, record, row.case, place)


def _within(record: Any, path: list[str]) -> Iterator[Record]:
    """Records under a path in another; `*` is any key."""
    if isinstance(record, list):
        for each in record:
            yield from _within(each, path)
    elif isinstance(record, dict) and not path:
        yield record
    elif isinstance(record, dict):
        for key in record if path[0] == ANY else [path[0]]:
            yield from _within(record.get(key), path[1:])


def _each(record: Record, stated: RecordsStatement) -> Iterator[Record]:
    if stated.each is None:
        yield record
        return
    held = at_path(record, stated.each)
    for entry in held if isinstance(held, list) else ():
        if isinstance(entry, dict):
            yield {**record, stated.each: entry}


def _order(row: Row, stated: RecordsStatement) -> tuple[str, ...]:
    return tuple(text_of(at_path(row.record, field)) or "" for field in stated.order)

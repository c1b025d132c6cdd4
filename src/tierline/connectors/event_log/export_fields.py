"""What becomes of every field that a desk publishes: read, kept, left out with the reason, or
unknown to its mapping."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum, auto
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from tierline.connectors.event_log.coded_rows import mapped_columns
from tierline.connectors.event_log.export_rows import ANY
from tierline.connectors.event_log.record_paths import at_path

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from tierline.connectors.event_log.export_files import Record
    from tierline.connectors.event_log.export_rows import Row
    from tierline.connectors.event_log.mapping import EventLogMapping
    from tierline.connectors.event_log.mapping_records import RecordsStatement

_SIZE_LIMIT_CHARACTERS = 20_000
"""A kept field that is longer is cut off."""


class Fate(StrEnum):
    """What becomes of a field."""

    read = auto()
    """A fact, a severity, a verdict or a name is made of it."""
    kept = auto()
    """It stands beside the facts of the case."""
    left_out = auto()
    unknown = auto()


@dataclass(frozen=True, slots=True)
class PublishedField:
    """A field of a list, as its vendor publishes it."""

    list: str
    field: str
    fate: Fate
    reason: str
    """Why it is left out."""


@dataclass(frozen=True, slots=True)
class UnknownField:
    """A field of the export that the mapping neither reads, keeps nor leaves out."""

    list: str
    field: str
    records: int


def published_fields(mapping: EventLogMapping) -> Iterator[PublishedField]:
    """Every published field of a mapping's lists, in their order."""
    for name, stated in mapping.records.items():
        read = _fields_read(name, mapping)
        for field in stated.published:
            reason = stated.left_out.get(field, "")
            if any(_holds(each, field) for each in read):
                yield PublishedField(name, field, Fate.read, "")
            elif any(_holds(each, field) for each in stated.keep):
                yield PublishedField(name, field, Fate.kept, "")
            else:
                fate = Fate.left_out if reason else Fate.unknown
                yield PublishedField(name, field, fate, reason)


def _holds(taken: str, field: str) -> bool:
    """Whether what is taken is the field, holds it, or is a part of it."""
    is_inside = field.startswith(f"{taken}.") or taken.startswith(f"{field}.")
    return is_inside or fnmatchcase(field, taken)


def _fields_read(name: str, mapping: EventLogMapping) -> frozenset[str]:
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
        if other_list.of == name and ANY not in str(other_list.path):
            read.add(str(other_list.path))
        if name == next(iter(mapping.records)):
            columns |= {f"{name}.{mark.of_case}" for mark in other_list.marks.values()}
    read |= {column.removeprefix(f"{name}.") for column in columns if column.startswith(f"{name}.")}
    return frozenset(each for each in read if each) - set(stated.marks)


def kept_of(rows: Sequence[Row], mapping: EventLogMapping) -> dict[str, dict[str, list[Record]]]:
    """By case and list: the fields that are kept beside the facts."""
    found: dict[str, dict[str, list[Record]]] = {}
    for row in rows:
        stated = mapping.records[row.list]
        held = dict(_kept_fields(row.record, stated))
        if held and row.case:
            found.setdefault(row.case, {}).setdefault(row.list, []).append(held)
    return found


def _kept_fields(record: Record, stated: RecordsStatement) -> Iterator[tuple[str, Any]]:
    for pattern in stated.keep:
        if pattern.endswith(ANY):
            names = [name for name in record if fnmatchcase(name, pattern)]
        else:
            names = [pattern]
        for name in names:
            value = at_path(record, name)
            if value not in (None, "", [], {}):
                is_long = isinstance(value, str) and len(value) > _SIZE_LIMIT_CHARACTERS
                yield name, value[:_SIZE_LIMIT_CHARACTERS] if is_long else value


def unknown_of(rows: Sequence[Row], mapping: EventLogMapping) -> Iterator[UnknownField]:
    """Fields that nobody reads, keeps or leaves out, by list."""
    for name, stated in mapping.records.items():
        known = [*_fields_read(name, mapping), *stated.keep, *stated.left_out]
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
    return fnmatchcase(field, pattern) or pattern.startswith((f"{field}.", f"{ANY}."))

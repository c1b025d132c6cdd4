"""An export of several lists of records as the rows that a mapping reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tierline.connectors.event_log.csv_shape import Shape
from tierline.connectors.event_log.export_columns import frame_of
from tierline.connectors.event_log.export_fields import UnknownField, kept_of, unknown_of
from tierline.connectors.event_log.export_files import ListOfRecords, Record, read_lists
from tierline.connectors.event_log.export_rows import RecordPlace, by_name, rows_of
from tierline.connectors.event_log.table import Table
from tierline.kernel.errors import Fault, Invalid

if TYPE_CHECKING:
    from tierline.connectors.event_log.mapping import EventLogMapping


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


def read_export(paths: Sequence[Path], mapping: EventLogMapping) -> Export:
    """The rows of an export. Raises Invalid, NotFound or LimitReached where it cannot be read."""
    return export_of(read_lists(paths), mapping)


def export_of(lists: Sequence[ListOfRecords], mapping: EventLogMapping) -> Export:
    """The same of lists that have been read. Raises Invalid where none of them holds cases."""
    named, unused = by_name(lists, mapping)
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
    rows = list(rows_of(named, mapping))
    counts = {name: sum(row.list == name for row in rows) for name in mapping.records}
    chosen = _mapping_for(mapping, counts)
    frame = frame_of(rows, chosen)
    source = lists[0].place if len(lists) == 1 else f"{lists[0].place} and {len(lists) - 1} more"
    return Export(
        table=Table(source, tuple(frame.columns), frame, Shape(len(frame), None, None)),
        mapping=chosen,
        places=tuple(row.place for row in rows),
        counts={name: len(records) for name, records in named.items()},
        unused=tuple(unused),
        unknown=tuple(unknown_of(rows, mapping)),
        kept=kept_of(rows, mapping),
    )


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

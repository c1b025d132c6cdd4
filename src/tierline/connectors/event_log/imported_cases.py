"""From an export to cases that can be imported: histories, what was written, and every reject with
its place in the export and what to write instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tierline.actions.imported_case import CaseFile, FieldFate, ImportedCase
from tierline.cases.event import EventKind
from tierline.catalog.statement import MilestoneKind
from tierline.connectors.event_log.coded_rows import mapped_columns
from tierline.connectors.event_log.export import Export, export_of
from tierline.connectors.event_log.export_files import ListOfRecords, read_lists
from tierline.connectors.event_log.export_rows import RecordPlace
from tierline.connectors.event_log.reading import (
    LogReading,
    read_rows,
    target_attribute,
    verdict_attribute,
)
from tierline.connectors.event_log.source_file import plain_file
from tierline.connectors.event_log.table import read_table
from tierline.connectors.event_log.value_codes import fits
from tierline.kernel.errors import Fault, Invalid
from tierline.kernel.instants import SECOND_US, from_micros
from tierline.scorecards.differences import OldVerdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tierline.cases.event import CaseEvent
    from tierline.connectors.event_log.mapping import EventLogMapping
    from tierline.connectors.event_log.rejects import RejectedRow

MOST_FAULTS = 1_000
_SAID = frozenset(
    {
        EventKind.public_reply,
        EventKind.private_note,
        EventKind.automatic_reply,
        EventKind.customer_message,
    }
)
_WHERE = {
    "The mapping has no severity": "severity.values",
    "The mapping has no state": "states.values (or states.silent)",
    "The mapping has no tier": "tier.values",
    "The mapping has no verdict": "the verdict's met, missed or silent",
}


def read_cases(paths: Sequence[Path], mapping: EventLogMapping, source: str) -> CaseFile:
    """The cases of an export. Raises Invalid, NotFound or LimitReached where it cannot be read as a
    whole; what is wrong with single records and cases is listed in the answer."""
    if not mapping.records and len(paths) == 1:
        return _of_log(paths[0], mapping, source)
    return cases_of(read_lists(paths), mapping, source)


def cases_of(lists: Sequence[ListOfRecords], mapping: EventLogMapping, source: str) -> CaseFile:
    """The same of lists that have been read."""
    if not mapping.records:
        fault = Fault(
            "no_records",
            "The mapping does not say which lists of records the export has.",
            "records",
            "Begin from the mapping of a desk: tierline import mapping NAME -o mapping.yaml.",
        )
        raise Invalid("This mapping reads no export.", [fault])
    export = export_of(lists, mapping)
    reading = read_rows(export.table, export.mapping)
    return case_file(export, reading, source)


def _of_log(path: Path, mapping: EventLogMapping, source: str) -> CaseFile:
    """The same of a log that is one table: `tierline replay` reads it so too."""
    with plain_file(path, mapping.file.encoding) as opened:
        table = read_table(opened, mapping.file, mapped_columns(mapping))
    if len(table) == 0:
        raise Invalid(f"{path} has a header and no rows.", code="empty_file")
    lines = table.shape.line_of(np.arange(len(table)))
    ids = table.frame[mapping.case_id].cast(pl.String).fill_null("").to_list()
    places = tuple(
        RecordPlace("", path.name, int(line), case_id)
        for line, case_id in zip(lines, ids, strict=True)
    )
    rows = {"rows": len(table)}
    export = Export(table, mapping, places, counts=rows, unused=(), unknown=(), kept={})
    return case_file(export, read_rows(table, mapping), source)


def case_file(export: Export, reading: LogReading, source: str) -> CaseFile:
    """The same of an export that has been read."""
    cases = list(_cases(export, reading))
    rejects = reading.rejected_rows
    faults = list(_faults(export, reading))
    notices = []
    if len(faults) > MOST_FAULTS:
        notices.append(f"{len(faults):,} faults in all; the first {MOST_FAULTS:,} are listed.")
    return CaseFile(
        source=source,
        name=export.mapping.name or source,
        cases=tuple(cases),
        faults=tuple(faults[:MOST_FAULTS]),
        as_of=from_micros(reading.log.as_of),
        records=export.counts,
        rejected_rows=rejects.rows,
        rejected_cases=len(reading.refused),
        unused=export.unused,
        unknown=tuple(FieldFate(each.list, each.field, each.records) for each in export.unknown),
        notices=tuple(notices),
    )


def _cases(export: Export, reading: LogReading) -> Iterator[ImportedCase]:
    log = reading.log
    texts = _texts(export)
    kinds = [kind for kind in MilestoneKind if verdict_attribute(kind) in log.attributes]
    for place, case_id in enumerate(log.case_ids):
        history = log.history(place)
        rows = reading.row_of_event[
            int(log.first_row[place]) : int(log.first_row[place + 1])
        ].tolist()
        told = history.attributes
        opening = told.get("description") or told.get("subject", "")
        events, said = _said(history.events, rows, texts, opening)
        yield ImportedCase(
            external_id=case_id,
            place=str(export.places[int(rows[0])]),
            events=events,
            tier=history.tier,
            account=told.get("account", ""),
            contact=told.get("contact", ""),
            channel=told.get("channel", ""),
            subject=told.get("subject", ""),
            address=told.get("address", ""),
            texts=said,
            kept=export.kept.get(case_id, {}),
            verdicts={kind: old for kind in kinds if (old := _verdict(told, kind)) is not None},
        )


def _texts(export: Export) -> dict[EventKind, list[str | None]]:
    """By kind of fact and row: what was written."""
    frame = export.table.frame
    found: dict[EventKind, list[str | None]] = {}
    for rule in export.mapping.events:
        if rule.text is None:
            continue
        chosen = pl.Series(fits(frame, rule.where, rule.unless))
        told = pl.select(pl.when(chosen).then(frame[rule.text])).to_series().to_list()
        kind = EventKind[rule.event.value]
        before = found.get(kind, [None] * len(told))
        found[kind] = [old or new for old, new in zip(before, told, strict=True)]
    return found


def _said(
    events: Sequence[CaseEvent],
    rows: Sequence[int],
    texts: Mapping[EventKind, list[str | None]],
    opening: str,
) -> tuple[tuple[CaseEvent, ...], tuple[tuple[int, str], ...]]:
    """The events, of which one that says the same at the same instant stands once, and texts by
    their place."""
    kept: list[CaseEvent] = []
    said: list[tuple[int, str]] = [(0, opening)] if opening else []
    for event, row in zip(events, rows, strict=True):
        text = texts[event.kind][int(row)] if event.kind in texts else None
        is_repeat = event.kind in _SAID and text is None and event in kept[-4:]
        if is_repeat:
            continue
        if text:
            said.append((len(kept), text))
        kept.append(event)
    return tuple(kept), tuple(said)


def _verdict(told: Mapping[str, str], kind: MilestoneKind) -> OldVerdict | None:
    verdict = told.get(verdict_attribute(kind), "")
    if not verdict:
        return None
    target = told.get(target_attribute(kind), "")
    return OldVerdict(verdict == "met", int(target) * SECOND_US if target else None)


# rejects ------------------------------------------------------------------------------------------


def _faults(export: Export, reading: LogReading) -> Iterator[Fault]:
    of_line = _places_by_line(export)
    for reject in reading.rejected_rows:
        place = of_line[reject.line]
        yield Fault(
            "rejected_record",
            f"{reject.reason} ('{reject.value}')" if reject.value else reject.reason,
            reject.column,
            _instead(reject),
            f"{place} (case {place.case})",
        )
    for case in reading.refused:
        yield Fault(
            case.code,
            case.reason,
            "",
            _CASES.get(case.code, "Mend its other rejects first."),
            f"case {case.case_id}",
        )


_CASES = {
    "no_opening": "Export the list of cases for the same time as their events.",
    "no_severity": "Write 'default' under 'severity' in the mapping.",
    "no_tier": "Write 'default' under 'tier' in the mapping.",
    "end_before_start": "Check the time zone and the order of day and month under 'times'.",
    "fact_before_opening": "Check the time zone under 'times', and the column of 'opened_at'.",
}


def _places_by_line(export: Export) -> Mapping[int, RecordPlace]:
    lines = export.table.shape.line_of(np.arange(len(export.places)))
    return dict(zip(lines.tolist(), export.places, strict=True))


def _instead(reject: RejectedRow) -> str:
    for said, place in _WHERE.items():
        if reject.reason.startswith(said):
            return f"Say what '{reject.value}' means under {place} in the mapping."
    if "zone" in reject.reason:
        return "Write 'time_zone' under 'times' in the mapping."
    if "not a time" in reject.reason:
        return "Write 'order' or 'format' under 'times' in the mapping."
    return "Mend the record in the export."

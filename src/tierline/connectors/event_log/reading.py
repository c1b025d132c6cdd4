"""Reading an event log: a file and a mapping in, a log of cases out, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tierline.actions.intake import Intake, RowsRead
from tierline.cases.log import CaseLog, Labels
from tierline.connectors.event_log.case_rows import Cases
from tierline.connectors.event_log.coded_rows import coded_rows, mapped_columns
from tierline.connectors.event_log.column_uses import column_uses
from tierline.connectors.event_log.export import read_export
from tierline.connectors.event_log.facts import facts_of
from tierline.connectors.event_log.old_tool import old_targets, old_verdicts
from tierline.connectors.event_log.rejects import RejectedRows, RowRejects
from tierline.connectors.event_log.source_file import Progress, no_progress, plain_file
from tierline.connectors.event_log.table import read_table
from tierline.connectors.event_log.value_codes import text_codes
from tierline.kernel.errors import Fault, Invalid
from tierline.kernel.instants import format_micros, to_micros

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tierline.actions.intake import ColumnUse
    from tierline.catalog.statement import MilestoneKind
    from tierline.connectors.event_log.facts import FactColumns
    from tierline.connectors.event_log.mapping import EventLogMapping
    from tierline.connectors.event_log.table import Table
    from tierline.scorecards.coverage import ListedCase

_STAGES = 5


@dataclass(frozen=True, slots=True)
class RowCounts:
    """Rows of the file; the four last add up to the first."""

    read: int
    used: int
    """Rows that gave a fact."""
    without_effect: int
    """Rows that changed nothing, the repeated ones among them."""
    rejected: int
    of_listed_cases: int
    """Sound rows of cases that cannot be judged."""
    repeated: int
    """Rows equal to an earlier one in every mapped column; part of `without_effect`."""

    @property
    def reconcile(self) -> bool:
        """Whether every row is accounted for."""
        told = self.used + self.without_effect + self.rejected + self.of_listed_cases
        return self.read == told


@dataclass(frozen=True)
class LogReading:
    """What came out of a file. Every case of it is in the log or in `refused`."""

    source: str
    log: CaseLog
    rejected_rows: RejectedRows
    refused: tuple[ListedCase, ...]
    rows: RowCounts
    cases_read: int
    columns: tuple[ColumnUse, ...]
    """All columns of the file, and what each is read as."""
    row_of_event: NDArray[np.int64]
    """By event of the log: the row of the file (from 0) that told it."""

    def intake(self) -> Intake:
        """The same as reports show it."""
        rows = RowsRead(
            self.rows.read,
            self.rows.used,
            self.rows.without_effect,
            self.rows.rejected,
            self.rows.of_listed_cases,
        )
        return Intake(self.source, rows, self.rejected_rows, self.refused, self.columns)


def read_log(
    path: str | Path, mapping: EventLogMapping, progress: Progress = no_progress
) -> LogReading:
    """Read a log of cases. Raises Invalid, NotFound or LimitReached where the file as a whole
    cannot be read; rows and cases that cannot be used are listed in the answer."""
    if mapping.records:
        export = read_export([Path(path)], mapping)
        return read_rows(export.table, export.mapping, progress)
    with plain_file(Path(path), mapping.file.encoding, progress) as source:
        progress("read", 0, _STAGES)
        table = read_table(source, mapping.file, mapped_columns(mapping))
    progress("read", 1, _STAGES)
    if len(table) == 0:
        raise Invalid(f"{path} has a header and no rows.", code="empty_file")
    return read_rows(table, mapping, progress)


def read_rows(
    table: Table, mapping: EventLogMapping, progress: Progress = no_progress
) -> LogReading:
    """The same of rows that have been read."""
    rejects = RowRejects(len(table))
    rows = coded_rows(table, mapping, rejects)
    progress("read", 2, _STAGES)
    cases = Cases.of(rows, mapping, rejects, table.frame)
    progress("read", 3, _STAGES)
    facts = facts_of(cases.rows, cases.runs, cases.opened_at, mapping).sorted_by_case(cases.runs)
    cases.refuse_early_facts(facts)
    progress("read", 4, _STAGES)
    listed = rejects.listed(table.shape.line_of)
    if not cases.is_kept.any():
        raise _nothing_kept(cases, listed)
    reading = LogReading(
        source=table.name,
        log=_log(cases, facts, mapping),
        rejected_rows=listed,
        refused=cases.refused(),
        rows=_counts(cases, facts, rejects, len(table)),
        cases_read=len(rows.case_ids),
        columns=column_uses(mapping, table.header),
        row_of_event=cases.rows.row[facts.row[cases.is_kept[facts.case]]],
    )
    progress("read", _STAGES, _STAGES)
    return reading


def verdict_attribute(kind: MilestoneKind) -> str:
    """The attribute that holds what the old tool said about a milestone: met or missed."""
    return f"verdict_{kind.value}"


def target_attribute(kind: MilestoneKind) -> str:
    """The attribute that holds the target of the old tool, in seconds."""
    return f"target_{kind.value}"


def _log(cases: Cases, facts: FactColumns, mapping: EventLogMapping) -> CaseLog:
    kept = cases.is_kept
    chosen = kept[facts.case]
    counts = np.bincount(facts.case[chosen], minlength=len(kept))[kept]
    return CaseLog(
        case_ids=tuple(np.array(cases.ids, dtype=object)[kept]),
        first_row=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        at=facts.at[chosen],
        kind=facts.kind[chosen],
        value=Labels(facts.value[chosen], facts.names),
        tier=Labels(cases.tier[kept], cases.rows.tiers),
        as_of=_as_of(cases, facts, mapping),
        attributes=_attributes(cases, mapping),
    )


def _nothing_kept(cases: Cases, rejected: RejectedRows) -> Invalid:
    faults = [Fault("no_case", f"{c.case_id}: {c.reason}") for c in cases.refused()[:20]]
    rows = [
        Fault("rejected_row", row.reason, row.column, row.value, line=row.line)
        for row in islice(rejected, 20)
    ]
    return Invalid("No case of this log can be judged.", [*rows, *faults], code="no_case")


def _as_of(cases: Cases, facts: FactColumns, mapping: EventLogMapping) -> int:
    latest = max(int(facts.at.max()), int(cases.rows.at.max()))
    if mapping.as_of is None:
        return latest
    stated = to_micros(mapping.as_of)
    if stated < latest:
        raise Invalid(
            f"The mapping says that the log ends at {format_micros(stated)}, and it has facts up "
            f"to {format_micros(latest)}. Write a later 'as_of', or leave it out."
        )
    return stated


def _attributes(cases: Cases, mapping: EventLogMapping) -> dict[str, Labels]:
    attributes = {}
    for name, stated in mapping.attributes.items():
        codes, names = text_codes(cases.rows.texts[stated.column])
        names = tuple(stated.values.get(each, each) for each in names)
        attributes[name] = Labels(cases.known(codes, stated.take), names)
    for kind, verdict in mapping.verdicts.items():
        attributes[verdict_attribute(kind)] = old_verdicts(cases, kind.value, verdict)
        if verdict.target is not None:
            attributes[target_attribute(kind)] = old_targets(cases, verdict, verdict.target)
    return attributes


def _counts(cases: Cases, facts: FactColumns, rejects: RowRejects, read: int) -> RowCounts:
    of_kept = cases.is_kept[cases.runs.case]
    gave_fact = np.zeros(len(cases.rows), dtype=np.bool_)
    gave_fact[facts.row] = True
    return RowCounts(
        read=read,
        used=int((gave_fact & of_kept).sum()),
        without_effect=int((~gave_fact & of_kept).sum()) + cases.rows.repeated,
        rejected=int(rejects.is_rejected.sum()),
        of_listed_cases=int((~of_kept).sum()),
        repeated=cases.rows.repeated,
    )

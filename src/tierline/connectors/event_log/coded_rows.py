"""Rows of the file as numbers: every value looked up in the mapping, every row that cannot be used
set aside with its reason, and the rest in the order in which things happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tierline.connectors.event_log.table import Table, ragged
from tierline.connectors.event_log.times import UNKNOWN, ParsedTimes, TimeFault, parse_times
from tierline.connectors.event_log.value_codes import (
    ABSENT,
    distinct,
    severity_codes,
    state_codes,
    tier_codes,
    verdict_codes,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tierline.connectors.event_log.mapping import EventLogMapping
    from tierline.connectors.event_log.rejects import RowRejects

MAX_CELL_CHARACTERS = 100_000
MAX_CASE_ID_CHARACTERS = 200


@dataclass(frozen=True)
class CodedRows:
    """Usable rows sorted by case, time, tie and place in the file. Codes are ABSENT where the row
    says nothing."""

    case_ids: tuple[str, ...]
    """All cases that any row names, in order; some may have no usable row."""
    row: NDArray[np.int64]
    """Place in the file, from 0."""
    case: NDArray[np.int64]
    """Index into `case_ids`."""
    at: NDArray[np.int64]
    times: Mapping[str, NDArray[np.int64]]
    """Instants of each mapped time column; UNKNOWN where the row has none."""
    texts: pl.DataFrame
    """The columns that rules, questions and attributes read, as they stand in the file."""
    severity: NDArray[np.int32]
    severities: tuple[str, ...]
    tier: NDArray[np.int32]
    tiers: tuple[str, ...]
    state: NDArray[np.int32]
    """Index into the values of the mapping's `states`, in their order."""
    verdicts: Mapping[str, NDArray[np.int32]]
    """By milestone kind: 0 met, 1 missed."""
    repeated: int
    """Rows left out because an earlier row is the same in every mapped column."""

    def __len__(self) -> int:
        return len(self.row)

    def only(self, mask: NDArray[np.bool_]) -> CodedRows:
        """The rows of a mask."""
        return replace(
            self,
            row=self.row[mask],
            case=self.case[mask],
            at=self.at[mask],
            times={name: instants[mask] for name, instants in self.times.items()},
            texts=self.texts.filter(mask),
            severity=self.severity[mask],
            tier=self.tier[mask],
            state=self.state[mask],
            verdicts={kind: codes[mask] for kind, codes in self.verdicts.items()},
        )


def time_columns(mapping: EventLogMapping) -> tuple[str, ...]:
    """Columns that are read as times."""
    states = mapping.states.values.values() if mapping.states else ()
    named: list[str | None] = [mapping.event_at, mapping.opened_at]
    named += [state.at for state in states]
    named += [rule.at for rule in mapping.events]
    return distinct(named)


def mapped_columns(mapping: EventLogMapping) -> tuple[str, ...]:
    """Every column that the mapping reads."""
    severity, tier = mapping.severity, mapping.tier
    named: list[str | None] = [mapping.case_id, *time_columns(mapping), mapping.tie_order]
    named += [severity.column, severity.rows, severity.columns, tier.column]
    named += [rule.column for rule in tier.rules]
    if mapping.states:
        named += mapping.states.sources()
        named += [s.question.column for s in mapping.states.values.values() if s.question]
    named += rule_columns(mapping)
    named += [attribute.column for attribute in mapping.attributes.values()]
    for verdict in mapping.verdicts.values():
        named += [*verdict.sources(), *verdict.where, *verdict.unless, *verdict.only_with]
        named += [verdict.target.column] if verdict.target else []
    return distinct(named)


def rule_columns(mapping: EventLogMapping) -> list[str | None]:
    """Columns that rules look at, save their times."""
    named: list[str | None] = []
    for rule in mapping.events:
        named += [rule.column, *rule.where, *rule.unless, rule.text]
    return named


def _text_columns(mapping: EventLogMapping) -> tuple[str, ...]:
    """Columns that are looked at again after every code is known."""
    states = mapping.states.values.values() if mapping.states else ()
    named: list[str | None] = [state.question.column for state in states if state.question]
    named += rule_columns(mapping)
    named += [attribute.column for attribute in mapping.attributes.values()]
    for verdict in mapping.verdicts.values():
        named += [*verdict.where, *verdict.unless, *verdict.only_with]
        named += [verdict.target.column] if verdict.target else []
    return distinct([mapping.case_id, *named])


def coded_rows(table: Table, mapping: EventLogMapping, rejects: RowRejects) -> CodedRows:
    """Look every value up. Rows with a fault go to `rejects`; the others come back in order."""
    frame = table.frame
    _reject_shapes(table, rejects)
    _reject_long_cells(frame, rejects)
    case_ids = frame[mapping.case_id]
    _reject_case_ids(case_ids, rejects)
    times = {
        name: _time_column(frame[name], mapping, rejects, table.name)
        for name in time_columns(mapping)
    }
    row_time = mapping.event_at or str(mapping.opened_at)
    rejects.add(
        (times[row_time] == UNKNOWN) & ~rejects.is_rejected,
        None,
        column=row_time,
        reason="The row has no time.",
    )
    severities, severity = severity_codes(frame, mapping, rejects)
    tiers, tier = tier_codes(frame, mapping, rejects)
    state = state_codes(frame, mapping, rejects)
    verdicts = {
        kind.value: verdict_codes(frame, stated, rejects)
        for kind, stated in mapping.verdicts.items()
    }
    names, case = _case_codes(case_ids)
    at = times[row_time]
    kept, repeated = _without_repeats(frame, np.flatnonzero(~rejects.is_rejected), case, at)
    order = kept[_order(frame, mapping, (case[kept], at[kept], kept))]
    return CodedRows(
        case_ids=names,
        row=order,
        case=case[order],
        at=at[order],
        times={name: instants[order] for name, instants in times.items()},
        texts=frame.select(_text_columns(mapping))[order],
        severity=severity[order],
        severities=severities,
        tier=tier[order],
        tiers=tiers,
        state=state[order],
        verdicts={kind: codes[order] for kind, codes in verdicts.items()},
        repeated=repeated,
    )


# faults of single rows ----------------------------------------------------------------------


def _reject_shapes(table: Table, rejects: RowRejects) -> None:
    is_ragged = ragged(table)
    if table.shape.fields is None or not is_ragged.any():
        return
    expected = len(table.header)
    for count in np.unique(table.shape.fields[is_ragged]):
        reason = f"The row has {count} fields where the header has {expected}."
        if count == 0:
            reason = "The line is empty."
        rejects.add(table.shape.fields == count, None, column="", reason=reason)


def _reject_long_cells(frame: pl.DataFrame, rejects: RowRejects) -> None:
    for name, dtype in frame.schema.items():
        if dtype != pl.String:
            continue
        lengths = frame[name].str.len_bytes()
        if (lengths.max() or 0) <= MAX_CELL_CHARACTERS:  # type: ignore[operator] # an integer column
            continue
        is_long = (lengths > MAX_CELL_CHARACTERS).fill_null(value=False).to_numpy()
        reason = f"The cell is longer than {MAX_CELL_CHARACTERS:,} characters."
        rejects.add(is_long, frame[name], column=name, reason=reason)


def _reject_case_ids(case_ids: pl.Series, rejects: RowRejects) -> None:
    missing = case_ids.is_null().to_numpy() & ~rejects.is_rejected
    rejects.add(missing, None, column=case_ids.name, reason="The row names no case.")
    lengths = case_ids.cast(pl.String).str.len_chars()
    is_long = (lengths > MAX_CASE_ID_CHARACTERS).fill_null(value=False).to_numpy()
    reason = f"A case id is longer than {MAX_CASE_ID_CHARACTERS} characters."
    rejects.add(is_long & ~rejects.is_rejected, case_ids, column=case_ids.name, reason=reason)


def _time_column(
    column: pl.Series, mapping: EventLogMapping, rejects: RowRejects, source: str
) -> NDArray[np.int64]:
    parsed: ParsedTimes = parse_times(column, mapping.times, source)
    for fault in (TimeFault.unreadable, TimeFault.no_zone, TimeFault.out_of_range):
        reason = fault.reason(mapping.times)
        rejects.add(parsed.faults == fault, column, column=column.name, reason=reason)
    return parsed.instants


# order -------------------------------------------------------------------------------------------


def _case_codes(case_ids: pl.Series) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    texts = case_ids.cast(pl.String)
    names = texts.unique().drop_nulls().sort()
    codes = texts.replace_strict(
        names, np.arange(len(names), dtype=np.int64), default=None, return_dtype=pl.Int64
    )
    return tuple(names.to_list()), codes.fill_null(ABSENT).to_numpy()


def _without_repeats(
    frame: pl.DataFrame, kept: NDArray[np.int64], case: NDArray[np.int64], at: NDArray[np.int64]
) -> tuple[NDArray[np.int64], int]:
    """Leave out rows that repeat an earlier one in every mapped column, as an export that was
    appended twice does.

    A state that is set, changed and set again within one instant looks the same, save that not all
    rows of the instant then stand there equally often; such rows are kept.
    """
    rows = pl.DataFrame(
        {
            "row": frame.hash_rows(seed=7).gather(kept),
            "case": case[kept],
            "at": at[kept],
            "place": np.arange(len(kept)),
        }
    )
    twice = rows.filter(pl.col("row").is_duplicated())
    if len(twice) == 0:
        return kept, 0
    instants = rows.join(twice.select("case", "at").unique(), on=["case", "at"], how="semi")
    times = instants.group_by("row").agg(pl.len().alias("times"))
    counted = instants.join(times, on="row", how="left", maintain_order="left")
    even = (
        counted.group_by("case", "at")
        .agg((pl.col("times").min() == pl.col("times").max()).alias("is_even"))
        .filter("is_even")
    )
    repeats = (
        counted.join(even, on=["case", "at"], how="semi", maintain_order="left")
        .filter(~pl.col("row").is_first_distinct())["place"]
        .to_numpy()
    )
    return np.delete(kept, repeats), len(repeats)


def _order(
    frame: pl.DataFrame,
    mapping: EventLogMapping,
    keys: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
) -> NDArray[np.intp]:
    """Places sorted by case, time, tie and row."""
    case, at, row = keys
    if mapping.tie_order is None:
        return np.lexsort((row, at, case))
    tie = frame[mapping.tie_order][row].cast(pl.Float64, strict=False).fill_null(np.inf)
    return np.lexsort((row, tie.to_numpy(), at, case))

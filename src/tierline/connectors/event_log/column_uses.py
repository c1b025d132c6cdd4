"""What each column of a file is read as, in words: the dry run of a mapping."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from tierline.actions.intake import ColumnUse
from tierline.connectors.event_log.coded_rows import mapped_columns
from tierline.connectors.event_log.mapping import EventLogMapping, EventRule, StateStatement
from tierline.connectors.event_log.source_file import plain_file
from tierline.connectors.event_log.table import all_columns, read_table
from tierline.connectors.event_log.value_codes import codes_among, joined

_SAMPLES = 3
_SAMPLE_CHARACTERS = 60
_MOST_VALUES = 200
SILENT = "says nothing of it"
NOT_MAPPED = "not in the mapping: such rows are rejected"


@dataclass(frozen=True, slots=True)
class ColumnReport:
    """A column of the file: what it is read as (empty where it is not used), and what is in it."""

    column: str
    used_as: str
    known: int
    """Rows in which it is known."""
    distinct: int
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ValueReport:
    """One value of a column whose values the mapping lists."""

    value: str
    meaning: str
    rows: int


@dataclass(frozen=True)
class DryRun:
    """How a mapping reads a file, before anything is judged."""

    columns: tuple[ColumnReport, ...]
    values: Mapping[str, tuple[ValueReport, ...]]
    """By what is looked up (`state: incident_state`); the most frequent first."""


def column_uses(mapping: EventLogMapping, header: Sequence[str]) -> tuple[ColumnUse, ...]:
    """What each column of a header is read as."""
    uses: dict[str, list[str]] = {}
    for column, use in _uses(mapping):
        uses.setdefault(column, []).append(use)
    return tuple(
        ColumnUse(column, ", ".join(dict.fromkeys(uses.get(column, [])))) for column in header
    )


def dry_run(path: str | Path, mapping: EventLogMapping) -> DryRun:
    """Look at every column of a file. Raises as `read_log` does."""
    with plain_file(Path(path), mapping.file.encoding) as source:
        times = Counter(all_columns(source, mapping.file))
        once = [column for column, count in times.items() if count == 1]
        wanted = list(dict.fromkeys([*mapped_columns(mapping), *once]))
        frame = read_table(source, mapping.file, wanted).frame
    columns = tuple(
        _column_report(frame[use.column], use.used_as) for use in column_uses(mapping, once)
    )
    return DryRun(columns, dict(_value_reports(frame, mapping)))


def _column_report(column: pl.Series, used_as: str) -> ColumnReport:
    texts = column.cast(pl.String)
    samples = texts.head(10_000).drop_nulls().unique(maintain_order=True).head(_SAMPLES)
    return ColumnReport(
        column.name,
        used_as,
        known=len(texts) - texts.null_count(),
        distinct=texts.drop_nulls().n_unique(),
        samples=tuple(text[:_SAMPLE_CHARACTERS] for text in samples.to_list()),
    )


def _uses(mapping: EventLogMapping) -> Iterator[tuple[str, str]]:
    severity, tier = mapping.severity, mapping.tier
    yield mapping.case_id, "case id"
    for column, use in (
        (mapping.opened_at, "time of opening"),
        (mapping.event_at, "time of the row"),
        (mapping.tie_order, "order within one time"),
        (severity.column, "severity"),
        (severity.rows, "severity (row of the matrix)"),
        (severity.columns, "severity (column of the matrix)"),
        (tier.column, "tier"),
    ):
        if column:
            yield column, use
    for rule in tier.rules:
        yield rule.column, "tier"
    yield from _state_uses(mapping)
    yield from _event_uses(mapping)
    for name, attribute in mapping.attributes.items():
        yield attribute.column, f"attribute '{name}' ({attribute.take.value} row)"
    yield from _verdict_uses(mapping)


def _event_uses(mapping: EventLogMapping) -> Iterator[tuple[str, str]]:
    for event in mapping.events:
        what = _words(event.event.value)
        yield event.column, f"{what} ({_condition(event)})"
        for column in (*event.where, *event.unless):
            yield column, f"condition of {what}"
        if event.text:
            yield event.text, f"what was written ({what})"
        if event.at:
            yield event.at, f"time of {what}"


def _verdict_uses(mapping: EventLogMapping) -> Iterator[tuple[str, str]]:
    for kind, verdict in mapping.verdicts.items():
        what = f"the old tool's verdict on {_words(kind.value)}"
        for column in verdict.sources():
            yield column, what
        for column in (*verdict.where, *verdict.unless, *verdict.only_with):
            yield column, f"condition of {what}"
        if verdict.target:
            yield verdict.target.column, f"the old tool's target of {_words(kind.value)}"


def _state_uses(mapping: EventLogMapping) -> Iterator[tuple[str, str]]:
    if mapping.states is None:
        return
    for column in mapping.states.sources():
        yield column, "state"
    for state in mapping.states.values.values():
        if state.at:
            yield state.at, f"time of {_meaning(state)}"
        if state.question:
            yield state.question.column, f"question that {_meaning(state)} needs"


def _value_reports(
    frame: pl.DataFrame, mapping: EventLogMapping
) -> Iterator[tuple[str, tuple[ValueReport, ...]]]:
    severity, tier = mapping.severity, mapping.tier
    if mapping.states:
        meanings = {value: _meaning(state) for value, state in mapping.states.values.items()}
        states = joined(frame, mapping.states.sources())
        yield _counted("state", states, _with_patterns(states, meanings, mapping.states.silent))
    if severity.column:
        yield _counted("severity", frame[severity.column], dict(severity.values))
    if severity.rows and severity.columns:
        pairs = joined(frame, (severity.rows, severity.columns), needs_all=True)
        cells = severity.cells.items()
        named = {f"{row} / {value}": s for row, chosen in cells for value, s in chosen.items()}
        yield _counted("severity", pairs, named)
    if tier.column:
        otherwise = tier.default and f"{tier.default} (default)"
        yield _counted("tier", frame[tier.column], dict(tier.values), otherwise or NOT_MAPPED)
    for kind, verdict in mapping.verdicts.items():
        named = dict.fromkeys(verdict.met, "met") | dict.fromkeys(verdict.missed, "missed")
        column = joined(frame, verdict.sources())
        meanings = _with_patterns(column, named, verdict.silent)
        yield _counted(f"verdict on {_words(kind.value)}", column, meanings)


def _with_patterns(
    column: pl.Series, meanings: Mapping[str, str], silent: Sequence[str]
) -> dict[str, str]:
    """What each text of a column means, those that `*` stands for among them."""
    words = [*meanings.values(), SILENT]
    codes = codes_among(column, {value: at for at, value in enumerate(meanings)}, silent)
    return {text: words[code] for text, code in codes.items()}


def _counted(
    what: str, column: pl.Series, meanings: Mapping[str, str], otherwise: str = NOT_MAPPED
) -> tuple[str, tuple[ValueReport, ...]]:
    counts = column.cast(pl.String).alias("value").drop_nulls().value_counts(name="rows")
    found = counts.sort(["rows", "value"], descending=[True, False]).head(_MOST_VALUES)
    return f"{what}: {column.name}", tuple(
        ValueReport(str(value)[:_SAMPLE_CHARACTERS], meanings.get(str(value), otherwise), rows)
        for value, rows in found.iter_rows()
    )


def _meaning(state: StateStatement) -> str:
    return state.state.value if state.state else f"pause {state.pause}"


def _condition(rule: EventRule) -> str:
    if rule.known:
        return "when it is filled"
    if rule.changes:
        return "when it changes"
    verb, values = ("is", rule.is_) if rule.is_ else ("becomes", rule.becomes)
    return f"when it {verb} {' or '.join(values[:4])}"


def _words(name: str) -> str:
    return name.replace("_", " ")

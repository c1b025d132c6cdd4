"""From rows to facts: what changed between a row of a case and the one before.

Everything is done on whole columns. A row that changes nothing gives no fact.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tierline.cases.event import EventKind
from tierline.connectors.event_log.mapping import CaseState, RuleEvent, SeverityFrom
from tierline.connectors.event_log.times import UNKNOWN
from tierline.connectors.event_log.value_codes import ABSENT, fits, text_codes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tierline.connectors.event_log.case_rows import CaseRuns
    from tierline.connectors.event_log.coded_rows import CodedRows
    from tierline.connectors.event_log.mapping import (
        EventLogMapping,
        EventRule,
        StatesStatement,
    )

    Mask = NDArray[np.bool_]
    Codes = NDArray[np.int32]
    Micros = NDArray[np.int64]

_OPEN, _RESTORED, _RESOLVED, _CLOSED, _FIRST_REASON = 0, 1, 2, 3, 4
_CONDITION = {
    CaseState.open: _OPEN,
    CaseState.restored: _RESTORED,
    CaseState.resolved: _RESOLVED,
    CaseState.closed: _CLOSED,
}
_ENTERED = {
    _RESTORED: EventKind.restored,
    _RESOLVED: EventKind.resolved,
    _CLOSED: EventKind.closed,
}


@dataclass(frozen=True)
class FactColumns:
    """Facts of all cases as columns."""

    case: Micros
    """Place of the case among the cases that have rows."""
    row: Micros
    """Place of the row that told the fact."""
    at: Micros
    kind: NDArray[np.int8]
    value: Codes
    names: tuple[str, ...]


@dataclass
class Facts:
    """Facts as columns while they are collected: row, instant, kind and the text they carry."""

    names: list[str] = field(default_factory=list)
    """Texts behind `value`: severities, tiers, pause reasons."""
    _rows: list[Micros] = field(default_factory=list)
    _at: list[Micros] = field(default_factory=list)
    _kind: list[NDArray[np.int8]] = field(default_factory=list)
    _value: list[Codes] = field(default_factory=list)
    _turn: list[NDArray[np.int8]] = field(default_factory=list)

    def codes_of(self, names: Sequence[str]) -> Codes:
        """Codes of texts in `names`, which are added where they are new."""
        for name in names:
            if name not in self.names:
                self.names.append(name)
        return np.array([self.names.index(name) for name in names], dtype=np.int32)

    def add(self, mask: Mask, at: Micros, kind: EventKind, *, value: Codes | None = None) -> None:
        """The same kind of fact on every row of a mask; `at` and `value` are by row."""
        rows = np.flatnonzero(mask)
        self._rows.append(rows)
        self._at.append(at[rows])
        self._kind.append(np.full(len(rows), kind, dtype=np.int8))
        absent = np.full(len(rows), ABSENT, dtype=np.int32)
        self._value.append(absent if value is None else value[rows])
        self._turn.append(np.full(len(rows), len(self._turn), dtype=np.int8))

    def sorted_by_case(self, runs: CaseRuns) -> FactColumns:
        """The facts by case and time; those of one instant by row, then in the order of adding."""
        row, at = np.concatenate(self._rows), np.concatenate(self._at)
        case = runs.case[row]
        order = np.lexsort((np.concatenate(self._turn), row, at, case))
        return FactColumns(
            case=case[order],
            row=row[order],
            at=at[order],
            kind=np.concatenate(self._kind)[order],
            value=np.concatenate(self._value)[order],
            names=tuple(self.names),
        )


def facts_of(rows: CodedRows, runs: CaseRuns, opened_at: Micros, mapping: EventLogMapping) -> Facts:
    """All facts that the rows tell. `opened_at` is by case."""
    facts = Facts()
    _opening(facts, rows, runs, opened_at, mapping)
    _tier_changes(facts, rows, runs, mapping)
    for rule in mapping.events:
        _rule(facts, rows, runs, rule, mapping)
    if mapping.states:
        _state_changes(facts, rows, runs, mapping.states)
    return facts


def first_severity(rows: CodedRows, runs: CaseRuns, mapping: EventLogMapping) -> Codes:
    """By case: the severity with which it is opened."""
    if mapping.severity.take is SeverityFrom.last:
        return runs.last_known(rows.severity)
    return runs.first_known(rows.severity)


def _opening(
    facts: Facts, rows: CodedRows, runs: CaseRuns, opened_at: Micros, mapping: EventLogMapping
) -> None:
    is_first = np.zeros(len(rows), dtype=np.bool_)
    is_first[runs.first] = True
    code_of = np.append(facts.codes_of(rows.severities), ABSENT)  # the last place is that of -1
    opening = code_of[first_severity(rows, runs, mapping)][runs.case]
    facts.add(is_first, opened_at[runs.case], EventKind.opened, value=opening)
    if mapping.severity.take is SeverityFrom.changes:
        now = code_of[rows.severity]
        is_new = (now != ABSENT) & (now != runs.before(now, opening))
        facts.add(is_new, rows.at, EventKind.severity_changed, value=now)


def _tier_changes(facts: Facts, rows: CodedRows, runs: CaseRuns, mapping: EventLogMapping) -> None:
    if mapping.tier.take != "changes" or mapping.tier.always:
        return
    now = np.append(facts.codes_of(rows.tiers), ABSENT)[rows.tier]
    is_new = (now != ABSENT) & (now != runs.before(now, runs.first_known(now)[runs.case]))
    facts.add(is_new, rows.at, EventKind.tier_changed, value=now)


# rules over columns --------------------------------------------------------------------------


def _rule(
    facts: Facts, rows: CodedRows, runs: CaseRuns, rule: EventRule, mapping: EventLogMapping
) -> None:
    holds = _holds(rows, runs, rule)
    if rule.once:
        holds &= runs.before(np.where(holds, 1, ABSENT).astype(np.int32), 0) == 0
    at = rows.at
    if rule.at:
        stated = rows.times[rule.at]
        at = np.where(stated != UNKNOWN, stated, rows.at)
    value = None
    if rule.event is RuleEvent.severity_set:
        now = np.append(facts.codes_of(rows.severities), ABSENT)[rows.severity]
        known = runs.before(now, ABSENT)
        opening = runs.first_known(now)[runs.case]
        value = np.where(now != ABSENT, now, np.where(known != ABSENT, known, opening))
        if mapping.severity.take is not SeverityFrom.changes:
            code_of = np.append(facts.codes_of(rows.severities), ABSENT)
            value = code_of[first_severity(rows, runs, mapping)][runs.case]
    facts.add(holds, at, EventKind[rule.event.value], value=value)


def _holds(rows: CodedRows, runs: CaseRuns, rule: EventRule) -> Mask:
    """The rows on which a rule states its fact."""
    chosen = fits(rows.texts, rule.where, rule.unless)
    column = rows.texts[rule.column]
    if not chosen.all():
        column = pl.select(pl.when(pl.Series(chosen)).then(column)).to_series()
    if rule.is_:
        return _is_among(column, rule.is_)
    if rule.becomes:
        now = _is_among(column, rule.becomes)
        appears: Mask = now & (runs.before(now.astype(np.int32), 0) == 0)
        return appears
    codes, _ = text_codes(column)
    before = runs.before(codes, ABSENT)
    is_new: Mask = before == ABSENT if rule.known else (before != ABSENT) & (codes != before)
    holds: Mask = (codes != ABSENT) & is_new
    return holds


def _is_among(column: pl.Series, values: tuple[str, ...]) -> Mask:
    found: Mask = column.cast(pl.String).is_in(list(values)).fill_null(value=False).to_numpy()
    return found


# states ----------------------------------------------------------------------------------------


def _state_changes(facts: Facts, rows: CodedRows, runs: CaseRuns, states: StatesStatement) -> None:
    """Transitions between what the states mean; two states of one meaning are no transition."""
    reasons = list(dict.fromkeys(s.pause for s in states.values.values() if s.pause))
    meaning = [
        _CONDITION[s.state] if s.state else _FIRST_REASON + reasons.index(str(s.pause))
        for s in states.values.values()
    ]
    now = np.array([*meaning, ABSENT], dtype=np.int32)[rows.state]
    before = runs.before(now, _OPEN)
    is_new = (now != ABSENT) & (now != before)
    was_end, is_end = np.isin(before, (_RESOLVED, _CLOSED)), np.isin(now, (_RESOLVED, _CLOSED))
    is_pause = now >= _FIRST_REASON
    reopens = is_new & was_end & ~is_end
    facts.add(reopens, rows.at, EventKind.reopened)
    facts.add(is_new & (before >= _FIRST_REASON) & ~is_end, rows.at, EventKind.resumed)
    value = facts.codes_of(reasons)[np.where(is_pause, now - _FIRST_REASON, 0)] if reasons else None
    asked = _asked(rows, states)
    pauses = is_new & is_pause
    facts.add(pauses & asked, rows.at, EventKind.paused, value=value)
    facts.add(pauses & ~asked, rows.at, EventKind.paused_without_question, value=value)
    for condition, kind in _ENTERED.items():
        enters = is_new & (now == condition)
        if condition == _RESOLVED:
            enters &= before != _CLOSED
        facts.add(enters, _entry_times(rows, runs, states, enters, reopens), kind)


def _asked(rows: CodedRows, states: StatesStatement) -> Mask:
    """Whether the row that sets a waiting state asked the customer; true where nothing says."""
    asked = np.ones(len(rows), dtype=np.bool_)
    for place, state in enumerate(states.values.values()):
        if state.question:
            column = rows.texts[state.question.column]
            asked &= (rows.state != place) | _is_among(column, state.question.is_)
    return asked


def _entry_times(
    rows: CodedRows, runs: CaseRuns, states: StatesStatement, enters: Mask, reopens: Mask
) -> Micros:
    """The time of the row, or for the last entry of a case that of the state's `at` column, unless
    that lies before the case was last reopened (then it is left over from before)."""
    at = rows.at.copy()
    if not any(state.at for state in states.values.values()):
        return at
    places = np.flatnonzero(enters)
    is_last = np.ones(len(places), dtype=np.bool_)
    is_last[:-1] = runs.case[places[1:]] != runs.case[places[:-1]]
    places = places[is_last]
    times = np.where(reopens, rows.at, UNKNOWN)
    reopened = np.maximum.reduceat(times, runs.first)[runs.case] if len(times) else times
    for code, state in enumerate(states.values.values()):
        if state.at:
            chosen = places[rows.state[places] == code]
            stated = rows.times[state.at][chosen]
            is_usable = (stated != UNKNOWN) & (stated >= reopened[chosen])
            at[chosen[is_usable]] = stated[is_usable]
    return at

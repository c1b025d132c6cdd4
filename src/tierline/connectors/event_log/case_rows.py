"""The rows of each case, and the cases that cannot be judged."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from tierline.cases.event import EventKind
from tierline.connectors.event_log.mapping import CaseState, Take
from tierline.connectors.event_log.times import UNKNOWN
from tierline.connectors.event_log.value_codes import ABSENT
from tierline.kernel.instants import format_micros
from tierline.scorecards.coverage import ListedCase

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from tierline.connectors.event_log.coded_rows import CodedRows
    from tierline.connectors.event_log.facts import FactColumns
    from tierline.connectors.event_log.mapping import EventLogMapping
    from tierline.connectors.event_log.rejects import RowRejects

    Codes = NDArray[np.int32]
    Micros = NDArray[np.int64]

_ENDS = (CaseState.resolved, CaseState.closed)


@dataclass(frozen=True)
class CaseRuns:
    """Where each case begins and ends among sorted rows."""

    first: Micros
    """Row at which each case begins."""
    case: Micros
    """Place of each row's case among the cases that have rows."""

    @classmethod
    def of(cls, case: Micros) -> CaseRuns:
        """Runs of equal case codes."""
        is_first = np.diff(case, prepend=-1) != 0
        return cls(np.flatnonzero(is_first), np.cumsum(is_first) - 1)

    def before(self, codes: Codes, initial: Codes | int) -> Codes:
        """By row: the last code that was known before it in its case, else `initial`."""
        if len(codes) == 0:
            return codes
        rows = np.arange(len(codes))
        latest = np.maximum.accumulate(np.where(codes != ABSENT, rows, -1))
        previous = np.concatenate([[-1], latest[:-1]])
        is_known = previous >= self.first[self.case]
        return np.where(is_known, codes[np.maximum(previous, 0)], initial).astype(np.int32)

    def first_known(self, codes: Codes) -> Codes:
        """By case: the first known code, or ABSENT."""
        rows = np.where(codes != ABSENT, np.arange(len(codes)), len(codes))
        return self._at(codes, np.minimum.reduceat(rows, self.first)) if len(codes) else codes

    def last_known(self, codes: Codes) -> Codes:
        """By case: the last known code, or ABSENT."""
        rows = np.where(codes != ABSENT, np.arange(len(codes)), -1)
        return self._at(codes, np.maximum.reduceat(rows, self.first)) if len(codes) else codes

    @staticmethod
    def _at(codes: Codes, rows: Micros) -> Codes:
        is_found = (rows >= 0) & (rows < len(codes))
        return np.where(is_found, codes[np.where(is_found, rows, 0)], ABSENT).astype(np.int32)


@dataclass
class Cases:
    """Usable rows by case, and what keeps a case from being judged. Arrays are by case that has
    rows, unless they say otherwise."""

    rows: CodedRows
    runs: CaseRuns
    ids: list[str]
    opened_at: Micros
    tier: Codes
    is_kept: NDArray[np.bool_]
    _reasons: dict[str, ListedCase] = field(default_factory=dict)

    @classmethod
    def of(
        cls, rows: CodedRows, mapping: EventLogMapping, rejects: RowRejects, frame: pl.DataFrame
    ) -> Cases:
        """Sort out rows from before the opening, and cases without opening, severity or tier."""
        reasons: dict[str, ListedCase] = {}
        runs = CaseRuns.of(rows.case)
        opened_at = _opened_at(rows, runs, mapping)
        is_early = rows.at < opened_at[runs.case]
        if is_early.any():
            _refuse_early_ends(rows, opened_at[runs.case], is_early, mapping, reasons)
            name = str(mapping.event_at)
            reason = "The row lies before the opening of its case."
            rejects.add(rows.row[is_early], frame[name], column=name, reason=reason)
            opened_by_code = dict(zip(rows.case[runs.first], opened_at, strict=True))
            rows = rows.only(~is_early)
            runs = CaseRuns.of(rows.case)
            codes = rows.case[runs.first]
            opened_at = np.array([opened_by_code[code] for code in codes], dtype=np.int64)
        rows = _with_severity(rows, runs, mapping)
        ids = [rows.case_ids[code] for code in rows.case[runs.first]]
        cases = cls(
            rows=rows,
            runs=runs,
            ids=ids,
            opened_at=opened_at,
            tier=runs.first_known(rows.tier),
            is_kept=np.ones(len(ids), dtype=np.bool_),
            _reasons=reasons,
        )
        cases._refuse_incomplete()
        return cases

    def known(self, codes: Codes, take: Take) -> Codes:
        """The first or last known code of each kept case."""
        find = self.runs.first_known if take is Take.first else self.runs.last_known
        return find(codes)[self.is_kept]

    def refuse_early_facts(self, facts: FactColumns) -> None:
        """A fact whose own time lies before the opening means that one of the two is wrong."""
        is_early = facts.at < self.opened_at[facts.case]
        for place in np.flatnonzero(is_early):
            what = EventKind(int(facts.kind[place])).name
            self._refuse(
                int(facts.case[place]),
                "fact_before_opening",
                f"It is {what} at {format_micros(facts.at[place])}, before it is opened at "
                f"{format_micros(self.opened_at[facts.case[place]])}.",
            )

    def refused(self) -> tuple[ListedCase, ...]:
        """Every case that is not judged, by id, with the first reason that was found."""
        with_rows = set(self.ids)
        reason = "All of its rows were rejected."
        return tuple(
            self._reasons.get(case_id) or ListedCase(case_id, "no_sound_row", reason)
            for case_id in self.rows.case_ids
            if case_id in self._reasons or case_id not in with_rows
        )

    def _refuse_incomplete(self) -> None:
        for position, case_id in enumerate(self.ids) if self._reasons else ():
            self.is_kept[position] = case_id not in self._reasons
        checks = (
            (self.opened_at == UNKNOWN, "no_opening", "No row says when it was opened."),
            (
                self.runs.first_known(self.rows.severity) == ABSENT,
                "no_severity",
                "No row says its severity.",
            ),
            (self.tier == ABSENT, "no_tier", "No row says its tier."),
        )
        for is_missing, code, reason in checks:
            for place in np.flatnonzero(is_missing):
                self._refuse(int(place), code, reason)

    def _refuse(self, place: int, code: str, reason: str) -> None:
        self.is_kept[place] = False
        case_id = self.ids[place]
        self._reasons.setdefault(case_id, ListedCase(case_id, code, reason))


def _with_severity(rows: CodedRows, runs: CaseRuns, mapping: EventLogMapping) -> CodedRows:
    """A case of which no row says it is opened with the default, where there is one."""
    if mapping.severity.default is None:
        return rows
    severity = rows.severity.copy()
    unsaid = runs.first[runs.first_known(severity) == ABSENT]
    severity[unsaid] = rows.severities.index(mapping.severity.default)
    return replace(rows, severity=severity)


def _opened_at(rows: CodedRows, runs: CaseRuns, mapping: EventLogMapping) -> Micros:
    if mapping.opened_at is None:
        return rows.at[runs.first]
    stated = rows.times[mapping.opened_at]
    is_known = np.where(stated != UNKNOWN, 0, ABSENT).astype(np.int32)
    places = np.where(is_known != ABSENT, np.arange(len(stated)), len(stated))
    first = np.minimum.reduceat(places, runs.first) if len(places) else places
    return np.where(first < len(stated), stated[np.minimum(first, len(stated) - 1)], UNKNOWN)


def _refuse_early_ends(
    rows: CodedRows,
    opened_at: Micros,
    is_early: NDArray[np.bool_],
    mapping: EventLogMapping,
    reasons: dict[str, ListedCase],
) -> None:
    """An end before the opening is no stray row: nobody can say how long the case took."""
    if mapping.states is None:
        return
    ends = [state.state in _ENDS for state in mapping.states.values.values()]
    is_end = np.array([*ends, False])[rows.state]
    for place in np.flatnonzero(is_early & is_end):
        case_id = rows.case_ids[rows.case[place]]
        reason = (
            f"It ends at {format_micros(rows.at[place])}, before it is opened at "
            f"{format_micros(opened_at[place])}."
        )
        reasons.setdefault(case_id, ListedCase(case_id, "end_before_start", reason))

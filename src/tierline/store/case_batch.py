"""Cases of a batch: actions work on them in memory, and what came of each is written once.

A case is told from its opening to its end before it is written, so that its row, its index and its
search document are written once, and many of them in one statement.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tierline.cases.case import Case, CaseMessage
from tierline.cases.channel import OUT_OF_PLAN, Channel
from tierline.cases.event import CaseEvent
from tierline.cases.standing import ENDED, CaseState
from tierline.kernel.digest import canonical_json, digest_of_bytes
from tierline.kernel.errors import NotFound
from tierline.milestones.signals import Signal, SignalKey
from tierline.milestones.terms import Terms
from tierline.store.case_records import CaseRecords
from tierline.store.case_rows import case_row, event_row, message_row, signal_row
from tierline.store.cases import (
    case_event_table,
    case_message_table,
    case_signal_table,
    case_table,
    case_terms_table,
    terms_read,
)
from tierline.store.search import SearchRecords, documents_of
from tierline.store.unit_of_work import UnitOfWork

_INSERT_CASES, _INSERT_EVENTS = case_table.insert(), case_event_table.insert()
_INSERT_MESSAGES, _INSERT_SIGNALS = case_message_table.insert(), case_signal_table.insert()


@dataclass(slots=True)
class _Told:
    """A case of the batch, and what belongs to it alone."""

    case: Case
    event_rows: list[dict[str, Any]]
    state: CaseState = CaseState.new
    severity: str = ""
    next_due_at: datetime | None = None
    messages: list[CaseMessage] = field(default_factory=list)
    signals: dict[SignalKey, dict[str, Any]] = field(default_factory=dict)


class BatchCases:
    """The cases of a batch."""

    def __init__(self) -> None:
        self.told: dict[str, _Told] = {}
        self.new_terms: dict[str, str] = {}
        self._digests: dict[int, tuple[object, str]] = {}
        self._terms: dict[str, Terms] = {}
        self._number = 0
        self._out_of_plan: dict[tuple[str, Channel], list[datetime]] = {}
        self._last = ""

    @property
    def last(self) -> Case | None:
        """The case that was opened last."""
        told = self.told.get(self._last)
        return None if told is None else told.case

    def get(self, case: str) -> Case:
        """The case of an id. Raises NotFound for one that is not of this batch."""
        if case not in self.told:
            raise NotFound(f"There is no case '{case}' in this batch.")
        return self.told[case].case

    def look_ahead(
        self, account: str | None, statement: object | None, by: str | None, at: datetime
    ) -> None:
        """Nothing is asked of a database here: all that a batch reads is at hand."""

    def next_number(self) -> int:
        """The number after the highest."""
        self._number += 1
        return self._number

    def out_of_plan_before(self, contract: str, channel: Channel) -> tuple[datetime, ...]:
        """When cases came out of plan by a channel under a contract, the first one first."""
        return tuple(self._out_of_plan.get((contract, channel), ())) if contract else ()

    def open_of(self, account: str) -> tuple[Case, ...]:
        """The cases of an account that have not ended, by number."""
        return tuple(
            each.case
            for each in self.told.values()
            if each.case.account == account and each.state not in ENDED
        )

    def keep_terms(self, statement: object) -> str:
        """The digest of a promise in its portable form. The same object is written out once."""
        known = self._digests.get(id(statement))
        if known is not None:
            return known[1]
        written = canonical_json(statement)
        digest = digest_of_bytes(written)
        self._digests[id(statement)] = statement, digest
        if digest not in self._terms:
            self._terms[digest] = terms_read(written.decode())
            self.new_terms[digest] = written.decode()
        return digest

    def terms(self, digest: str) -> Terms:
        """The promise that cases are held to."""
        return self._terms[digest]

    def hold_to(self, case: str, terms: str) -> None:
        """Hold a case to another promise, by its digest."""
        told = self.told[case]
        told.case = replace(told.case, terms=terms)

    def add(self, case: Case, *, by: str, recorded_at: datetime) -> None:
        """Take a new case up, with its facts."""
        rows = [event_row(case.id, place, event, by=by, recorded_at=recorded_at)
                for place, event in enumerate(case.events)]  # fmt: skip
        self.told[case.id] = _Told(case, rows, severity=case.events[0].value)
        self._last = case.id
        if case.access in OUT_OF_PLAN:
            key = case.contract, case.channel
            self._out_of_plan.setdefault(key, []).append(case.events[0].at)

    def append(
        self, case: str, place: int, events: Iterable[CaseEvent], *, by: str, recorded_at: datetime
    ) -> None:
        """Add further facts."""
        told, new = self.told[case], tuple(events)
        told.event_rows += [event_row(case, place + number, event, by=by, recorded_at=recorded_at)
                            for number, event in enumerate(new)]  # fmt: skip
        told.case = replace(told.case, events=(*told.case.events, *new))

    def write(self, messages: Iterable[CaseMessage]) -> None:
        """Add what was said."""
        for each in messages:
            self.told[each.case].messages.append(each)

    def messages(self, case: str) -> tuple[CaseMessage, ...]:
        """What was written in a case, in the order of its facts."""
        return tuple(self.told[case].messages)

    def signalled(self, case: str) -> dict[SignalKey, datetime]:
        """The signals that were told of a case, each with its instant."""
        return {key: row["at"] for key, row in self.told[case].signals.items()}

    def note_signals(self, case: str, signals: Iterable[Signal], *, now: datetime) -> None:
        """Note what was told of a case."""
        for each in signals:
            self.told[case].signals[each.key] = signal_row(case, each, now=now)

    def forget_signals(self, case: str, keys: Iterable[SignalKey]) -> None:
        """Take away what was told of a case and is so no more."""
        for key in keys:
            del self.told[case].signals[key]

    def index(
        self, case: str, state: CaseState, severity: str, next_due_at: datetime | None
    ) -> None:
        """Bring the index of a case up to its facts."""
        told = self.told[case]
        told.state, told.severity, told.next_due_at = state, severity, next_due_at

    def put_into(self, unit: UnitOfWork) -> None:
        """Write all of it; run again it writes the same."""
        terms = [{"digest": each, "statement": text} for each, text in self.new_terms.items()]
        unit.write(unit.insert_new(case_terms_table, "digest"), terms)
        told = list(self.told.values())
        unit.write(
            _INSERT_CASES,
            [case_row(each.case, each.state, each.severity, each.next_due_at) for each in told],
        )
        unit.write(_INSERT_EVENTS, [row for each in told for row in each.event_rows])
        messages = [message_row(each) for case in told for each in case.messages]
        unit.write(_INSERT_MESSAGES, messages)
        unit.write(_INSERT_SIGNALS, [row for each in told for row in each.signals.values()])
        SearchRecords(unit).put_new(
            document for each in told for document in documents_of(each.case, each.messages)
        )
        CaseRecords(unit).count_on()

    def forget(self) -> None:
        """Let go of what was written."""
        self.told.clear()
        self.new_terms.clear()

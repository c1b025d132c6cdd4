"""The clocks of many cases in one unit: what they are told from is read at once, and what is told
of them is written at once.

It stands where `Records` does for `tell_signals` (decision 0197). What is rare (a correction, a
case that goes to somebody else) goes to the records themselves, one by one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tierline.kernel.errors import NotFound
from tierline.store.case_records import CaseRecords
from tierline.store.case_rows import index_row, signal_row
from tierline.store.due_work import DueWorkRecords
from tierline.store.imported_cases import ImportedCaseRecords
from tierline.store.notices import NoticeRecords
from tierline.store.routing_records import RoutingRecords

if TYPE_CHECKING:
    from tierline.actions.due_work import DueWork
    from tierline.cases.case import Case
    from tierline.cases.standing import CaseState
    from tierline.kernel.facts import Fact
    from tierline.milestones.signals import Signal, SignalKey
    from tierline.routing.agent import Agent
    from tierline.routing.assignment import Ownership
    from tierline.routing.notice import Notice
    from tierline.store.records import Records


class ClockBatch:
    """What keeping the clocks of these cases is given. Nobody else changes them meanwhile. For
    `Isolation.BY_STATEMENT`: whatever is decided here is decided of rows that it holds."""

    def __init__(self, records: Records, cases: Collection[str]) -> None:
        records.cases.hold(cases)
        self._records = records
        self._facts: list[Fact] = []
        self.cases = _Cases(records, cases)
        self.routing = _Routing(records, cases)
        self.notices = _Notices(records, cases)
        self.imported_cases = _ImportedCases(records, cases)
        self.due_work = _DueWork(records)
        self.catalogs, self.post_mortems = records.catalogs, records.post_mortems
        self.participants, self.masks = records.participants, records.masks
        self.accelerated_responses = records.accelerated_responses

    def append(self, facts: Iterable[Fact]) -> None:
        """Keep facts for the journal."""
        self._facts += facts

    def write(self) -> None:
        """Write what was told."""
        self.cases.write_told()
        self.notices.write_told()
        self.due_work.write_added()
        self._records.append(self._facts)


class _Cases(CaseRecords):
    """The cases, read once; their signals and their index wait to be written."""

    def __init__(self, records: Records, cases: Collection[str]) -> None:
        super().__init__(records.unit)
        self._known = super().of_ids(sorted(cases))
        self._told = super().signalled_of(cases)
        self._signals: list[dict[str, Any]] = []
        self._index: list[dict[str, Any]] = []

    def get(self, case: str) -> Case:
        """One of these cases. Raises NotFound."""
        if case not in self._known:
            raise NotFound(f"There is no case '{case}'.")
        return self._known[case]

    def signalled(self, case: str) -> dict[SignalKey, datetime]:
        """The signals that were told of a case, each with its instant."""
        return self._told.get(case, {})

    def note_signals(self, case: str, signals: Iterable[Signal], *, now: datetime) -> None:
        """Write down later what was told of a case."""
        self._signals += [signal_row(case, each, now=now) for each in signals]

    def index(
        self, case: str, state: CaseState, severity: str, next_due_at: datetime | None
    ) -> None:
        """Bring the index of a case up to its facts later."""
        self._index.append(index_row(case, state, severity, next_due_at))

    def write_told(self) -> None:
        """Write what waits."""
        self.note_all_signals(self._signals)
        self.index_all(self._index)


class _Routing(RoutingRecords):
    """The plan and the people, read once."""

    def __init__(self, records: Records, cases: Collection[str]) -> None:
        super().__init__(records.unit)
        self._owned = super().ownerships(cases)

    def agents(self) -> tuple[Agent, ...]:
        """Everybody who works on cases and may sign in, by id."""
        return self._agents

    def leads(self) -> tuple[str, ...]:
        """Who leads the desk and may sign in."""
        return self._leads

    def ownership(self, case: str) -> Ownership:
        """Who has a case."""
        return self._owned[case]

    @cached_property
    def _agents(self) -> tuple[Agent, ...]:
        return super().agents()

    @cached_property
    def _leads(self) -> tuple[str, ...]:
        return super().leads()


class _Notices(NoticeRecords):
    """Notices, read once; new ones wait to be written."""

    def __init__(self, records: Records, cases: Collection[str]) -> None:
        super().__init__(records.unit)
        self._known = super().of_cases(cases)
        self._added: list[Notice] = []

    def of_case(self, case: str) -> tuple[Notice, ...]:
        """Every notice of a case."""
        return self._known.get(case, ())

    def add(self, notices: Iterable[Notice]) -> None:
        """Write notices later."""
        self._added += notices

    def write_told(self) -> None:
        """Write what waits."""
        super().add(self._added)


class _ImportedCases(ImportedCaseRecords):
    """When cases came from another desk, read once, where that is asked."""

    def __init__(self, records: Records, cases: Collection[str]) -> None:
        super().__init__(records.unit)
        self._cases = cases

    def imported_at(self, case: str) -> datetime | None:
        """When one of these came; None where it was raised here."""
        return self._known.get(case)

    @cached_property
    def _known(self) -> dict[str, datetime]:
        return super().imported_at_of(self._cases)


class _DueWork(DueWorkRecords):
    """Due work; new rows wait to be written."""

    def __init__(self, records: Records) -> None:
        super().__init__(records.unit)
        self._added: dict[datetime, list[DueWork]] = {}

    def add(self, rows: Iterable[DueWork], *, now: datetime) -> None:
        """Have something done."""
        self._added.setdefault(now, []).extend(rows)

    def write_added(self) -> None:
        """Write what waits."""
        for now, rows in self._added.items():
            super().add(rows, now=now)

"""The clocks of a case, kept up with its facts: its index, what is told of it, and when to look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from tierline.actions.accelerated_responses import OwingBooks, owe
from tierline.actions.due_work import DueWork, DueWorkBook
from tierline.actions.escalations import (
    ChainReads,
    next_climb,
    sooner,
    tell_climbs,
)
from tierline.actions.imported_climbs import ImportedBooks, climbed_before
from tierline.actions.masks import MaskBook
from tierline.actions.participants import Participants
from tierline.actions.post_mortem_debts import DebtBooks, keep_debt
from tierline.actions.rerouting import reassign_after_breach
from tierline.actions.routing import Routing
from tierline.cases.case import Case, CaseMessage
from tierline.cases.channel import Channel
from tierline.cases.event import CaseEvent
from tierline.cases.standing import ENDED, CaseState
from tierline.kernel.instants import format_instant, format_micros, from_micros, to_micros
from tierline.milestones.fold import Milestone, milestones_of
from tierline.milestones.signals import (
    BREACH,
    Signal,
    SignalKey,
    next_after,
    signals_among,
)
from tierline.milestones.table import NEVER
from tierline.milestones.terms import Terms

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion

LANE = "milestones"
KIND = "case clock"
IDENTIFICATION = "case identification"
IDENTIFY_WITHIN = timedelta(hours=4)
"""In elapsed time: whoever waits at night does not know that we do not know them."""


class KnownCases(Protocol):
    """The cases that there are, to read."""

    def get(self, case: str) -> Case: ...
    def terms(self, digest: str) -> Terms: ...


class CaseBook(KnownCases, Protocol):
    """The cases that there are."""

    def open_of(self, account: str) -> tuple[Case, ...]: ...
    def signalled(self, case: str) -> dict[SignalKey, datetime]: ...
    def look_ahead(
        self, account: str | None, statement: object | None, by: str | None, at: datetime
    ) -> None: ...
    def next_number(self) -> int: ...
    def out_of_plan_before(self, contract: str, channel: Channel) -> tuple[datetime, ...]: ...
    def keep_terms(self, statement: object) -> str: ...
    def add(self, case: Case, *, by: str, recorded_at: datetime) -> None: ...
    def append(
        self, case: str, place: int, events: Iterable[CaseEvent], *, by: str, recorded_at: datetime
    ) -> None: ...
    def write(self, messages: Iterable[CaseMessage]) -> None: ...
    def index(
        self, case: str, state: CaseState, severity: str, next_due_at: datetime | None
    ) -> None: ...
    def note_signals(self, case: str, signals: Iterable[Signal], *, now: datetime) -> None: ...
    def forget_signals(self, case: str, keys: Iterable[SignalKey]) -> None: ...


class ClockReads(ChainReads, Protocol):
    """What looking at clocks needs."""

    @property
    def cases(self) -> KnownCases: ...


class ClockBooks(ImportedBooks, DebtBooks, OwingBooks, Protocol):
    """What keeping clocks needs."""

    @property
    def cases(self) -> CaseBook: ...
    @property
    def due_work(self) -> DueWorkBook: ...
    @property
    def participants(self) -> Participants: ...
    @property
    def routing(self) -> Routing: ...
    @property
    def masks(self) -> MaskBook: ...


def row_of(case: str) -> str:
    """The due row of a case."""
    return f"clock of {case}"


def identification_row_of(case: str) -> str:
    """The due row of a case of somebody unknown."""
    return f"identification of {case}"


def identify_by(case: Case) -> datetime:
    """When it should be known whose case it is."""
    return case.events[0].at + IDENTIFY_WITHIN


def watch_identification(books: ClockBooks, case: Case, occasion: Occasion) -> None:
    """Have somebody look whether it became known in time whose case it is."""
    row = DueWork(
        id=identification_row_of(case.id),
        kind=IDENTIFICATION,
        lane=LANE,
        body={"case": case.id},
        run_at=identify_by(case),
    )
    books.due_work.add([row], now=occasion.now)


def keep_clocks(books: ClockBooks, case: Case, occasion: Occasion, *, is_new: bool = False) -> None:
    """After further facts: bring the index up to them, tell what has become true, and have somebody
    look again when the next thing does."""
    next_at = tell_signals(books, case, occasion)
    if not is_new:
        books.due_work.remove([row_of(case.id)])
    watch_clocks(books.due_work, case.id, next_at, occasion.now)


def watch_clocks(due_work: DueWorkBook, case: str, next_at: datetime | None, now: datetime) -> None:
    """Have somebody look at the clocks of a case at the next instant at which there is something to
    tell, if there is one."""
    if next_at is not None:
        row = DueWork(id=row_of(case), kind=KIND, lane=LANE, body={"case": case}, run_at=next_at)
        due_work.add([row], now=now)


def look_again(books: ClockBooks, case_id: str, occasion: Occasion) -> None:
    """What a worker does at the instant of a signal: tell it."""
    tell_signals(books, books.cases.get(case_id), occasion)


def look_at_all(books: ClockBooks, cases: Iterable[str], occasion: Occasion) -> dict[str, datetime]:
    """The same for many cases; when to look again at those of which something is to come."""
    found = {case: tell_signals(books, books.cases.get(case), occasion) for case in cases}
    return {case: at for case, at in found.items() if at is not None}


def next_look(reads: ClockReads, case_id: str, now: datetime) -> datetime | None:
    """When the next signal of a case becomes true, or it climbs next, if nothing else happens."""
    case = reads.cases.get(case_id)
    if not case.terms:
        return None
    terms = reads.cases.terms(case.terms)
    found = milestones_of(case.history, terms, now)
    next_at = next_after(signals_among(found, case.history, terms), to_micros(now))
    climbs_at = next_climb(reads, case, found, terms, now)
    return sooner(None if next_at is None else from_micros(next_at), climbs_at)


def tell_signals(books: ClockBooks, case: Case, occasion: Occasion) -> datetime | None:
    """Write down every signal that has become true and was not told, each with its own instant; the
    instant of the next one. A warning of what has ended by now is let be; a breach never is. What
    was told and is so no more, by a fact that was learned late or by another target, is corrected.
    """
    standing = case.standing
    if not case.terms:
        waits = case.account is None and standing.state not in ENDED
        ask_by = identify_by(case) if waits else None
        books.cases.index(case.id, standing.state, standing.severity, ask_by)
        return None
    terms, now = books.cases.terms(case.terms), to_micros(occasion.now)
    found = milestones_of(case.history, terms, occasion.now)
    signals = signals_among(found, case.history, terms)
    told = books.cases.signalled(case.id)
    moved = _correct(books, case, told, {signal.key: signal.at for signal in signals}, occasion)
    due = [
        signal
        for signal in signals
        if signal.at <= now
        and signal.key not in told
        and (signal.is_running or signal.what == BREACH)
    ]
    there = [signal for signal in signals if signal.key in moved and signal.at <= now]
    books.cases.note_signals(case.id, [*there, *due], now=occasion.now)
    books.append(
        [
            occasion.fact(
                "MilestoneBreached" if signal.what == BREACH else "MilestoneWarned",
                case.account or case.id,
                _named(case, signal.key) | {"promise_id": signal.promise_id},
                at=from_micros(signal.at),
            )
            for signal in due
        ]
    )
    books.cases.index(case.id, standing.state, standing.severity, next_due(found))
    keep_debt(books, case, terms, found)
    owe(books, case, found, terms, told, occasion)
    climbs = tell_climbs(
        books, case, found, terms, occasion, lambda: climbed_before(books, case, terms)
    )
    if climbs.has_breach:
        reassign_after_breach(books, case, occasion)
    next_at = next_after(signals, now)
    return sooner(None if next_at is None else from_micros(next_at), climbs.next_at)


def _correct(
    books: ClockBooks,
    case: Case,
    told: Mapping[SignalKey, datetime],
    now_at: Mapping[SignalKey, int],
    occasion: Occasion,
) -> frozenset[SignalKey]:
    """Take back what was told with an instant at which it is not true: what left the house is not
    unsaid, it is followed by a correction (DESIGN.md, late facts). The signals so taken back."""
    wrong = {key: at for key, at in told.items() if now_at.get(key) != to_micros(at)}
    books.cases.forget_signals(case.id, wrong)
    books.append(
        [
            occasion.fact(
                "MilestoneCorrected",
                case.account or case.id,
                _named(case, key)
                | {
                    "was_at": format_instant(at),
                    "now_at": format_micros(now_at[key]) if key in now_at else None,
                },
            )
            for key, at in wrong.items()
        ]
    )
    return frozenset(wrong)


def _named(case: Case, key: SignalKey) -> dict[str, Any]:
    milestone, cycle, what = key
    return {"case": case.id, "milestone": milestone, "cycle": cycle, "what": what}


def next_due(milestones: Sequence[Milestone]) -> datetime | None:
    """When the first of the milestones that have not stopped is due, or was; None where none has a
    due time."""
    due = [each.due for each in milestones if each.stopped == NEVER and each.due != NEVER]
    return from_micros(min(due)) if due else None

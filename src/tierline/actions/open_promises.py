"""Open cases of an account whose contract has changed: what it promises more holds for them too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tierline.actions.case_clocks import CaseBook, ClockBooks
from tierline.actions.case_promise import PromiseBooks, promise_at, statement_of
from tierline.actions.cases import with_facts
from tierline.actions.due_work import DueWork
from tierline.cases.event import CaseEvent, EventKind
from tierline.kernel.instants import from_micros, to_micros
from tierline.milestones.fold import milestones_of
from tierline.milestones.improvement import improved
from tierline.milestones.portable import terms_from_portable
from tierline.milestones.table import NEVER

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case
    from tierline.catalog.statement import MilestoneKind
    from tierline.entitlements.span import Span
    from tierline.milestones.terms import Terms

READER = "promises of open cases"
LANE = "milestones"
KIND = "promise of open cases"
FACTS = frozenset(
    {
        "ContractSigned",
        "ContractUpgraded",
        "AddOnAdded",
        "OverrideGranted",
        "UpliftGranted",
        "InheritanceChanged",
    }
)
"""After these an account may be promised more."""


class OpenCases(CaseBook, Protocol):
    """Cases that have not ended."""

    def hold_to(self, case: str, terms: str) -> None: ...


class OpenBooks(ClockBooks, PromiseBooks, Protocol):
    """What bringing open cases up to a contract needs."""

    @property
    def cases(self) -> OpenCases: ...


def row_of(account: str) -> str:
    """The due row of an account."""
    return f"promise of {account}"


def improve_open_cases(
    books: OpenBooks, account: str, spans: Sequence[Span], occasion: Occasion
) -> list[Case]:
    """The open cases of an account that are promised more, each from the instant at which the
    account was. `spans` are all stretches of its rules. Done again it changes nothing."""
    cases = [case for case in books.cases.open_of(account) if case.terms]
    if not cases:
        return []
    first, now = min(case.events[0].at for case in cases), to_micros(occasion.now)
    since = to_micros(first)
    offers = [*_offers(books, [span for span in spans if since < span.start <= now])]
    changed = []
    for case in cases:
        after = case
        for offer in offers:
            if offer[0] > case.events[0].at:
                after = _held_to_more(books, after, offer, occasion)
        if after is not case:
            changed.append(after)
    return changed


def _offers(books: PromiseBooks, spans: Sequence[Span]) -> Iterator[tuple[datetime, str, Terms]]:
    """What the account is promised in each of its spans that promises anything: from when on, on
    which tier, and the terms."""
    for span in spans:
        promise = promise_at(books, span, span.start)
        if promise.statement is not None:
            yield from_micros(span.start), promise.tier, terms_from_portable(promise.statement)


class CasesToLookAt(Protocol):
    """Cases that have not ended, and what they are held to."""

    def open_of(self, account: str) -> tuple[Case, ...]: ...
    def terms(self, digest: str) -> Terms: ...


@dataclass(frozen=True, slots=True)
class BetteredClock:
    """A clock that runs, and its due instants (microseconds): None where it has or had none."""

    kind: MilestoneKind
    before: int | None
    after: int


@dataclass(frozen=True, slots=True)
class BetteredCase:
    """An open case that would be promised more, with the clocks that would be due sooner."""

    case: Case
    tier: str
    clocks: tuple[BetteredClock, ...]


def bettered_cases(
    cases: CasesToLookAt, promised: PromiseBooks, account: str, span: Span, at: int
) -> list[BetteredCase]:
    """The open cases of an account that would be promised more from an instant on, by the rules
    that its contract would have then. Nothing is written."""
    promise = promise_at(promised, span, at)
    if promise.statement is None:
        return []
    offered = terms_from_portable(promise.statement)
    found = []
    for case in cases.open_of(account):
        if not case.terms or case.events[0].at >= from_micros(at):
            continue
        held = cases.terms(case.terms)
        better = improved(case.history, held, offered, promise.tier, at)
        if better is not None:
            clocks = tuple(_bettered(case, held, better, at))
            found.append(BetteredCase(case, offered.names.get(promise.tier, promise.tier), clocks))
    return found


def _bettered(
    case: Case, held: Terms, better: tuple[Terms, str], at: int
) -> Iterator[BetteredClock]:
    joined, key = better
    change = CaseEvent(from_micros(at), EventKind.tier_changed, key)
    events = tuple(sorted((*case.events, change), key=lambda event: event.at))
    as_of = events[-1].at
    old = {(each.kind, each.cycle): each for each in milestones_of(case.history, held, as_of)}
    for new in milestones_of(replace(case.history, events=events), joined, as_of):
        before = old.get((new.kind, new.cycle))
        if new.stopped != NEVER or new.due == NEVER:
            continue
        due = NEVER if before is None else before.due
        if due == NEVER or new.due < due:
            yield BetteredClock(new.kind, None if due == NEVER else due, new.due)


def watch(books: OpenBooks, account: str, spans: Sequence[Span], occasion: Occasion) -> None:
    """Have somebody look again when the rules of an account change next."""
    books.due_work.remove([row_of(account)])
    at = next_change(spans, to_micros(occasion.now))
    if at is not None:
        body = {"account": account}
        row = DueWork(id=row_of(account), kind=KIND, lane=LANE, body=body, run_at=at)
        books.due_work.add([row], now=occasion.now)


def next_change(spans: Iterable[Span], now: int) -> datetime | None:
    """When the rules of an account change next; None where they do not."""
    later = (span.start for span in spans if span.start > now)
    first = min(later, default=None)
    return None if first is None else from_micros(first)


def _held_to_more(
    books: OpenBooks, case: Case, offer: tuple[datetime, str, Terms], occasion: Occasion
) -> Case:
    at, tier, offered = offer
    held = books.cases.terms(case.terms)
    found = improved(case.history, held, offered, tier, to_micros(at))
    if found is None:
        return case
    joined, key = found
    digest = books.cases.keep_terms(statement_of(joined, case.events[0].at))
    books.cases.hold_to(case.id, digest)
    event = CaseEvent(at, EventKind.tier_changed, key, occasion.now)
    return with_facts(books, replace(case, terms=digest), [event], occasion)

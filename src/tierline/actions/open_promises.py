"""Open cases of an account whose contract has changed: what it promises more holds for them too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tierline.actions.case_clocks import CaseBook, ClockBooks
from tierline.actions.case_promise import PromiseBooks, promise_at
from tierline.actions.cases import with_facts
from tierline.actions.due_work import DueWork
from tierline.cases.event import CaseEvent, EventKind
from tierline.kernel.instants import from_micros, to_micros
from tierline.milestones.improvement import improved
from tierline.milestones.portable import portable_terms, terms_from_portable

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case
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
_YEARS_AHEAD = 5


class OpenCases(CaseBook, Protocol):
    """Cases that have not ended."""

    def open_of(self, account: str) -> tuple[Case, ...]: ...
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
    now = to_micros(occasion.now)
    starts = [span for span in spans if span.start <= now]
    changed = []
    for case in books.cases.open_of(account):
        if not case.terms:
            continue
        after = case
        for span in starts:
            if span.start > to_micros(case.events[0].at):
                after = _held_to_more(books, after, span, occasion)
        if after is not case:
            changed.append(after)
    return changed


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


def _held_to_more(books: OpenBooks, case: Case, span: Span, occasion: Occasion) -> Case:
    promise = promise_at(books, span, span.start)
    if promise.statement is None:
        return case
    held, offered = books.cases.terms(case.terms), terms_from_portable(promise.statement)
    found = improved(case.history, held, offered, promise.tier, span.start)
    if found is None:
        return case
    joined, tier = found
    digest = books.cases.keep_terms(_statement(joined, case))
    books.cases.hold_to(case.id, digest)
    event = CaseEvent(from_micros(span.start), EventKind.tier_changed, tier, occasion.now)
    return with_facts(books, replace(case, terms=digest), [event], occasion)


def _statement(terms: Terms, case: Case) -> dict[str, object]:
    """In the portable form, with holidays as far as they were written out at the opening."""
    year = case.events[0].at.year
    statement = portable_terms(terms, set(terms.tiers), (year - 1, year + _YEARS_AHEAD))
    return {**statement, "names": dict(terms.names)}

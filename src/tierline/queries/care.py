"""Care as lists and calendars show it: what is due and what came of it, by date."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tierline.care.finding import CareFinding, FindingState
from tierline.care.item import CareItem, CareState, counted, items_of
from tierline.care.schedule import Key, promised_between, promised_on
from tierline.kernel.errors import Fault, Invalid
from tierline.kernel.instants import to_micros
from tierline.queries.pages import PAGE_ROWS, Page, key_of, page_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from tierline.accounts.contract import Contract
    from tierline.actions.care import CareCalendar
    from tierline.store.records import Reads

BACK, AHEAD = timedelta(days=92), timedelta(days=183)
"""So far a list reaches where nothing is stated."""
RANGE_LIMIT_DAYS = 800
_LATEST = 10**19
"""Later than any instant, in microseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CareQuestion:
    """What is asked for: items that run out in [start, end), of `accounts` (None: of all), that
    somebody has, in a state."""

    start: datetime
    end: datetime
    accounts: Collection[str] | None = None
    owner: str | None = None
    state: CareState | None = None


@dataclass(frozen=True, slots=True)
class CareList:
    """A page of items with the names of their accounts, and how many of all that were asked for are
    in each state."""

    page: Page[CareItem]
    names: Mapping[str, str]
    counts: Mapping[CareState, int]


def question(
    now: datetime, start: datetime | None, end: datetime | None, **asked: object
) -> CareQuestion:
    """A question about a stretch, a quarter back and half a year ahead where none is stated. Raises
    Invalid for one that is too long."""
    first, last = start or now - BACK, end or now + AHEAD
    if last - first > timedelta(days=RANGE_LIMIT_DAYS):
        told = f"At most {RANGE_LIMIT_DAYS} days are listed at once."
        raise Invalid(told, [Fault("too_long", told, "until")])
    return CareQuestion(start=first, end=last, **asked)  # type: ignore[arg-type]  # as its fields are


def list_care(
    reads: Reads,
    asked: CareQuestion,
    *,
    now: datetime,
    after: str | None = None,
    limit: int = PAGE_ROWS,
    from_now: bool = False,
) -> CareList:
    """Items by date, and then by contract and feature; `from_now` what is still to come first, and
    then what is over, the newest first."""
    found = care_items(reads, asked, now)
    key = _from(now) if from_now else _key
    placed = sorted(found, key=key) if from_now else found
    shown = placed if after is None else [each for each in placed if key(each) > key_of(after, 4)]
    page = page_of(shown[: limit + 1], limit, key)
    accounts = sorted({each.promised.account for each in page.items})
    names = {each.id: each.name for each in reads.accounts.of_ids(accounts).values()}
    return CareList(page, names, counted(found))


def care_items(reads: Reads, asked: CareQuestion, now: datetime) -> list[CareItem]:
    """Every item that is asked for, with what had been told of it by `now`."""
    contracts = _contracts(reads, asked.accounts)
    start, end = to_micros(asked.start), to_micros(asked.end)
    promised = [each for contract in contracts for each in promised_between(contract, start, end)]
    ids = sorted({each.key.contract for each in promised})
    told = reads.care
    events = told.all_events(now) if asked.accounts is None else told.events_of(ids, now)
    return sorted(
        (
            each
            for each in items_of(promised, events, now)
            if (asked.owner is None or each.owner == asked.owner)
            and (asked.state is None or each.state is asked.state)
        ),
        key=_key,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CareAction:
    """A finding that is an action, with the item of which it came."""

    item: CareItem
    finding: CareFinding


def open_actions(reads: Reads, accounts: Collection[str] | None, now: datetime) -> list[CareAction]:
    """The actions that are not done, of `accounts` (None: of all), by their days."""
    keys = reads.care.with_actions(accounts)
    if not keys:
        return []
    ids = sorted({key.contract for key in keys})
    contracts = {each.id: each for each in reads.contracts.of_ids(ids)}
    promised = [each for key in keys for each in promised_on(contracts[key.contract], key)]
    told = reads.care.events_of(ids, now)
    found = [
        CareAction(item=item, finding=finding)
        for item in items_of(promised, told, now)
        for finding in item.findings
        if finding.state is FindingState.open
    ]
    return sorted(found, key=_by_day)


def _by_day(each: CareAction) -> tuple[str, Key, int]:
    return str(each.finding.due_on), each.item.promised.key, each.finding.number


def last_before(reads: Reads, asked: CareQuestion, now: datetime) -> CareItem | None:
    """The newest item before what was asked for, as far back as a list may reach."""
    start = asked.start - timedelta(days=RANGE_LIMIT_DAYS)
    earlier = care_items(reads, replace(asked, start=start, end=asked.start), now)
    return earlier[-1] if earlier else None


def items_of_calendar(reads: Reads, calendar: CareCalendar, now: datetime) -> list[CareItem]:
    """What a calendar shows: a year back and a year ahead."""
    asked = CareQuestion(
        start=now - timedelta(days=366),
        end=now + timedelta(days=366),
        accounts=None if calendar.account is None else [calendar.account],
        owner=calendar.owner,
    )
    return care_items(reads, asked, now)


def _contracts(reads: Reads, accounts: Collection[str] | None) -> Iterable[Contract]:
    held = reads.contracts.all() if accounts is None else reads.contracts.of_accounts([*accounts])
    return (contract for listed in held.values() for contract in listed)


def _key(item: CareItem) -> tuple[str, ...]:
    key = item.promised.key
    return (f"{item.promised.until:020d}", key.contract, key.feature, key.due_on.isoformat())


def _from(now: datetime) -> Callable[[CareItem], tuple[str, ...]]:
    """The order of a list that begins now."""
    at = to_micros(now)

    def key(item: CareItem) -> tuple[str, ...]:
        until, *rest = _key(item)
        is_over = item.promised.until <= at
        return (f"1{_LATEST - item.promised.until:020d}" if is_over else f"0{until}", *rest)

    return key

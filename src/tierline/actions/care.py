"""What can be done with care: say who has it, that it was done or is excused; make calendars."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from tierline.accounts.contract import Contract
from tierline.actions.occasion import Journal
from tierline.care.finding import FINDINGS_LIMIT_COUNT, finding_of
from tierline.care.item import (
    CareEvent,
    CareEventKind,
    CareItem,
    items_of,
    refuse_out_of_turn,
    with_fact,
)
from tierline.care.schedule import Key, promised_on
from tierline.kernel.errors import Fault, Invalid, NotFound
from tierline.kernel.ids import CALENDAR

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion

_FACTS = {
    CareEventKind.assigned: "CareAssigned",
    CareEventKind.done: "CareDone",
    CareEventKind.undone: "CareUndone",
    CareEventKind.excused: "CareExcused",
    CareEventKind.found: "CareFound",
    CareEventKind.agreed: "CareActionAgreed",
    CareEventKind.finished: "CareActionDone",
    CareEventKind.told: "CareNoticed",
    CareEventKind.asked: "CareAdviceAsked",
}
CALENDARS_LIMIT_COUNT = 20
"""So many calendars somebody has at a time, of an account or of their own."""


class KnownContracts(Protocol):
    """The contracts that there are."""

    def get(self, contract: str) -> Contract: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CareCalendar:
    """An address at which a calendar is read: of the items of an account, or of those that a user
    has. Who has the secret reads it; only the secret's digest is kept."""

    id: str
    account: str | None
    owner: str | None
    made_at: datetime
    made_by: str
    revoked_at: datetime | None = None


class CareBook(Protocol):
    """What happened to items, and calendars."""

    def events_of(self, contracts: Sequence[str]) -> tuple[CareEvent, ...]: ...
    def append(
        self, account: str, events: Iterable[CareEvent], *, recorded_at: datetime
    ) -> None: ...
    def add_calendar(self, calendar: CareCalendar, digest: str) -> None: ...
    def calendars_of(
        self, *, account: str | None, owner: str | None
    ) -> tuple[CareCalendar, ...]: ...
    def calendar(self, calendar: str) -> CareCalendar: ...
    def revoke_calendar(self, calendar: str, *, at: datetime) -> None: ...


class CareBooks(Journal, Protocol):
    """What the actions of this module need."""

    @property
    def contracts(self) -> KnownContracts: ...
    @property
    def care(self) -> CareBook: ...


@dataclass(frozen=True, slots=True)
class NewFinding:
    """A finding as it is stated; with a day it is an action at once."""

    text: str
    owner: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CareReport:
    """What is said of an item: it happened `at` (now where absent). `findings` come with what was
    done; `finding` is the number of the one that is spoken of."""

    kind: CareEventKind
    about: str = ""
    text: str = ""
    at: datetime | None = None
    findings: tuple[NewFinding, ...] = ()
    finding: int | None = None
    due_on: date | None = None


def report_care(books: CareBooks, key: Key, report: CareReport, occasion: Occasion) -> CareItem:
    """The item with what was said of it. Raises NotFound for one that is not promised, Conflict,
    and Invalid for what has not happened yet."""
    item = item_of(books, key, occasion.now)
    refuse_out_of_turn(item, report.kind)
    at = report.at or occasion.now
    if at > occasion.now:
        fault = Fault("in_the_future", "This has not happened yet.", "at")
        raise Invalid("The report cannot be kept.", [fault])
    events = list(_events_of(item, report, at, occasion.by))
    account = item.promised.account
    books.care.append(account, events, recorded_at=occasion.now)
    body = {"contract": key.contract, "feature": key.feature, "due_on": key.due_on.isoformat(),
            "promise_id": item.promised.promise_id}  # fmt: skip
    books.append([occasion.fact(_FACTS[event.kind], account, body, at=at) for event in events])
    return item_of(books, key, occasion.now)


def _events_of(item: CareItem, report: CareReport, at: datetime, by: str) -> Iterator[CareEvent]:
    """The facts of a report: what was done, and each finding, with who does something about it."""
    key = item.promised.key
    count = len(item.findings)
    if count + len(report.findings) > FINDINGS_LIMIT_COUNT:
        told = f"One item has at most {FINDINGS_LIMIT_COUNT} findings."
        raise Invalid(told, [Fault("too_many", told, "findings")])
    if report.kind is not CareEventKind.found:
        event = CareEvent(
            key, at, report.kind, by, report.about, report.text, report.finding, report.due_on
        )
        if report.finding is not None:
            with_fact(finding_of(item.findings, report.finding), event)
        yield event
    for number, found in enumerate(report.findings, start=count + 1):
        yield CareEvent(key, at, CareEventKind.found, by, text=found.text)
        if found.due_on is not None:
            yield CareEvent(
                key, at, CareEventKind.agreed, by, found.owner, "", number, found.due_on
            )


def item_of(books: CareBooks, key: Key, now: datetime) -> CareItem:
    """The item of a key as it is now. Raises NotFound where nothing is promised on that date."""
    contract = books.contracts.get(key.contract)
    for each in promised_on(contract, key):
        return items_of([each], books.care.events_of([key.contract]), now)[0]
    raise NotFound(f"No '{key.feature}' of this contract is due on {key.due_on}.")


def make_calendar(
    books: CareBooks,
    digest: str,
    *,
    account: str | None,
    owner: str | None,
    occasion: Occasion,
) -> CareCalendar:
    """A new calendar behind a secret of this digest. Raises Invalid where there are too many."""
    present = books.care.calendars_of(account=account, owner=owner)
    if len(present) >= CALENDARS_LIMIT_COUNT:
        told = f"There are {CALENDARS_LIMIT_COUNT} calendars already. Revoke one first."
        raise Invalid(told, code="too_many")
    calendar = CareCalendar(
        id=occasion.new_id(CALENDAR),
        account=account,
        owner=owner,
        made_at=occasion.now,
        made_by=occasion.by,
    )
    books.care.add_calendar(calendar, digest)
    subject = account or calendar.id
    books.append([occasion.fact("CareCalendarMade", subject, {"calendar": calendar.id})])
    return calendar


def revoke_calendar(books: CareBooks, calendar_id: str, occasion: Occasion) -> CareCalendar:
    """The calendar as one that nobody reads any longer. Raises NotFound."""
    calendar = books.care.calendar(calendar_id)
    if calendar.revoked_at is None:
        books.care.revoke_calendar(calendar_id, at=occasion.now)
        subject = calendar.account or calendar.id
        books.append([occasion.fact("CareCalendarRevoked", subject, {"calendar": calendar.id})])
    return books.care.calendar(calendar_id)

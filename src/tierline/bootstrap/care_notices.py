"""Who sees to care is written to a week before it is due, once."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from tierline.access.letter import LetterKind, Words
from tierline.actions.care import CareReport, report_care
from tierline.actions.letters import NewLetter
from tierline.bootstrap.notice_ways import write_to_first
from tierline.care.item import CareEventKind, CareState
from tierline.kernel.instants import from_micros
from tierline.queries.care import CareQuestion, care_items
from tierline.routing.notice_choice import NoticeKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tierline.access.user import User
    from tierline.actions.occasion import Occasion
    from tierline.bootstrap.application import Application
    from tierline.care.item import CareItem
    from tierline.store.records import Reads, Records

AHEAD = timedelta(days=7)
"""So long before its day."""


def _to_tell(reads: Reads, now: datetime) -> list[CareItem]:
    """What is due within a week, and of which nobody was written to."""
    asked = CareQuestion(start=now, end=now + AHEAD, state=CareState.due)
    items = care_items(reads, asked, now)
    ids = sorted({each.promised.key.contract for each in items})
    told = {event.key for event in reads.care.events_of(ids) if event.kind is CareEventKind.told}
    return [each for each in items if each.promised.key not in told]


def tell_of_care(application: Application, occasion: Occasion) -> None:
    """Write to whoever has an item; where nobody has it, or they want no such notices, to the
    account's engineers, or else to who leads the desk. That they were told is a fact of the item.
    Where none of them wants to be told, it is asked again."""
    for item in application.read(lambda reads: _to_tell(reads, occasion.now)):
        application.change(partial(_tell, application, item, occasion))


def _tell(application: Application, item: CareItem, occasion: Occasion, records: Records) -> None:
    key = item.promised.key
    events = records.care.events_of([key.contract])
    if any(event.key == key and event.kind is CareEventKind.told for event in events):
        return
    account = records.accounts.get(item.promised.account).name
    told = write_to_first(
        records,
        who_sees_to(records, item),
        NoticeKind.care,
        lambda user: _letter(application, item, user, account),
        occasion,
    )
    for user in told:
        report_care(records, key, CareReport(kind=CareEventKind.told, about=user.id), occasion)


def who_sees_to(records: Records, item: CareItem) -> Iterator[list[User]]:
    """Whoever has an item; where nobody has it, or they are not to be told, the account's
    engineers, or else who leads."""
    need = records.routing.need_of(item.promised.account)
    wanted = (
        [item.owner] if item.owner else [],
        sorted(need.engineers) if need else [],
        records.routing.leads(),
    )
    for ids in wanted:
        yield [user for user in map(records.users.get, ids) if user.disabled_at is None]


def _letter(application: Application, item: CareItem, user: User, account: str) -> NewLetter:
    promised = item.promised
    day = promised.key.due_on.isoformat()
    whose = "It is yours." if item.owner == user.id else "Nobody has it yet."
    if item.owner and item.owner != user.id:
        whose = "Whoever has it is not written to."
    return NewLetter(
        kind=LetterKind.care_notice,
        to=user.email,
        words=Words(
            before=f"{promised.what} of {account} is due on {day}. {whose}",
            link=f"{application.access.address}/care?account={promised.account}",
            after=f"Promised by {promised.promise_id}. Its pack is there; say what came of it.",
        ),
        digest="",
        until=from_micros(promised.until),
        subject=f"{promised.what} of {account} is due on {day}",
    )

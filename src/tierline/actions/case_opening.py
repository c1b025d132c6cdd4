"""Raising a case: what is promised of it, what was written first, its clocks, and who gets it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tierline.actions.case_access import access_for, tell_access
from tierline.actions.case_clocks import keep_clocks, watch_identification
from tierline.actions.case_facts import tell_facts
from tierline.actions.case_recipients import READ_ELSEWHERE
from tierline.actions.cases import (
    CaseBooks,
    Speaker,
    message_of,
    private_note,
    refuse_stranger,
    refuse_unknown_severity,
    tell_author,
)
from tierline.actions.masks import write_words
from tierline.actions.rerouting import route_new
from tierline.cases.case import Case
from tierline.cases.channel import Channel, ChannelAccess
from tierline.cases.event import CaseEvent, EventKind
from tierline.cases.mask import masked
from tierline.kernel.ids import CASE

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.actions.case_promise import CasePromise
    from tierline.actions.occasion import Occasion


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOrder:
    """A case as somebody raises it. `account` is None where we do not know who asks; `severity` is
    what they say, the mildest where they say nothing. `at` is when it reached us, where that was
    before now. `despite` says why it is helped by a channel that its plan does not include;
    `is_down` that service is down by what was answered."""

    channel: Channel
    subject: str
    text: str
    account: str | None = None
    contact: str | None = None
    severity: str | None = None
    at: datetime | None = None
    despite: str | None = None
    is_down: bool = False


def open_case(books: CaseBooks, order: CaseOrder, promise: CasePromise, occasion: Occasion) -> Case:
    """The case, held to the promise from now on. Raises NotFound, or Invalid with every fault."""
    at = occasion.now if order.at is None else min(order.at, occasion.now)
    by = None if order.contact or order.channel in READ_ELSEWHERE else occasion.by
    books.cases.look_ahead(order.account, promise.statement, by, at)
    refuse_stranger(books, order.contact, order.account)
    zone = "" if order.account is None else books.accounts.get(order.account).time_zone
    severity = _first_severity(order, promise)
    access = access_for(books, order, severity, promise, occasion)
    subject, masks = masked(order.subject, "subject")
    case = Case(
        id=occasion.new_id(CASE),
        number=books.cases.next_number(),
        account=order.account,
        contact=order.contact,
        channel=order.channel,
        access=access,
        subject=subject,
        coverage=promise.coverage,
        contract=promise.contract,
        tier=promise.tier,
        terms="" if promise.statement is None else books.cases.keep_terms(promise.statement),
        time_zone=zone,
        events=(CaseEvent(at, EventKind.opened, severity),),
    )
    books.cases.add(case, by=occasion.by, recorded_at=occasion.now)
    speaker = Speaker(is_customer=True, contact=order.contact)
    first = message_of(case, 0, speaker, order.text, occasion)
    first = replace(first, masks=(*masks, *first.masks))
    write_words(books, case, [first], occasion)
    if order.despite is not None and access is ChannelAccess.exception:
        write_words(books, case, [private_note(case, 0, order.despite, occasion)], occasion)
    tell_facts(books, case, case.events, occasion)
    tell_access(books, case, occasion)
    keep_clocks(books, case, occasion, is_new=True)
    route_new(books, case, occasion)
    if case.account is None:
        watch_identification(books, case, occasion)
    is_mail = order.channel is Channel.email  # the first answer to a mail says it
    return case if is_mail else tell_author(books, case, first, occasion)


def _first_severity(order: CaseOrder, promise: CasePromise) -> str:
    if order.severity is not None:
        refuse_unknown_severity(order.severity, promise.severities)
        return order.severity
    return promise.severities[-1] if promise.severities else ""

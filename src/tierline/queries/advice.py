"""Advice as lists show it: each piece with the cases of its topic that came after the decision, and
the reviews that yielded none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tierline.care.advice import (
    ARCHITECTURE_REVIEW,
    Advice,
    AdviceState,
    without_advice,
)
from tierline.care.item import items_of
from tierline.care.schedule import promised_of
from tierline.kernel.instants import to_micros
from tierline.queries.care import RANGE_LIMIT_DAYS
from tierline.queries.case_topics import account_topics
from tierline.queries.pages import PAGE_ROWS, Page, key_of, page_of
from tierline.queries.status import incidents_between
from tierline.status.scope import Reader
from tierline.store.cases import case_table
from tierline.store.incidents import incident_case_table

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from tierline.care.item import CareItem
    from tierline.status.view import ShownIncident
    from tierline.store.records import Reads, Records

_case, _link = case_table.c, incident_case_table.c
_REACH = timedelta(days=RANGE_LIMIT_DAYS)
LATER_LIMIT = 100
"""So many later cases are named of one piece of advice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceQuestion:
    """What is asked for: of `accounts` (None: of all), in a state, that somebody sees to."""

    accounts: Collection[str] | None = None
    state: AdviceState | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterCase:
    """A case of the account and the topic that was raised after the decision."""

    case: str
    number: int
    severity: str
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceRow:
    """Advice with what came after its decision, the newest first; `later_more` are not named."""

    advice: Advice
    topic_name: str
    later: tuple[LaterCase, ...]
    later_more: int


@dataclass(frozen=True, slots=True)
class AdviceList:
    """A page of advice with the names of its accounts."""

    page: Page[AdviceRow]
    names: Mapping[str, str]


def list_advice(
    reads: Reads | Records,
    asked: AdviceQuestion,
    *,
    after: str | None = None,
    limit: int = PAGE_ROWS,
) -> AdviceList:
    """Advice, the newest first."""
    found = [
        each
        for each in reads.advice.of_accounts(asked.accounts)
        if (asked.state is None or each.state is asked.state)
        and (asked.owner is None or each.owner == asked.owner)
        and (after is None or each.given.id < key_of(after, 1)[0])
    ]
    page = page_of(found[: limit + 1], limit, lambda each: (each.given.id,))
    rows = advice_rows(reads, page.items)
    accounts = sorted({each.given.account for each in page.items})
    names = {each.id: each.name for each in reads.accounts.of_ids(accounts).values()}
    return AdviceList(Page(rows, page.next), names)


def advice_rows(reads: Reads | Records, found: Sequence[Advice]) -> tuple[AdviceRow, ...]:
    """Advice with the name of its topic and its later cases; as few queries for many as for one."""
    topics = reads.guides.newest()[1].topics
    later = later_cases(reads, found)
    return tuple(
        AdviceRow(
            advice=each,
            topic_name=topics[each.given.topic].name if each.given.topic in topics else "",
            later=tuple(later[each.given.id][:LATER_LIMIT]),
            later_more=max(0, len(later[each.given.id]) - LATER_LIMIT),
        )
        for each in found
    )


def later_cases(reads: Reads | Records, found: Sequence[Advice]) -> dict[str, list[LaterCase]]:
    """By advice: the cases of its topic that were raised once it was decided, the newest first."""
    told = [(each, each.decided.at) for each in found if each.decided and each.given.topic]
    listed: dict[str, list[LaterCase]] = {each.given.id: [] for each in found}
    if not told:
        return listed
    since = min(at for _, at in told)
    cases = _raised(reads, {each.given.account for each, _ in told}, since)
    for each, at in told:
        asked = each.given.account, each.given.topic
        listed[each.given.id] = [
            case for whose, topic, case in cases if (whose, topic) == asked and case.opened_at > at
        ]
    return listed


def reviews_without_advice(
    reads: Reads | Records,
    accounts: Collection[str] | None,
    now: datetime,
    back: timedelta = _REACH,
) -> list[CareItem]:
    """The architecture reviews that were held and yielded no advice, by date, of those that were
    due no longer ago than `back`."""
    held = reads.contracts.all() if accounts is None else reads.contracts.of_accounts([*accounts])
    start, end = to_micros(now - back), to_micros(now + _REACH)
    promised = [
        each
        for contracts in held.values()
        for contract in contracts
        for each in promised_of(contract, ARCHITECTURE_REVIEW, start, end)
    ]
    ids = sorted({each.key.contract for each in promised})
    if not ids:
        return []
    items = items_of(promised, reads.care.events_of(ids), now)
    return without_advice(items, reads.advice.keys_of(ids))


def _raised(
    reads: Reads | Records, accounts: Collection[str], since: datetime
) -> list[tuple[str, str, LaterCase]]:
    """The cases of accounts with their topics, the newest first."""
    topics = account_topics(reads.snapshot, reads.guides.newest()[1], accounts, since)
    chosen = (
        sa.select(_case.id, _case.number, _case.severity, _case.opened_at, _case.account_id)
        .where(_case.account_id.in_(sorted(accounts)), _case.opened_at >= since)
        .order_by(_case.opened_at.desc(), _case.id.desc())
    )
    return [
        (
            row.account_id,
            topics.get(row.id, ""),
            LaterCase(
                case=row.id, number=row.number, severity=row.severity, opened_at=row.opened_at
            ),
        )
        for row in reads.snapshot.execute(chosen)
    ]


def later_incidents(reads: Reads | Records, row: AdviceRow, now: datetime) -> list[ShownIncident]:
    """The incidents that caused the later cases of advice, of those that its account sees."""
    decided = row.advice.decided
    if decided is None or not row.later:
        return []
    account = reads.accounts.get(row.advice.given.account)
    reader = Reader(account.id, account.region, account.time_zone)
    chosen = sa.select(_link.incident_id).where(
        _link.case_id.in_([each.case for each in row.later])
    )
    linked = set(reads.snapshot.execute(chosen).scalars())
    if not linked:
        return []
    seen = incidents_between(reads, reader, (decided.at, now), now)
    return [each for each in seen if each.incident.id in linked]

"""What is still to be done about what was found, as a health report tells it: by numbers and dates,
because what people wrote is read where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from tierline.care.advice import known_at
from tierline.queries.care import open_actions
from tierline.scorecards.health_report import ActionRow, AdviceRow
from tierline.store.cases import case_table
from tierline.store.post_mortems import post_mortem_action_table, post_mortem_case_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from tierline.store.records import Reads

_case, _debt, _action = case_table.c, post_mortem_case_table.c, post_mortem_action_table.c
_TOLD = (
    sa.select(_action.id, _action.due_on, _case.id.label("case_id"), _case.number)
    .join(post_mortem_case_table, _debt.post_mortem_id == _action.post_mortem_id)
    .join(case_table, _case.id == _debt.case_id)
    .where(
        _case.account_id == sa.bindparam("whose"),
        _debt.published_at <= sa.bindparam("known"),
        _action.added_at <= sa.bindparam("known"),
        sa.or_(_action.closed_at.is_(None), _action.closed_at > sa.bindparam("known")),
        _action.is_told == 1,
    )
    .order_by(_action.due_on, _action.id, _case.number)
)


def report_actions(reads: Reads, account: str, now: datetime) -> tuple[ActionRow, ...]:
    """The account's actions that were not done at `now`, by their days: those of care, and those of
    published post-mortems that the customer is told of."""
    found = [*_of_care(reads, account, now), *_of_post_mortems(reads, account, now)]
    return tuple(sorted(found, key=lambda row: (row.due_on, row.source, row.number or 0, row.what)))


def open_risks(
    reads: Reads, account: str, at: tuple[datetime, Callable[[datetime], str]]
) -> tuple[AdviceRow, ...]:
    """The account's advice of which nothing had come at an instant, by number: without its words,
    which are read, and erased, where they stand. `at` is the instant, and how days are written."""
    now, day = at
    given = known_at(reads.advice.of_accounts([account]), now)
    found = [each for each in given if each.is_open]
    topics = reads.guides.newest()[1].topics if found else {}
    return tuple(
        AdviceRow(
            advice=each.given.id,
            number=each.given.number,
            topic=topics[each.given.topic].name if each.given.topic in topics else "",
            given_on=day(each.given.given_at),
            state=each.state.value,
            follow_up_on=each.follow_up_on.isoformat(),
            is_overdue=each.is_overdue(now),
        )
        for each in sorted(found, key=lambda each: each.given.number)
    )


def _of_care(reads: Reads, account: str, now: datetime) -> Iterator[ActionRow]:
    for each in open_actions(reads, [account], now):
        promised = each.item.promised
        yield ActionRow(
            source="care",
            what=promised.what,
            case="",
            number=None,
            found_on=promised.key.due_on.isoformat(),
            due_on=str(each.finding.due_on),
            is_overdue=each.finding.is_overdue(now),
        )


def _of_post_mortems(reads: Reads, account: str, now: datetime) -> Iterator[ActionRow]:
    seen = set()
    for row in reads.snapshot.rows(_TOLD, {"whose": account, "known": now}):
        if row.id in seen:
            continue
        seen.add(row.id)
        yield ActionRow(
            source="post_mortem",
            what="",
            case=row.case_id,
            number=row.number,
            found_on=None,
            due_on=row.due_on,
            is_overdue=row.due_on < now.date().isoformat(),
        )

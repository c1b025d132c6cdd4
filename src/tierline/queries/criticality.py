"""Accounts whose criticality profile lacks a part, or has one that is too old."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from tierline.accounts.criticality import Due, Part, Profile, fresh_from, profile_at
from tierline.queries.pages import PAGE_ROWS, Page, key_of, page_of
from tierline.store.accounts import account_table
from tierline.store.criticality import CriticalityReads, assessment_table
from tierline.store.identities import account_merge_table
from tierline.store.unit_of_work import Snapshot

_account, _column, _merge = account_table.c, assessment_table.c, account_merge_table.c
_IS_MERGED = sa.exists().where(_merge.account_id == _account.id, _merge.split_at.is_(None))


@dataclass(frozen=True, slots=True)
class Review:
    """An account, and the parts of its profile that are due for review."""

    account: str
    name: str
    due: tuple[Due, ...]


def reviews_due(
    snapshot: Snapshot, *, on: date, after: str | None = None, limit: int = PAGE_ROWS
) -> Page[Review]:
    """Accounts by name whose profile is not whole and fresh on a day. One that was merged into
    another is not listed: the other answers for it."""
    fresh = (
        sa.select(sa.func.count(sa.distinct(_column.part)))
        .where(
            _column.account_id == _account.id,
            _column.reviewed_on >= fresh_from(on).isoformat(),
            _column.reviewed_on <= on.isoformat(),
        )
        .scalar_subquery()
    )
    chosen = sa.select(_account.id, _account.name).where(fresh < len(Part), ~_IS_MERGED)
    if after is not None:
        name, id_ = key_of(after, 2)
        same = sa.and_(_account.name == name, _account.id > id_)
        chosen = chosen.where(sa.or_(_account.name > name, same))
    ordered = chosen.order_by(_account.name, _account.id).limit(limit + 1)
    rows = snapshot.execute(ordered).all()
    known = CriticalityReads(snapshot).of_accounts([row.id for row in rows])
    found = [
        Review(row.id, row.name, profile_at(known.get(row.id, ()), row.id, on=on).due(on))
        for row in rows
    ]
    return page_of(found, limit, lambda review: (review.name, review.account))


def profile_of(snapshot: Snapshot, account: str, *, on: date) -> Profile:
    """The profile of an account on a day."""
    return profile_at(CriticalityReads(snapshot).of_account(account), account, on=on)

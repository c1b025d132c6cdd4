"""The review of identities, and what an account is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tierline.accounts.identity import Verdict
from tierline.queries.pages import PAGE_ROWS, Page, key_of, page_of
from tierline.store.accounts import account_table
from tierline.store.identities import account_merge_table, identity_review_table
from tierline.store.unit_of_work import Snapshot

_review, _merge = identity_review_table.c, account_merge_table.c


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """Two accounts that may be one, and what speaks for it."""

    first: str
    first_name: str
    second: str
    second_name: str
    weight: int
    evidence: dict[str, Any]
    proposed_at: datetime


def open_reviews(
    snapshot: Snapshot, *, after: str | None = None, limit: int = PAGE_ROWS
) -> Page[ReviewRow]:
    """Pairs on which nobody has decided, the strongest evidence first."""
    one, other = account_table.alias("one"), account_table.alias("other")
    order = -_review.weight
    chosen = (
        sa.select(identity_review_table, one.c.name.label("one"), other.c.name.label("other"))
        .join(one, one.c.id == _review.first_id)
        .join(other, other.c.id == _review.second_id)
        .where(_review.verdict.is_(None))
        .order_by(order, _review.first_id, _review.second_id)
        .limit(limit + 1)
    )
    if after is not None:
        weight, first, second = _key(after)
        same = sa.and_(_review.weight == weight, _review.first_id == first)
        chosen = chosen.where(
            sa.or_(
                _review.weight < weight,
                sa.and_(_review.weight == weight, _review.first_id > first),
                sa.and_(same, _review.second_id > second),
            )
        )
    rows = [
        ReviewRow(
            row.first_id,
            row.one,
            row.second_id,
            row.other,
            row.weight,
            row.evidence,
            row.proposed_at,
        )
        for row in snapshot.execute(chosen)
    ]
    return page_of(rows, limit, lambda row: (str(row.weight), row.first, row.second))


def merges_of(snapshot: Snapshot, accounts: tuple[str, ...]) -> list[dict[str, Any]]:
    """Every merge in which one of the accounts was absorbed, ended or not, the first one first."""
    chosen = (
        sa.select(account_merge_table)
        .where(_merge.account_id.in_(accounts))
        .order_by(_merge.merged_at, _merge.id)
    )
    return [dict(row) for row in snapshot.execute(chosen).mappings()]


@dataclass(frozen=True, slots=True)
class MergeRow:
    """A merge of one account into another; `split_at` is when it was undone."""

    account: str
    name: str
    into: str
    into_name: str
    merged_at: datetime
    split_at: datetime | None
    evidence: dict[str, Any] | None
    """None where a person decided without any."""


def recent_merges(snapshot: Snapshot, *, limit: int) -> tuple[MergeRow, ...]:
    """The last merges, undone or not, the newest first."""
    one, other = account_table.alias("one"), account_table.alias("other")
    chosen = (
        sa.select(account_merge_table, one.c.name.label("one"), other.c.name.label("other"))
        .join(one, one.c.id == _merge.account_id)
        .join(other, other.c.id == _merge.into_id)
        .order_by(_merge.merged_at.desc(), _merge.id.desc())
        .limit(limit)
    )
    return tuple(
        MergeRow(
            row.account_id,
            row.one,
            row.into_id,
            row.other,
            row.merged_at,
            row.split_at,
            row.evidence,
        )
        for row in snapshot.execute(chosen)
    )


@dataclass(frozen=True, slots=True)
class ApartRow:
    """Two accounts of which a person said that they are two."""

    first: str
    first_name: str
    second: str
    second_name: str
    decided_at: datetime


def recently_kept_apart(snapshot: Snapshot, *, limit: int) -> tuple[ApartRow, ...]:
    """The last pairs that a person kept apart, the newest first."""
    one, other = account_table.alias("one"), account_table.alias("other")
    chosen = (
        sa.select(identity_review_table, one.c.name.label("one"), other.c.name.label("other"))
        .join(one, one.c.id == _review.first_id)
        .join(other, other.c.id == _review.second_id)
        .where(_review.verdict == Verdict.apart.value)
        .order_by(_review.decided_at.desc(), _review.first_id, _review.second_id)
        .limit(limit)
    )
    return tuple(
        ApartRow(row.first_id, row.one, row.second_id, row.other, row.decided_at)
        for row in snapshot.execute(chosen)
    )


def _key(cursor: str) -> tuple[int, str, str]:
    weight, first, second = key_of(cursor, 3)
    try:
        return int(weight), first, second
    except ValueError:
        return 0, first, second

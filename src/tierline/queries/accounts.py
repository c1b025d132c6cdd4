"""Lists of accounts."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from tierline.accounts.account import Account
from tierline.queries.pages import PAGE_ROWS, Page, key_of, page_of
from tierline.store.accounts import account_of, account_table
from tierline.store.identities import account_merge_table
from tierline.store.unit_of_work import Snapshot

_column, _merge = account_table.c, account_merge_table.c
_IS_MERGED = sa.exists().where(_merge.account_id == _column.id, _merge.split_at.is_(None))


def accounts_by_name(
    snapshot: Snapshot,
    *,
    after: str | None = None,
    limit: int = PAGE_ROWS,
    among: Collection[str] | None = None,
    search: str = "",
) -> Page[Account]:
    """Accounts in order of their names; only those `among`, where it is given, and only those
    whose name holds `search`, in any case. One that was merged into another is not listed."""
    chosen = sa.select(account_table).where(~_IS_MERGED)
    chosen = chosen.order_by(_column.name, _column.id).limit(limit + 1)
    if among is not None:
        chosen = chosen.where(_column.id.in_(sorted(among)))
    if search:
        chosen = chosen.where(sa.func.lower(_column.name).contains(search.lower(), autoescape=True))
    if after is not None:
        name, id_ = key_of(after, 2)
        same = sa.and_(_column.name == name, _column.id > id_)
        chosen = chosen.where(sa.or_(_column.name > name, same))
    rows = snapshot.execute(chosen).mappings()
    return page_of(
        [account_of(row) for row in rows], limit, lambda account: (account.name, account.id)
    )


def number_of_accounts(snapshot: Snapshot) -> int:
    """How many accounts there are."""
    counted = sa.select(sa.func.count()).select_from(account_table)
    return int(snapshot.execute(counted).scalar_one())

"""The consent ledger of an account, page by page."""

from __future__ import annotations

import sqlalchemy as sa

from tierline.accounts.consent import ConsentEvent
from tierline.queries.pages import PAGE_ROWS, Page, key_of, page_of
from tierline.store.consents import consent_event_of, consent_event_table
from tierline.store.unit_of_work import Snapshot

_column = consent_event_table.c


def statements_of_account(
    snapshot: Snapshot, account: str, *, after: str | None = None, limit: int = PAGE_ROWS
) -> Page[ConsentEvent]:
    """Statements of an account and of its contacts, in the order in which they were recorded."""
    chosen = sa.select(consent_event_table).where(_column.account_id == account)
    if after is not None:
        chosen = chosen.where(_column.id > key_of(after, 1)[0])
    rows = snapshot.execute(chosen.order_by(_column.id).limit(limit + 1)).mappings()
    return page_of([consent_event_of(row) for row in rows], limit, lambda event: (event.id,))

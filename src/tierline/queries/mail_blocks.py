"""Lists of blocked senders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from tierline.queries.pages import PAGE_ROWS, Page, key_of, page_of
from tierline.store.blocked_senders import block_of, blocked_sender_table

if TYPE_CHECKING:
    from tierline.cases.blocked_sender import BlockedSender
    from tierline.store.unit_of_work import Snapshot

_block = blocked_sender_table.c


def list_blocks(
    snapshot: Snapshot, *, after: str | None = None, limit: int = PAGE_ROWS
) -> Page[BlockedSender]:
    """Every block that there was, the newest first; one query."""
    chosen = sa.select(blocked_sender_table)
    if after is not None:
        chosen = chosen.where(_block.id < key_of(after, 1)[0])
    rows = snapshot.execute(chosen.order_by(_block.id.desc()).limit(limit + 1)).mappings()
    return page_of([block_of(row) for row in rows], limit, lambda block: (block.id,))

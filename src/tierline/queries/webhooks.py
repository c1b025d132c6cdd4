"""The log of a webhook: its messages, the newest first."""

from __future__ import annotations

import sqlalchemy as sa

from tierline.kernel.instants import format_instant, parse_instant
from tierline.queries.pages import Page, key_of, page_of
from tierline.store.unit_of_work import Snapshot
from tierline.store.webhooks import message_of, message_table
from tierline.webhooks.attempt import Message

_column = message_table.c


def messages_of(
    snapshot: Snapshot, webhook: str, *, after: str | None, limit: int
) -> Page[Message]:
    """A page of the messages to a webhook."""
    chosen = sa.select(message_table).where(_column.webhook_id == webhook)
    if after is not None:
        at, identifier = key_of(after, 2)
        made_at = parse_instant(at)
        earlier = sa.and_(_column.made_at == made_at, _column.id < identifier)
        chosen = chosen.where(sa.or_(_column.made_at < made_at, earlier))
    ordered = chosen.order_by(_column.made_at.desc(), _column.id.desc()).limit(limit + 1)
    rows = [message_of(row) for row in snapshot.execute(ordered).mappings()]
    return page_of(rows, limit, lambda row: (format_instant(row.made_at), row.id))

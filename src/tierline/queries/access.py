"""Lists of tokens, users and invitations."""

from __future__ import annotations

import sqlalchemy as sa

from tierline.access.token import Token
from tierline.queries.pages import Page, key_of, page_of
from tierline.store.tokens import token_of, token_table
from tierline.store.unit_of_work import Snapshot


def tokens(snapshot: Snapshot, *, after: str | None, limit: int) -> Page[Token]:
    """Tokens, the newest first; one query."""
    column = token_table.c
    chosen = sa.select(token_table)
    if after is not None:
        (id_,) = key_of(after, 1)
        chosen = chosen.where(column.id < id_)
    rows = snapshot.execute(chosen.order_by(column.id.desc()).limit(limit + 1)).mappings()
    return page_of([token_of(row) for row in rows], limit, lambda token: (token.id,))

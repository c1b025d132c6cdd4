"""Lists of tokens, users, invitations and letters."""

from __future__ import annotations

import sqlalchemy as sa

from tierline.access.invitation import Invitation
from tierline.access.letter import Letter
from tierline.access.token import Token
from tierline.access.user import User
from tierline.queries.pages import Page, key_of, page_of
from tierline.store.invitations import invitation_of, invitation_table
from tierline.store.letters import letter_of, letter_table
from tierline.store.tokens import token_of, token_table
from tierline.store.unit_of_work import Snapshot
from tierline.store.users import user_of, user_table


def tokens(snapshot: Snapshot, *, after: str | None, limit: int) -> Page[Token]:
    """Tokens, the newest first; one query."""
    rows = _newest_first(snapshot, token_table, after, limit)
    return page_of([token_of(row) for row in rows], limit, lambda token: (token.id,))


def invitations(snapshot: Snapshot, *, after: str | None, limit: int) -> Page[Invitation]:
    """Invitations, the newest first; one query."""
    rows = _newest_first(snapshot, invitation_table, after, limit)
    return page_of([invitation_of(row) for row in rows], limit, lambda each: (each.id,))


def letters(snapshot: Snapshot, *, after: str | None, limit: int) -> Page[Letter]:
    """Letters, the newest first; one query."""
    rows = _newest_first(snapshot, letter_table, after, limit)
    return page_of([letter_of(row) for row in rows], limit, lambda letter: (letter.id,))


def users(snapshot: Snapshot, *, after: str | None, limit: int) -> Page[User]:
    """Users, the newest first; one query."""
    rows = _newest_first(snapshot, user_table, after, limit)
    return page_of([user_of(row) for row in rows], limit, lambda user: (user.id,))


def _newest_first(
    snapshot: Snapshot, table: sa.Table, after: str | None, limit: int
) -> list[sa.RowMapping]:
    """An id begins with the instant at which it was made."""
    chosen = sa.select(table)
    if after is not None:
        chosen = chosen.where(table.c.id < key_of(after, 1)[0])
    ordered = chosen.order_by(table.c.id.desc()).limit(limit + 1)
    return list(snapshot.execute(ordered).mappings())

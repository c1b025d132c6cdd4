"""Lists of imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from tierline.queries.pages import PAGE_ROWS, Page, key_of, page_of
from tierline.store.imports import LISTED, import_of, kept_import_table

if TYPE_CHECKING:
    from tierline.actions.imports import KeptImport
    from tierline.store.unit_of_work import Snapshot

_column = kept_import_table.c


def list_imports(
    snapshot: Snapshot, *, after: str | None = None, limit: int = PAGE_ROWS
) -> Page[KeptImport]:
    """All of them, the newest first; one query."""
    chosen = sa.select(*LISTED)
    if after is not None:
        chosen = chosen.where(_column.id < key_of(after, 1)[0])
    rows = snapshot.execute(chosen.order_by(_column.id.desc()).limit(limit + 1)).mappings()
    return page_of([import_of(row) for row in rows], limit, lambda each: (each.id,))

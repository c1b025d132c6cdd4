"""Lists of what was taken out of texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from tierline.queries.pages import PAGE_ROWS, Page, key_of, page_of
from tierline.store.masks import case_mask_table, mask_of

if TYPE_CHECKING:
    from tierline.cases.mask import CaseMask
    from tierline.store.unit_of_work import Snapshot

_mask = case_mask_table.c


def list_masks(
    snapshot: Snapshot,
    *,
    case: str | None = None,
    after: str | None = None,
    limit: int = PAGE_ROWS,
) -> Page[CaseMask]:
    """What was taken out, of one case or of all, the newest first; one query."""
    chosen = sa.select(case_mask_table)
    if case is not None:
        chosen = chosen.where(_mask.case_id == case)
    if after is not None:
        chosen = chosen.where(_mask.id < key_of(after, 1)[0])
    rows = snapshot.execute(chosen.order_by(_mask.id.desc()).limit(limit + 1)).mappings()
    return page_of([mask_of(row) for row in rows], limit, lambda mask: (mask.id,))

"""Who stands behind the ids that facts name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from tierline.store.unit_of_work import Snapshot
from tierline.store.users import user_table

_column = user_table.c


@dataclass(frozen=True, slots=True)
class NamedUser:
    """A user's name; `account` is None for the vendor's own people."""

    name: str
    account: str | None


def users_named(snapshot: Snapshot, actors: Collection[str]) -> dict[str, NamedUser]:
    """Those of these ids that are users, in one query."""
    if not actors:
        return {}
    chosen = sa.select(_column.id, _column.name, _column.account_id)
    rows = snapshot.execute(chosen.where(_column.id.in_(sorted(set(actors)))))
    return {row.id: NamedUser(row.name, row.account_id) for row in rows}

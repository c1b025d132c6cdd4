"""Who stands behind the ids that facts name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from tierline.kernel.ids import CONTACT
from tierline.store.contacts import contact_table
from tierline.store.unit_of_work import Snapshot
from tierline.store.users import user_table

ERASED = "somebody who was erased"


@dataclass(frozen=True, slots=True)
class NamedUser:
    """A name; `account` is None for the vendor's own people."""

    name: str
    account: str | None


def users_named(snapshot: Snapshot, actors: Collection[str]) -> dict[str, NamedUser]:
    """Those of these ids that are users, or contacts who wrote without a login, in one query."""
    if not actors:
        return {}
    tables = [user_table]
    if any(actor.startswith(f"{CONTACT.prefix}_") for actor in actors):
        tables.append(contact_table)
    chosen = [
        sa.select(table.c.id, table.c.name, table.c.account_id).where(
            table.c.id.in_(sorted(set(actors)))
        )
        for table in tables
    ]
    rows = snapshot.execute(sa.union_all(*chosen))
    return {row.id: NamedUser(row.name or ERASED, row.account_id) for row in rows}

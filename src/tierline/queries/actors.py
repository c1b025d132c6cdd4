"""Who stands behind the ids that facts name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from tierline.kernel.ids import CONTACT
from tierline.store.contacts import contact_table
from tierline.store.prepared_reads import any_of
from tierline.store.unit_of_work import Snapshot
from tierline.store.users import user_table

ERASED = "somebody who was erased"

_USERS, _CONTACTS = (
    sa.select(table.c.id, table.c.name, table.c.account_id).where(table.c.id.in_(any_of("ids")))
    for table in (user_table, contact_table)
)
_ANYBODY = sa.union_all(_USERS, _CONTACTS)


@dataclass(frozen=True, slots=True)
class NamedUser:
    """A name; `account` is None for the vendor's own people."""

    name: str
    account: str | None


def users_named(snapshot: Snapshot, actors: Collection[str]) -> dict[str, NamedUser]:
    """Those of these ids that are users, or contacts who wrote without a login, in one query."""
    if not actors:
        return {}
    has_contacts = any(actor.startswith(f"{CONTACT.prefix}_") for actor in actors)
    rows = snapshot.rows(_ANYBODY if has_contacts else _USERS, {"ids": sorted(set(actors))})
    return {row.id: NamedUser(row.name or ERASED, row.account_id) for row in rows}

"""Parents and inheritance in the database."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from tierline.accounts.hierarchy import Inheritable, Link
from tierline.store.accounts import account_table
from tierline.store.columns import Document, Words
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

inheritance_table = table(
    "inheritance",
    sa.Column("account_id", Words, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("inherits", Document, nullable=False),
)
_column = inheritance_table.c
_INSERT = inheritance_table.insert()
_DELETE = inheritance_table.delete().where(_column.account_id == sa.bindparam("account"))
DEEPEST = 20
"""Levels above an account that are looked at."""


class HierarchyReads:
    """Reads of the hierarchy."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def above(self, account: str) -> dict[str, Link]:
        """The links of an account and of every account above it, in one query."""
        account_ = account_table.c
        level = sa.literal(0).label("level")
        first = sa.select(account_.id, account_.parent_id, level).where(account_.id == account)
        chain = first.cte("chain", recursive=True)
        upper = sa.select(account_.id, account_.parent_id, chain.c.level + 1).where(
            account_.id == chain.c.parent_id, chain.c.level < DEEPEST
        )
        chain = chain.union_all(upper)
        chosen = sa.select(chain.c.id, chain.c.parent_id, _column.inherits).select_from(
            chain.outerjoin(inheritance_table, chain.c.id == _column.account_id)
        )
        return {row.id: _link(row) for row in self._snapshot.execute(chosen)}

    def inheriting(self, what: Inheritable) -> dict[str, Link]:
        """The links of every account that has something from its parent."""
        account_ = account_table.c
        chosen = sa.select(account_.id, account_.parent_id, _column.inherits).join_from(
            inheritance_table, account_table, _column.account_id == account_.id
        )
        links = (_link(row) for row in self._snapshot.execute(chosen))
        return {link.account: link for link in links if what in link.inherits}


class HierarchyRecords(HierarchyReads):
    """The hierarchy inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit
        self.has_changed = False

    def save(self, account: str, inherits: frozenset[Inheritable]) -> None:
        """Write what an account has from its parent, in place of what it had."""
        self.save_all({account: inherits})

    def save_all(self, inherits: Mapping[str, frozenset[Inheritable]]) -> None:
        """The same for accounts, by id."""
        self.has_changed = self.has_changed or bool(inherits)
        self._unit.write(_DELETE, [{"account": account} for account in inherits])
        self._unit.write(
            _INSERT,
            [
                {"account_id": account, "inherits": sorted(each.value for each in taken)}
                for account, taken in inherits.items()
            ],
        )


def _link(row: sa.Row[tuple[str, str | None, list[str] | None]]) -> Link:
    return Link(row.id, row.parent_id, frozenset(Inheritable(each) for each in row.inherits or ()))

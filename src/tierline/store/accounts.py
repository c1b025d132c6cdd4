"""Accounts in the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from tierline.accounts.account import Account
from tierline.kernel.errors import NotFound
from tierline.store.columns import Instant, Words
from tierline.store.prepared_reads import Ask, any_of
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

account_table = table(
    "account",
    sa.Column("id", Words, primary_key=True),
    sa.Column("name", Words, nullable=False),
    sa.Column("time_zone", Words, nullable=False),
    sa.Column("parent_id", Words, sa.ForeignKey("account.id")),
    sa.Column("region", Words),
    sa.Column("segment", Words),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Index("account_name_id", "name", "id"),
    sa.Index("account_parent_id", "parent_id"),
)
_INSERT = account_table.insert()
_column = account_table.c
_UPDATE = (
    account_table.update()
    .where(_column.id == sa.bindparam("account"))
    .values(
        {
            name: sa.bindparam(f"new_{name}")
            for name in ("name", "time_zone", "parent_id", "region", "segment")
        }
    )
)
_BY_ID = sa.select(account_table).where(_column.id == sa.bindparam("its_id"))
_OF_IDS = sa.select(account_table).where(_column.id.in_(any_of("ids")))


def asked_of(account: str) -> Ask:
    """What asks for an account."""
    return _BY_ID, {"its_id": account}


class AccountReads:
    """Reads of accounts."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def get(self, account: str) -> Account:
        """The account of an id. Raises NotFound."""
        row = self._snapshot.row(*asked_of(account))
        if row is None:
            raise NotFound(f"There is no account '{account}'.")
        return account_of(row)

    def of_ids(self, accounts: Sequence[str]) -> dict[str, Account]:
        """Those of the accounts that there are, by id."""
        rows = self._snapshot.rows(_OF_IDS, {"ids": list(accounts)})
        return {row.id: account_of(row) for row in rows}

    def children_of(self, account: str) -> tuple[Account, ...]:
        """The accounts right below an account, by name."""
        chosen = sa.select(account_table).where(_column.parent_id == account)
        rows = self._snapshot.execute(chosen.order_by(_column.name, _column.id))
        return tuple(account_of(row) for row in rows.mappings())


class AccountRecords(AccountReads):
    """Accounts inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit
        self.changed: set[str] = set()
        """Accounts that were opened in this unit."""
        self.has_changed = False

    def add(self, accounts: Iterable[Account], *, opened_at: datetime) -> None:
        """Write new accounts. An id that stands there already is a Conflict."""
        accounts = list(accounts)
        self.changed.update(each.id for each in accounts)
        self._unit.write(
            _INSERT,
            [
                {
                    "id": each.id,
                    "name": each.name,
                    "time_zone": each.time_zone,
                    "parent_id": each.parent,
                    "region": each.region,
                    "segment": each.segment,
                    "opened_at": opened_at,
                }
                for each in accounts
            ],
        )

    def save(self, account: Account) -> None:
        """Write what has changed about an account. Raises NotFound."""
        if self.save_all([account]) == 0:
            raise NotFound(f"There is no account '{account.id}'.")

    def save_all(self, accounts: Iterable[Account]) -> int:
        """Write what has changed about accounts; how many there were."""
        self.has_changed = True
        return self._unit.write(
            _UPDATE,
            [
                {
                    "account": account.id,
                    "new_name": account.name,
                    "new_time_zone": account.time_zone,
                    "new_parent_id": account.parent,
                    "new_region": account.region,
                    "new_segment": account.segment,
                }
                for account in accounts
            ],
        )


def account_of(row: sa.RowMapping) -> Account:
    """The account of a row."""
    return Account(
        id=row["id"],
        name=row["name"],
        time_zone=row["time_zone"],
        parent=row["parent_id"],
        region=row["region"],
        segment=row["segment"],
    )

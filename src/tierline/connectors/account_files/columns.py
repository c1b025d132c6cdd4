"""The columns of each kind of row, in the order in which a template writes them."""

from __future__ import annotations

from dataclasses import dataclass

from tierline.actions.account_rows import AccountRow, ContactRow, ContractRow, RowKind
from tierline.connectors.account_files.cells import (
    ADD_ONS,
    AMOUNT,
    COUNT,
    DAY,
    EMAIL,
    INHERITS,
    PERIOD,
    PHONE,
    ROLES,
    TEXT,
    TIME_ZONE,
    Cell,
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column. An empty cell leaves the field as it is by default, or is a fault if needed."""

    name: str
    cell: Cell
    is_needed: bool = False


COLUMNS: dict[RowKind, tuple[Column, ...]] = {
    RowKind.account: (
        Column("external_id", TEXT, is_needed=True),
        Column("name", TEXT, is_needed=True),
        Column("time_zone", TIME_ZONE),
        Column("parent", TEXT),
        Column("inherits", INHERITS),
        Column("region", TEXT),
        Column("segment", TEXT),
    ),
    RowKind.contact: (
        Column("external_id", TEXT, is_needed=True),
        Column("account", TEXT, is_needed=True),
        Column("name", TEXT, is_needed=True),
        Column("email", EMAIL),
        Column("phone", PHONE),
        Column("roles", ROLES),
        Column("since", DAY),
    ),
    RowKind.contract: (
        Column("external_id", TEXT, is_needed=True),
        Column("account", TEXT, is_needed=True),
        Column("catalog", TEXT, is_needed=True),
        Column("tier", TEXT, is_needed=True),
        Column("version", TEXT),
        Column("first_day", DAY, is_needed=True),
        Column("last_day", DAY),
        Column("grace_days", COUNT),
        Column("fee", AMOUNT),
        Column("fee_per", PERIOD),
        Column("add_ons", ADD_ONS),
    ),
}
ROW_OF = {
    RowKind.account: AccountRow,
    RowKind.contact: ContactRow,
    RowKind.contract: ContractRow,
}


def kind_of(header: tuple[str, ...]) -> RowKind | None:
    """The kind of rows under a header: the one of which all needed columns are there."""
    names = set(header)
    for kind in (RowKind.contract, RowKind.contact, RowKind.account):
        needed = {column.name for column in COLUMNS[kind] if column.is_needed}
        marks = names & {"tier", "email", "roles", "phone", "first_day"}
        if needed <= names and (kind is not RowKind.account or not marks):
            return kind
    return None

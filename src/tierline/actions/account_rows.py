"""Rows of an account file: what other systems tell of accounts, contacts and contracts.

Each row says where it stands, and an external id of its own by which it is known again.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tierline.accounts.contact import ContactRole
from tierline.accounts.hierarchy import Inheritable
from tierline.catalog.statement import Period
from tierline.kernel.digest import digest_of
from tierline.kernel.errors import Fault


class RowKind(StrEnum):
    """What a row is about; also the name of its sheet."""

    account = "accounts"
    contact = "contacts"
    contract = "contracts"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: the file or sheet, and the line (from 1)."""

    source: str
    line: int

    def fault(self, code: str, message: str, column: str, write_instead: str = "") -> Fault:
        """What is wrong in a column of the row."""
        return Fault(code, message, column, write_instead, self.source, self.line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What every row has."""

    place: Place
    external_id: str

    @property
    def digest(self) -> str:
        """Equal for rows that say the same, wherever they stand."""
        said = {each.name: _plain(getattr(self, each.name)) for each in fields(self)}
        return digest_of({name: value for name, value in said.items() if name != "place"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow(Row):
    """An account; `parent` is an external id, or an id of ours."""

    name: str
    time_zone: str = "UTC"
    parent: str | None = None
    inherits: frozenset[Inheritable] = frozenset()
    region: str | None = None
    segment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRow(Row):
    """A contact; since the beginning of a day in the account's time zone (today, where absent)."""

    account: str
    name: str
    email: str | None = None
    phone: str | None = None
    roles: frozenset[ContactRole] = frozenset({ContactRole.named_contact})
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractRow(Row):
    """A contract over whole days in the account's time zone, the last one included. `add_ons` are
    keys with how many are held."""

    account: str
    catalog: str
    tier: str
    first_day: date
    version: str | None = None
    last_day: date | None = None
    grace_days: int = 0
    fee: Decimal | None = None
    fee_per: Period = Period.month
    add_ons: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class AccountFile:
    """All rows of a file that could be read, what is wrong with the others, and the external ids of
    those others by kind, so that nothing that refers to them is told to be unknown."""

    accounts: tuple[AccountRow, ...] = ()
    contacts: tuple[ContactRow, ...] = ()
    contracts: tuple[ContractRow, ...] = ()
    faults: tuple[Fault, ...] = ()
    unread: frozenset[tuple[RowKind, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Imported:
    """A record of ours that came from a row, and the digest of that row."""

    record: str
    digest: str


@dataclass(slots=True)
class Count:
    """What becomes of the rows of one kind."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What was done, or in a dry run would be. `notices` are what plans say of their limits."""

    is_dry_run: bool
    counts: dict[RowKind, Count]
    notices: tuple[str, ...]


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(str(each) for each in value)
    if isinstance(value, tuple):
        return [list(each) if isinstance(each, tuple) else each for each in value]
    return value if value is None or isinstance(value, str | int) else str(value)

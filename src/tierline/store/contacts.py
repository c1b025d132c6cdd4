"""Contacts in the database. Who a contact is stands here and nowhere else; what they held and when
stays when that is erased."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tierline.accounts.contact import Contact, ContactRole, Tenure
from tierline.accounts.person import Person
from tierline.kernel.errors import NotFound
from tierline.kernel.instants import from_micros, to_micros
from tierline.store.columns import Instant, Words
from tierline.store.idempotency import IdempotencyRecords
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

contact_table = table(
    "contact",
    sa.Column("id", Words, primary_key=True),
    sa.Column("account_id", Words, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("name", Words),
    sa.Column("email", Words),
    sa.Column("phone", Words),
    sa.Column("added_at", Instant, nullable=False),
    sa.Column("removed_at", Instant),
    sa.Column("erased_at", Instant),
    sa.Index("contact_account_id", "account_id", "id"),
    sa.Index("contact_email", "email"),
    sa.Index("contact_removed_at", "removed_at"),
)
contact_role_table = table(
    "contact_role",
    sa.Column("contact_id", Words, sa.ForeignKey("contact.id"), primary_key=True),
    sa.Column("role", Words, primary_key=True),
    sa.Column("start_at", Instant, primary_key=True),
    sa.Column("end_at", Instant),
    sa.Column("account_id", Words, sa.ForeignKey("account.id"), nullable=False),
    sa.Index("contact_role_account_id_role", "account_id", "role"),
)
_column, _held = contact_table.c, contact_role_table.c
_INSERT = contact_table.insert()
_INSERT_ROLE = contact_role_table.insert()
_CHANGEABLE = ("name", "email", "phone", "removed_at", "erased_at")
_UPDATE = (
    contact_table.update()
    .where(_column.id == sa.bindparam("contact"))
    .values({name: sa.bindparam(f"new_{name}") for name in _CHANGEABLE})
)
_FORGET_ROLES = contact_role_table.delete().where(_held.contact_id == sa.bindparam("contact"))
_IDS_AT_ONCE = 500


class ContactReads:
    """Reads of contacts."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def get(self, contact: str) -> Contact:
        """The contact of an id. Raises NotFound."""
        found = self._contacts(_column.id == contact)
        if not found:
            raise NotFound(f"There is no contact '{contact}'.")
        return found[0]

    def of_account(self, account: str) -> tuple[Contact, ...]:
        """Everybody who is or was a contact of an account, the first one first."""
        return self._contacts(_column.account_id == account)

    def of_accounts(self, accounts: Sequence[str]) -> dict[str, list[Contact]]:
        """The same of some accounts, by account."""
        found: dict[str, list[Contact]] = {}
        for start in range(0, len(accounts), _IDS_AT_ONCE):
            chosen = _column.account_id.in_(accounts[start : start + _IDS_AT_ONCE])
            for contact in self._contacts(chosen):
                found.setdefault(contact.account, []).append(contact)
        return found

    def of_ids(self, contacts: Sequence[str]) -> dict[str, Contact]:
        """Those of the contacts that there are, by id."""
        found: dict[str, Contact] = {}
        for start in range(0, len(contacts), _IDS_AT_ONCE):
            chosen = _column.id.in_(contacts[start : start + _IDS_AT_ONCE])
            found.update((each.id, each) for each in self._contacts(chosen))
        return found

    def of_email(self, email: str) -> tuple[Contact, ...]:
        """Everybody with an address in its plain form, at any account."""
        return self._contacts(_column.email == email)

    def removed_before(self, instant: datetime, limit: int) -> tuple[Contact, ...]:
        """Contacts that were removed before an instant and are not erased, the earliest first."""
        chosen = (
            sa.select(_column.id)
            .where(_column.removed_at < instant, _column.erased_at.is_(None))
            .order_by(_column.removed_at, _column.id)
            .limit(limit)
        )
        ids = list(self._snapshot.execute(chosen).scalars())
        found = {contact.id: contact for contact in self._contacts(_column.id.in_(ids))}
        return tuple(found[id_] for id_ in ids)

    def number_holding(self, account: str, role: str, at: datetime) -> int:
        """How many contacts of an account hold a role at an instant."""
        chosen = sa.select(sa.func.count()).where(
            _held.account_id == account,
            _held.role == role,
            _held.start_at <= at,
            sa.or_(_held.end_at.is_(None), _held.end_at > at),
        )
        return int(self._snapshot.execute(chosen).scalar_one())

    def _contacts(self, condition: sa.ColumnElement[bool]) -> tuple[Contact, ...]:
        chosen = sa.select(contact_table).where(condition).order_by(_column.added_at, _column.id)
        rows = self._snapshot.execute(chosen).mappings().all()
        return with_tenures(self._snapshot, rows)


_HOLD = (
    contact_table.update()
    .where(_column.id == sa.bindparam("its_id"), _column.erased_at.is_(None))
    .values(removed_at=_column.removed_at)
)


class ContactRecords(ContactReads):
    """Contacts inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit
        self.changed_accounts: set[str] = set()

    def hold(self, contact: str) -> None:
        """Have whoever erases a contact wait for this unit and see what it writes of them: it
        writes their row, as it is. Raises NotFound where they are erased, or were never there."""
        if self._unit.write(_HOLD, {"its_id": contact}) == 0:
            raise NotFound(f"There is no contact '{contact}'.")

    def add(self, contacts: Iterable[Contact]) -> None:
        """Write new contacts. An id that stands there already is a Conflict."""
        new = list(contacts)
        self.changed_accounts.update(each.account for each in new)
        self._unit.write(_INSERT, [_row(each) for each in new])
        self._unit.write(_INSERT_ROLE, [row for each in new for row in _role_rows(each)])

    def save(self, contact: Contact) -> None:
        """Write what has changed about a contact. Raises NotFound."""
        if self.save_all([contact]) == 0:
            raise NotFound(f"There is no contact '{contact.id}'.")

    def save_all(self, contacts: Sequence[Contact]) -> int:
        """Write what has changed about contacts; how many there were. What was answered about them
        before is told no more."""
        self.changed_accounts.update(each.account for each in contacts)
        rows = [_row(contact) for contact in contacts]
        changed = self._unit.write(
            _UPDATE,
            [
                {"contact": row["id"], **{f"new_{name}": row[name] for name in _CHANGEABLE}}
                for row in rows
            ],
        )
        IdempotencyRecords(self._unit).forget_answers(contact.id for contact in contacts)
        self._unit.write(_FORGET_ROLES, [{"contact": contact.id} for contact in contacts])
        self._unit.write(_INSERT_ROLE, [row for each in contacts for row in _role_rows(each)])
        return changed


def with_tenures(snapshot: Snapshot, rows: Sequence[sa.RowMapping]) -> tuple[Contact, ...]:
    """The contacts of rows, with what they held: one more query for so many ids."""
    ids = [row["id"] for row in rows]
    tenures: dict[str, list[Tenure]] = {}
    for start in range(0, len(ids), _IDS_AT_ONCE):
        chosen = sa.select(contact_role_table).where(
            _held.contact_id.in_(ids[start : start + _IDS_AT_ONCE])
        )
        for held in snapshot.execute(chosen.order_by(_held.start_at, _held.role)):
            tenures.setdefault(held.contact_id, []).append(
                Tenure(ContactRole(held.role), to_micros(held.start_at), _micros(held.end_at))
            )
    return tuple(_contact(row, tenures.get(row["id"], [])) for row in rows)


def _contact(row: sa.RowMapping, tenures: Sequence[Tenure]) -> Contact:
    is_known = row["name"] is not None
    return Contact(
        id=row["id"],
        account=row["account_id"],
        person=Person(name=row["name"], email=row["email"], phone=row["phone"])
        if is_known
        else None,
        added_at=to_micros(row["added_at"]),
        removed_at=_micros(row["removed_at"]),
        erased_at=_micros(row["erased_at"]),
        tenures=tuple(tenures),
    )


def _row(contact: Contact) -> dict[str, Any]:
    who = contact.person
    return {
        "id": contact.id,
        "account_id": contact.account,
        "name": who and who.name,
        "email": who and who.email,
        "phone": who and who.phone,
        "added_at": from_micros(contact.added_at),
        "removed_at": _instant(contact.removed_at),
        "erased_at": _instant(contact.erased_at),
    }


def _role_rows(contact: Contact) -> list[dict[str, Any]]:
    return [
        {
            "contact_id": contact.id,
            "role": tenure.role.value,
            "start_at": from_micros(tenure.start),
            "end_at": _instant(tenure.end),
            "account_id": contact.account,
        }
        for tenure in contact.tenures
    ]


def _micros(instant: datetime | None) -> int | None:
    return None if instant is None else to_micros(instant)


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)

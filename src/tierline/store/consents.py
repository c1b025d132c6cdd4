"""The consent ledger in the database: appended, never changed. The evidence stands beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from tierline.accounts.consent import Basis, ConsentEvent, Purpose
from tierline.kernel.errors import NotFound
from tierline.kernel.instants import from_micros, to_micros
from tierline.store.columns import Instant, Words
from tierline.store.evidence import add_evidence, evidence_about
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

consent_event_table = table(
    "consent_event",
    sa.Column("id", Words, primary_key=True),
    sa.Column("account_id", Words, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("subject", Words, nullable=False),
    sa.Column("purpose", Words, nullable=False),
    sa.Column("state", Words, nullable=False),
    sa.Column("basis", Words, nullable=False),
    sa.Column("notice_version", Words, nullable=False),
    sa.Column("effective_at", Instant, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.Column("actor", Words, nullable=False),
    sa.Index("consent_event_account_id", "account_id", "id"),
)
_column = consent_event_table.c
_INSERT = consent_event_table.insert()
_GIVEN = "given"


class ConsentReads:
    """Reads of the ledger."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def get(self, event: str) -> ConsentEvent:
        """The statement of an id. Raises NotFound."""
        chosen = sa.select(consent_event_table).where(_column.id == event)
        row = self._snapshot.execute(chosen).mappings().first()
        if row is None:
            raise NotFound(f"There is no statement of consent '{event}'.")
        return consent_event_of(row)

    def of_account(self, account: str) -> tuple[ConsentEvent, ...]:
        """Every statement of an account and of its contacts, in the order of recording."""
        return tuple(self.of_accounts([account]).get(account, ()))

    def of_accounts(self, accounts: Sequence[str]) -> dict[str, list[ConsentEvent]]:
        """The same of some accounts, by account."""
        chosen = sa.select(consent_event_table).where(_column.account_id.in_(accounts))
        found: dict[str, list[ConsentEvent]] = {}
        rows = self._snapshot.execute(chosen.order_by(_column.recorded_at, _column.id))
        for row in rows.mappings():
            found.setdefault(row["account_id"], []).append(consent_event_of(row))
        return found

    def evidence(self, events: Sequence[str]) -> dict[str, str]:
        """The evidence of statements, by id; nothing where it was erased."""
        return evidence_about(self._snapshot, events)


class ConsentRecords(ConsentReads):
    """The ledger inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def add(self, event: ConsentEvent, evidence: str) -> None:
        """Append a statement."""
        self._unit.write(_INSERT, _row(event))
        add_evidence(self._unit, [(event.id, event.account, evidence)])


def consent_event_of(row: sa.RowMapping) -> ConsentEvent:
    """The statement of a row."""
    return ConsentEvent(
        id=row["id"],
        account=row["account_id"],
        subject=row["subject"],
        purpose=Purpose(row["purpose"]),
        is_given=row["state"] == _GIVEN,
        basis=Basis(row["basis"]),
        notice_version=row["notice_version"],
        at=to_micros(row["effective_at"]),
        recorded_at=to_micros(row["recorded_at"]),
        actor=row["actor"],
    )


def _row(event: ConsentEvent) -> dict[str, Any]:
    return {
        "id": event.id,
        "account_id": event.account,
        "subject": event.subject,
        "purpose": event.purpose.value,
        "state": event.verb,
        "basis": event.basis.value,
        "notice_version": event.notice_version,
        "effective_at": from_micros(event.at),
        "recorded_at": from_micros(event.recorded_at),
        "actor": event.actor,
    }

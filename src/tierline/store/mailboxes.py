"""Mailboxes that mail is fetched from: how far, and how it went the last time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from tierline.store.columns import Instant, Whole, Words
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

fetched_mailbox_table = table(
    "fetched_mailbox",
    sa.Column("name", Words, primary_key=True),
    sa.Column("validity", Whole),
    sa.Column("last_number", Whole),
    sa.Column("mails", Whole, nullable=False),
    sa.Column("looked_at", Instant),
    sa.Column("problem", Words, nullable=False),
    sa.Column("failing_since", Instant),
)
_box = fetched_mailbox_table.c
_GO_ON = (
    fetched_mailbox_table.update()
    .where(_box.name == sa.bindparam("its_name"))
    .values(
        validity=sa.bindparam("new_validity"),
        last_number=sa.bindparam("new_number"),
    )
)
_COUNT = (
    fetched_mailbox_table.update()
    .where(_box.name == sa.bindparam("its_name"))
    .values(mails=_box.mails + 1)
)
_LOOKED = (
    fetched_mailbox_table.update()
    .where(_box.name == sa.bindparam("its_name"))
    .values(
        looked_at=sa.bindparam("new_at", type_=Instant),
        problem=sa.bindparam("new_problem"),
        failing_since=sa.bindparam("new_since", type_=Instant),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedMailbox:
    """`validity` and `last_number` say how far it was fetched (None: not yet), `mails` how many
    were taken in all, `problem` what the last visit met, and since when that goes on."""

    name: str
    validity: int | None = None
    last_number: int | None = None
    mails: int = 0
    looked_at: datetime | None = None
    problem: str = ""
    failing_since: datetime | None = None


class MailboxReads:
    """Reads of mailboxes."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def all(self) -> tuple[FetchedMailbox, ...]:
        """Every mailbox that was ever visited, by name."""
        chosen = sa.select(fetched_mailbox_table).order_by(_box.name)
        return tuple(_mailbox(row) for row in self._snapshot.execute(chosen).mappings())

    def get(self, name: str) -> FetchedMailbox:
        """One; as if it was never visited where it was not."""
        chosen = sa.select(fetched_mailbox_table).where(_box.name == name)
        row = self._snapshot.execute(chosen).mappings().first()
        return FetchedMailbox(name=name) if row is None else _mailbox(row)


class MailboxRecords(MailboxReads):
    """Mailboxes inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def know(self, name: str) -> None:
        """Have a mailbox stand here."""
        new = self._unit.insert_new(fetched_mailbox_table, "name")
        self._unit.write(new, [{"name": name, "mails": 0, "problem": ""}])

    def go_on(self, name: str, validity: int, number: int) -> None:
        """Write how far it was fetched."""
        self._unit.write(_GO_ON, {"its_name": name, "new_validity": validity, "new_number": number})

    def count(self, name: str) -> None:
        """One mail more was taken."""
        self._unit.write(_COUNT, {"its_name": name})

    def note_visit(self, name: str, *, at: datetime, problem: str) -> None:
        """Write how a visit went; a problem goes on since the first visit that met one."""
        since = (self.get(name).failing_since or at) if problem else None
        self._unit.write(
            _LOOKED, {"its_name": name, "new_at": at, "new_problem": problem, "new_since": since}
        )


def _mailbox(row: sa.RowMapping) -> FetchedMailbox:
    return FetchedMailbox(
        name=row["name"],
        validity=row["validity"],
        last_number=row["last_number"],
        mails=row["mails"],
        looked_at=row["looked_at"],
        problem=row["problem"],
        failing_since=row["failing_since"],
    )

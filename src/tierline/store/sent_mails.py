"""What goes out of cases by mail: to whom, in which thread, and what became of it. What it says
stands in the case alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from tierline.cases.mail import SentMail
from tierline.kernel.errors import NotFound
from tierline.store.columns import Instant, Whole, Words
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

PROBLEM_LIMIT_CHARACTERS = 500

sent_mail_table = table(
    "sent_mail",
    sa.Column("id", Words, sa.ForeignKey("case_message.id"), primary_key=True),
    sa.Column("case_id", Words, sa.ForeignKey("support_case.id"), nullable=False),
    sa.Column("recipient", Words, nullable=False),
    sa.Column("subject", Words, nullable=False),
    sa.Column("in_reply_to", Words, nullable=False),
    sa.Column("references", Words, nullable=False),
    sa.Column("is_automatic", Whole, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("attempts", Whole, nullable=False),
    sa.Column("problem", Words),
    sa.Column("sent_at", Instant),
    sa.Column("given_up_at", Instant),
    sa.Column("returned_at", Instant),
    sa.Column("copies", Words),
    sa.Index("sent_mail_case_id", "case_id", "id"),
    sa.Index("sent_mail_recipient", "recipient", "made_at"),
)
_column = sent_mail_table.c
_INSERT = sent_mail_table.insert()
_ONE = _column.id == sa.bindparam("mail")
_NOTE = (
    sent_mail_table.update()
    .where(_ONE)
    .values(attempts=sa.bindparam("tried"), problem=sa.bindparam("met"))
)
_SETTLE = (
    sent_mail_table.update()
    .where(_ONE)
    .values(sent_at=sa.bindparam("sent"), given_up_at=sa.bindparam("given_up"))
)
_RETURNED = (
    sent_mail_table.update()
    .where(_ONE)
    .values(returned_at=sa.bindparam("at"), problem=sa.bindparam("met"))
)


class SentMailReads:
    """Reads of mails that go out."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def get(self, mail: str) -> SentMail:
        """The mail of the id of its message. Raises NotFound."""
        found = self._mails(_column.id == mail)
        if not found:
            raise NotFound(f"There is no sent mail '{mail}'.")
        return found[0]

    def of_case(self, case: str) -> tuple[SentMail, ...]:
        """All of a case, the first one first."""
        return self._mails(_column.case_id == case)

    def automatic_since(self, recipient: str, instant: datetime) -> int:
        """How many mails by machine were made for an address since then."""
        chosen = sa.select(sa.func.count()).where(
            _column.recipient == recipient,
            _column.made_at > instant,
            _column.is_automatic == 1,
        )
        return int(self._snapshot.execute(chosen).scalar_one())

    def _mails(self, condition: sa.ColumnElement[bool]) -> tuple[SentMail, ...]:
        chosen = sa.select(sent_mail_table).where(condition).order_by(_column.id)
        return tuple(sent_mail_of(row) for row in self._snapshot.execute(chosen).mappings())


class SentMailRecords(SentMailReads):
    """Mails that go out, inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def automatic_since(self, recipient: str, instant: datetime) -> int:
        """As to read, and nobody else counts those of this address until this unit has ended, so
        that many at once are not each the first."""
        self._unit.take_turn(f"automatic mails to {recipient}")
        return super().automatic_since(recipient, instant)

    def add(self, mails: Iterable[SentMail]) -> None:
        """Write mails that wait to be sent."""
        self._unit.write(
            _INSERT,
            [
                {
                    "id": each.id,
                    "case_id": each.case,
                    "recipient": each.recipient,
                    "subject": each.subject,
                    "in_reply_to": each.in_reply_to,
                    "references": " ".join(each.references),
                    "is_automatic": int(each.is_automatic),
                    "made_at": each.made_at,
                    "attempts": each.attempts,
                    "problem": each.problem or None,
                    "copies": " ".join(each.copies) or None,
                }
                for each in mails
            ],
        )

    def note_attempt(self, mail: str, *, attempts: int, problem: str) -> None:
        """Write down how often it was tried, and what the last attempt met."""
        met = problem[:PROBLEM_LIMIT_CHARACTERS] or None
        self._unit.write(_NOTE, {"mail": mail, "tried": attempts, "met": met})

    def settle(self, mail: str, *, sent_at: datetime | None, given_up_at: datetime | None) -> None:
        """Say what became of it."""
        self._unit.write(_SETTLE, {"mail": mail, "sent": sent_at, "given_up": given_up_at})

    def note_return(self, mail: str, *, at: datetime, problem: str) -> None:
        """Write down that it came back."""
        met = problem[:PROBLEM_LIMIT_CHARACTERS]
        self._unit.write(_RETURNED, {"mail": mail, "at": at, "met": met})


def sent_mail_of(row: sa.RowMapping) -> SentMail:
    """The mail of a row."""
    return SentMail(
        id=row["id"],
        case=row["case_id"],
        recipient=row["recipient"],
        subject=row["subject"],
        in_reply_to=row["in_reply_to"],
        references=tuple(row["references"].split()),
        copies=tuple((row["copies"] or "").split()),
        is_automatic=bool(row["is_automatic"]),
        made_at=row["made_at"],
        attempts=row["attempts"],
        problem=row["problem"] or "",
        sent_at=row["sent_at"],
        given_up_at=row["given_up_at"],
        returned_at=row["returned_at"],
    )

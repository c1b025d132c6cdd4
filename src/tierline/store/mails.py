"""Mails that came, and what became of each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from tierline.cases.mail import Mail, MailKind, MailOutcome
from tierline.kernel.errors import NotFound
from tierline.kernel.ids import MailId
from tierline.store.blocked_senders import BlockedSenderRecords
from tierline.store.cases import case_message_table
from tierline.store.columns import Instant, Whole, Words
from tierline.store.participants import case_copy_table
from tierline.store.schema import table
from tierline.store.sent_mails import sent_mail_table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

mail_table = table(
    "mail",
    sa.Column("id", Words, primary_key=True),
    sa.Column("message_id", Words, nullable=False),
    sa.Column("digest", Words),
    sa.Column("kind", Words, nullable=False),
    sa.Column("outcome", Words, nullable=False),
    sa.Column("reason", Words, nullable=False),
    sa.Column("case_id", Words, sa.ForeignKey("support_case.id")),
    sa.Column("place", Whole),
    sa.Column("follows_id", Words, sa.ForeignKey("support_case.id")),
    sa.Column("contact_id", Words, sa.ForeignKey("contact.id")),
    sa.Column("sender", Words),
    sa.Column("sender_name", Words, nullable=False),
    sa.Column("answer_to", Words),
    sa.Column("subject", Words, nullable=False),
    sa.Column("text", Words),
    sa.Column("size_bytes", Whole, nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.UniqueConstraint("message_id", "digest"),
    sa.Index("mail_case_id", "case_id", "id"),
    sa.Index("mail_follows_id", "follows_id", "id"),
    sa.Index("mail_sender", "sender"),
    sa.Index("mail_outcome", "outcome", "id"),
)
_mail, _message, _sent = mail_table.c, case_message_table.c, sent_mail_table.c
_INSERT = mail_table.insert()
_FORGET = mail_table.delete().where(_mail.id == sa.bindparam("mail"))


def _without(column: sa.Column[str]) -> sa.Function[str]:
    return sa.func.replace(column, sa.bindparam("old"), sa.bindparam("new"))


_SETTLE = (
    mail_table.update()
    .where(_mail.id == sa.bindparam("its_id"))
    .values(
        outcome=sa.bindparam("new_outcome"),
        reason=sa.bindparam("new_reason"),
        case_id=sa.bindparam("new_case"),
        place=sa.bindparam("new_place"),
        follows_id=sa.bindparam("new_follows"),
        contact_id=sa.bindparam("new_contact"),
    )
)
_TAKE_OUT = (
    mail_table.update()
    .where(_mail.case_id == sa.bindparam("its_case"))
    .values(subject=_without(_mail.subject), text=_without(_mail.text),
            reason=_without(_mail.reason))
)  # fmt: skip
_TAKE_OUT_SENT = (
    sent_mail_table.update()
    .where(_sent.case_id == sa.bindparam("its_case"))
    .values(subject=_without(_sent.subject))
)
_OUR_MESSAGE = re.compile(r"message_[0-9a-hjkmnp-tv-z]{26}$")
_PERSON = MailKind.person.value
_THREAD = (
    sa.select(mail_table)
    .where(_mail.case_id == sa.bindparam("its_case"), _mail.kind == sa.bindparam("its_kind"))
    .order_by(_mail.id)
)
_BEFORE = (
    sa.select(_mail.id)
    .where(_mail.case_id.is_(None), _mail.recorded_at < sa.bindparam("recorded"))
    .limit(1)
)


class MailReads:
    """Reads of mails that came."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def get(self, mail: str) -> Mail:
        """The mail of an id. Raises NotFound."""
        found = self._mails(_mail.id == mail)
        if not found:
            raise NotFound(f"There is no mail '{mail}'.")
        return found[0]

    def of_message_id(self, message_id: str) -> tuple[Mail, ...]:
        """Every mail that stated this Message-ID, the first one first."""
        return self._mails(_mail.message_id == message_id)

    def case_of_thread(self, message_ids: Sequence[str]) -> str | None:
        """The case in which the nearest of these Message-IDs stands: theirs, or one of ours."""
        ours = {each: each.partition("@")[0] for each in message_ids}
        named = [local for local in ours.values() if _OUR_MESSAGE.match(local)]
        chosen = sa.select(_message.id, _message.case_id).where(_message.id.in_(named))
        rows = self._snapshot.execute(chosen) if named else ()
        said = {row.id: row.case_id for row in rows}
        came = sa.select(_mail.message_id, _mail.case_id).where(
            _mail.message_id.in_(message_ids), _mail.case_id.is_not(None)
        )
        rows = self._snapshot.execute(came.order_by(_mail.id)) if message_ids else ()
        received = {row.message_id: row.case_id for row in rows}
        for each in message_ids:
            found = said.get(ours[each]) or received.get(each)
            if found is not None:
                return str(found)
        return None

    def case_following(self, case: str, sender: str | None) -> str | None:
        """The case that a sender began last by answering another one."""
        chosen = (
            sa.select(_mail.case_id)
            .where(_mail.follows_id == case, _mail.sender == sender, _mail.case_id.is_not(None))
            .order_by(_mail.id.desc())
            .limit(1)
        )
        return self._snapshot.execute(chosen).scalar()

    def addresses_in(self, case: str) -> frozenset[str]:
        """Whose mails a case holds, and to whom we wrote in it."""
        wrote = sa.select(_mail.sender).where(_mail.case_id == case, _mail.sender.is_not(None))
        read = sa.select(_sent.recipient).where(_sent.case_id == case)
        copied = sa.select(case_copy_table.c.email).where(case_copy_table.c.case_id == case)
        return frozenset(self._snapshot.execute(sa.union(wrote, read, copied)).scalars())

    def thread_of(self, case: str) -> tuple[Mail, ...]:
        """What people wrote by mail in a case, the first one first."""
        rows = self._snapshot.rows(_THREAD, {"its_case": case, "its_kind": _PERSON})
        return tuple(map(mail_of, rows))

    def words_of_case(self, case: str) -> dict[str, str]:
        """Subject and text of the mails of a case, by id; without what the case shows."""
        return {
            each.id: "\n".join(filter(None, (each.subject, each.text)))
            for each in self._mails(_mail.case_id == case)
        }

    def are_there_before(self, recorded: datetime) -> bool:
        """Whether any that belongs to no case was recorded before then."""
        return self._snapshot.row(_BEFORE, {"recorded": recorded}) is not None

    def _mails(self, *conditions: sa.ColumnElement[bool]) -> tuple[Mail, ...]:
        chosen = sa.select(mail_table).where(*conditions).order_by(_mail.id)
        return tuple(mail_of(row) for row in self._snapshot.execute(chosen).mappings())


class MailRecords(MailReads):
    """Mails inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def add(self, mail: Mail) -> None:
        """Write a mail with what became of it. The same Message-ID with the same digest is a
        Conflict."""
        self._unit.write(
            _INSERT,
            {
                "id": mail.id,
                "message_id": mail.message_id,
                "digest": mail.digest,
                "kind": mail.kind.value,
                "outcome": mail.outcome.value,
                "reason": mail.reason,
                "case_id": mail.case,
                "place": mail.place,
                "follows_id": mail.follows,
                "contact_id": mail.contact,
                "sender": mail.sender,
                "sender_name": mail.sender_name,
                "answer_to": mail.answer_to,
                "subject": mail.subject,
                "text": mail.text,
                "size_bytes": mail.size_bytes,
                "received_at": mail.received_at,
                "recorded_at": mail.recorded_at,
            },
        )

    def settle(self, mail: Mail) -> None:
        """Write what became of a mail that was held back."""
        self._unit.write(
            _SETTLE,
            {
                "its_id": mail.id,
                "new_outcome": mail.outcome.value,
                "new_reason": mail.reason,
                "new_case": mail.case,
                "new_place": mail.place,
                "new_follows": mail.follows,
                "new_contact": mail.contact,
            },
        )

    def take_out(self, case: str, words: str, instead: str) -> None:
        """Write something else wherever words stand in the mails of a case, in and out."""
        row = {"its_case": case, "old": words, "new": instead}
        self._unit.write(_TAKE_OUT, row)
        self._unit.write(_TAKE_OUT_SENT, row)

    def forget_before(self, recorded: datetime, *, limit: int) -> int:
        """Remove mails that belong to no case and were recorded before then, at most so many; how
        many."""
        chosen = sa.select(_mail.id).where(_mail.case_id.is_(None), _mail.recorded_at < recorded)
        old = list(self._unit.execute(chosen.order_by(_mail.id).limit(limit)).scalars())
        BlockedSenderRecords(self._unit).let_go(old)
        self._unit.write(_FORGET, [{"mail": each} for each in old])
        return len(old)


def mail_of(row: sa.RowMapping) -> Mail:
    """The mail of a row."""
    return Mail(
        id=MailId(row["id"]),
        message_id=row["message_id"],
        digest=row["digest"],
        kind=MailKind(row["kind"]),
        outcome=MailOutcome(row["outcome"]),
        reason=row["reason"],
        case=row["case_id"],
        place=row["place"],
        follows=row["follows_id"],
        contact=row["contact_id"],
        sender=row["sender"],
        sender_name=row["sender_name"],
        answer_to=row["answer_to"],
        subject=row["subject"],
        text=row["text"],
        size_bytes=row["size_bytes"],
        received_at=row["received_at"],
        recorded_at=row["recorded_at"],
    )

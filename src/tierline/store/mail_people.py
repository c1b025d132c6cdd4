"""Where people stand in mails: to be told, or to be cleared."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tierline.accounts.naming import is_named
from tierline.store.attachments import AttachmentRecords, attachment_piece_table, attachment_table
from tierline.store.blocked_senders import (
    BlockedSenderRecords,
    blocked_sender_table,
    held_mail_table,
)
from tierline.store.cases import case_table
from tierline.store.mails import mail_table
from tierline.store.sent_mails import sent_mail_table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

if TYPE_CHECKING:
    from tierline.accounts.person import Person

MAIL_TABLES = (
    mail_table,
    sent_mail_table,
    attachment_table,
    attachment_piece_table,
    blocked_sender_table,
    held_mail_table,
)
"""The tables in which people stand."""
_mail, _sent, _file = mail_table.c, sent_mail_table.c, attachment_table.c
_CLEARED = ("message_id", "sender_name", "subject", "reason")
_CLEAR_MAIL = (
    mail_table.update()
    .where(_mail.id == sa.bindparam("its_id"))
    .values(
        sender=sa.null(),
        answer_to=sa.null(),
        text=sa.null(),
        **{name: sa.bindparam(f"new_{name}") for name in _CLEARED},
    )
)
_CLEAR_SENT = (
    sent_mail_table.update()
    .where(_sent.id == sa.bindparam("its_id"))
    .values(
        recipient=sa.bindparam("new_text"),
        subject=sa.bindparam("new_text"),
        in_reply_to="",
        references="",
        problem=sa.null(),
        copies=sa.null(),
    )
)
_CLEAR_FILE = (
    attachment_table.update()
    .where(_file.id == sa.bindparam("its_id"))
    .values(name=sa.bindparam("new_text"), is_kept=0)
)


def texts_of_mails(
    snapshot: Snapshot, account: str, who: Person | None, words: Sequence[str]
) -> tuple[str, ...]:
    """What stands in mails that they sent, or that name them, beside what their cases show."""
    if who is None:
        return ()
    found = [
        text
        for row in _mails(snapshot, account, set(), words)
        for text in (row.subject, row.text)
        if text and text.strip()
    ]
    return tuple(dict.fromkeys(found))


def erase_mails(
    unit: UnitOfWork, account: str, contacts: Collection[str], words: Sequence[str], instead: str
) -> None:
    """Clear the mails that contacts of an account sent, were sent, or are named in, with the files
    that came along: of a file nobody knows whom it is about."""
    mails = _mails(unit, account, contacts, words)
    rows = [{"its_id": each.id} | {f"new_{name}": instead for name in _CLEARED} for each in mails]
    for row in rows:  # two erased mails would else state the same Message-ID
        row["new_message_id"] = f"{instead}-{row['its_id']}"
    unit.write(_CLEAR_MAIL, rows)
    sent = [{"its_id": each, "new_text": instead} for each in _sent_to(unit, account, words)]
    unit.write(_CLEAR_SENT, sent)
    chosen = sa.select(_file.id, _file.digest).where(_file.mail_id.in_([each.id for each in mails]))
    files = unit.execute(chosen).all()
    unit.write(_CLEAR_FILE, [{"its_id": each.id, "new_text": instead} for each in files])
    files_of = AttachmentRecords(unit)
    files_of.forget_contents({each.digest for each in files})
    blocks = BlockedSenderRecords(unit)
    for each in mails:
        form = blocks.held(each.id) or {"files": []}
        files_of.forget_contents({file["digest"] for file in form["files"]})
    blocks.let_go([each.id for each in mails])
    blocks.erase_people([word.lower() for word in words if "@" in word], instead)


def _mails(
    snapshot: Snapshot, account: str, contacts: Collection[str], words: Sequence[str]
) -> list[sa.Row[tuple[str, str, str | None]]]:
    """Mails from them, in whichever case, and those of the account's cases that name them."""
    addresses = [word.lower() for word in words if "@" in word]
    own = sa.select(case_table.c.id).where(case_table.c.account_id == account)
    chosen = sa.select(
        _mail.id, _mail.subject, _mail.text, _mail.sender, _mail.contact_id, _mail.sender_name,
        _mail.answer_to, _mail.message_id, _mail.reason,
    ).where(
        sa.or_(_mail.sender.in_(addresses), _mail.contact_id.in_(contacts), _mail.case_id.in_(own))
    )  # fmt: skip
    return [row for row in snapshot.execute(chosen) if _is_theirs(row, addresses, contacts, words)]


def _is_theirs(
    row: sa.Row[tuple[str, ...]],
    addresses: Collection[str],
    contacts: Collection[str],
    words: Sequence[str],
) -> bool:
    if row.sender in addresses or row.contact_id in contacts:
        return True
    texts = (
        row.subject, row.text, row.sender_name, row.answer_to, row.message_id, row.reason
    )  # fmt: skip
    return any(is_named(text, words) for text in texts if text)


def _sent_to(unit: UnitOfWork, account: str, words: Sequence[str]) -> list[str]:
    addresses = [word.lower() for word in words if "@" in word]
    own = sa.select(case_table.c.id).where(case_table.c.account_id == account)
    chosen = sa.select(
        _sent.id, _sent.recipient, _sent.subject, _sent.problem, _sent.references, _sent.copies
    ).where(sa.or_(_sent.recipient.in_(addresses), _sent.case_id.in_(own)))
    return [
        row.id
        for row in unit.execute(chosen)
        if row.recipient in addresses
        or any(
            is_named(text, words)
            for text in (row.subject, row.problem, row.references, row.copies)
            if text
        )
    ]

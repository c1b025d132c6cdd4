"""Lists of mails that reached the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from tierline.cases.mail import MailOutcome
from tierline.queries.pages import PAGE_ROWS, Page, key_of, page_of
from tierline.store.attachments import attachment_of, attachment_table, attachments_with_scans
from tierline.store.mails import mail_of, mail_table
from tierline.store.sent_mails import sent_mail_of, sent_mail_table

if TYPE_CHECKING:
    from tierline.cases.mail import Attachment, Mail, SentMail
    from tierline.store.unit_of_work import Snapshot

_mail = mail_table.c


def list_mails(
    snapshot: Snapshot,
    *,
    outcome: MailOutcome | None = None,
    after: str | None = None,
    limit: int = PAGE_ROWS,
) -> Page[Mail]:
    """Mails, the newest first; one query."""
    chosen = sa.select(mail_table)
    if outcome is not None:
        chosen = chosen.where(_mail.outcome == outcome.value)
    if after is not None:
        chosen = chosen.where(_mail.id < key_of(after, 1)[0])
    rows = snapshot.execute(chosen.order_by(_mail.id.desc()).limit(limit + 1)).mappings()
    return page_of([mail_of(row) for row in rows], limit, lambda mail: (mail.id,))


def mails_of_case(snapshot: Snapshot, case: str) -> tuple[Mail, ...]:
    """The mails of a case, the first one first; one query."""
    chosen = sa.select(mail_table).where(_mail.case_id == case).order_by(_mail.id)
    return tuple(mail_of(row) for row in snapshot.execute(chosen).mappings())


def attachments_of_case(
    snapshot: Snapshot, case: str, *, after: str | None = None, limit: int = PAGE_ROWS
) -> Page[Attachment]:
    """The files of a case, the first one first; one query."""
    chosen = attachments_with_scans()
    rows = _of_case(snapshot, attachment_table, case, after, limit, chosen)
    return page_of([attachment_of(row) for row in rows], limit, lambda each: (each.id,))


def sent_mails_of_case(
    snapshot: Snapshot, case: str, *, after: str | None = None, limit: int = PAGE_ROWS
) -> Page[SentMail]:
    """What went out of a case, the first one first; one query."""
    rows = _of_case(snapshot, sent_mail_table, case, after, limit)
    return page_of([sent_mail_of(row) for row in rows], limit, lambda each: (each.id,))


def _of_case(
    snapshot: Snapshot,
    table: sa.Table,
    case: str,
    after: str | None,
    limit: int,
    chosen: sa.Select[Any] | None = None,
) -> list[sa.RowMapping]:
    chosen = (sa.select(table) if chosen is None else chosen).where(table.c.case_id == case)
    if after is not None:
        chosen = chosen.where(table.c.id > key_of(after, 1)[0])
    return list(snapshot.execute(chosen.order_by(table.c.id).limit(limit + 1)).mappings())


def outcomes(snapshot: Snapshot) -> dict[MailOutcome, int]:
    """How many mails became what; one query."""
    chosen = sa.select(_mail.outcome, sa.func.count().label("mails")).group_by(_mail.outcome)
    found = {row.outcome: row.mails for row in snapshot.execute(chosen)}
    return {outcome: found.get(outcome.value, 0) for outcome in MailOutcome}

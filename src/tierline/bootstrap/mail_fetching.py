"""Fetching mail from mailboxes: joins the visit, the records, and what becomes of a mail."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from tierline import settings
from tierline.actions.due_work import DueWork
from tierline.bootstrap import mails
from tierline.bootstrap.sent import Sent
from tierline.kernel.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable

    from tierline.bootstrap.application import Application
    from tierline.connectors.mailbox import MailboxAddress, Place, WaitingMail
    from tierline.store.records import Records

LANE = "mail fetching"
KIND = "mailbox"
_LONGEST_REST_SECONDS = 900
_LOG = logging.getLogger("tierline.mails")


class MailFetching:
    """The mailboxes that the settings state. One for each process; safe to share between threads.
    Raises Invalid for a mailbox that is none."""

    def __init__(self, application: Application) -> None:
        from tierline.connectors.mailbox import mailbox_at  # noqa: PLC0415 - used by few

        self._application = application
        self._every = settings.mail_fetch_seconds()
        stated = [mailbox_at(each) for each in settings.mail_fetch()]
        self._mailboxes = {each.name: each for each in stated}

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._mailboxes)

    def begin(self) -> None:
        """Have each visited from now on, once it is not already."""
        now = self._application.now()
        rows = [
            DueWork(id=f"mail of {name}", kind=KIND, lane=LANE, body={"mailbox": name}, run_at=now)
            for name in self._mailboxes
        ]

        def work(records: Records) -> None:
            for name in self._mailboxes:
                records.mailboxes.know(name)
            records.due_work.ensure(rows, now=now)

        self._application.change(work)

    def visit(self, name: str, attempts: int) -> Sent:
        """The `attempts`-th visit to a mailbox since one went well. One that is not stated any more
        is not visited again."""
        address = self._mailboxes.get(name)
        if address is None:
            return Sent()
        problem, is_all = self._visited(address)
        now = self._application.now()
        if problem:
            _LOG.warning("mail was not fetched: %s", problem)
            rest = min(self._every * 2 ** min(attempts - 1, 10), _LONGEST_REST_SECONDS)
        else:
            rest = self._every if is_all else 0

        def write(records: Records) -> None:
            records.mailboxes.note_visit(name, at=now, problem=problem)

        return Sent(write, now + timedelta(seconds=rest), is_attempt=bool(problem))

    def _visited(self, address: MailboxAddress) -> tuple[str, bool]:
        """What went wrong, and whether all that waited was taken."""
        from tierline.connectors import mailbox  # noqa: PLC0415 - used by few

        application, name = self._application, address.name
        known = application.read(lambda reads: reads.mailboxes.get(name))
        place = None
        if known.validity is not None and known.last_number is not None:
            place = mailbox.Place(known.validity, known.last_number)

        def remember(to: Place) -> None:
            application.change(lambda records: records.mailboxes.go_on(name, to.validity, to.last))

        visit = mailbox.MailboxVisit(
            address, limit_bytes=mails.MAIL_LIMIT_BYTES, take=self._taking(name), remember=remember
        )
        try:
            return "", visit.fetch(place)
        except (mailbox.MailboxFailed, Invalid) as error:
            return str(error), False

    def _taking(self, name: str) -> Callable[[WaitingMail], None]:
        application = self._application

        def count(records: Records) -> None:
            records.mailboxes.count(name)

        def take(mail: WaitingMail) -> None:
            if mail.content is None:
                mails.refuse(application, "", f"It was too large ({mail.size_bytes:,} bytes).")
                return
            try:
                mails.receive(application, mail.content, at=mail.at, beside=count)
            except Invalid as error:
                mails.refuse(application, "", error.message)
                application.change(count)

        return take

"""Sending mails of cases: joins the records and whatever carries them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tierline.actions import case_mails as actions
from tierline.actions.cases import US, add_aside
from tierline.actions.letters import Outcome
from tierline.actions.reader_languages import language_for
from tierline.bootstrap.feedback import feedback_path
from tierline.bootstrap.letters import WORKER
from tierline.bootstrap.sent import Sent
from tierline.cases.event import EventKind
from tierline.kernel.errors import NotFound
from tierline.kernel.instants import format_instant

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.bootstrap.application import Application
    from tierline.store.records import Reads, Records

_LOG = logging.getLogger("tierline.mails")


class CaseMailPost:
    """Sends the mails of cases that wait. One for each process; safe to share between threads."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def send(self, mail: str, attempts: int) -> Sent:
        """Make the `attempts`-th attempt to send a mail."""
        application = self._application
        address = application.access.address
        occasion = application.occasion(WORKER)
        letter = application.read(lambda reads: _letter(reads, mail, address, occasion))
        if letter.mail.sent_at is not None or letter.mail.given_up_at is not None:
            return Sent()
        if "@" not in letter.mail.recipient:  # who it was for was erased meanwhile
            now = application.now()
            return Sent(
                lambda records: records.sent_mails.settle(mail, sent_at=None, given_up_at=now)
            )
        delivery = application.access.post.carry(letter)
        occasion = application.occasion(WORKER)
        if delivery.outcome is not Outcome.accepted:
            _LOG.warning("mail %s was not sent at attempt %d", mail, attempts)

        def write(records: Records) -> None:
            is_over = actions.note_delivery(
                records, letter.mail, delivery, attempts=attempts, occasion=occasion
            )
            if is_over:
                written = format_instant(letter.mail.made_at)
                note = f"The mail of {written} was not sent, and is given up. {delivery.problem}"
                add_aside(records, letter.mail.case, note, US, occasion, is_public=False)

        return Sent(write, actions.again_at(letter.mail, delivery, attempts, occasion.now))


def _letter(reads: Reads, mail: str, address: str, occasion: Occasion) -> actions.CaseLetter:
    found = reads.sent_mails.get(mail)
    case = reads.cases.get(found.case)
    language = language_for(reads, found.recipient, case.account, occasion)
    for message in reads.cases.messages(found.case):
        if message.id == mail:
            text = message.text
            if case.events[message.place].kind is EventKind.resolved:
                link = f"{address}{feedback_path(case.id)}"
                text += "\n\n" + language.phrase("How did we do? %(link)s", link=link)
            return actions.CaseLetter(found, case.number, text, language)
    raise NotFound(f"There is no message '{mail}'.")

"""Sending letters: joins the records, the installation's key and whatever carries them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from tierline import settings
from tierline.access.secret_box import SecretBox
from tierline.actions import letters as actions
from tierline.actions.case_mails import CasePost
from tierline.bootstrap.sent import Sent
from tierline.connectors.console_post import ConsolePost
from tierline.kernel.errors import Invalid, NotFound

if TYPE_CHECKING:
    from tierline.access.letter import Letter
    from tierline.bootstrap.application import Application
    from tierline.store.records import Reads, Records


class Carrier(actions.Post, CasePost, Protocol):
    """What carries letters and mails of cases."""


WORKER = "worker"
_LOG = logging.getLogger("tierline.letters")


class LetterPost:
    """Sends the letters that wait. One for each process; safe to share between threads."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def send(self, letter: str, attempts: int) -> Sent:
        """Make the `attempts`-th attempt to send a letter."""
        application = self._application
        try:
            found, closed, is_wanted = application.read(lambda reads: self._found(reads, letter))
        except NotFound:
            return Sent()  # its reader was erased meanwhile
        if closed is None:
            return Sent()  # it was settled before
        occasion = application.occasion(WORKER)
        if not is_wanted:
            return Sent(
                lambda records: actions.withdraw(
                    records, found, attempts=attempts - 1, occasion=occasion
                )
            )
        delivery = self._delivery(found, closed)
        occasion = application.occasion(WORKER)
        if delivery.outcome is not actions.Outcome.accepted:
            _LOG.warning("letter %s was not sent at attempt %d", letter, attempts)

        def write(records: Records) -> None:
            actions.note_delivery(records, found, delivery, attempts=attempts, occasion=occasion)

        return Sent(write, actions.again_at(found, delivery, attempts, occasion.now))

    def _found(self, reads: Reads, letter: str) -> tuple[Letter, str | None, bool]:
        found, closed = reads.letters.with_content(letter)
        return found, closed, actions.is_wanted(reads, found, self._application.now())

    def _delivery(self, letter: Letter, closed: str) -> actions.Delivery:
        try:
            words = actions.words_of(letter, closed, letter_box())
        except Invalid as error:  # another machine has another key: it may be put back
            return actions.Delivery(actions.Outcome.failed, error.message)
        return self._application.access.post.send(letter, words)


def letter_box() -> SecretBox:
    """What letters are encrypted with: a key derived from the installation's."""
    from tierline import bootstrap  # noqa: PLC0415 - the package that this module is part of

    return SecretBox(bootstrap.signing_key().to_text().encode(), actions.PURPOSE)


def post_of(server: str | None = None, sender: str | None = None) -> Carrier:
    """What carries letters and mails of cases: the mail server that is stated, here or in the
    settings; else the terminal. Raises Invalid for one that cannot be."""
    stated = server or settings.mail_server()
    if stated is None:
        return ConsolePost()
    from tierline.bootstrap.mail_desk import letterhead  # noqa: PLC0415 - used by few
    from tierline.connectors.mail.server import (  # noqa: PLC0415 - used by few
        MailPost,
        mail_server_of,
    )

    server_ = mail_server_of(stated, sender or settings.mail_from())
    return MailPost(server_, head=letterhead(server_.sender.domain))

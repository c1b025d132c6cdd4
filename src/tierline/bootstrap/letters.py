"""Sending letters: joins the records, the installation's key and whatever carries them."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from tierline import settings
from tierline.access.letter import LetterKind
from tierline.access.secret_box import SecretBox
from tierline.actions import letters as actions
from tierline.actions.case_mails import CasePost
from tierline.bootstrap.sent import Sent
from tierline.connectors.console_post import ConsolePost
from tierline.kernel.errors import Invalid, NotFound

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

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
        self._of_thread = threading.local()

    @contextmanager
    def together(self, letters: Collection[str]) -> Iterator[None]:
        """Meanwhile this thread sends these letters: they are read at once, and what carries them
        may keep its connection."""
        self._of_thread.read = self._application.read(
            lambda reads: reads.letters.with_contents(letters)
        )
        try:
            with self._application.access.post.keeping():
                yield
        finally:
            del self._of_thread.read

    def send(self, letter: str, attempts: int) -> Sent:
        """Make the `attempts`-th attempt to send a letter."""
        application = self._application
        try:
            found, closed, is_wanted = self._read_before(letter) or application.read(
                lambda reads: self._found(reads, letter)
            )
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

    def _read_before(self, letter: str) -> tuple[Letter, str | None, bool] | None:
        """A notice of a case is worth reading or not by the clock alone; of other letters it is
        asked when they go."""
        read: dict[str, tuple[Letter, str | None]] = getattr(self._of_thread, "read", {})
        found, closed = read.get(letter, (None, None))
        if found is None or found.kind is not LetterKind.case_notice:
            return None
        return found, closed, self._application.now() < found.until

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

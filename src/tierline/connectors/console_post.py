"""Letters to the server's terminal: the twin of a mail server that every installation has."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from tierline.access.letter import LetterKind
from tierline.actions.letters import Delivery, Outcome

if TYPE_CHECKING:
    from typing import TextIO

    from tierline.access.letter import Letter, Words
    from tierline.actions.case_mails import CaseLetter

_RULE = "-" * 72


class ConsolePost:
    """Prints each letter on standard error, so that whoever runs the server can hand it on."""

    place = ""

    def __init__(self, terminal: TextIO | None = None) -> None:
        self._terminal = terminal

    def keeping(self) -> AbstractContextManager[None]:
        """There is nothing to keep."""
        return nullcontext()

    def send(self, letter: Letter, words: Words) -> Delivery:
        """Print the letter whole, in one write; one to a customer who opens nothing with it, in a
        line: whoever runs the server has nothing to hand on."""
        if letter.kind is LetterKind.health_report:
            self._write(f"A letter to {letter.to}: {letter.subject} ({words.link})\n")
            return Delivery(Outcome.accepted)
        text = f"{words.before}\n\n{words.link}\n\n{words.after}"
        return self._printed(f"A letter to {letter.to}\n{letter.subject}\n", text)

    def carry(self, letter: CaseLetter) -> Delivery:
        """The same for a mail of a case."""
        to = ", ".join((letter.mail.recipient, *letter.mail.copies))
        head = f"A mail of case {letter.number} to {to}\n{letter.mail.subject}\n"
        return self._printed(head, letter.text)

    def _printed(self, head: str, text: str) -> Delivery:
        self._write(f"{_RULE}\n{head}\n{text}\n{_RULE}\n")
        return Delivery(Outcome.accepted)

    def _write(self, text: str) -> None:
        terminal = self._terminal or sys.stderr
        terminal.write(text)
        terminal.flush()

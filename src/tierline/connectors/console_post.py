"""Letters to the server's terminal: the twin of a mail server that every installation has."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tierline.actions.letters import Delivery, Outcome

if TYPE_CHECKING:
    from typing import TextIO

    from tierline.access.letter import Letter, Words

_RULE = "-" * 72


class ConsolePost:
    """Prints each letter on standard error, so that whoever runs the server can hand it on."""

    place = ""

    def __init__(self, terminal: TextIO | None = None) -> None:
        self._terminal = terminal

    def send(self, letter: Letter, words: Words) -> Delivery:
        """Print the letter whole, in one write."""
        terminal = self._terminal or sys.stderr
        head = f"A letter to {letter.to}\n{letter.subject}\n"
        text = f"{words.before}\n\n{words.link}\n\n{words.after}"
        terminal.write(f"{_RULE}\n{head}\n{text}\n{_RULE}\n")
        terminal.flush()
        return Delivery(Outcome.accepted)

"""Letters to the server's terminal: the twin of a mail server that every installation has."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

    from tierline.actions.letters import Letter

_RULE = "-" * 72


class ConsolePost:
    """Prints each letter on standard error, so that whoever runs the server can hand it on."""

    def __init__(self, terminal: TextIO | None = None) -> None:
        self._terminal = terminal

    def send(self, letter: Letter) -> None:
        """Print the letter whole, in one write."""
        terminal = self._terminal or sys.stderr
        head = f"A letter to {letter.to}\n{letter.subject}\n"
        terminal.write(f"{_RULE}\n{head}\n{letter.text}\n{_RULE}\n")
        terminal.flush()

"""What others wrote, for a terminal: without control characters, which could write over it."""

from __future__ import annotations


def printable(text: str) -> str:
    """The text on one line, with a mark for each character that a terminal might act on."""
    return "".join(
        character if character.isprintable() or character == "\u202f" else "\ufffd"
        for character in text
    )

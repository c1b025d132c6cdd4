"""Words for a terminal: what others wrote, without control characters, which could write over it;
and numbers with what they count."""

from __future__ import annotations


def printable(text: str) -> str:
    """The text on one line, with a mark for each character that a terminal might act on."""
    return "".join(
        character if character.isprintable() or character == "\u202f" else "\ufffd"
        for character in text
    )


def counted(count: int, noun: str) -> str:
    """So many of them, in words: "1 case", "2,000 cases". For nouns that take an "s"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"

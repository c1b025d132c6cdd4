"""Letters to people: what an installation says by mail, and the port through which it goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail, as plain text."""

    to: str
    subject: str
    text: str


class Post(Protocol):
    """Whatever carries letters. A letter goes out after its reason is committed."""

    def send(self, letter: Letter) -> None:
        """Hand the letter over."""

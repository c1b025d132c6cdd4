"""A chat: a case with somebody on either side at the same time, and a thread of another tool."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

HERE_FOR = timedelta(seconds=40)
"""Whoever was seen so short a time ago is there: open pages say so every 15 seconds."""


@dataclass(frozen=True, slots=True)
class ChatEnd:
    """When a chat was ended, and by whom."""

    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class ChatMark:
    """How a chat stands, so that somebody who watches it sees that it moved: how many public facts
    it has, who is there (users, by side), and whether it was ended."""

    facts: int = 0
    ours: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()
    is_ended: bool = False


@dataclass(frozen=True, slots=True)
class OutsideMessage:
    """A message of another tool that was taken: its case, and the digest of what it said."""

    case: str
    digest: str

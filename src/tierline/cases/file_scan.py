"""Whether a file was looked at for malware, and what was found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto


class ScanState(StrEnum):
    """With a scanner only `clean` hands a file out."""

    unasked = auto()
    """Nobody asked for it: handed out only where this installation has no scanner."""
    waiting = auto()
    """It was asked for, and not done yet."""
    clean = auto()
    found = auto()
    """Something was found in it."""
    failed = auto()
    """It could not be looked at; that is tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileScan:
    """Of whatever has this digest. `said` is what was found, or why it could not be looked at."""

    digest: str
    state: ScanState
    said: str
    at: datetime

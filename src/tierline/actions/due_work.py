"""Due work as actions ask for it: something to do later, written in the unit that needs it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

DUTIES = "duties"
"""The lane of what comes back every so often; its rows stay due while nothing is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueWork:
    """Something to do at `run_at`: `lane` says which workers do it, `body` is for its kind."""

    id: str
    kind: str
    lane: str
    body: Any
    run_at: datetime


class DueWorkBook(Protocol):
    """Where due work is written down."""

    def add(self, rows: Iterable[DueWork], *, now: datetime) -> None:
        """Have something done. An id that waits already is a Conflict."""

    def remove(self, identifiers: Iterable[str]) -> None:
        """Take rows away; ids that do not wait are passed over."""

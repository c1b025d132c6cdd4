"""Addresses that answer slowly rest for a while, so that they hold up nobody else's messages.

It is kept in memory: another process, or this one after a restart, finds out for itself.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

SLOW_MS = 1_000
FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=10)
_TRYING = timedelta(seconds=30)


class Resting:
    """Which webhooks rest, and until when. Safe to share between threads."""

    def __init__(self) -> None:
        self._until: dict[str, datetime] = {}
        self._rest: dict[str, timedelta] = {}
        self._tried: set[str] = set()
        """Those of which one call was let through after a rest, and has not come back."""
        self._changing = threading.Lock()

    def until(self, webhook: str, now: datetime) -> datetime | None:
        """When to come back; None where it may be called now. Of a webhook that has rested one
        call is let through, and the others wait for what comes of it."""
        with self._changing:
            until = self._until.get(webhook)
            if until is None:
                return None
            if now < until:
                return until
            self._until[webhook] = now + _TRYING
            self._tried.add(webhook)
            return None

    def note(self, webhook: str, *, is_success: bool, took_ms: int, now: datetime) -> None:
        """A slow failure makes it rest, each time twice as long; anything else ends that."""
        with self._changing:
            if is_success or took_ms < SLOW_MS:
                self._until.pop(webhook, None)
                self._rest.pop(webhook, None)
                self._tried.discard(webhook)
                return
            if webhook in self._until and webhook not in self._tried:
                return  # it was under way together with the one that failed before it
            self._tried.discard(webhook)
            rest = min(self._rest.get(webhook, FIRST_REST / 2) * 2, LONGEST_REST)
            self._rest[webhook] = rest
            self._until[webhook] = now + rest

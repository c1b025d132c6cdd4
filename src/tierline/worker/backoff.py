"""How long a row waits after a failure that nobody planned for."""

from __future__ import annotations

from datetime import timedelta

_FIRST_SECONDS = 1
_LONGEST_SECONDS = 3600
_STEPS = 12


def wait_after(attempts: int) -> timedelta:
    """1 s after the first attempt, twice as long after each further one, at most an hour."""
    doubled = _FIRST_SECONDS * 2 ** min(max(attempts, 1) - 1, _STEPS)
    return timedelta(seconds=min(doubled, _LONGEST_SECONDS))

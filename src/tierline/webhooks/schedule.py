"""When a message is tried again: the schedule that Standard Webhooks recommends."""

from __future__ import annotations

from datetime import datetime, timedelta

from tierline.kernel.ids import Randomness

WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""The wait after the first attempt (made at once), the second, and so on: ten attempts in all."""
_SPREAD_BITS = 16
_SPREAD_PARTS = 10


def is_over(attempts: int) -> bool:
    """Whether the schedule has ended with this many attempts."""
    return attempts > len(WAITS)


def next_attempt_at(attempts: int, now: datetime, randomness: Randomness) -> datetime:
    """When to try again after so many attempts that are not the last.

    Up to a tenth is added by chance, so that what failed together does not come back together.
    """
    wait = WAITS[attempts - 1]
    spread = wait * randomness(_SPREAD_BITS) // (_SPREAD_PARTS << _SPREAD_BITS)
    return now + wait + spread

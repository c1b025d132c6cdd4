"""Sequence numbers of events: in the order of receipt, and never the same in two processes.

A number is the microsecond of receipt (later, where many come in one) beside a number that the
process drew by chance, so that nobody has to ask anybody for the next one.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from tierline.kernel.ids import Randomness
from tierline.kernel.instants import to_micros

_PROCESS_BITS = 12
STEP = 1 << _PROCESS_BITS
"""Between one event and the next of a batch."""
_FIRST_US = to_micros(datetime(2020, 1, 1, tzinfo=UTC))


class Sequences:
    """One a process. Safe to share between threads."""

    def __init__(self, randomness: Randomness) -> None:
        self._process = randomness(_PROCESS_BITS)
        self._next = 0
        self._taking = threading.Lock()

    def take(self, events: int, received_at: int) -> int:
        """The first number of a batch of events; the others follow by `STEP`. Where the clock has
        jumped back the numbers go on from the last one."""
        with self._taking:
            first = max(self._next, received_at - _FIRST_US)
            self._next = first + events
            return (first << _PROCESS_BITS) | self._process

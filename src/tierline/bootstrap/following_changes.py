"""That something has changed in what this process keeps in memory: whoever waits for it wakes up,
and looks for itself what it was."""

from __future__ import annotations

import threading


class Changes:
    """Safe to use from any thread."""

    def __init__(self) -> None:
        self._told = threading.Condition()
        self._number = 0
        self.is_closed = False

    def tell(self) -> None:
        """Something has changed."""
        with self._told:
            self._number += 1
            self._told.notify_all()

    def wait(self, seen: int, seconds: float) -> int:
        """The number of changes so far: at once where it is not `seen`, else when something changes
        or the seconds are over."""
        with self._told:
            self._told.wait_for(lambda: self._number != seen or self.is_closed, seconds)
            return self._number

    def close(self) -> None:
        """Nothing changes any more; who waits wakes up, and ends."""
        with self._told:
            self.is_closed = True
            self._told.notify_all()

"""A gate that counts who is inside, and is closed by letting nobody in and waiting for the last."""

from __future__ import annotations

import threading
from types import TracebackType

from tierline.store.errors import StoreClosed


class Gate:
    """`with gate:` around each use; StoreClosed once it is closed."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._is_closed = False

    @property
    def inside(self) -> int:
        """How many are inside."""
        return self._inside

    def close(self) -> None:
        """Let nobody in from now on, and wait until everybody is out."""
        with self._changed:
            self._is_closed = True
            self._changed.wait_for(lambda: self._inside == 0)

    def __enter__(self) -> None:
        with self._changed:
            if self._is_closed:
                raise StoreClosed("The store was closed before this could be done.")
            self._inside += 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._changed:
            self._inside -= 1
            self._changed.notify_all()

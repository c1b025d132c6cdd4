"""Following other processes: what they change on a shared server is seen here within a second."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from tierline.kernel.errors import TierlineError

if TYPE_CHECKING:
    from types import TracebackType

    from tierline.bootstrap.application import Application

EVERY_SECONDS = 1.0
_LOG = logging.getLogger("tierline.following")


class Following:
    """`with Following(application):` reads what changed once a second. Where one process owns the
    file nobody else changes anything, and nothing is read."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="tierline-following", daemon=True)

    def __enter__(self) -> Following:
        if self._application.is_shared:
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _follow(self) -> None:
        while not self._stopping.wait(EVERY_SECONDS):
            try:
                self._application.follow()
            except TierlineError as error:
                _LOG.warning("what other processes changed was not read: %s", error.message)

"""Who watches chats in this process, and the one thread that tells them that something moved.

It wakes with every change of this process, and every second for those of others; one look at the
records serves all who watch.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from typing import TYPE_CHECKING

from tierline.cases.chat import ChatMark
from tierline.kernel.errors import LimitReached

if TYPE_CHECKING:
    from tierline.bootstrap.application import Application

WATCHERS_LIMIT = 1_000
WATCHERS_LIMIT_EACH = 20
"""Open pages of one process, and of one user."""
_LOOK_EVERY_SECONDS = 1.0
_REST_SECONDS = 0.05
_LOG = logging.getLogger("tierline.chats")


class Watcher:
    """One open page of a chat."""

    def __init__(self, case: str, user: str) -> None:
        self.case, self.user = case, user
        self.mark: ChatMark | None = None
        self.is_over = False
        self._loop = asyncio.get_running_loop()
        self._waiting = asyncio.Event()

    def tell(self, mark: ChatMark) -> None:
        """Have it know how the chat stands now. From any thread."""
        self.mark = mark
        self._wake()

    def end(self) -> None:
        """Have it hear nothing more. From any thread."""
        self.is_over = True
        self._wake()

    async def moved(self, seconds: float) -> bool:
        """Whether the chat moved; False where the seconds are over without."""
        try:
            await asyncio.wait_for(self._waiting.wait(), seconds)
        except TimeoutError:
            return False
        self._waiting.clear()
        return True

    def _wake(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._waiting.set)


class ChatWatch:
    """All who watch chats in this process. The thread starts with the first of them."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._watchers: set[Watcher] = set()
        self._changing = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, watcher: Watcher) -> None:
        """From now on it hears of what moves, and at once how things stand. Raises LimitReached."""
        with self._changing:
            own = sum(each.user == watcher.user for each in self._watchers)
            if own >= WATCHERS_LIMIT_EACH or len(self._watchers) >= WATCHERS_LIMIT:
                raise LimitReached("There are too many open chats.", code="too_many_requests")
            self._watchers.add(watcher)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(
                    target=self._run, name="tierline-chats", daemon=True
                )
                self._thread.start()
        self._application.changes.tell()

    def remove(self, watcher: Watcher) -> bool:
        """It hears nothing more; whether its user watches the same chat nowhere else here."""
        with self._changing:
            self._watchers.discard(watcher)
            return all(
                (each.case, each.user) != (watcher.case, watcher.user) for each in self._watchers
            )

    def _run(self) -> None:
        changes, seen = self._application.changes, -1
        while not changes.is_closed:
            with self._changing:
                watchers = list(self._watchers)
                if not watchers:
                    self._thread = None
                    return
            self._look(watchers)
            time.sleep(_REST_SECONDS)
            seen = changes.wait(seen, _LOOK_EVERY_SECONDS)
        for watcher in list(self._watchers):
            watcher.end()

    def _look(self, watchers: list[Watcher]) -> None:
        now, cases = self._application.now(), {each.case for each in watchers}
        try:
            marks = self._application.read(lambda reads: reads.chats.marks(cases, now))
        except Exception as error:  # noqa: BLE001 - a database that is away comes back
            _LOG.warning("chats were not looked at", exc_info=error)
            return
        for watcher in watchers:
            if watcher.mark != marks[watcher.case]:
                watcher.tell(marks[watcher.case])

"""Who listens for changes of flags, and the one thread that tells them.

It wakes when something has changed in this process's memory, and looks at the flags of every
account that is listened to. What a check would answer otherwise is told at once; that a count has
moved, and no answer with it, at most every ten seconds, so that usage is no storm of requests.
Counts of other processes are read again for a few accounts a second.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import threading
import time
from typing import TYPE_CHECKING, NamedTuple

from tierline.api.all_flags import flags_of, made_of, written
from tierline.api.bodies import to_json
from tierline.kernel.errors import LimitReached
from tierline.kernel.instants import to_micros

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tierline.api.flags import Flag
    from tierline.bootstrap.application import Application

LISTENERS_LIMIT = 1_000
LISTENERS_LIMIT_EACH = 20
"""Streams of one process, and of one token or user."""
COUNTS_EVERY_SECONDS = 10.0
LOOK_EVERY_SECONDS = 1.0
_REST_SECONDS = 0.1
"""Between two looks, so that many changes are one event."""
_READ_AGAIN_AT_ONCE = 50
_LOG = logging.getLogger("tierline.listeners")
Watched = tuple[str, str | None]
"""An account and a severity."""


class Seen(NamedTuple):
    """The flags of an account at the last look. `shape` is of what checks answer, `digest` of that
    and all counts."""

    made_of: object
    until: int
    believed_until: float
    digest: str
    shape: str


class Listener:
    """One open stream. `told` is the digest that its client has already, if any."""

    def __init__(self, who: str, watched: Watched, told: str | None) -> None:
        self.who, self.watched, self.told = who, watched, told
        self.shape: str | None = None
        self.told_at = -COUNTS_EVERY_SECONDS
        self.is_over = False
        self._next: str | None = None
        self._loop = asyncio.get_running_loop()
        self._waiting = asyncio.Event()

    def tell(self, digest: str) -> None:
        """Have it hear of these flags; of several at once it hears the last. From any thread."""
        self._next = digest
        self._wake()

    def end(self) -> None:
        """Have it hear nothing more. From any thread."""
        self.is_over = True
        self._wake()

    async def next(self, seconds: float) -> str | None:
        """What it is told; None where the seconds are over without anything."""
        try:
            await asyncio.wait_for(self._waiting.wait(), seconds)
        except TimeoutError:
            return None
        self._waiting.clear()
        found, self._next = self._next, None
        return found

    def _wake(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._waiting.set)


class Listeners:
    """All listeners of this process. The thread starts with the first of them."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._listeners: set[Listener] = set()
        self._seen: dict[Watched, Seen] = {}
        self._changing = threading.Lock()
        self._thread: threading.Thread | None = None

    def __len__(self) -> int:
        return len(self._listeners)

    def add(self, listener: Listener) -> None:
        """From now on it hears of changes, and at once what its client has not. Raises LimitReached
        (`too_many_requests`)."""
        with self._changing:
            own = sum(each.who == listener.who for each in self._listeners)
            if own >= LISTENERS_LIMIT_EACH or len(self._listeners) >= LISTENERS_LIMIT:
                raise LimitReached(
                    f"There are too many open streams: at most {LISTENERS_LIMIT_EACH} of one token "
                    f"and {LISTENERS_LIMIT:,} in all. Fetch the flags now and then instead.",
                    code="too_many_requests",
                )
            self._listeners.add(listener)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(
                    target=self._run, name="tierline-listeners", daemon=True
                )
                self._thread.start()
        self._application.changes.tell()

    def remove(self, listener: Listener) -> None:
        """It hears nothing more."""
        with self._changing:
            self._listeners.discard(listener)

    def _run(self) -> None:
        changes, number = self._application.changes, -1
        while not changes.is_closed:
            with self._changing:
                listeners = list(self._listeners)
                if not listeners:
                    self._thread = None
                    self._seen.clear()
                    return
            try:
                self._look({each.watched for each in listeners})
                self._tell(listeners)
            except Exception as error:  # noqa: BLE001 - a database that is away comes back
                _LOG.warning("listeners were not told of changes, and will be", exc_info=error)
            time.sleep(_REST_SECONDS)
            number = changes.wait(number, LOOK_EVERY_SECONDS)
        for each in list(self._listeners):
            each.end()

    def _look(self, watched: set[Watched]) -> None:
        """Make the flags again where they may be others."""
        now = time.monotonic()
        at = to_micros(self._application.now())
        self._seen = {each: seen for each, seen in self._seen.items() if each in watched}
        old = []
        for each in watched:
            seen = self._seen.get(each)
            account = self._application.account_of(each[0])
            of = account, made_of(self._application, account, at)
            if seen is None or seen.made_of != of or at >= seen.until:
                self._seen[each] = self._made(each, account, of, at)
            elif now >= seen.believed_until:
                old.append((seen.believed_until, each, account, of))
        old.sort(key=lambda each: each[0])
        for _, each, account, of in old[:_READ_AGAIN_AT_ONCE]:
            self._seen[each] = self._made(each, account, of, at)

    def _made(self, watched: Watched, account: str, of: object, at: int) -> Seen:
        believed_until = time.monotonic() + self._application.answers.kept_for
        flags, until = flags_of(self._application, account, at, watched[1])
        return Seen(of, until, believed_until, written(flags)[1], _shape_of(flags))

    def _tell(self, listeners: Iterable[Listener]) -> None:
        now = time.monotonic()
        for each in listeners:
            seen = self._seen[each.watched]
            is_known = each.told == seen.digest
            is_shape = each.shape == seen.shape
            if not is_known and (not is_shape or now - each.told_at >= COUNTS_EVERY_SECONDS):
                each.tell(seen.digest)
                each.told, each.told_at = seen.digest, now
                is_known = True
            if is_known:
                each.shape = seen.shape


def _shape_of(flags: Iterable[Flag]) -> str:
    """A digest of what checks answer, without how much is used or left."""
    answers = [
        (each.key, each.value, each.variant, each.reason, each.metadata.get("why"))
        for each in flags
        if not each.key.endswith(".remaining")
    ]
    return hashlib.sha256(to_json(answers)).hexdigest()

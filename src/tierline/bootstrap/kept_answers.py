"""What is the same whenever it is made, kept for the next reader; and what takes long, made for one
at a time, so that nobody keeps a server busy."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import TypeVar

from tierline.kernel.errors import LimitReached
from tierline.languages.language import message

KeyT = TypeVar("KeyT")
AnswerT = TypeVar("AnswerT")
MOST_ANSWERS = 48


def kept(answers: MutableMapping[KeyT, AnswerT], key: KeyT, make: Callable[[], AnswerT]) -> AnswerT:
    """The answer of a key, made where it is not kept. All are let go where there are too many,
    which takes nothing from whoever reads one at that moment."""
    found = answers.get(key)
    if found is None:
        found = make()
        if len(answers) >= MOST_ANSWERS:
            answers.clear()
        answers[key] = found
    return found


class OneAtATime:
    """One works, a few more wait a moment for it, and whoever comes beyond is told to come again.
    Waiting holds a thread of those who answer everybody, so that few may."""

    def __init__(self, *, waiting: int, seconds: float) -> None:
        self._one = threading.Lock()
        self._places = threading.BoundedSemaphore(1 + waiting)
        self._seconds = seconds

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Held meanwhile. Raises LimitReached where it is somebody else's."""
        if not self._places.acquire(blocking=False):
            raise _busy()
        try:
            if not self._one.acquire(timeout=self._seconds):
                raise _busy()
            try:
                yield
            finally:
                self._one.release()
        finally:
            self._places.release()


def _busy() -> LimitReached:
    return LimitReached(message("Try again in a moment."), code="busy_with_others")

"""Requests to an application in this process, on a loop that is kept: one of its own for each
request costs more than most answers do."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, TypeVar

ResultT = TypeVar("ResultT")
_THREAD = ThreadPoolExecutor(1)
"""Of its own, because a browser test may have left a loop running in the test's thread."""
_RUNNER = asyncio.Runner()


def answered(ask: Callable[[], Coroutine[Any, Any, ResultT]]) -> ResultT:
    """What a coroutine comes to. Threads that ask at the same time do not wait for each other."""
    if threading.current_thread() is not threading.main_thread():
        return asyncio.run(ask())
    return _THREAD.submit(_on_the_kept_loop, ask).result()


def _on_the_kept_loop(ask: Callable[[], Coroutine[Any, Any, ResultT]]) -> ResultT:
    """No request sees what an earlier one left in the context."""
    return _RUNNER.run(ask(), context=copy_context())


def close_loop() -> None:
    """When no test comes any more."""
    _THREAD.submit(_RUNNER.close).result()

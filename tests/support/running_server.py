"""A real server in a process of its own, as `tierline serve` starts it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_ADDRESS = re.compile(r"answers at (http://\S+)")


@contextmanager
def running_server(*where: str, log: Path) -> Iterator[str]:
    """The address of a server over `where` (`--data DIR` or `--database URL`); ended at the end."""
    with _started(where, log) as (process, address):
        try:
            yield address
        finally:
            process.send_signal(signal.SIGTERM)


@contextmanager
def killed_server(*where: str, log: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """The address of a server, and how to kill it (`kill -9`), which the caller does."""
    with _started(where, log) as (process, address):
        yield address, process.kill


@contextmanager
def _started(where: tuple[str, ...], log: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    program = Path(sys.executable).with_name("tierline")
    command = [str(program), "serve", *where, "--port", "0"]
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, text=True, env=os.environ.copy()
        )
        try:
            assert process.stdout is not None
            found = _ADDRESS.search(process.stdout.readline())
            assert found is not None, log.read_text("utf-8")
            yield process, found[1]
        finally:
            process.wait(timeout=20)
            if process.stdout is not None:
                process.stdout.close()

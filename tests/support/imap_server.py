"""A real IMAP server (pymap) in a process of its own, with one user, and a client that fills it."""

from __future__ import annotations

import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

USER, PASSWORD = "demouser", "swordfish"
_RUN = """
import sys
import pymap.config
from pysasl.hashing import BuiltinHash

# Its 500,000 rounds are for passwords that are somebody's: half a second for each sign-in.
pymap.config.BuiltinHash = lambda **_: BuiltinHash(rounds=1)
from pymap.main import main

sys.exit(main())
"""


class ImapServer:
    """One server with one mailbox that is empty at first."""

    def __init__(self, port: int) -> None:
        self.port = port

    @property
    def address(self) -> str:
        return f"imap://{USER}:{PASSWORD}@127.0.0.1:{self.port}/INBOX"

    @contextmanager
    def client(self) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4("127.0.0.1", self.port) as made:
            made.login(USER, PASSWORD)
            made.select("INBOX")
            yield made

    def put(self, *mails: bytes, flags: str = "") -> None:
        with self.client() as client:
            for mail in mails:
                client.append("INBOX", flags, "", mail)  # type: ignore[arg-type]  # no date: now

    def flags(self, folder: str = "INBOX") -> list[bool]:
        """Of each mail whether it is marked as read."""
        with self.client() as client:
            if client.select(folder)[0] != "OK":
                return []
            _, found = client.fetch("1:*", "(FLAGS)")
            return [b"\\Seen" in each for each in found if isinstance(each, bytes)]


@contextmanager
def imap_server(port: int = 0) -> Iterator[ImapServer]:
    """A server at a port, or at a free one; it forgets all when it ends."""
    port = port or _free_port()
    place = ("--no-tls", "--host", "127.0.0.1", "--port", str(port))
    user = ("dict", "--demo-user", USER, "--demo-password", PASSWORD)
    server = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", _RUN, *place, *user],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_for(port)
        yield ImapServer(port)
    finally:
        server.kill()
        server.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(600):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError("the IMAP server does not answer")
